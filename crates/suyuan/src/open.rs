//! A platform that is open: its store, its keys, its operations.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Error, Result, bail};
use service::{Caller, Page, Service};
use store::{Options, Store};

use crate::config::Config;
use crate::files;
use crate::keys::{KeyFacts, KeyFolder};
use crate::outside::{OUTSIDE, now_us};

/// What the commands work with.
pub(crate) struct Platform {
    /// The operations.
    pub(crate) service: Service,
    /// The database under them, for the few commands that go below an operation.
    pub(crate) store: Store,
    /// The key files.
    pub(crate) keys: KeyFolder,
    /// What may be said of the keys.
    pub(crate) key_facts: KeyFacts,
}

/// Whether a command may begin a new platform.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newness {
    /// It begins one where there is none.
    MayBegin,
    /// It needs one that is there, so that a mistyped folder is noticed.
    MustExist,
}

impl Platform {
    /// Opens what the configuration names. Takes the data folder for this process alone.
    pub(crate) async fn open(config: &Config, newness: Newness) -> Result<Self> {
        Self::open_on(config, newness, config.listen).await
    }

    /// The same for a server that listens on `listen`.
    pub(crate) async fn open_on(
        config: &Config,
        newness: Newness,
        listen: SocketAddr,
    ) -> Result<Self> {
        let store = open_store(config, newness).await?;
        let epochs = store::code_batches::key_epochs(&store).await?;
        let n_epochs = epochs.iter().map(|row| row.epoch).max().unwrap_or(0);
        let keys = KeyFolder::of(&config.data_folder);
        let secrets = keys.open(n_epochs)?;
        let key_facts = KeyFacts::of(&secrets);
        let public_url = config.public_url_on(listen);
        let service = Service::start(store.clone(), secrets, &public_url, OUTSIDE).await?;
        if let Some(path) = &config.schemes {
            add_schemes(&service, path)?;
        }
        let platform = Self { service, store, keys, key_facts };
        platform.check_keys().await?;
        Ok(platform)
    }

    /// Runs `work` and lets go of the database whatever comes of it.
    pub(crate) async fn with<T>(
        config: &Config,
        newness: Newness,
        work: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let platform = Self::open(config, newness).await?;
        let outcome = work(&platform).await;
        let stopped = platform.service.stop().await;
        let outcome = outcome?;
        stopped?;
        Ok(outcome)
    }

    /// Keys of another platform would make every code unknown; the first batch tells.
    async fn check_keys(&self) -> Result<()> {
        let page = Page { limit: 1, ..Page::first() };
        let first = self.service.list_batches(&Caller::console_of_machine(), &page).await?;
        first.items.iter().try_for_each(|view| self.key_facts.check(&view.batch))
    }
}

fn add_schemes(service: &Service, path: &Path) -> Result<()> {
    let name = || format!("the file of schemes {}", path.display());
    let rows = std::fs::read_to_string(path).with_context(name)?;
    service.add_schemes(&rows).with_context(name)
}

async fn open_store(config: &Config, newness: Newness) -> Result<Store> {
    let options = Options::new(now_us());
    if let Some(url) = &config.database {
        return Store::open_postgres(url, options).await.map_err(explain);
    }
    if newness == Newness::MustExist && !has_database(&config.data_folder) {
        bail!(
            "there is no platform in {}; name its folder with --data, or begin one: suyuan serve",
            config.data_folder.display()
        );
    }
    files::make_private_folder(&config.data_folder)?;
    Store::open_sqlite(&config.data_folder, options).await.map_err(explain)
}

/// Whether a data folder has a database.
pub(crate) fn has_database(data: &Path) -> bool {
    data.join(store::DATABASE_FILE).exists()
}

/// Adds what to do next.
pub(crate) fn explain(error: store::Error) -> Error {
    let next = match &error {
        store::Error::Locked { .. } => {
            "stop the process that has the folder, then try again; `suyuan backup` is the one \
             command that needs no stop"
        }
        store::Error::SchemaTooNew { .. } => "run the newer suyuan that migrated the database",
        store::Error::Corrupt { .. } => "restore a backup: suyuan restore BACKUP --data DIR",
        store::Error::Unavailable { .. } => "see that the database can be reached and try again",
        _ => return error.into(),
    };
    Err::<(), _>(error).context(next).expect_err("it is an error")
}

/// Reads an id of a kind, which is named for people.
pub(crate) fn parse_id<T: std::str::FromStr>(kind: &str, text: &str) -> Result<T> {
    text.parse().ok().with_context(|| format!("{text} is no id of {kind}; copy it from a list"))
}

//! `suyuan demo`: a world made from a seed, loaded through the operations of the product, served
//! and shown around.
//!
//! `demo.json` in the data folder says that the world is whole, which it is, and how to log in;
//! `demo.loading` stands there before anything else and until then. So a load that broke off
//! begins anew, and a folder that is no demo is never touched.

mod examples;
mod load;
mod recalls;
mod tour;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use scenario::Size;
use serde::{Deserialize, Serialize};
use store::{DATABASE_FILE, Options, Store};

use crate::cli::DemoArgs;
use crate::config::Config;
use crate::keys;
use crate::open::{Newness, Platform, explain, has_database};
use crate::report::{self, Done};
use crate::serve::Signals;
use crate::{files, outside, serve};

const WHOLE: &str = "demo.json";
const LOADING: &str = "demo.loading";

/// Rises when the same seed no longer makes the same world, or [`Demo`] changes its shape.
const WORLD: u32 = 1;

/// What is kept of a loaded world. No `Debug`: it holds API keys.
#[derive(Serialize, Deserialize)]
struct Demo {
    world: u32,
    seed: u64,
    /// What its labels say.
    public_url: String,
    log_ins: Vec<LogIn>,
    places: tour::Places,
    /// What was said of the examples of others.
    examples: Vec<String>,
}

/// An API key and who has it.
#[derive(Serialize, Deserialize)]
struct LogIn {
    role: String,
    name: String,
    key: String,
}

/// Loads the world unless it is there, and serves it.
pub(crate) async fn run(config: &Config, args: DemoArgs) -> Result<Done> {
    ensure!(
        config.database.is_none(),
        "the demo keeps its world in a folder: leave --database out"
    );
    let data = &config.data_folder;
    let listener = serve::listen(config).await?;
    let address = listener.local_addr()?;
    if args.reset || data.join(LOADING).exists() {
        throw_away(data).await?;
    }
    let saved = read(data, args.seed)?;
    if saved.is_none() {
        ensure!(
            !has_database(data),
            "{} holds a platform that is no demo; choose another folder with --data",
            data.display()
        );
        files::make_private_folder(data)?;
        files::write_new(&data.join(LOADING), b"")?;
    }
    let platform = Platform::open_on(config, Newness::MayBegin, address).await?;
    let demo = match saved {
        Some(demo) => demo,
        None => load(&platform, data, args.seed).await?,
    };
    let signals = Signals::new()?;
    report::print(&tour::text(&demo, &format!("http://{address}")));
    serve::load_places(config, &platform.service);
    serve::serve(listener, platform.service, serve::site(config)?, signals).await?;
    Ok(Done::well(""))
}

/// Keeps other commands away from a demo that was not loaded to its end, so that what they make
/// there is not thrown away with it.
pub(crate) fn refuse_half_loaded(config: &Config) -> Result<()> {
    let data = &config.data_folder;
    ensure!(
        !data.join(LOADING).exists(),
        "{} holds a demo that is not loaded to its end; choose another folder with --data, or run \
         suyuan demo again",
        data.display()
    );
    Ok(())
}

async fn load(platform: &Platform, data: &Path, seed: u64) -> Result<Demo> {
    let now_us = outside::now_us();
    let world = scenario::world(seed, Size::Demo, now_us);
    let loaded = load::load(&platform.service, &world).await;
    outside::tell_clock(None);
    let loaded = loaded.context("the world could not be loaded")?;
    let examples = examples::capture(&platform.service).await?;
    let demo = Demo {
        world: WORLD,
        seed,
        public_url: platform.service.public_url().to_owned(),
        log_ins: loaded.log_ins,
        places: loaded.places,
        examples,
    };
    files::write_new(&data.join(WHOLE), &serde_json::to_vec_pretty(&demo)?)?;
    std::fs::remove_file(data.join(LOADING))?;
    Ok(demo)
}

/// The demo that the folder holds, if it holds one.
fn read(data: &Path, seed: u64) -> Result<Option<Demo>> {
    let path = data.join(WHOLE);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let saved: Option<Demo> = serde_json::from_slice(&text).ok();
    match saved {
        Some(demo) if demo.world == WORLD && demo.seed == seed => Ok(Some(demo)),
        Some(demo) if demo.world == WORLD => bail!(
            "{} holds the world of seed {}; add --reset to throw it away, or --seed {0}",
            data.display(),
            demo.seed
        ),
        _ => bail!("{} holds an older demo; add --reset to load it anew", data.display()),
    }
}

/// Removes a demo, whole or not, and nothing else.
async fn throw_away(data: &Path) -> Result<()> {
    let is_demo = data.join(WHOLE).exists() || data.join(LOADING).exists();
    if !is_demo {
        ensure!(!has_database(data), "{} holds no demo and is not reset", data.display());
        return Ok(());
    }
    match Store::open_sqlite(data, Options::new(outside::now_us())).await {
        Ok(store) => store.close().await?,
        Err(error @ store::Error::Locked { .. }) => return Err(explain(error)),
        // It is thrown away because it cannot be opened.
        Err(_) => {}
    }
    // From here on it is a demo that is not whole, whenever this breaks off.
    if !data.join(LOADING).exists() {
        files::write_new(&data.join(LOADING), b"")?;
    }
    for suffix in ["", "-wal", "-shm"] {
        remove(&data.join(format!("{DATABASE_FILE}{suffix}")))?;
    }
    let keys = data.join(keys::FOLDER);
    if keys.exists() {
        std::fs::remove_dir_all(&keys)?;
    }
    remove(&data.join(WHOLE))?;
    remove(&data.join(LOADING))
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

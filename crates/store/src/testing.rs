//! Real stores for tests, here and in the crates above (feature `testing`).
//!
//! SQLite lives in a temporary folder, PostgreSQL in a database of its own that is cloned from a
//! migrated template and dropped at the end. Tables are partitioned, so that a unique key without
//! its distribution column is refused as Citus would refuse it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{Durability, Engine, Options, Statement, Store};

/// A migrated store that nobody else sees; dropping it removes it.
pub struct Db {
    /// The store. Drop all clones of it before the `Db`.
    pub store: Store,
    place: Place,
}

/// A table that nobody can write to as long as this lives.
pub struct Held {
    client: tokio_postgres::Client,
    table: String,
}

impl Held {
    /// How many wait to write to it.
    pub async fn n_waiting(&self) -> i64 {
        let sql = "select count(*) from pg_locks
                   where not granted and relation = $1::text::regclass";
        let row = self.client.query_one(sql, &[&self.table]).await;
        row.expect("locks are counted").get(0)
    }
}

enum Place {
    Folder(TempDir),
    Database(Database),
}

/// Runs one test on SQLite and, where `TEST_DATABASE_URL` is set, on PostgreSQL.
pub async fn each_engine(test: impl AsyncFn(Store)) {
    let sqlite = Db::sqlite().await;
    test(sqlite.store.clone()).await;
    if let Some(postgres) = Db::postgres().await {
        test(postgres.store.clone()).await;
    }
}

/// Takes back what lets names be found, as it was before there was a search.
pub async fn forget_names(store: &Store) {
    let all = ["delete from name_terms", "update counters set next = 0 where name = 'names'"];
    let statements = all.map(|sql| Statement::new(sql, [])).into();
    store.write("forget names", statements).await.expect("forgotten");
}

impl Db {
    /// A store of SQLite in a temporary folder.
    pub async fn sqlite() -> Self {
        Self::sqlite_with(options()).await
    }

    /// A store of PostgreSQL; none, and a line that says so, without `TEST_DATABASE_URL`.
    pub async fn postgres() -> Option<Self> {
        Self::postgres_with(options()).await
    }

    /// The data folder, if it is SQLite.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Database(_) => None,
        }
    }

    /// The URL of the database, if it is PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        match &self.place {
            Place::Folder(_) => None,
            Place::Database(database) => Some(&database.url),
        }
    }

    /// Keeps everybody from writing to a table; none on SQLite.
    pub async fn hold(&self, table: &str) -> Option<Held> {
        let client = connect(self.url()?).await;
        let lock = format!("begin; lock table {table} in exclusive mode");
        client.batch_execute(&lock).await.expect("the lock is granted");
        Some(Held { client, table: table.to_owned() })
    }

    /// The same database, opened with other options once its store is closed.
    #[cfg(test)]
    pub(crate) async fn reopen(&self, options: Options) -> crate::Result<Store> {
        match &self.place {
            Place::Folder(folder) => Store::open_sqlite(folder.path(), options).await,
            Place::Database(database) => Store::open_postgres(&database.url, options).await,
        }
    }

    pub(crate) async fn sqlite_with(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let store = Store::open_sqlite(folder.path(), options).await;
        Self { store: store.expect("an empty folder opens"), place: Place::Folder(folder) }
    }

    pub(crate) async fn postgres_with(options: Options) -> Option<Self> {
        let database = Database::clone_template(&server()?, &options).await;
        let store = Store::open_postgres(&database.url, options).await;
        Some(Self { store: store.expect("a clone opens"), place: Place::Database(database) })
    }
}

/// How tests open stores: fast, and partitioned.
pub fn options() -> Options {
    Options {
        durability: Durability::UntilPowerFails,
        n_connections: 8,
        n_partitions: 4,
        ..Options::new(0)
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told their server by the environment")]
fn server() -> Option<String> {
    let url = std::env::var("TEST_DATABASE_URL").ok();
    if url.is_none() {
        eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL is not set");
    }
    url
}

/// A database of one test.
struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    async fn clone_template(server: &str, options: &Options) -> Self {
        let template = template(server, options).await;
        // Unique among the processes of one run and inside this one.
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let unique = folder.path().file_name().unwrap_or_default().to_string_lossy();
        let unique = unique.replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let name = format!("test_{}_{unique}", std::process::id());
        admin(server, &format!("create database \"{name}\" template \"{template}\"")).await;
        // Deadlocks on purpose should not take their usual second.
        admin(server, &format!("alter database \"{name}\" set deadlock_timeout = '20ms'")).await;
        Self { server: server.to_owned(), url: with_database(server, &name), name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop_it = format!("drop database if exists \"{}\" with (force)", self.name);
        let server = self.server.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(admin(&server, &drop_it));
        });
        if thread.join().is_err() {
            eprintln!("the database {} was left behind", self.name);
        }
    }
}

/// The migrated database that tests clone, made by whoever comes first.
async fn template(server: &str, options: &Options) -> String {
    let mut hasher = DefaultHasher::new();
    let words = Engine::Postgres.column_types(crate::migrate::BOOKS);
    (options.migrations, options.n_partitions, words).hash(&mut hasher);
    let name = format!("template_{:016x}", hasher.finish());
    let client = connect(server).await;
    // Held until the connection ends.
    let lock = "select from pg_advisory_lock(hashtext('suyuan test template'))";
    client.batch_execute(lock).await.expect("the lock is granted");
    let known = "select from pg_database where datname = $1";
    let known = client.query(known, &[&name]).await.expect("databases are listed");
    if known.is_empty() {
        let new = format!("{name}_new");
        admin(server, &format!("drop database if exists \"{new}\" with (force)")).await;
        admin(server, &format!("create database \"{new}\"")).await;
        let store = Store::open_postgres(&with_database(server, &new), options.clone()).await;
        store.expect("an empty database opens").close().await.expect("it closes");
        admin(server, &format!("alter database \"{new}\" rename to \"{name}\"")).await;
    }
    name
}

async fn admin(server: &str, sql: &str) {
    connect(server).await.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn connect(server: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(server, NoTls).await;
    let (client, connection) = connected.expect("TEST_DATABASE_URL names a server that answers");
    tokio::spawn(connection);
    client
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let host = address[scheme..].find('/').map_or(address.len(), |at| scheme + at);
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{}/{name}{mark}{parameters}", &address[..host])
}

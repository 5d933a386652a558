//! PostgreSQL: a pool of connections, each write or group of writes one transaction in one flight.
//!
//! Invariant: nobody waits inside a transaction but the lanes of `writer`, so a caller that gives
//! up never leaves one open.

mod value;
mod writer;

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{
    Client, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use futures_util::TryStreamExt;
use tokio::task::JoinHandle;
use tokio_postgres::{Config, NoTls};

use writer::Shared;

use crate::migrate::{self, Migration};
use crate::queue::{Queue, Tally};
use crate::value::Outcome;
use crate::{Counters, Engine, Error, Options, Result, Rows, Statement, Value, Written};

/// How long to wait for a connection, from the server or from the pool.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the network may swallow what we send.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(30);

/// An open database.
pub(crate) struct Database {
    pool: Pool,
    tally: Arc<Tally>,
    /// Writes of few statements, which share transactions.
    small: Queue,
    /// All others, which have one each.
    large: Queue,
    lanes: Mutex<Vec<JoinHandle<()>>>,
}

impl Database {
    /// Connects, migrates, and starts the lanes that write.
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let pool = pool(url, options)?;
        migrate(&pool, options).await?;
        let tally = Arc::new(Tally::default());
        let (small, small_waiting) = Queue::new();
        let (large, large_waiting) = Queue::new();
        let shared = Shared { pool: pool.clone(), tally: tally.clone(), turn: Arc::default() };
        let mut lanes = writer::start_small(&shared, small_waiting);
        lanes.extend(writer::start_large(&shared, large_waiting));
        Ok(Self { pool, tally, small, large, lanes: Mutex::new(lanes) })
    }

    pub(crate) async fn rows(&self, sql: &'static str, args: &[Value]) -> Result<Rows> {
        let client = self.pool.get().await.map_err(pool_error)?;
        let outcome = run(&client, sql, args).await;
        Ok(outcome.map_err(|fault| fault.error())?.rows)
    }

    pub(crate) async fn write(
        &self,
        name: &'static str,
        statements: Vec<Statement>,
    ) -> Result<Written> {
        let is_small = statements.len() <= writer::MAX_SMALL;
        let queue = if is_small { &self.small } else { &self.large };
        queue.write(name, statements).await
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        self.rows("select 1", &[]).await?;
        let is_open = self.small.is_open() && self.large.is_open();
        if is_open { Ok(()) } else { Err(Error::unavailable("the writers stopped")) }
    }

    pub(crate) fn counters(&self) -> Counters {
        self.tally.counters()
    }

    /// Returns when all that waited is committed.
    pub(crate) async fn close(&self) -> Result<()> {
        self.small.close();
        self.large.close();
        let lanes = std::mem::take(&mut *self.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        for lane in lanes {
            if lane.await.is_err() {
                tracing::error!("a writing task panicked");
            }
        }
        self.pool.close();
        Ok(())
    }
}

fn pool(url: &str, options: &Options) -> Result<Pool> {
    let mut config = Config::from_str(url).map_err(|source| Error::Unavailable {
        reason: "the database URL is not understood",
        source: Some(Arc::new(source)),
    })?;
    config.application_name("suyuan");
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(NETWORK_TIMEOUT);
    }
    let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let pool = Pool::builder(Manager::from_config(config, NoTls, how))
        .max_size(options.n_connections.max(2))
        .runtime(Runtime::Tokio1)
        .create_timeout(Some(CONNECT_TIMEOUT))
        .wait_timeout(Some(CONNECT_TIMEOUT))
        .build();
    pool.map_err(|_| Error::unavailable("no connection pool could be made"))
}

/// Brings the schema up to date, one transaction for each migration.
async fn migrate(pool: &Pool, options: &Options) -> Result<()> {
    let mut client = pool.get().await.map_err(pool_error)?;
    loop {
        let tx = client.transaction().await.map_err(driver)?;
        tx.batch_execute(Engine::Postgres.lock_migrations()).await.map_err(driver)?;
        tx.batch_execute(&Engine::Postgres.column_types(migrate::BOOKS)).await.map_err(driver)?;
        let found = tx.query_one(migrate::VERSION, &[]).await.map_err(driver)?.get(0);
        let missing = migrate::missing(options, found)?;
        if let Some(next) = missing.first() {
            apply(&tx, next, options).await.map_err(driver)?;
        }
        tx.commit().await.map_err(driver)?;
        match missing.first() {
            Some(next) => tracing::info!(next.version, "applied migration {}", next.name),
            None => return Ok(()),
        }
    }
}

async fn apply(
    tx: &deadpool_postgres::Transaction<'_>,
    migration: &Migration,
    options: &Options,
) -> Result<(), tokio_postgres::Error> {
    for sql in migration.statements(Engine::Postgres, options.n_partitions) {
        tx.batch_execute(&sql).await?;
    }
    let (name, now_us) = (migration.name, options.now_us);
    tx.execute(migrate::NOTE, &[&migration.version, &name, &now_us]).await?;
    Ok(())
}

/// One statement outside of a write.
async fn run(client: &Client, sql: &str, args: &[Value]) -> Result<Outcome, Fault> {
    let statement = prepare(client, sql, args).await?;
    run_prepared(client, &statement, args).await
}

/// Prepares once per connection, and makes sure that nothing but the server can fail `args`.
async fn prepare(
    client: &Client,
    sql: &str,
    args: &[Value],
) -> Result<tokio_postgres::Statement, Fault> {
    let statement = client.prepare_cached(sql).await.map_err(Fault::of)?;
    value::check(&statement, args).map_err(Fault::Private)?;
    Ok(statement)
}

/// Sent when first polled.
async fn run_prepared(
    client: &Client,
    statement: &tokio_postgres::Statement,
    args: &[Value],
) -> Result<Outcome, Fault> {
    let stream = client.query_raw(statement, args).await.map_err(Fault::of)?;
    let mut stream = std::pin::pin!(stream);
    let mut rows = Rows::default();
    while let Some(row) = stream.try_next().await.map_err(Fault::of)? {
        value::push(&mut rows, &row).map_err(Fault::Private)?;
    }
    Ok(Outcome { n_rows: stream.rows_affected().unwrap_or(0), rows })
}

/// What an error of a statement means to the transaction around it.
#[derive(Debug, Clone)]
enum Fault {
    /// A constraint of the schema.
    Constraint(crate::Cause),
    /// This statement never fitted the schema.
    Private(Error),
    /// An earlier statement had already failed.
    Aborted,
    /// A deadlock or a serialization failure: the same again may work.
    Contention(crate::Cause),
    /// The server or the way to it.
    Fatal(Error),
}

impl Fault {
    fn of(source: tokio_postgres::Error) -> Self {
        let Some(state) = source.code().map(|state| state.code().to_owned()) else {
            let reason = "the connection was lost";
            return Self::Fatal(Error::Unavailable { reason, source: Some(Arc::new(source)) });
        };
        let cause: crate::Cause = Arc::new(source);
        let fatal =
            |reason| Self::Fatal(Error::Unavailable { reason, source: Some(cause.clone()) });
        let corrupt = |reason: &str| Error::Corrupt {
            reason: reason.to_owned(),
            source: Some(cause.clone()),
        };
        // Classes of SQLSTATE: PostgreSQL 15, appendix A.
        match (&state[..2], state.as_str()) {
            (_, "25P02") => Self::Aborted,
            (_, "40001" | "40P01") => Self::Contention(cause),
            ("23", _) => Self::Constraint(cause),
            (_, "53100") => fatal("the disk is full"),
            (_, "25006") => fatal("the database is not writable"),
            ("08" | "57", _) => fatal("the connection was lost"),
            ("53", _) => fatal("the server has no resources left"),
            ("28" | "3D", _) => fatal("the server does not let us in"),
            ("58", _) => fatal("the disk failed"),
            ("XX", _) => Self::Fatal(corrupt("the server found damage")),
            _ => Self::Private(corrupt("the schema and a statement disagree")),
        }
    }

    /// For a statement outside of a write.
    fn error(self) -> Error {
        match self {
            Self::Private(error) | Self::Fatal(error) => error,
            Self::Aborted => Error::unavailable("the transaction was aborted"),
            Self::Contention(source) | Self::Constraint(source) => {
                Error::Unavailable { reason: "the database is busy", source: Some(source) }
            }
        }
    }
}

fn driver(source: tokio_postgres::Error) -> Error {
    Fault::of(source).error()
}

fn pool_error(source: PoolError) -> Error {
    let reason = match source {
        PoolError::Backend(source) => return driver(source),
        PoolError::Timeout(TimeoutType::Wait) => "all connections are busy",
        PoolError::Closed => "the store is closed",
        _ => "the server does not answer",
    };
    Error::Unavailable { reason, source: Some(Arc::new(source)) }
}

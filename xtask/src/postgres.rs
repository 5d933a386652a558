//! A PostgreSQL of our own for the length of a test run.
//!
//! It lives in a temporary folder, listens on a free loopback port, trades durability for speed,
//! and stops when its value is dropped or this process dies.
//! PostgreSQL refuses to run as root, so root starts it as the user `postgres`.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell;

/// How long the server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// Another process may take the free port before the server does.
const TRIES: u32 = 3;

/// What the name of our folder begins with; the number of our process follows.
const FOLDER: &str = "suyuan-postgres-";

/// Nothing here must survive a power cut.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=400",
    "shared_buffers=128MB",
    "max_wal_size=4GB",
];

/// A running server.
pub(crate) struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Creates a cluster and starts its server from the programs in `programs`.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        remove_leftovers();
        let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
        let initdb = programs.join("initdb");
        let options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"];
        let mut create = as_postgres(&initdb);
        create.args(options).arg("--no-sync").arg("--pgdata").arg(&folder);
        if let Err(error) = shell::read(&mut create) {
            // The folder may be half made; it is ours alone.
            let _ = std::fs::remove_dir_all(&folder);
            return Err(error.context("cannot create a PostgreSQL cluster"));
        }
        for _ in 1..TRIES {
            if let Ok(server) = Self::start_server(programs, &folder) {
                return Ok(server);
            }
        }
        Self::start_server(programs, &folder)
            .inspect_err(|_| drop(std::fs::remove_dir_all(&folder)))
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Lets the planner count what was written.
    #[cfg(feature = "bench")]
    pub(crate) fn analyze(&self, programs: &Path) -> Result<()> {
        let mut psql = Command::new(programs.join("psql"));
        shell::read(psql.args([&self.url(), "-q", "-c", "analyze"])).map(drop)
    }

    fn start_server(programs: &Path, folder: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log_path = folder.join("server.log");
        let log = File::create(&log_path)?;
        let mut command = as_postgres(&programs.join("postgres"));
        command.arg("-D").arg(folder).arg("-k").arg(folder).args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let server = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut postgres = Self { server, folder: folder.to_path_buf(), port };
        if let Err(error) = postgres.wait_until_ready(&programs.join("pg_isready")) {
            let log = std::fs::read_to_string(&log_path).unwrap_or_default();
            postgres.stop();
            return Err(error.context(log));
        }
        Ok(postgres)
    }

    fn wait_until_ready(&mut self, pg_isready: &Path) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let port = self.port.to_string();
        while Instant::now() < deadline {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended while starting: {status}");
            }
            let mut ask = Command::new(pg_isready);
            if shell::read(ask.args(["-q", "-h", "127.0.0.1", "-p", &port])).is_ok() {
                return Ok(());
            }
            sleep(PAUSE);
        }
        bail!("PostgreSQL did not answer within {PATIENCE:?}")
    }

    /// Asks for a fast shutdown (SIGINT) and, past patience, ends the server.
    fn stop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return;
            }
            sleep(PAUSE);
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// Removes the folders of runs that were killed; their servers died with them.
fn remove_leftovers() {
    let processes = Path::new("/proc");
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(FOLDER)) else {
            continue;
        };
        if processes.join("self").exists() && !processes.join(process).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A command that runs as `postgres` when we are root, and that is told (SIGINT) when we die.
fn as_postgres(program: &Path) -> Command {
    let has_setpriv = shell::find_program("setpriv").is_some();
    let mut command = if has_setpriv { Command::new("setpriv") } else { Command::new("env") };
    if has_setpriv {
        command.args(["--pdeathsig", "INT"]);
        if shell::is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
    }
    command.arg(program).current_dir(std::env::temp_dir());
    command
}

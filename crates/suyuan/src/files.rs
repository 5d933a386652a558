//! Files that appear whole or not at all, and never in the place of another.

use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// A file of mode 0600 that gets its name when it is complete and durable.
pub(crate) struct NewFile {
    partial: NamedTempFile,
    target: PathBuf,
}

impl NewFile {
    /// Begins a file in the folder of `target`; refuses if there is something of that name.
    pub(crate) fn begin(target: &Path) -> Result<Self> {
        if target.symlink_metadata().is_ok() {
            bail!(
                "{} exists already and is not overwritten; choose another name",
                target.display()
            );
        }
        let partial = NamedTempFile::new_in(folder_of(target))
            .with_context(|| format!("cannot write into {}", folder_of(target).display()))?;
        Ok(Self { partial, target: target.to_owned() })
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.partial.write_all(bytes);
        written.with_context(|| format!("cannot write {}", self.target.display()))
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn finish(self) -> Result<()> {
        let target = &self.target;
        let named = self.partial.as_file().sync_all().and_then(|()| {
            self.partial.persist_noclobber(target).map_err(|failed| failed.error)?;
            File::open(folder_of(target))?.sync_all()
        });
        match named {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} appeared meanwhile and is not overwritten", target.display())
            }
            other => other.with_context(|| format!("cannot write {}", target.display())),
        }
    }
}

/// Writes a whole file of mode 0600.
pub(crate) fn write_new(target: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = NewFile::begin(target)?;
    file.write(bytes)?;
    file.finish()
}

/// Makes a folder of mode 0700, with those above it, unless it is there.
pub(crate) fn make_private_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// The folder a file is in; a bare name is in the working folder.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

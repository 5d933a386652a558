//! The files of the secret keys: `keys/` in the data folder.
//!
//! `code-1.p8`, `code-2.p8`, … one for each key epoch, `manifest.p8` and `pin.key`. Each has mode
//! 0600 in a folder of mode 0700 and belongs to the user who runs the process, else nothing starts.
//! A file is written once, whole, and never overwritten. What is in them is never printed.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use mint::{CodeKey, KeyId, Manifest, ManifestKey, PinKey};
use service::Secrets;
use store::code_batches::CodeBatch;
use zeroize::Zeroizing;

use crate::files;

/// Name of the folder in the data folder.
pub(crate) const FOLDER: &str = "keys";

const MANIFEST: &str = "manifest.p8";
const PIN: &str = "pin.key";

/// Bytes of the longest key file; RSA-3072 in PKCS#8 takes about 1,800.
const MAX_FILE_BYTES: u64 = 16 << 10;

/// Key epochs at most; each takes a decision of people, so this is a bound, not a plan.
const MAX_EPOCHS: u32 = 10_000;

/// The folder of the key files.
pub(crate) struct KeyFolder {
    path: PathBuf,
}

impl KeyFolder {
    /// That of a data folder.
    pub(crate) fn of(data: &Path) -> Self {
        Self { path: data.join(FOLDER) }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The keys of a platform with `n_epochs` key epochs; a new platform (0) gets new keys.
    ///
    /// Where codes may have been made, a missing key is never replaced by a new one: the codes
    /// of the old one would all become unknown.
    pub(crate) fn open(&self, n_epochs: u32) -> Result<Secrets> {
        if n_epochs == 0 {
            self.create_missing()?;
        }
        self.load(n_epochs.max(1))
    }

    /// Writes the code key of an epoch, unless an attempt that broke off has written it.
    pub(crate) fn add_code_key(&self, epoch: u32) -> Result<KeyId> {
        self.check_folder()?;
        let path = self.path.join(code_name(epoch));
        if !is_there(&path) {
            write_code_key(&path)?;
        }
        Ok(read_key(&path, CodeKey::from_pkcs8)?.id())
    }

    /// Names of the key files that are there, epochs in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let codes = (1..=MAX_EPOCHS).map(code_name).take_while(|it| is_there(&self.path.join(it)));
        let others = [MANIFEST, PIN].map(str::to_owned);
        codes.chain(others.into_iter().filter(|it| is_there(&self.path.join(it)))).collect()
    }

    /// Whether every key file is there, private and a key.
    pub(crate) fn check_files(&self) -> Result<()> {
        let n_codes = self.names().iter().filter(|name| name.starts_with("code-")).count();
        self.load((n_codes as u32).max(1)).map(drop)
    }

    /// Copies the key files into the new folder `target`.
    pub(crate) fn copy_to(&self, target: &Self) -> Result<usize> {
        self.check_folder()?;
        ensure!(!is_there(&target.path), "{} exists already", target.path.display());
        files::make_private_folder(&target.path)?;
        let names = self.names();
        for name in &names {
            files::write_new(&target.path.join(name), &read(&self.path.join(name))?)?;
        }
        Ok(names.len())
    }

    fn create_missing(&self) -> Result<()> {
        if !is_there(&self.path) {
            files::make_private_folder(&self.path)?;
        }
        self.check_folder()?;
        let [code, manifest, pin] = [&code_name(1), MANIFEST, PIN].map(|name| self.path.join(name));
        if !is_there(&code) {
            tracing::info!("making new keys");
            write_code_key(&code)?;
        }
        if !is_there(&manifest) {
            files::write_new(&manifest, &ManifestKey::generate()?.to_pkcs8()?)?;
        }
        if !is_there(&pin) {
            files::write_new(&pin, &PinKey::generate()?.to_bytes()[..])?;
        }
        Ok(())
    }

    fn load(&self, n_epochs: u32) -> Result<Secrets> {
        self.check_folder()?;
        let code = |epoch| read_key(&self.path.join(code_name(epoch)), CodeKey::from_pkcs8);
        Ok(Secrets {
            code: (1..=n_epochs).map(code).collect::<Result<_>>()?,
            manifest: read_key(&self.path.join(MANIFEST), ManifestKey::from_pkcs8)?,
            pin: read_key(&self.path.join(PIN), PinKey::from_bytes)?,
        })
    }

    fn check_folder(&self) -> Result<()> {
        let path = &self.path;
        let metadata = path.metadata().with_context(|| {
            format!("there is no {}; put the folder with the keys back", path.display())
        })?;
        check_private(path, &metadata, 0o700)
    }
}

/// What may be said of the keys: enough to see whether a batch was made with them.
pub(crate) struct KeyFacts {
    code: Vec<KeyId>,
    pin: KeyId,
    /// The public key that checks manifests, as PEM.
    pub(crate) manifest_pem: String,
}

impl KeyFacts {
    /// Those of `secrets`.
    pub(crate) fn of(secrets: &Secrets) -> Self {
        Self {
            code: secrets.code.iter().map(CodeKey::id).collect(),
            pin: secrets.pin.id(),
            manifest_pem: secrets.manifest.public_pem(),
        }
    }

    /// Errs if `batch` was made with other keys, and names the file that is wrong.
    pub(crate) fn check(&self, batch: &CodeBatch) -> Result<()> {
        let id = batch.batch_id;
        let manifest =
            Manifest::verify(&batch.manifest, &self.manifest_pem).with_context(|| {
                format!("{MANIFEST} is not the key that signed the manifest of batch {id}")
            })?;
        let code = (batch.epoch as usize).checked_sub(1).and_then(|index| self.code.get(index));
        if code != Some(&manifest.code_key) {
            bail!("{} is not the key that made the codes of batch {id}", code_name(batch.epoch));
        }
        ensure!(manifest.pin_key == self.pin, "{PIN} is not the key of the PINs of batch {id}");
        Ok(())
    }
}

fn code_name(epoch: u32) -> String {
    format!("code-{epoch}.p8")
}

fn write_code_key(path: &Path) -> Result<()> {
    files::write_new(path, &CodeKey::generate()?.to_pkcs8()?)
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn read_key<K>(path: &Path, parse: impl Fn(&[u8]) -> Result<K, mint::Error>) -> Result<K> {
    let bytes = read(path)?;
    parse(&bytes).with_context(|| {
        format!("{} holds no key of its kind; put the right file back", path.display())
    })
}

/// Reads a key file through one handle, so that what was checked is what is read.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path).with_context(|| {
        format!(
            "cannot open the key file {}; put it back from the backup of the keys, since a new key \
             would make every code printed so far unknown",
            path.display()
        )
    })?;
    let metadata = file.metadata()?;
    check_private(path, &metadata, 0o600)?;
    // Room for all of it from the start: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len().min(MAX_FILE_BYTES) as usize));
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check_private(path: &Path, metadata: &Metadata, mode: u32) -> Result<()> {
    let found = metadata.mode() & 0o7777;
    if found & !mode != 0 {
        bail!(
            "{path} has mode {found:04o}, so others could use it; run: chmod {mode:o} {path}",
            path = path.display()
        );
    }
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != user {
        bail!(
            "{path} belongs to user {owner}, not to user {user} who runs this; run: chown {user} \
             {path} && chmod {mode:o} {path}",
            path = path.display(),
            owner = metadata.uid()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests;

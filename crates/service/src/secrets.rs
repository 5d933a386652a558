//! The platform's secret keys, held in memory; files and their modes are the binary's affair.

use mint::{CodeKey, ManifestKey, PinKey};

/// All secret keys. `Debug` shows key ids only.
#[derive(Debug)]
pub struct Secrets {
    /// One code key for each key epoch, epoch 1 first.
    pub code: Vec<CodeKey>,
    /// Signs batch manifests.
    pub manifest: ManifestKey,
    /// Makes covered PINs.
    pub pin: PinKey,
}

impl Secrets {
    /// New keys from the cryptographic library's own generator; takes about a second.
    pub fn generate() -> Result<Self, mint::Error> {
        Ok(Self {
            code: vec![CodeKey::generate()?],
            manifest: ManifestKey::generate()?,
            pin: PinKey::generate()?,
        })
    }

    /// The code key of an epoch, counted from 1.
    pub(crate) fn code_key(&self, epoch: u32) -> crate::Result<&CodeKey> {
        let index = (epoch as usize).checked_sub(1);
        index.and_then(|index| self.code.get(index)).ok_or_else(|| {
            crate::Error::Unavailable(format!(
                "the code key of epoch {epoch} is missing; put its file back beside the data"
            ))
        })
    }
}

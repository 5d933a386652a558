//! The registry of schemes, and what a scanned text is in them.

use ::schemes::{Platform, Reading, Registry, RegistryError, Scheme};
use mint::{Code, CodeError};

use crate::{Error, Result, Service};

impl Service {
    /// The schemes that this platform knows.
    pub fn registry(&self) -> &Registry {
        self.inner.registry.get().unwrap_or_else(|| Registry::built_in())
    }

    /// Adds rows in TOML, as an operator writes them, to the schemes that come with the product.
    /// To be called once, before anybody asks.
    ///
    /// # Errors
    /// [`RegistryError`] says which row is wrong and how.
    pub fn add_schemes(&self, rows: &str) -> std::result::Result<(), RegistryError> {
        let registry = Registry::built_in().with_rows(rows)?;
        assert!(self.inner.registry.set(registry).is_ok(), "schemes are added once, at the start");
        Ok(())
    }

    /// The schemes of which any word, number or example holds `wanted`; all if it is empty.
    pub fn find_schemes(&self, wanted: &str) -> Vec<&Scheme> {
        self.registry().schemes().iter().filter(|scheme| scheme.mentions(wanted)).collect()
    }

    /// One scheme.
    pub fn find_scheme(&self, id: &str) -> Result<&Scheme> {
        self.registry().find(id).ok_or(Error::NotFound)
    }

    /// What a scanned or typed text can be, the best reading first; whether such a number was ever
    /// given out is not asked.
    pub fn recognize(&self, text: &str) -> Vec<Reading<'_>> {
        let url = self.public_url();
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        ::schemes::recognize(self.registry(), text, &Platform { hosts: &[host], code })
    }
}

/// The digits of one of our codes; a reason only for what has their number of digits.
fn code(text: &str) -> std::result::Result<String, Option<String>> {
    Code::parse(text).map(|code| code.to_string()).map_err(|error| match error {
        CodeError::Mistyped => Some(error.to_string()),
        _ => None,
    })
}

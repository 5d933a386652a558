//! Ecode, 物联网统一标识 (GB/T 31866-2023): a version, a number system (NSI) and a master code (MD).
//!
//! That a code has these three parts, and the address of its resolver, is published.
//! How long the parts are we know from memory of the edition of 2015 only: [`LAYOUTS`] is that
//! table, and what breaks it only warns. No check digit is known.

use std::fmt;

use crate::{Error, Warning};

/// What begins the address at which the national platform resolves an Ecode.
const RESOLVERS: [&str; 3] = ["https://www.iotroot.com/E=", "http://www.iotroot.com/E=", "E="];
/// More than any layout that we know, and little enough for a label.
const MAX_BYTES: usize = 256;
const PATTERN: Error =
    Error::Pattern { example: "https://www.iotroot.com/E=1000112345678901234567890" };

/// An Ecode.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecode(String);

/// How the codes of one version are laid out, as far as we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EcodeLayout {
    /// The first character.
    pub version: char,
    /// Digits of the number system.
    pub nsi_digits: usize,
    /// Characters that the master code may have at most; none where no limit is known.
    pub max_md: Option<usize>,
    /// Which characters these are.
    pub md: EcodeCharset,
}

/// The characters of a master code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EcodeCharset {
    /// 0 to 9.
    Digits,
    /// Digits and letters of ASCII.
    Alphanumeric,
    /// Anything.
    Unicode,
}

/// The versions that we heard of. 0 is kept for GS1 and binary; the rest is reserved.
pub const LAYOUTS: [EcodeLayout; 4] = [
    layout('1', 4, Some(20), EcodeCharset::Digits),
    layout('2', 4, Some(28), EcodeCharset::Alphanumeric),
    layout('3', 5, Some(39), EcodeCharset::Digits),
    layout('4', 5, None, EcodeCharset::Unicode),
];

const fn layout(
    version: char,
    nsi_digits: usize,
    max_md: Option<usize>,
    md: EcodeCharset,
) -> EcodeLayout {
    EcodeLayout { version, nsi_digits, max_md, md }
}

impl Ecode {
    /// Reads a bare code, or the address of the resolver with a code.
    ///
    /// # Errors
    /// [`Error::Pattern`] for what cannot be one: empty, over 256 bytes, or without a digit first;
    /// [`Error::Character`] for spaces and control characters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let code = RESOLVERS.iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text);
        if code.len() > MAX_BYTES || !code.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(PATTERN);
        }
        match code.chars().find(|c| c.is_control() || c.is_whitespace()) {
            Some(found) => Err(Error::Character { found }),
            None => Ok(Self(code.to_owned())),
        }
    }

    /// The code without the resolver.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address where the national platform resolves it.
    pub fn url(&self) -> String {
        format!("{}{}", RESOLVERS[0], self.0)
    }

    /// How its version is laid out, if we know.
    pub fn layout(&self) -> Option<&'static EcodeLayout> {
        LAYOUTS.iter().find(|layout| self.0.starts_with(layout.version))
    }

    /// Number system and master code, if the layout is known and the code is long enough.
    pub fn parts(&self) -> Option<(&str, &str)> {
        self.0[1..].split_at_checked(self.layout()?.nsi_digits)
    }

    /// What looks wrong by a table that nobody has verified.
    pub fn warnings(&self) -> Vec<Warning> {
        let Some(layout) = self.layout() else {
            let found = self.0.chars().next().expect("parse saw a digit");
            return vec![Warning::EcodeVersion { found }];
        };
        let Some((nsi, md)) = self.parts() else { return vec![Warning::EcodeNsi] };
        let is_digit = |c: char| c.is_ascii_digit();
        let fits = |c: char| match layout.md {
            EcodeCharset::Digits => is_digit(c),
            EcodeCharset::Alphanumeric => c.is_ascii_alphanumeric(),
            EcodeCharset::Unicode => true,
        };
        let n_md = md.chars().count();
        let mut warnings = Vec::new();
        if !nsi.chars().all(is_digit) {
            warnings.push(Warning::EcodeNsi);
        }
        if n_md == 0 || layout.max_md.is_some_and(|max| n_md > max) {
            warnings.push(Warning::EcodeLength { found: n_md });
        }
        warnings
            .extend(md.chars().find(|&c| !fits(c)).map(|found| Warning::EcodeCharacter { found }));
        warnings
    }
}

impl fmt::Display for Ecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The registry: each scheme is a row that says what it is, in three languages, and how its
//! numbers look (R19, R20, R123).
//!
//! Rows are data. A new scheme is a new `[[scheme]]` table with a pattern and, if it has one of
//! the shared check digits, its name; only schemes with rules of their own name a reader.
//! Figures and addresses that we do not know are not there, and the texts say so.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde::Deserialize;

use crate::Check;

/// The rows that come with the product.
static BUILT_IN: LazyLock<Registry> = LazyLock::new(|| {
    Registry::parse(include_str!("registry.toml")).expect("a test reads the same rows")
});

/// All schemes that are known, the most specific first.
#[derive(Debug, Clone)]
pub struct Registry {
    schemes: Vec<Scheme>,
}

/// One scheme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Stable name, fit for a URI scheme: small letters, digits, hyphens.
    pub id: String,
    /// What its numbers name.
    pub names: Names,
    /// Rules of our own for its numbers; none leaves it to the pattern and the check digit.
    #[serde(default)]
    pub reader: Option<Reader>,
    /// The check digit of numbers without a reader.
    #[serde(default)]
    pub check: Option<Check>,
    /// A regular expression that its numbers match, in the dialect of the crate `regex-lite`.
    #[serde(deserialize_with = "pattern")]
    pub pattern: Regex,
    /// Whether it reads only what no other scheme does.
    #[serde(default)]
    pub is_fallback: bool,
    /// Whether the rules behind it were verified against a published source.
    pub is_verified: bool,
    /// Standards that define it.
    #[serde(default)]
    pub standards: Vec<String>,
    /// Where the texts of the row come from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Addresses of whoever runs it.
    #[serde(default)]
    pub websites: Vec<String>,
    /// Telephone numbers of its support.
    #[serde(default)]
    pub phones: Vec<String>,
    /// Numbers of it, as printed.
    pub examples: Vec<String>,
    /// In Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: SchemeTexts,
    /// In Korean.
    pub ko: SchemeTexts,
    /// In English.
    pub en: SchemeTexts,
}

/// What a person wants to know of a scheme before choosing it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeTexts {
    /// Its name.
    pub name: String,
    /// 方案简介.
    pub introduction: String,
    /// 适用范围.
    pub scope: String,
    /// 费用情况.
    pub cost: String,
    /// 应用指引.
    pub guide: String,
    /// 技术支持.
    pub contact: String,
    /// The form of its numbers in words.
    pub form: String,
}

/// What the numbers of a scheme name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// Items, lots or products.
    Goods,
    /// Enterprises (主体).
    Enterprises,
    /// Licences and certificates, each of which may cover many products.
    Certificates,
    /// Places.
    Divisions,
}

impl Names {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Enterprises => "enterprises",
            Self::Certificates => "certificates",
            Self::Divisions => "divisions",
        }
    }
}

/// Rules of ours that a row may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The codes of this platform.
    Own,
    /// Every form of a GS1 identifier.
    Gs1,
    /// [`Tag`](gs1::tag::Tag).
    Rfid,
    /// [`Ecode`](crate::Ecode).
    Ecode,
    /// [`MaCode`](crate::MaCode).
    Ma,
    /// [`DrugCode`](crate::DrugCode).
    Drug,
    /// [`VeterinaryCode`](crate::VeterinaryCode).
    Veterinary,
    /// [`CccNumber`](crate::CccNumber).
    Ccc,
    /// [`ScLicence`](crate::ScLicence).
    Sc,
    /// [`XkLicence`](crate::XkLicence).
    Xk,
    /// [`Uscc`](crate::Uscc).
    Uscc,
    /// [`BusinessNumber`](crate::BusinessNumber).
    KrBusiness,
    /// [`CorporateNumber`](crate::CorporateNumber).
    KrCorporate,
    /// [`Division`](crate::Division).
    Division,
}

/// Why rows cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Not TOML, or not of the shape of a row; the text says where.
    #[error("the rows of schemes cannot be read: {0}")]
    Toml(String),
    /// A row that contradicts itself or another one; the text says how.
    #[error("scheme {id}: {why}")]
    Row {
        /// Which row.
        id: String,
        /// What is wrong.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(rename = "scheme")]
    schemes: Vec<Scheme>,
}

impl Registry {
    /// The schemes that come with the product.
    pub fn built_in() -> &'static Registry {
        &BUILT_IN
    }

    /// Reads rows from TOML.
    ///
    /// # Errors
    /// [`RegistryError`]: not TOML, an id twice or of other characters than small letters, digits
    /// and hyphens, an example that does not match its own pattern.
    pub fn parse(text: &str) -> Result<Self, RegistryError> {
        let rows: Rows =
            toml::from_str(text).map_err(|error| RegistryError::Toml(error.to_string()))?;
        Self { schemes: Vec::new() }.with(rows.schemes)
    }

    /// These schemes, then those of more rows, as an operator writes them.
    ///
    /// # Errors
    /// As [`Registry::parse`].
    pub fn with_rows(&self, text: &str) -> Result<Self, RegistryError> {
        self.clone().with(Self::parse(text)?.schemes)
    }

    fn with(mut self, rows: Vec<Scheme>) -> Result<Self, RegistryError> {
        self.schemes.extend(rows);
        let mut ids = BTreeSet::new();
        for scheme in &self.schemes {
            let wrong = |why: &str| RegistryError::Row { id: scheme.id.clone(), why: why.into() };
            let is_of_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let starts_well = scheme.id.starts_with(|c: char| c.is_ascii_lowercase());
            if !starts_well || !scheme.id.chars().all(is_of_id) {
                return Err(wrong("an id has small letters, digits and hyphens"));
            }
            if !ids.insert(&scheme.id) {
                return Err(wrong("there are two rows of this id"));
            }
            if !scheme.examples.iter().all(|example| scheme.pattern.is_match(example)) {
                return Err(wrong("an example does not match the pattern"));
            }
        }
        Ok(self)
    }

    /// All rows.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// The row of an id.
    pub fn find(&self, id: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.id == id)
    }
}

impl Scheme {
    /// Its texts by the tag of a language: `zh-CN`, `ko`, else English.
    pub fn texts(&self, language: &str) -> &SchemeTexts {
        match language {
            "zh-CN" => &self.zh_cn,
            "ko" => &self.ko,
            _ => &self.en,
        }
    }

    /// Whether any text of the row, in any language, or its id, standards or examples hold
    /// `wanted`; letters are compared without case.
    pub fn mentions(&self, wanted: &str) -> bool {
        let wanted = wanted.trim().to_lowercase();
        let of_texts = |it: &SchemeTexts| {
            let SchemeTexts { name, introduction, scope, cost, guide, contact, form } = it;
            [name, introduction, scope, cost, guide, contact, form]
                .iter()
                .any(|text| text.to_lowercase().contains(&wanted))
        };
        let lists = [&self.standards, &self.examples, &self.websites, &self.phones];
        self.id.contains(&wanted)
            || [&self.zh_cn, &self.ko, &self.en].into_iter().any(of_texts)
            || lists.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
    }
}

fn pattern<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&text).map_err(serde::de::Error::custom)
}

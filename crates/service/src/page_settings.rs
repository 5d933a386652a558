//! What a producer adds to the page of its goods, and what it leaves out.
//!
//! Its words stand beside the verdict, marked as the producer's: plain text with a few variables,
//! from letters of three languages, without claims about what is genuine. Where a verdict warns of
//! the goods or of the code's end, there is no place for them. What may be left out is a closed
//! list, and neither the verdict nor the code nor a recall is in it.

pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use store::id::EnterpriseId;
use store::settings::{Kind, Subject};
use unicode_normalization::UnicodeNormalization;
use verdict::State;

use crate::error::Violations;
use crate::settings::{InForce, Setting, SettingChange};
use crate::{Caller, Error, Page, Paged, Result, Service};

/// An answer beside which a producer may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// [`State::NotCommissioned`].
    NotCommissioned,
    /// [`State::FirstScan`].
    FirstScan,
    /// [`State::ScannedBefore`].
    ScannedBefore,
    /// [`State::CheckedByYou`].
    CheckedByYou,
    /// [`State::Careful`].
    Careful,
    /// [`State::SameForAll`].
    SameForAll,
    /// [`State::PinProved`].
    PinProved,
    /// [`State::PinWrong`].
    PinWrong,
}

impl Moment {
    /// Every moment.
    pub const ALL: [Self; 8] = [
        Self::FirstScan,
        Self::ScannedBefore,
        Self::CheckedByYou,
        Self::Careful,
        Self::PinProved,
        Self::PinWrong,
        Self::SameForAll,
        Self::NotCommissioned,
    ];

    /// Stable name: that of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotCommissioned => "not-commissioned",
            Self::FirstScan => "first-scan",
            Self::ScannedBefore => "scanned-before",
            Self::CheckedByYou => "checked-by-you",
            Self::Careful => "careful",
            Self::SameForAll => "same-for-all",
            Self::PinProved => "pin-proved",
            Self::PinWrong => "pin-wrong",
        }
    }

    /// That of a state, if it is one.
    fn of(state: State) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == state.name())
    }

    /// What a text may name: `{product}`, `{enterprise}`, and where it is known how often and since
    /// when a code was checked, `{n}` and `{first_checked}`.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::ScannedBefore => &["product", "enterprise", "n", "first_checked"],
            Self::Careful => &["product", "enterprise", "n"],
            _ => &["product", "enterprise"],
        }
    }
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// Where the goods are sold.
    Shop,
    /// News of the enterprise.
    News,
    /// An offer.
    Promotion,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Shop, Self::News, Self::Promotion];

    /// Stable name: `shop`, `news`, `promotion`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::News => "news",
            Self::Promotion => "promotion",
        }
    }
}

/// A part of the page that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PagePart {
    /// The picture of the product.
    Picture,
    /// Its specification.
    Specification,
    /// Its GTIN.
    Gtin,
    /// The registration number of the enterprise.
    Registration,
    /// Its address.
    Address,
    /// How to reach it.
    Contact,
    /// The question for the covered digits.
    Pin,
}

impl PagePart {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Picture,
        Self::Specification,
        Self::Gtin,
        Self::Registration,
        Self::Address,
        Self::Contact,
        Self::Pin,
    ];

    /// Stable name, such as `picture`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Specification => "specification",
            Self::Gtin => "gtin",
            Self::Registration => "registration",
            Self::Address => "address",
            Self::Contact => "contact",
            Self::Pin => "pin",
        }
    }
}

/// What a producer adds and leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSettings {
    /// Its words in zh-CN, ko and en; empty where it says nothing.
    pub texts: BTreeMap<Moment, [String; 3]>,
    /// Where it leads to.
    pub links: BTreeMap<LinkKind, String>,
    /// What it leaves out.
    pub hidden: BTreeSet<PagePart>,
}

/// Values of the variables of a text.
#[derive(Debug, Clone, Copy)]
pub struct PageValues<'a> {
    /// Name of the product.
    pub product: &'a str,
    /// Name of the enterprise.
    pub enterprise: &'a str,
    /// How often it was checked.
    pub n: u64,
    /// When it was checked first, in words.
    pub first_checked: &'a str,
}

/// Settings as a person or a program writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPageSettings {
    /// For which product; none is all of the enterprise.
    pub product_id: Option<String>,
    /// Texts in zh-CN, ko and en by name of the moment.
    pub texts: BTreeMap<String, [String; 3]>,
    /// Addresses by name of the kind.
    pub links: BTreeMap<String, String>,
    /// Names of the parts that are left out.
    pub hidden: Vec<String>,
}

impl PageSettings {
    /// The words for a reader of a language (0 zh-CN, 1 ko, 2 en) beside an answer; none where the
    /// producer says nothing. Who wrote in other languages only is read in the first of them.
    pub fn words(&self, state: State, language: usize, values: PageValues<'_>) -> Option<String> {
        let texts = self.texts.get(&Moment::of(state)?)?;
        let own = texts.get(language).filter(|it| !it.is_empty());
        let text = own.or_else(|| texts.iter().find(|it| !it.is_empty()))?;
        Some(words::expanded(text, values))
    }
}

impl Setting for PageSettings {
    const KIND: Kind = Kind::Page;

    fn to_text(&self) -> String {
        let texts = self.texts.iter().map(|(at, texts)| (at.name(), texts));
        let links = self.links.iter().map(|(kind, url)| (kind.name(), url));
        json!({
            "texts": texts.collect::<BTreeMap<_, _>>(),
            "links": links.collect::<BTreeMap<_, _>>(),
            "hidden": self.hidden.iter().map(|it| it.name()).collect::<Vec<_>>(),
        })
        .to_string()
    }

    fn of_text(text: &str) -> Self {
        let kept: Value = serde_json::from_str(text).unwrap_or_default();
        let string = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let texts = Moment::ALL.into_iter().filter_map(|at| {
            let all = kept["texts"][at.name()].as_array()?;
            Some((at, [0, 1, 2].map(|n| all.get(n).map(string).unwrap_or_default())))
        });
        let links = LinkKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, kept["links"][kind.name()].as_str()?.to_owned())));
        let hidden: Vec<_> = kept["hidden"].as_array().into_iter().flatten().collect();
        let is_hidden = |part: &PagePart| hidden.iter().any(|it| it.as_str() == Some(part.name()));
        let hidden = PagePart::ALL.into_iter().filter(is_hidden).collect();
        Self { texts: texts.collect(), links: links.collect(), hidden }
    }
}

impl NewPageSettings {
    /// The settings, or all that is wrong with them.
    ///
    /// # Errors
    /// [`Error::Rejected`].
    pub fn checked(&self) -> Result<PageSettings> {
        let mut violations = Violations::default();
        let mut settings = PageSettings::default();
        for (name, texts) in &self.texts {
            let pointer = format!("/{name}");
            let Some(at) = Moment::ALL.into_iter().find(|it| it.name() == name) else {
                let names = Moment::ALL.map(Moment::name).join(", ");
                violations.add("/texts", "no-moment", format!("there are {names}"));
                continue;
            };
            let texts = texts.each_ref().map(|it| it.trim().to_owned());
            for (rule, message) in texts.iter().filter_map(|it| words::fault(it, at.variables())) {
                violations.add(&pointer, rule, message);
            }
            if texts.iter().any(|it| !it.is_empty()) {
                settings.texts.insert(at, texts);
            }
        }
        for (name, url) in self.links.iter().filter(|(_, url)| !url.trim().is_empty()) {
            let pointer = format!("/{name}");
            let kind = LinkKind::ALL.into_iter().find(|it| it.name() == name);
            match (kind, words::host_of(url.trim())) {
                (None, _) => {
                    let names = LinkKind::ALL.map(LinkKind::name).join(", ");
                    violations.add("/links", "no-kind", format!("there are {names}"));
                }
                (Some(_), Err((rule, message))) => violations.add(&pointer, rule, message),
                (Some(kind), Ok(_)) => {
                    settings.links.insert(kind, url.trim().to_owned());
                }
            }
        }
        for name in &self.hidden {
            match PagePart::ALL.into_iter().find(|it| it.name() == name) {
                Some(part) => {
                    settings.hidden.insert(part);
                }
                None => {
                    let names = PagePart::ALL.map(PagePart::name).join(", ");
                    let message = format!("only these can be left out: {names}");
                    violations.add("/hidden", "not-hideable", message);
                }
            }
        }
        violations.finish()?;
        Ok(settings)
    }
}

/// The host that a link leads to; empty for what is none of ours.
pub fn link_host(url: &str) -> &str {
    words::host_of(url).unwrap_or_default()
}

/// What is wrong with a line of an enterprise that stands on pages of its goods, if anything is.
/// Accents are fine: names of issuers have them.
pub(crate) fn fault_of_line(line: &str) -> Option<(&'static str, String)> {
    let plain = |it: char| match it {
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => it.nfd().next().filter(char::is_ascii),
        it => Some(it),
    };
    // Without its accent a letter counts for claims like any other.
    words::fault(&line.chars().filter_map(plain).collect::<String>(), &[])
}

/// What is wrong with the name of a product, which stands beside answers: it claims nothing either.
pub(crate) fn fault_of_name(name: &str) -> Option<(&'static str, String)> {
    words::fault_of_name(name)
}

impl Service {
    /// The settings in force for a product, or for all that have none of their own.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller sees no such product.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    pub async fn find_page(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<InForce<PageSettings>> {
        let subject = self.subject_of(caller, caller.scope(), product_id).await?;
        self.in_force(subject).await
    }

    /// Sets them, in place of those of the same product or enterprise.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::NotFound`]; [`Error::Forbidden`] also
    /// for who speaks for no enterprise and names no product.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Rejected`]: crate::Error::Rejected
    pub async fn set_page(
        &self,
        caller: &Caller,
        new: &NewPageSettings,
    ) -> Result<InForce<PageSettings>> {
        let subject = self.subject_of_page(caller, new.product_id.as_deref()).await?;
        self.change_settings(caller, subject, Some(&new.checked()?)).await
    }

    /// Takes them back, so that those of the enterprise, or none, are in force again.
    ///
    /// # Errors
    /// As [`Service::set_page`].
    pub async fn reset_page(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<InForce<PageSettings>> {
        let subject = self.subject_of_page(caller, product_id).await?;
        self.change_settings(caller, subject, None).await
    }

    /// Who changed them, when, from what to what.
    ///
    /// # Errors
    /// As of any list.
    pub async fn list_page_changes(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<SettingChange<PageSettings>>> {
        self.setting_changes(caller, page).await
    }

    /// Whose page a caller may change: nobody speaks for all producers.
    async fn subject_of_page(&self, caller: &Caller, product_id: Option<&str>) -> Result<Subject> {
        let subject = self.subject_of(caller, caller.writes()?, product_id).await?;
        match subject.enterprise_id {
            EnterpriseId::LEAST => Err(Error::Forbidden),
            _ => Ok(subject),
        }
    }
}

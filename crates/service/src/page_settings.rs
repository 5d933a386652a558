//! What a producer adds to the page of its goods, and what it leaves out.
//!
//! Its words stand beside the verdict, marked as the producer's: plain text with a few variables,
//! from letters of three languages, without claims about what is genuine. Where a verdict warns of
//! the goods or of the code's end, there is no place for them. What may be left out is a closed
//! list, and neither the verdict nor the code nor a recall is in it.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use store::id::{EnterpriseId, PageChangeId};
use store::page_settings::{self, Change};
use store::rules::Subject;
use verdict::State;

use crate::error::Violations;
use crate::rules::RulesFrom;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

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

/// Settings in force, and who set them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageInForce {
    /// Which.
    pub settings: PageSettings,
    /// Who set them: nobody, the enterprise, or for the product.
    pub from: RulesFrom,
}

/// Somebody changed settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageChange {
    /// The row of the log, whose texts are told below.
    pub row: Change,
    /// What was set before; none if nothing was.
    pub before: Option<PageSettings>,
    /// What is set now; none if nothing is.
    pub after: Option<PageSettings>,
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

    /// What was kept; what this version does not know is left out.
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

impl Service {
    /// The settings in force for a product, or for all that have none of their own.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller sees no such product.
    pub async fn find_page(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<PageInForce> {
        let subject = self.subject_of(caller, caller.scope(), product_id).await?;
        self.page_in_force(subject).await
    }

    /// Sets them, in place of those of the same product or enterprise.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::NotFound`]; [`Error::Forbidden`] also
    /// for who speaks for no enterprise and names no product.
    pub async fn set_page(&self, caller: &Caller, new: &NewPageSettings) -> Result<PageInForce> {
        let scope = caller.writes()?;
        let subject = self.subject_of(caller, scope, new.product_id.as_deref()).await?;
        let after = new.checked()?.to_text();
        self.change_page(caller, subject, after).await?;
        self.page_in_force(subject).await
    }

    /// Takes them back, so that those of the enterprise, or none, are in force again.
    ///
    /// # Errors
    /// As [`Service::set_page`].
    pub async fn reset_page(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<PageInForce> {
        let subject = self.subject_of(caller, caller.writes()?, product_id).await?;
        self.change_page(caller, subject, String::new()).await?;
        self.page_in_force(subject).await
    }

    /// Who changed them, when, from what to what.
    ///
    /// # Errors
    /// As of any list.
    pub async fn list_page_changes(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<PageChange>> {
        let after = page.after_id(PageChangeId::number)?;
        let (store, scope) = (self.store(), caller.scope());
        let rows = page_settings::changes(store, scope, page.to_store(after)).await?;
        let read = |text: &str| (!text.is_empty()).then(|| PageSettings::of_text(text));
        let changes = rows.into_iter().map(|row| PageChange {
            before: read(&row.before),
            after: read(&row.after),
            row,
        });
        Ok(page.paged(changes.collect(), |it| it.row.change_id.to_string()))
    }

    /// The nearest settings.
    pub(crate) async fn page_in_force(&self, subject: Subject) -> Result<PageInForce> {
        let nearest = page_settings::of_subject(self.store(), subject).await?.into_iter().next();
        Ok(match nearest {
            None => PageInForce { settings: PageSettings::default(), from: RulesFrom::Default },
            Some(set) => PageInForce {
                settings: PageSettings::of_text(&set.settings),
                from: match set.subject.product_id {
                    Some(_) => RulesFrom::Product,
                    None => RulesFrom::Enterprise,
                },
            },
        })
    }

    async fn change_page(&self, caller: &Caller, subject: Subject, after: String) -> Result<()> {
        // Nobody speaks for all producers.
        if subject.enterprise_id == EnterpriseId::LEAST {
            return Err(Error::Forbidden);
        }
        let mut attempts = Attempts::of("change page");
        loop {
            let all = page_settings::of_subject(self.store(), subject).await?;
            let set = all.into_iter().find(|it| it.subject == subject);
            let revision = set.as_ref().map_or(0, |it| it.revision);
            let before = set.map(|it| it.settings).unwrap_or_default();
            if before == after {
                return Ok(());
            }
            let change = Change {
                change_id: PageChangeId::new(self.now_us(), self.random_bits()),
                subject,
                changed_at_us: self.now_us(),
                key_id: caller.key_id,
                changed_by: caller.label.clone(),
                before,
                after: after.clone(),
            };
            let statements = page_settings::change(&change, revision);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                if let Some(id) = subject.product_id {
                    self.forget_goods(id);
                }
                return Ok(());
            }
        }
    }
}

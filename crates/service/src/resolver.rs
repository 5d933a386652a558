//! The GS1 Digital Link resolver: what an identified thing leads to (GS1-Conformant Resolver 1.2).
//!
//! An entry belongs to one level of an identifier: a GTIN, a lot under it, a serial. A request is
//! answered from the deepest level that has what it asks for; each level is one look-up, however
//! many serials there are. An item of ours has links of its own that nobody has to set.

mod choose;

use std::sync::Arc;

use ::schemes::Names;
use gs1::Gtin;
use gs1::digital_link::DigitalLink;
use mint::Code;
use store::bindings::{self, Binding, Target};
use store::id::{EnterpriseId, Scope};
use store::{code_batches, links, products};

pub use choose::Wishes;

use crate::error::Violations;
use crate::kept::Goods;
use crate::limits::{MAX_BINDINGS, MAX_IDENTIFIER_BYTES, MAX_LINE_CHARS, MAX_LINKS, MAX_URL_BYTES};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// Where the GS1 Web vocabulary defines link types.
pub const GS1_VOC: &str = "https://ref.gs1.org/voc/";

/// The relation of two names of one thing.
const SAME_AS: &str = "https://schema.org/sameAs";

/// One level of a Digital Link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Path of the uncompressed link down to this level: `/01/09506000134352/21/12`. Where a
    /// level is set, any Digital Link will do.
    pub anchor: String,
    /// What the thing is, in words.
    pub item_description: String,
    /// Its links. Of a primary key exactly one is the default, of other levels at most one.
    pub links: Vec<Link>,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// URI of the link type; a `gs1:` name or a plain word where it is set.
    pub link_type: String,
    /// The target, an `http` or `https` URL.
    pub href: String,
    /// What a person reads of it.
    pub title: String,
    /// Media type of the target, or empty.
    pub media_type: String,
    /// Language tags of the target, as `ko` or `zh-CN`.
    pub languages: Vec<String>,
    /// Contexts that it is for, for instance a country.
    pub contexts: Vec<String>,
    /// Whether it is where a request without wishes is sent.
    pub is_default: bool,
    /// Whether the query of a request goes with the redirection.
    pub forwards_query: bool,
}

/// One change of the links of a level. `at` counts from 0, and `was` is where that link leads: if
/// it leads elsewhere by now, somebody else was faster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEdit {
    /// Adds a link.
    Add(Link),
    /// Puts a link in the place of another.
    Change {
        /// Which one.
        at: usize,
        /// Where it leads.
        was: String,
        /// What takes its place.
        link: Link,
    },
    /// Takes a link away.
    Remove {
        /// Which one.
        at: usize,
        /// Where it leads.
        was: String,
    },
}

/// What a client asks a Digital Link for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `linkType` as a URI, a `gs1:` name or a plain word; none wants the default.
    pub link_type: Option<String>,
    /// What is known of the reader.
    pub wishes: Wishes,
}

/// Where a Digital Link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// To one place.
    To(Link),
    /// To one of several that fit equally well.
    Choices(Vec<Link>),
}

/// What is known of a Digital Link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Path of the uncompressed link without its attributes.
    pub anchor: String,
    /// Levels that have links, the primary key first.
    pub levels: Vec<Level>,
    /// Whether links of some level were taken back.
    pub is_gone: bool,
}

impl Service {
    /// Sets the links of one level, in place of what was there.
    pub async fn set_links(&self, caller: &Caller, new: Level) -> Result<Level> {
        caller.writes()?;
        let anchors =
            anchors_of(&new.anchor).map_err(|why| Error::rejected("/anchor", "bad-anchor", why))?;
        let level = new.tidied();
        check(&level, anchors.len() == 1)?;
        let owner = self.owner_of(caller, &anchors).await?;
        let level = Level { anchor: deepest(anchors), ..level };
        self.put_level(owner, &level, IsGone::No).await?;
        Ok(level)
    }

    /// Takes the links of one level back; who follows it is told that they are gone.
    pub async fn retire_links(&self, caller: &Caller, anchor: &str) -> Result<()> {
        caller.writes()?;
        let entry = self.own_entry(caller, anchor).await?;
        let owner = entry.enterprise_id;
        self.put_level(owner, &Level { links: Vec::new(), ..level_of(entry) }, IsGone::Yes).await
    }

    /// The links of one level.
    pub async fn find_links(&self, caller: &Caller, anchor: &str) -> Result<Level> {
        self.own_entry(caller, anchor).await.map(level_of)
    }

    /// Adds, changes or takes away one link of a level; the first link becomes the default, and
    /// another one does when it says so or when the default goes.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the link that is meant is not there any more.
    pub async fn edit_links(&self, caller: &Caller, anchor: &str, edit: &LinkEdit) -> Result<()> {
        caller.writes()?;
        let anchors =
            anchors_of(anchor).map_err(|why| Error::rejected("/anchor", "bad-anchor", why))?;
        let owner = self.owner_of(caller, &anchors).await?;
        let anchor = deepest(anchors);
        let item_description = match gtin_of(&anchor) {
            Some(gtin) => self.goods_of_gtin(gtin).await?.map(|goods| goods.product_name.clone()),
            None => None,
        };
        let mut attempts = Attempts::of("edit links");
        loop {
            let found = links::find(self.store(), Scope::PLATFORM, &anchor).await?;
            if found.as_ref().is_some_and(|found| found.enterprise_id != owner) {
                return Err(taken());
            }
            let revision = found.as_ref().map_or(0, |found| found.revision) + 1;
            let level = found.filter(|entry| !entry.is_gone).map(level_of);
            let mut level = level.unwrap_or_else(|| Level {
                anchor: anchor.clone(),
                item_description: item_description.clone().unwrap_or_else(|| anchor.clone()),
                links: Vec::new(),
            });
            edit.apply(&mut level.links)?;
            let entry = links::Entry {
                anchor: level.anchor,
                enterprise_id: owner,
                revision,
                is_gone: false,
                item_description: level.item_description,
                links: level.links.into_iter().map(stored).collect(),
            };
            if self.write_decided(&mut attempts, links::put(&entry)).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// What is known of the goods of a GTIN that somebody registered.
    pub async fn goods_of_gtin(&self, gtin: &str) -> Result<Option<Arc<Goods>>> {
        let product = products::by_gtin(self.store(), Scope::PLATFORM, gtin).await?;
        match product {
            Some(product) => Ok(Some(self.goods_of(product.product_id).await?)),
            None => Ok(None),
        }
    }

    /// Levels that the caller has set, without their links, by owner and anchor.
    pub async fn list_links(&self, caller: &Caller, page: &Page) -> Result<Paged<Level>> {
        let (owner, anchor) = match &page.after {
            None => (EnterpriseId::LEAST, ""),
            Some(after) => {
                let at = after.find('/').ok_or(Error::NotFound)?;
                (after[..at].parse()?, &after[at..])
            }
        };
        let limit = page.n_rows() + 1;
        let rows = links::list(self.store(), caller.scope(), (owner, anchor), limit).await?;
        let paged = page.paged(rows, |row| format!("{}{}", row.enterprise_id, row.anchor));
        Ok(Paged { items: paged.items.into_iter().map(level_of).collect(), next: paged.next })
    }

    /// What is known of a Digital Link, perhaps nothing; an error if it is none.
    pub async fn resolve(&self, uri: &str) -> Result<Resolution> {
        let anchors =
            anchors_of(uri).map_err(|why| Error::rejected("", "bad-digital-link", why))?;
        let mut levels = Vec::new();
        let mut is_gone = false;
        for anchor in &anchors {
            match links::find(self.store(), Scope::PLATFORM, anchor).await? {
                Some(entry) if entry.is_gone => is_gone = true,
                Some(entry) if entry.links.is_empty() => {}
                Some(entry) => levels.push(level_of(entry)),
                None => {}
            }
        }
        for anchor in &anchors {
            let Some(own) = self.own_level(anchor).await? else { continue };
            match levels.iter_mut().find(|level| level.anchor == *anchor) {
                Some(level) => level.add(own.links),
                None => levels.push(own),
            }
        }
        // The primary key first.
        levels.sort_by_key(|level| level.anchor.len());
        let anchor = deepest(anchors);
        Ok(Resolution { anchor, levels, is_gone })
    }

    /// Whether goods of a GTIN carry codes of ours.
    pub async fn prints_codes_of(&self, gtin: &str) -> Result<bool> {
        let Ok(gtin) = Gtin::parse(gtin) else { return Ok(false) };
        let product = products::by_gtin(self.store(), Scope::PLATFORM, gtin.as_str()).await?;
        let Some(product) = product else { return Ok(false) };
        let scope = Scope::enterprise(product.enterprise_id);
        Ok(code_batches::has_any(self.store(), scope, product.product_id).await?)
    }

    /// The links that nobody has to set: of an item of ours its verdict, its history and what else
    /// it goes by, of a registered GTIN what its product goes by.
    async fn own_level(&self, anchor: &str) -> Result<Option<Level>> {
        let item = anchor.strip_prefix("/01/").and_then(|it| it.split_once("/21/"));
        if let Some(item) = item {
            return self.item_level(anchor, item).await;
        }
        let Some(gtin) = gtin_of(anchor) else { return Ok(None) };
        let product = products::by_gtin(self.store(), Scope::PLATFORM, gtin).await?;
        let Some(product) = product else { return Ok(None) };
        let links = self.bound_links(Target::Product(product.product_id)).await?;
        let level = Level { anchor: anchor.to_owned(), item_description: product.name, links };
        Ok((!level.links.is_empty()).then_some(level))
    }

    /// What else a thing goes by. Certificates say what covers it; other identifiers name the same
    /// thing, and none of them is a code of ours.
    async fn bound_links(&self, target: Target) -> Result<Vec<Link>> {
        let bound =
            bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS).await?;
        Ok(bound.into_iter().map(|binding| self.bound_link(&binding)).collect())
    }

    fn bound_link(&self, binding: &Binding) -> Link {
        let scheme = self.registry().find(&binding.scheme_id);
        let covers = scheme.is_some_and(|scheme| scheme.names == Names::Certificates);
        let link_type = match covers {
            true => format!("{GS1_VOC}certificationInfo"),
            false => SAME_AS.to_owned(),
        };
        // Whoever follows the number of a scheme without addresses reads what the scheme is.
        let is_address = binding.uri.starts_with("https://") || binding.uri.starts_with("http://");
        let href = match is_address {
            true => binding.uri.clone(),
            false => format!("{}/schemes/{}", self.public_url(), binding.scheme_id),
        };
        let name = scheme.map_or(binding.scheme_id.as_str(), |scheme| &scheme.en.name);
        Link {
            link_type,
            href,
            title: format!("{name}: {}", binding.uri),
            media_type: String::new(),
            languages: Vec::new(),
            contexts: Vec::new(),
            is_default: false,
            forwards_query: false,
        }
    }

    /// The links of an item of ours.
    async fn item_level(
        &self,
        anchor: &str,
        (gtin, serial): (&str, &str),
    ) -> Result<Option<Level>> {
        let Ok(code) = Code::from_serial(serial) else { return Ok(None) };
        let Some(printed) = self.printed(&code).await? else { return Ok(None) };
        if printed.label.gtin.as_deref() != Some(gtin) {
            return Ok(None);
        }
        let goods = self.goods_of(printed.label.product_id).await?;
        let page = format!("{}/c/{code}", self.public_url());
        let link = |name: &str, href: String, title: &str| Link {
            link_type: format!("{GS1_VOC}{name}"),
            href,
            title: title.into(),
            media_type: "text/html".into(),
            languages: ["zh-CN", "ko", "en"].map(str::to_owned).to_vec(),
            contexts: Vec::new(),
            is_default: false,
            forwards_query: false,
        };
        let history = link("traceability", format!("{page}/trace"), "Where it has been");
        let verdict = link("verificationService", page, "What this code says");
        let mut links = vec![Link { is_default: true, ..verdict }, history];
        links.extend(self.bound_links(Target::Item(printed.item_id)).await?);
        let item_description = goods.product_name.clone();
        Ok(Some(Level { anchor: anchor.to_owned(), item_description, links }))
    }

    /// Who may set links for these levels: for a GTIN who registered its product, for another key
    /// who set the links of the primary key first. Deeper levels come after it, so that each has a
    /// default above it and none is taken from under its owner.
    async fn owner_of(&self, caller: &Caller, anchors: &[String]) -> Result<EnterpriseId> {
        let primary = &anchors[0];
        let entry = links::find(self.store(), Scope::PLATFORM, primary).await?;
        let owner = match primary.strip_prefix("/01/") {
            Some(gtin) => {
                let product = products::by_gtin(self.store(), caller.scope(), gtin).await?;
                Some(product.ok_or_else(unregistered)?.enterprise_id)
            }
            None => entry.as_ref().map(|entry| entry.enterprise_id).or(caller.enterprise_id),
        };
        let owner = owner.ok_or(Error::Forbidden)?;
        if !caller.scope().holds(owner) {
            return Err(taken());
        }
        if anchors.len() > 1 && entry.is_none_or(|entry| entry.is_gone) {
            let message = format!("set the links of {primary} first");
            return Err(Error::rejected("/anchor", "no-primary-key", message));
        }
        Ok(owner)
    }

    async fn own_entry(&self, caller: &Caller, anchor: &str) -> Result<links::Entry> {
        let anchor = deepest(anchors_of(anchor).map_err(|_| Error::NotFound)?);
        let found = links::find(self.store(), caller.scope(), &anchor).await?;
        found.filter(|entry| !entry.is_gone).ok_or(Error::NotFound)
    }

    async fn put_level(&self, owner: EnterpriseId, level: &Level, is_gone: IsGone) -> Result<()> {
        let mut attempts = Attempts::of("set links");
        loop {
            let found = links::find(self.store(), Scope::PLATFORM, &level.anchor).await?;
            if found.as_ref().is_some_and(|found| found.enterprise_id != owner) {
                return Err(taken());
            }
            let entry = links::Entry {
                anchor: level.anchor.clone(),
                enterprise_id: owner,
                revision: found.map_or(0, |found| found.revision) + 1,
                is_gone: is_gone == IsGone::Yes,
                item_description: level.item_description.clone(),
                links: level.links.iter().cloned().map(stored).collect(),
            };
            if self.write_decided(&mut attempts, links::put(&entry)).await?.is_some() {
                return Ok(());
            }
        }
    }
}

impl LinkEdit {
    fn apply(&self, links: &mut Vec<Link>) -> Result<()> {
        let moved = || Error::Conflict("somebody changed the links; look at them again".into());
        let is_there = |at: usize, was: &str| links.get(at).is_some_and(|link| link.href == was);
        let at = match self {
            Self::Add(link) => {
                let link = checked(link.clone())?;
                if links.len() >= MAX_LINKS {
                    let message = format!("{MAX_LINKS} links at most");
                    return Err(Error::rejected("/links", "too-many", message));
                }
                links.push(link);
                links.len() - 1
            }
            Self::Change { at, was, link } => {
                let link = checked(link.clone())?;
                if !is_there(*at, was) {
                    return Err(moved());
                }
                let is_default = link.is_default || links[*at].is_default;
                links[*at] = Link { is_default, ..link };
                *at
            }
            Self::Remove { at, was } => {
                if !is_there(*at, was) {
                    return Err(moved());
                }
                links.remove(*at);
                0
            }
        };
        if !links.iter().any(|link| link.is_default) {
            links.iter_mut().take(1).for_each(|first| first.is_default = true);
        }
        if links.get(at).is_some_and(|link| link.is_default) {
            let others = links.iter_mut().enumerate().filter(|(nth, _)| *nth != at);
            others.for_each(|(_, link)| link.is_default = false);
        }
        Ok(())
    }
}

fn tidied(link: Link) -> Link {
    Link {
        link_type: link_type_of(link.link_type.trim()),
        href: link.href.trim().to_owned(),
        title: link.title.trim().to_owned(),
        ..link
    }
}

/// A link as it is stored, or what is wrong with its members.
fn checked(link: Link) -> Result<Link> {
    let link = tidied(link);
    let mut violations = Violations::default();
    check_link(&mut violations, "", &link);
    violations.finish()?;
    Ok(link)
}

/// The GTIN of the anchor of a GTIN.
fn gtin_of(anchor: &str) -> Option<&str> {
    anchor.strip_prefix("/01/").filter(|gtin| !gtin.contains('/'))
}

/// Whether links are set or taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IsGone {
    No,
    Yes,
}

impl Level {
    /// As it is stored: without spaces around, with link types as URIs.
    fn tidied(self) -> Self {
        Self {
            item_description: self.item_description.trim().to_owned(),
            links: self.links.into_iter().map(tidied).collect(),
            ..self
        }
    }

    /// Adds links of ours, whose default comes before that of the owner: a scan is a scan.
    fn add(&mut self, own: Vec<Link>) {
        if own.iter().any(|link| link.is_default) {
            self.links.iter_mut().for_each(|link| link.is_default = false);
        }
        self.links.extend(own);
    }
}

impl Resolution {
    /// Where to send who wants `wanted`: to the best link of the deepest level that has any of the
    /// type; none if no level has one.
    pub fn choose(&self, wanted: &Wanted) -> Option<Resolved> {
        let link_type = wanted.link_type.as_deref().map(link_type_of);
        let is_wanted = |link: &&Link| match &link_type {
            Some(link_type) => link.link_type == *link_type,
            None => link.is_default,
        };
        self.levels.iter().rev().find_map(|level| {
            let links: Vec<&Link> = level.links.iter().filter(is_wanted).collect();
            let best = choose::best(&links, &wanted.wishes);
            match best.as_slice() {
                [] => None,
                [one] => Some(Resolved::To((*one).clone())),
                more => Some(Resolved::Choices(more.iter().copied().cloned().collect())),
            }
        })
    }
}

/// The paths of all levels of a Digital Link, the primary key first, or why it is none.
fn anchors_of(uri: &str) -> std::result::Result<Vec<String>, String> {
    if uri.len() > MAX_IDENTIFIER_BYTES {
        return Err(format!("a Digital Link may have {MAX_IDENTIFIER_BYTES} bytes"));
    }
    let absolute =
        if uri.starts_with('/') { format!("https://id.gs1.org{uri}") } else { uri.into() };
    let (path, query) = absolute.split_once('?').unwrap_or((&absolute, ""));
    let joint = if query.is_empty() { "" } else { "?" };
    let absolute = &format!("{}{joint}{query}", path.trim_end_matches('/'));
    let canonical = match DigitalLink::parse(absolute) {
        Ok(link) => link.canonical(),
        Err(error) => match DigitalLink::decompress(absolute) {
            Ok(link) => link.canonical(),
            Err(_) => return Err(error.to_string()),
        },
    };
    let path = canonical.strip_prefix("https://id.gs1.org").unwrap_or(&canonical);
    let path = path.split('?').next().unwrap_or_default();
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    Ok(ends.skip(2).step_by(2).map(|end| path[..end].to_owned()).collect())
}

/// A link type as a URI: `gs1:pip`, `pip` and the older homes of the vocabulary mean the same.
fn link_type_of(text: &str) -> String {
    let homes = ["gs1:", "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/"];
    let name = homes.iter().find_map(|home| text.strip_prefix(home));
    match name {
        Some(name) => format!("{GS1_VOC}{name}"),
        None if text.contains(':') => text.to_owned(),
        None => format!("{GS1_VOC}{text}"),
    }
}

/// The last of the levels of a link.
fn deepest(anchors: Vec<String>) -> String {
    anchors.into_iter().next_back().expect("a link has a primary key")
}

fn level_of(entry: links::Entry) -> Level {
    let read = |link: links::Link| Link {
        link_type: link.link_type,
        href: link.href,
        title: link.title,
        media_type: link.media_type,
        languages: link.languages,
        contexts: link.contexts,
        is_default: link.is_default,
        forwards_query: link.forwards_query,
    };
    let links = entry.links.into_iter().map(read).collect();
    Level { anchor: entry.anchor, item_description: entry.item_description, links }
}

fn stored(link: Link) -> links::Link {
    links::Link {
        link_type: link.link_type,
        href: link.href,
        title: link.title,
        media_type: link.media_type,
        languages: link.languages,
        contexts: link.contexts,
        is_default: link.is_default,
        forwards_query: link.forwards_query,
    }
}

fn check(new: &Level, is_primary: bool) -> Result<()> {
    let mut violations = Violations::default();
    violations.check_text("/item_description", &new.item_description, MAX_LINE_CHARS);
    if new.links.is_empty() {
        violations.add("/links", "required", "set one link at least");
    }
    if new.links.len() > MAX_LINKS {
        violations.add("/links", "too-many", format!("{MAX_LINKS} links at most"));
    }
    for (i, link) in new.links.iter().take(MAX_LINKS).enumerate() {
        check_link(&mut violations, &format!("/links/{i}"), link);
    }
    match new.links.iter().filter(|link| link.is_default).count() {
        0 if is_primary => {
            violations.add("/links", "no-default", "mark one link of a primary key as the default");
        }
        0 | 1 => {}
        _ => violations.add("/links", "two-defaults", "mark one link as the default, not more"),
    }
    violations.finish()
}

fn check_link(violations: &mut Violations, pointer: &str, link: &Link) {
    let at = |member: &str| format!("{pointer}/{member}");
    violations.check_text(&at("title"), &link.title, MAX_LINE_CHARS);
    if !is_url(&link.href, &["https://", "http://"]) {
        let message = format!("give an http or https URL of {MAX_URL_BYTES} bytes at most");
        violations.add(&at("href"), "bad-url", message);
    }
    let default = ["defaultLink", "defaultLinkMulti"].map(|name| format!("{GS1_VOC}{name}"));
    if default.contains(&link.link_type) {
        let message = "name what the link is, and mark it as the default";
        violations.add(&at("link_type"), "not-descriptive", message);
    } else if !is_url(&link.link_type, &["https://", "http://"]) {
        let message = "give a gs1: name or an absolute URI";
        violations.add(&at("link_type"), "bad-link-type", message);
    }
    let is_word = |it: &str, more: &[u8]| {
        !it.is_empty()
            && it.len() <= MAX_LINE_CHARS
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    if !link.media_type.is_empty()
        && !link
            .media_type
            .split_once('/')
            .is_some_and(|(kind, rest)| is_word(kind, b"-") && is_word(rest, b"-+."))
    {
        violations.add(&at("media_type"), "bad-media-type", "give a media type, as text/html");
    }
    let is_tag = |tag: &String| {
        let (primary, region) = tag.split_once('-').unwrap_or((tag, "XX"));
        [primary, region]
            .iter()
            .all(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    if link.languages.len() > MAX_LINKS || !link.languages.iter().all(is_tag) {
        violations.add(&at("languages"), "bad-language", "give tags such as zh-CN, ko or en");
    }
    if link.contexts.len() > MAX_LINKS || !link.contexts.iter().all(|it| is_word(it, b"-_.")) {
        violations.add(&at("contexts"), "bad-context", "give words of letters and digits");
    }
}

/// Whether a text is an absolute URL of printable ASCII, and has a host.
fn is_url(text: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_printable = |it: u8| it.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&it);
    text.len() <= MAX_URL_BYTES
        && text.bytes().all(is_printable)
        && rest.is_some_and(|rest| {
            rest.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '[')
        })
}

fn unregistered() -> Error {
    let message = "register the product with this GTIN first, then set its links";
    Error::rejected("/anchor", "unknown-gtin", message)
}

fn taken() -> Error {
    Error::Conflict("another enterprise set links for this key; ask the operator".into())
}

//! The page of a code, written from the skeleton of its shape.

use super::words::{Words, line_of, place_name};
use super::{encode, icon, words_of};
use crate::app::App;
use crate::language::Language;
use crate::moment::{day_in_words, in_words};
use crate::pages::skeleton::{MAX_SKELETONS, Marks, Skeleton, Skeletons};
use crate::pages::{Frame, groups};
use crate::text::{CertificateTexts, PageTexts, VoucherTexts, fill};
use crate::visit::{Visit, host_named};
use askama::Template;
use geo::Places;
use service::limits::MAX_CERTIFICATES;
use service::{
    LinkKind, PagePart, PageSettings, PageValues, ScanAnswer, ScannedItem, ShownCertificate,
    link_host,
};
use std::array;
use verdict::{Confidence, Seen, Source, State as Verdict, Tone};

/// What is printed on the pack and can be compared by eye.
const N_PACK: usize = 8;
/// Groups of digits of a code of ours; what is longer is none, and its page is rendered whole.
const MAX_GROUPS: usize = 5;
/// Lines of scans that are shown, of consumers and of others each.
const MAX_LINES: usize = 3;
/// Values before those of the pack, in the order of [`ItemPage::new`].
const N_FIRST: usize = 19;
const N_GROUPS_END: usize = N_FIRST + N_PACK + MAX_GROUPS;
const N_LINES_END: usize = N_GROUPS_END + 2 * MAX_LINES;
/// An address and a host for each kind of link of the producer.
const N_LINKS: usize = LinkKind::ALL.len();
const N_LINKS_END: usize = N_LINES_END + 2 * N_LINKS;
/// Of the product and of its lot.
const N_CERTIFICATES: usize = 2 * MAX_CERTIFICATES;
/// An id, a title and a line for each.
const N_VALUES: usize = N_LINKS_END + 3 * N_CERTIFICATES;

/// What pages have in common that differ in values only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    language: Language,
    /// Class of the band: the tone's name.
    tone: &'static str,
    icon: &'static str,
    asks_pin: bool,
    /// Whether typing the PIN is the next step, so that its form stands right under the answer.
    is_covered: bool,
    has_goods: bool,
    has_picture: bool,
    /// Whether this answer can be saved.
    has_claim: bool,
    /// Whether the label names another host than the one at which the page is read.
    is_elsewhere: bool,
    /// Which lines of the pack are shown.
    pack: [bool; N_PACK],
    n_groups: usize,
    /// Lines of consumers' scans; none while there is nothing to tell but this one.
    n_recent: usize,
    /// Whether others scanned it, and how many lines tell when.
    has_aside: bool,
    n_aside: usize,
    /// Whether the producer says something.
    has_words: bool,
    /// Which links of the producer are shown.
    links: [bool; N_LINKS],
    /// How many certificates are shown, and how many of them are not over: those stand first.
    n_certificates: usize,
    n_valid: usize,
}

/// One page: its shape and its values.
struct ItemView<'a> {
    visit: &'a Visit,
    shape: Shape,
    first: [&'a str; N_FIRST],
    pack: [&'a str; N_PACK],
    groups: Vec<&'a str>,
    /// Consumers' scans, then those of others.
    lines: Vec<&'a str>,
    /// Addresses of the producer's links, and their hosts.
    links: [[&'a str; 2]; N_LINKS],
    /// Id, title and a line that says the rest.
    certificates: Vec<[&'a str; 3]>,
}

/// What the page of a code shows. An empty line of the pack is not shown.
#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    frame: Frame,
    shape: Shape,
    title: &'a str,
    reason: &'a str,
    next: &'a str,
    groups: &'a [&'a str],
    goods: Option<Goods<'a>>,
    /// Label and value.
    pack: [(&'static str, &'a str); N_PACK],
    /// The code as a segment of a path.
    segment: &'a str,
    /// The pass that came along, for links and forms of the same code.
    pass: &'a str,
    /// How many scans of consumers, and which the last were.
    consumers: (&'a str, &'a [&'a str]),
    /// How many scans of others, and which the last were.
    aside: (&'a str, &'a [&'a str]),
    /// What is sent back to have this answer signed.
    claim: &'a str,
    v: &'static VoucherTexts,
    p: &'static PageTexts,
    /// What the producer says.
    said: &'a str,
    /// What the links of the producer are called, where they lead and to which host.
    links: [(&'static str, [&'a str; 2]); N_LINKS],
    k: &'static CertificateTexts,
    certificates: &'a [[&'a str; 3]],
    /// Where it is read and what its label names, if that is another host.
    elsewhere: String,
    means_host: String,
    checked_at: &'a str,
    request_id: &'a str,
}

/// What the code is bound to.
struct Goods<'a> {
    name: &'a str,
    specification: &'a str,
    enterprise: &'a str,
    /// Id of the enterprise.
    maker: &'a str,
    /// Address of the picture.
    picture: Option<&'a str>,
}

/// Writes the page that answers a scan.
pub(super) fn write(
    app: &App,
    visit: &Visit,
    (typed, answer, claim): (&str, &ScanAnswer, Option<&str>),
    page: &mut String,
) -> askama::Result<()> {
    let (language, state) = (visit.language, answer.verdict.state);
    let code = answer.code.as_deref().unwrap_or(typed);
    let goods = answer.item.as_ref().map(|it| &*it.goods);
    let settings = goods.map(|it| &it.page);
    let is_shown = |part| settings.is_none_or(|it| !it.hidden.contains(&part));
    let picture = goods.and_then(picture_of).unwrap_or_default();
    let (name, specification, enterprise) = goods
        .map_or(("", "", ""), |it| (&*it.product_name, &*it.specification, &*it.enterprise_name));
    let maker = goods.map(|it| it.enterprise_id.to_string()).unwrap_or_default();
    let specification = if is_shown(PagePart::Specification) { specification } else { "" };
    let said = said(language, answer);
    let links = links(settings, answer.verdict.tone);
    let Words { title, reason, next } = words_of(language, answer);
    let (here, segment) = (visit.here(), encode(code));
    let pass = visit.pass_onward();
    let checked_at = in_words(language, app.service.now_us());
    let request_id = visit.request_id();
    let pack = answer.item.as_ref().map(pack).unwrap_or_default();
    let read_at = if visit.host.is_empty() { &app.host } else { &visit.host };
    let label_host = host_named(answer.item.as_ref().map_or("", |it| it.label_host()));
    let groups = groups(code);
    let Trail { consumers, aside, lines, n_recent, n_aside } =
        trail(app.service.places(), language, answer);
    let lines = lines.iter().map(String::as_str).collect();
    let shown = answer.certificates();
    let told: Vec<_> = shown.iter().map(|it| line_of(language, it)).collect();
    let certificates = papers(shown, &told);
    let shape = Shape {
        language,
        tone: answer.verdict.tone.name(),
        icon: icon(state, answer.verdict.tone),
        asks_pin: asks_pin(state) && (is_shown(PagePart::Pin) || state == Verdict::Covered),
        is_covered: state == Verdict::Covered,
        has_goods: goods.is_some(),
        has_picture: !picture.is_empty(),
        has_claim: claim.is_some(),
        is_elsewhere: !label_host.is_empty() && label_host != *read_at,
        pack: pack.map(|it| !it.is_empty()),
        n_groups: groups.len(),
        n_recent,
        has_aside: !aside.is_empty(),
        n_aside,
        has_words: !said.is_empty(),
        links: links.map(|[url, _]| !url.is_empty()),
        n_certificates: shown.len(),
        n_valid: shown.iter().filter(|it| !it.is_expired).count(),
    };
    let first = [
        &here,
        &*title,
        &reason,
        &next,
        &picture,
        name,
        specification,
        enterprise,
        &segment,
        &pass,
        &checked_at,
        request_id,
        &consumers,
        &aside,
        claim.unwrap_or_default(),
        &said,
        &maker,
        read_at,
        &label_host,
    ];
    let view = ItemView { visit, shape, first, pack, groups, lines, links, certificates };
    view.write(&app.item_pages, page)
}

/// Address of the picture of goods, if they have one that is shown.
fn picture_of(goods: &service::Goods) -> Option<String> {
    let is_shown = goods.has_picture && !goods.page.hidden.contains(&PagePart::Picture);
    is_shown.then(|| format!("/api/v1/products/{}/picture", goods.product_id))
}

impl<'a> ItemView<'a> {
    fn write(&self, skeletons: &Skeletons<Shape>, page: &mut String) -> askama::Result<()> {
        let is_short = self.groups.len() <= MAX_GROUPS;
        match is_short
            .then(|| skeletons.of(self.shape, MAX_SKELETONS, || self.skeleton()))
            .flatten()
        {
            Some(skeleton) => {
                skeleton.fill(page, &self.values());
                Ok(())
            }
            None => self.template().render_into(page),
        }
    }

    /// In the order of the marks.
    fn values(&self) -> [&'a str; N_VALUES] {
        let mut values = [""; N_VALUES];
        values[..N_FIRST].copy_from_slice(&self.first);
        values[N_FIRST..][..N_PACK].copy_from_slice(&self.pack);
        values[N_FIRST + N_PACK..][..self.groups.len()].copy_from_slice(&self.groups);
        values[N_GROUPS_END..][..self.lines.len()].copy_from_slice(&self.lines);
        values[N_LINES_END..N_LINKS_END].copy_from_slice(self.links.as_flattened());
        let certificates = self.certificates.as_flattened();
        values[N_LINKS_END..][..certificates.len()].copy_from_slice(certificates);
        values
    }

    fn skeleton(&self) -> Option<Skeleton> {
        let marks = Marks::<N_VALUES>::new();
        let marks = marks.values();
        let shown = |n: usize| if self.shape.pack[n] { marks[N_FIRST + n] } else { "" };
        let marked = ItemView {
            visit: self.visit,
            shape: self.shape,
            first: array::from_fn(|n| marks[n]),
            pack: array::from_fn(shown),
            groups: marks[N_FIRST + N_PACK..][..self.shape.n_groups].to_vec(),
            lines: marks[N_GROUPS_END..][..self.shape.n_recent + self.shape.n_aside].to_vec(),
            links: array::from_fn(|n| [marks[N_LINES_END + 2 * n], marks[N_LINES_END + 2 * n + 1]]),
            certificates: marks[N_LINKS_END..].as_chunks().0[..self.shape.n_certificates].to_vec(),
        };
        let page = marked.template().render().ok()?;
        Some(Skeleton::of(&page))
    }

    fn template(&self) -> ItemPage<'_> {
        let [here, title, reason, next, picture, name, specification, enterprise, rest @ ..] =
            self.first;
        let [segment, pass, checked_at, request_id, consumers, aside, claim, rest @ ..] = rest;
        let [said, maker, read_at, label_host] = rest;
        let (recent, others) = self.lines.split_at(self.shape.n_recent);
        let mut frame = Frame::new(self.visit);
        frame.here = here.to_owned();
        let t = frame.t;
        let labels = [
            t.label_host,
            t.lot,
            t.produced,
            t.best_before,
            t.gtin,
            t.registration,
            t.address,
            t.contact,
        ];
        let picture = self.shape.has_picture.then_some(picture);
        let goods = Goods { name, specification, enterprise, maker, picture };
        ItemPage {
            shape: self.shape,
            title,
            reason,
            next,
            groups: &self.groups,
            goods: self.shape.has_goods.then_some(goods),
            pack: array::from_fn(|n| (labels[n], self.pack[n])),
            segment,
            pass,
            consumers: (consumers, recent),
            aside: (aside, others),
            claim,
            v: self.visit.language.voucher_texts(),
            p: self.visit.language.page_texts(),
            said,
            links: array::from_fn(|n| {
                (self.visit.language.page_texts().link(LinkKind::ALL[n]), self.links[n])
            }),
            k: self.visit.language.certificate_texts(),
            certificates: &self.certificates,
            elsewhere: fill(&fill(t.elsewhere_where, label_host), read_at),
            means_host: fill(t.means_host, read_at),
            checked_at,
            request_id,
            frame,
        }
    }
}

/// What the producer says beside this answer; empty where it says nothing.
fn said(language: Language, answer: &ScanAnswer) -> String {
    let Some(goods) = answer.item.as_ref().map(|it| &it.goods) else { return String::new() };
    let told = answer.verdict.state.told();
    let first_checked = told.since_us.map(|at_us| in_words(language, at_us)).unwrap_or_default();
    let values = PageValues {
        product: &goods.product_name,
        enterprise: &goods.enterprise_name,
        n: told.count.unwrap_or_default(),
        first_checked: &first_checked,
    };
    goods.page.words(answer.verdict.state, language as usize, values).unwrap_or_default()
}

/// Id, title and line of each certificate.
fn papers<'a>(shown: &'a [ShownCertificate], lines: &'a [String]) -> Vec<[&'a str; 3]> {
    let of = |(it, line): (&'a ShownCertificate, &'a String)| {
        [&*it.certificate_id, &*it.title, line.as_str()]
    };
    shown.iter().zip(lines).map(of).collect()
}

/// Where the producer leads, and to which hosts; nowhere beside what warns of the goods.
fn links(settings: Option<&PageSettings>, tone: Tone) -> [[&str; 2]; N_LINKS] {
    let settings = settings.filter(|_| tone != Tone::Red);
    let url = |kind| settings.and_then(|it| it.links.get(&kind)).map_or("", String::as_str);
    LinkKind::ALL.map(|kind| [url(kind), link_host(url(kind))])
}

/// Who scanned a code so far, in words.
#[derive(Default)]
struct Trail {
    consumers: String,
    aside: String,
    lines: Vec<String>,
    n_recent: usize,
    n_aside: usize,
}

/// Nothing while this scan is the only one.
fn trail(places: Option<&Places>, language: Language, answer: &ScanAnswer) -> Trail {
    let told = &answer.trail;
    let is_first =
        told.n_scans < 2 && matches!(answer.verdict.state, Verdict::FirstScan | Verdict::Covered);
    let n_shown = if is_first { 0 } else { MAX_LINES };
    if told.n_aside == 0 && (is_first || told.n_scans == 0) {
        return Trail::default();
    }
    let t = language.texts();
    // Whoever holds the code reads this: when a stranger looked is told to the day.
    let line = |who: &str, seen: &Seen| {
        let mut line = day_in_words(language, seen.at_us);
        let spot = seen.spot.filter(|spot| spot.confidence > Confidence::Low);
        let place = spot.map(|spot| place_name(places, language, spot.area));
        let parts = [Some(who), place.as_deref()].into_iter().flatten();
        for part in parts.filter(|part| !part.is_empty()) {
            line.push_str(" · ");
            line.push_str(part);
        }
        line
    };
    let mut lines: Vec<_> = told.recent.iter().take(n_shown).map(|seen| line("", seen)).collect();
    let n_recent = lines.len();
    // When the goods were handled is a part of their journey, which their owner may keep private.
    let is_private = answer.item.as_ref().is_some_and(|item| item.goods.has_private_stages);
    let n_told = if is_private { 0 } else { MAX_LINES };
    lines.extend(told.aside.iter().take(n_told).map(|it| {
        let who = match it.source {
            Source::Inspection => t.trail_inspection,
            Source::Consumer | Source::Logistics => t.trail_logistics,
        };
        line(who, &it.seen)
    }));
    Trail {
        consumers: fill(t.trail_consumers, told.n_scans),
        aside: if told.n_aside > 0 { fill(t.trail_aside, told.n_aside) } else { String::new() },
        n_aside: lines.len() - n_recent,
        n_recent,
        lines,
    }
}

/// In the order of the labels.
fn pack(item: &ScannedItem) -> [&str; N_PACK] {
    let (goods, lot) = (&*item.goods, item.lot.as_deref());
    let is_hidden = |part| goods.page.hidden.contains(&part);
    let shown = |part, text| if is_hidden(part) { "" } else { text };
    [
        item.label_host(),
        lot.map_or("", |it| &it.lot_number),
        lot.map_or("", |it| &it.production_date),
        lot.and_then(|it| it.expiry_date.as_deref()).unwrap_or_default(),
        shown(PagePart::Gtin, item.gtin().unwrap_or_default()),
        shown(PagePart::Registration, &goods.registration_number),
        shown(PagePart::Address, &goods.enterprise_address),
        shown(PagePart::Contact, &goods.enterprise_contact),
    ]
}

/// Whether a PIN would be looked at.
fn asks_pin(state: Verdict) -> bool {
    matches!(
        state,
        Verdict::Covered
            | Verdict::FirstScan
            | Verdict::NotScanned
            | Verdict::ScannedBefore { .. }
            | Verdict::CheckedByYou { .. }
            | Verdict::Careful { .. }
            | Verdict::PinWrong { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderMap, HeaderValue, Uri};

    #[test]
    fn a_filled_skeleton_is_what_the_template_renders() {
        let skeletons = Skeletons::default();
        let mut n_pages = 0;
        for tag in ["zh-CN", "ko", "en"] {
            let uri = format!("/c/1?a=%3C&lang={tag}").parse::<Uri>().unwrap();
            let visit = Visit::new(HeaderValue::from_static("id"), &uri, &HeaderMap::new());
            for bits in 0..256u32 {
                check(&skeletons, &visit, bits);
                n_pages += 1;
            }
        }
        assert_eq!(n_pages, 768);
    }

    /// The page of one shape, through a skeleton that other values have made.
    fn check(skeletons: &Skeletons<Shape>, visit: &Visit, bits: u32) {
        let has = |n: u32| bits & 1 << n != 0;
        let tone = if has(0) { "green" } else { "red" };
        let shape = Shape {
            language: visit.language,
            tone,
            icon: "<path d='M1'/>",
            asks_pin: has(1),
            is_covered: has(3),
            has_goods: has(2),
            has_picture: has(3),
            has_claim: has(5),
            is_elsewhere: has(4),
            pack: array::from_fn(|n| has(4 + n as u32 % 3)),
            n_groups: if has(7) { 5 } else { 1 },
            n_recent: (bits % 4) as usize,
            has_aside: has(2),
            n_aside: if has(2) { (bits / 4 % 4) as usize } else { 0 },
            has_words: has(6),
            links: [has(1), has(6), has(3)],
            n_certificates: (bits / 16 % 4) as usize,
            n_valid: (bits / 64 % 4) as usize,
        };
        for text in ["one", "&'<\"> 溯源 \u{e003}", ""] {
            // Each value is another, so that none stands in another's place; only the first may be
            // empty, since the shape says what is shown.
            let texts: Vec<String> = (0..64).map(|n| format!("{n}{text}")).collect();
            let mut texts = texts.iter().map(String::as_str);
            let mut next = || texts.next().expect("there are more than values");
            let mut filled = String::new();
            let view = ItemView {
                visit,
                shape,
                first: if text.is_empty() { [""; N_FIRST] } else { array::from_fn(|_| next()) },
                pack: shape.pack.map(|is_shown| if is_shown { next() } else { "" }),
                groups: (0..shape.n_groups).map(|_| next()).collect(),
                lines: (0..shape.n_recent + shape.n_aside).map(|_| next()).collect(),
                links: shape.links.map(
                    |is_shown| {
                        if is_shown { [next(), next()] } else { [""; 2] }
                    },
                ),
                certificates: (0..shape.n_certificates)
                    .map(|_| array::from_fn(|_| next()))
                    .collect(),
            };
            view.write(skeletons, &mut filled).unwrap();
            assert_eq!(filled, view.template().render().unwrap());
        }
    }
}

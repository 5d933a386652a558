//! The portals: enterprises, dealers, regulators and the operator.
//!
//! Each page is a list of blocks; a form that is refused comes back as it was sent, with what is
//! wrong beside each field.

pub(crate) mod alerts;
pub(crate) mod batches;
pub(crate) mod captures;
pub(crate) mod certificates;
pub(crate) mod dealers;
pub(crate) mod diversions;
pub(crate) mod domains;
pub(crate) mod drawing;
pub(crate) mod enterprises;
pub(crate) mod feedback;
pub(crate) mod goods;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod lookup;
pub(crate) mod lots;
pub(crate) mod notices;
pub(crate) mod overview;
pub(crate) mod page_settings;
pub(crate) mod products;
pub(crate) mod recalls;
pub(crate) mod reports;
pub(crate) mod rules;
pub(crate) mod session;
pub(crate) mod shares;
pub(crate) mod subscriptions;
pub(crate) mod tasks;
mod traces;

use super::blocks::{Block, ConsolePage, MenuItem, Table, Tried};
use super::{Frame, Page};
use crate::extract::Fields;
use crate::language::Language;
use crate::problem::Problem;
use crate::text::ConsoleTexts;
use crate::visit::Visit;
use axum::response::{IntoResponse, Redirect, Response};
use service::{Caller, Role};

/// Who looks at a page, and in which language.
pub(crate) struct Desk<'a> {
    visit: &'a Visit,
    caller: &'a Caller,
    c: &'static ConsoleTexts,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(visit: &'a Visit, caller: &'a Caller) -> Self {
        Self { visit, caller, c: visit.language.console_texts() }
    }

    fn language(&self) -> Language {
        self.visit.language
    }

    /// The page of `title` with `blocks` on it.
    fn page(&self, title: &str, lead: &'static str, blocks: Vec<Block>) -> Response {
        let role = self.caller.role;
        Page::console(ConsolePage {
            frame: Frame::new(self.visit),
            portal: portal_name(self.c, role),
            menu: self.menu(),
            signed_in_as: Some(format!("{} · {}", self.caller.label, role_name(self.c, role))),
            title: title.to_owned(),
            lead,
            blocks,
        })
        .into_response()
    }

    fn menu(&self) -> Vec<MenuItem> {
        let (c, l) = (self.c, self.language());
        let (t, d, notices) = (l.recall_texts(), l.dealer_texts(), l.notice_texts().notices);
        let (rules, feedback) = (l.rule_texts().rules, l.feedback_texts().title);
        let (alerts, reports) = (l.alert_texts().alerts, l.report_texts().reports);
        let (diversions, page) = (l.diversion_texts().diversions, l.page_texts().page);
        let links: &[(&'static str, &'static str)] = match self.caller.role {
            Role::Enterprise => &[
                ("/console", c.overview),
                ("/console/alerts", alerts),
                ("/console/reports", reports),
                ("/console/products", c.products),
                ("/console/batches", c.batches),
                ("/console/lots", c.lots),
                ("/console/rules", rules),
                ("/console/page", page),
                ("/console/domains", l.domain_texts().domains),
                (certificates::OWN, l.certificate_texts().own),
                ("/console/captures", c.captures),
                ("/console/subscriptions", c.subscriptions),
                ("/console/trace", c.lookup),
                ("/console/dealers", d.dealers),
                ("/console/moves", d.moves),
                ("/console/diversions", diversions),
                ("/console/recalls", t.recalls),
                ("/console/tasks", t.tasks),
                ("/console/notices", notices),
                ("/console/feedback", feedback),
                ("/console/shares", c.shares),
                ("/console/keys", c.keys),
            ],
            Role::Operator => &[
                ("/operator", c.lookup),
                ("/console/alerts", alerts),
                ("/console/reports", reports),
                ("/operator/enterprises", c.enterprises),
                ("/operator/parties", c.parties),
                ("/operator/keys", c.keys),
                ("/console/products", c.products),
                ("/console/batches", c.batches),
                ("/console/rules", rules),
                ("/console/captures", c.captures),
                ("/console/subscriptions", c.subscriptions),
                ("/console/recalls", t.recalls),
                ("/console/notices", notices),
                ("/console/feedback", feedback),
            ],
            Role::Dealer => &[
                ("/dealer", c.lookup),
                ("/dealer/shipments", d.shipments),
                ("/dealer/stock", d.stock),
                ("/console/moves", d.moves),
                ("/console/captures", c.captures),
                ("/console/tasks", t.tasks),
                ("/console/diversions", diversions),
                ("/console/notices", notices),
            ],
            Role::Regulator => &[
                ("/regulator", c.lookup),
                ("/console/alerts", alerts),
                ("/console/diversions", diversions),
                ("/console/reports", reports),
                ("/console/recalls", t.recalls),
                ("/console/notices", notices),
            ],
        };
        let path = self.visit.path();
        let is_current = |href: &str| path == href || is_under(path, href);
        let item = |&(href, label): &(_, _)| MenuItem { href, label, is_current: is_current(href) };
        // What its enterprise captures is none of a single dealer's.
        let is_shown = |href: &str| href != "/console/captures" || self.caller.dealer_id.is_none();
        links.iter().filter(|(href, _)| is_shown(href)).map(item).collect()
    }
}

/// Whether a page belongs to a menu item; the portals themselves hold only their own page.
fn is_under(path: &str, href: &str) -> bool {
    href.matches('/').count() > 1
        && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
}

/// After a form was taken: the page anew, by GET, so that a reload sends nothing twice.
fn done(location: &str) -> Response {
    Redirect::to(location).into_response()
}

/// A refused form, if a person can correct it; any other problem is a page of its own.
fn tried(action: &str, sent: Fields, problem: Problem) -> Result<Tried, Problem> {
    if !problem.is_correctable() {
        return Err(problem);
    }
    Ok(Tried { action: action.to_owned(), sent, problem })
}

/// A link to the next page of a list.
fn next_link(path: &str, next: Option<String>) -> Option<String> {
    next.map(|after| format!("{path}?after={after}"))
}

/// A number in digits that can be read: groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn portal_name(c: &ConsoleTexts, role: Role) -> &'static str {
    match role {
        Role::Operator => c.portal_operator,
        Role::Enterprise => c.portal_console,
        Role::Dealer => c.portal_dealer,
        Role::Regulator => c.portal_regulator,
    }
}

/// A role in words.
fn role_name(c: &ConsoleTexts, role: Role) -> &'static str {
    match role {
        Role::Operator => c.role_operator,
        Role::Enterprise => c.role_enterprise,
        Role::Dealer => c.role_dealer,
        Role::Regulator => c.role_regulator,
    }
}

/// The page where a role begins.
fn portal_of(role: Role) -> &'static str {
    match role {
        Role::Operator => "/operator",
        Role::Enterprise => "/console",
        Role::Dealer => "/dealer",
        Role::Regulator => "/regulator",
    }
}

/// A table without rows yet.
fn table(title: &'static str, heads: Vec<&'static str>, empty: [&'static str; 2]) -> Table {
    let [empty, empty_next] = empty;
    Table { title, heads, rows: Vec::new(), empty, empty_next, next: None }
}

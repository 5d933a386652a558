//! Events that name items by batch and position, until somebody knows the codes.

use epcis::Role;
use epcis::build::{self, Draft};

/// Runs up to this length are spelled code by code; longer ones are written as ranges.
const MAX_LISTED: u64 = 24;

/// What an event names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Items {
    /// Positions `first..=last` of a batch.
    Range {
        /// Index of the batch.
        batch: usize,
        /// First position.
        first: u64,
        /// Last position, included.
        last: u64,
    },
    /// Anything else, by its URI.
    Epc(String),
}

/// An event in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPlan {
    /// All of it but what it names.
    pub draft: Draft,
    /// What it names, and in which role.
    pub items: Vec<(Role, Items)>,
    /// For runs that are written as ranges: class URI of the lot.
    pub lot_uri: Option<String>,
}

/// How whoever loaded the batches spells them.
#[derive(Clone, Copy)]
pub struct Spelling<'a> {
    /// The id of the batch with that index.
    pub batch_id: &'a dyn Fn(usize) -> String,
    /// The EPC of a batch's item at a position.
    pub epc: &'a dyn Fn(usize, u64) -> String,
}

impl EventPlan {
    /// When it happened, microseconds since the epoch.
    pub fn event_time_us(&self) -> i64 {
        self.draft.when.event_time_us
    }

    /// Names one more thing.
    pub(crate) fn names(mut self, role: Role, items: Items) -> Self {
        self.items.push((role, items));
        self
    }

    /// Names one more thing by its URI.
    pub(crate) fn epc(self, role: Role, uri: &str) -> Self {
        self.names(role, Items::Epc(uri.to_owned()))
    }

    /// Tells the lot of the runs that are written as ranges.
    pub(crate) fn of_lot(mut self, lot_uri: Option<String>) -> Self {
        self.lot_uri = lot_uri;
        self
    }

    /// Changes the part that names nothing.
    pub(crate) fn with(mut self, change: impl FnOnce(Draft) -> Draft) -> Self {
        self.draft = change(self.draft);
        self
    }

    /// The event with ids and codes spelled out.
    pub fn spelled(&self, spelling: &Spelling<'_>) -> Draft {
        let mut draft = self.draft.clone();
        for (role, items) in &self.items {
            draft = match items {
                Items::Epc(uri) => draft.epc(*role, uri),
                Items::Range { batch, first, last } if last - first < MAX_LISTED => {
                    let epcs = (*first..=*last).map(|position| (spelling.epc)(*batch, position));
                    epcs.fold(draft, |draft, epc| draft.epc(*role, &epc))
                }
                Items::Range { batch, first, last } => {
                    let n_items = (last - first + 1).to_string();
                    let draft = draft.range(*role, &(spelling.batch_id)(*batch), *first, *last);
                    match &self.lot_uri {
                        Some(lot_uri) => draft.quantity(*role, lot_uri, &n_items, None),
                        None => draft,
                    }
                }
            };
        }
        draft
    }
}

/// An EPCIS 2.0 document in JSON-LD with these events.
pub fn document(created_at_us: i64, plans: &[EventPlan], spelling: &Spelling<'_>) -> Vec<u8> {
    let drafts: Vec<Draft> = plans.iter().map(|plan| plan.spelled(spelling)).collect();
    build::document(created_at_us, &drafts)
}

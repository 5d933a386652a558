//! Packing into cases and pallets, and the hops of a supply chain.

use epcis::Role;

use crate::builder::{Builder, HOUR_US, MINUTE_US, Site};
use crate::number::party_uri;
use crate::plan::{EventPlan, Items};
use crate::{ItemRef, Run};

/// A closed case, rack or crate.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Its SSCC.
    pub(crate) uri: String,
    /// What is in it.
    pub(crate) run: Run,
}

impl Case {
    /// The n-th item of the case.
    pub(crate) fn item(&self, n: u64) -> ItemRef {
        ItemRef { batch: self.run.batch, position: self.run.first + n }
    }
}

impl Run {
    pub(crate) fn items(self) -> Items {
        Items::Range { batch: self.batch, first: self.first, last: self.last }
    }

    /// One item as a run.
    pub(crate) fn one(item: ItemRef) -> Self {
        Self { batch: item.batch, first: item.position, last: item.position }
    }
}

/// A carriage from one enterprise to the next.
pub(crate) struct Hop<'a> {
    pub(crate) from: Site,
    pub(crate) to: Site,
    pub(crate) carrier: usize,
    pub(crate) uris: &'a [String],
    pub(crate) leaves_us: i64,
    pub(crate) arrives_us: i64,
}

/// Packs a run into cases, two minutes each.
pub(crate) fn pack_cases(
    builder: &mut Builder,
    site: Site,
    run: Run,
    begin_us: i64,
) -> (Vec<Case>, Vec<EventPlan>) {
    let per_case = builder.counts.items_per_case;
    let (mut cases, mut events) = (Vec::new(), Vec::new());
    let mut first = run.first;
    let mut time_us = begin_us;
    while first <= run.last {
        let last = run.last.min(first + per_case - 1);
        let case = Case { uri: builder.sscc(site.0), run: Run { first, last, ..run } };
        let event = builder.pack(site, time_us, &case.uri).names(Role::Child, case.run.items());
        events.push(event.with(|draft| draft.disposition("in_progress")));
        cases.push(case);
        (first, time_us) = (last + 1, time_us + 2 * MINUTE_US);
    }
    (cases, events)
}

/// Packs a run into cases and those onto one pallet; captured as one document.
pub(crate) fn pack_pallet(
    builder: &mut Builder,
    site: Site,
    run: Run,
    begin_us: i64,
) -> (String, Vec<Case>) {
    let (cases, mut events) = pack_cases(builder, site, run, begin_us);
    let end_us = events.last().map_or(begin_us, EventPlan::event_time_us);
    let pallet = builder.sscc(site.0);
    let uris: Vec<String> = cases.iter().map(|case| case.uri.clone()).collect();
    events.push(pack_units(builder, site, &pallet, &uris, end_us + 10 * MINUTE_US));
    builder.capture(site.0, events);
    (pallet, cases)
}

/// Logistic units are packed into a bigger one.
pub(crate) fn pack_units(
    builder: &Builder,
    site: Site,
    parent: &str,
    uris: &[String],
    time_us: i64,
) -> EventPlan {
    name_all(builder.pack(site, time_us, parent), Role::Child, uris)
}

pub(crate) fn name_all(event: EventPlan, role: Role, uris: &[String]) -> EventPlan {
    uris.iter().fold(event, |event, uri| event.epc(role, uri))
}

/// Shipped, carried and received: three captures of three enterprises.
pub(crate) fn carry(builder: &mut Builder, hop: &Hop<'_>) {
    let paper = builder.paper(hop.from.0);
    let (from, to) = (party_uri(hop.from.0), party_uri(hop.to.0));
    let parties = |event: EventPlan| {
        event.with(|draft| {
            let draft = draft.biz_transaction("desadv", &paper);
            draft.source("owning_party", &from).destination("owning_party", &to)
        })
    };
    let seen = |builder: &Builder, site, time_us, step, disposition: &str| {
        let event = builder.observe(site, time_us, step).with(|it| it.disposition(disposition));
        name_all(event, Role::Epc, hop.uris)
    };
    let shipping = seen(builder, hop.from, hop.leaves_us, "shipping", "in_transit");
    // The carrier holds what it does not own.
    let carrier = party_uri(hop.carrier);
    let shipping = parties(shipping).with(|it| it.destination("possessing_party", &carrier));
    builder.capture(hop.from.0, vec![shipping]);
    let loads_us = hop.leaves_us + HOUR_US;
    let unloads_us = hop.arrives_us - HOUR_US;
    let loading = seen(builder, Site(hop.carrier, 1), loads_us, "loading", "in_transit");
    let unloading = seen(builder, Site(hop.carrier, 2), unloads_us, "unloading", "in_transit");
    builder.capture(hop.carrier, vec![loading, unloading]);
    let receiving = seen(builder, hop.to, hop.arrives_us, "receiving", "in_progress");
    builder.capture(hop.to.0, vec![parties(receiving)]);
}

/// A sale that a shop reported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sold {
    pub(crate) item: ItemRef,
    pub(crate) at_us: i64,
    /// Where its buyer lives.
    pub(crate) division: &'static str,
}

/// Opens a case in a shop and sells `n_sold` of it, a few hours apart.
pub(crate) fn sell(
    builder: &mut Builder,
    site: Site,
    (case, n_sold): (&Case, u64),
    opens_us: i64,
    division: &'static str,
) -> Vec<Sold> {
    let opened = builder.unpack(site, opens_us, &case.uri);
    builder.capture(site.0, vec![opened]);
    let mut sold = Vec::new();
    let mut at_us = opens_us;
    for n in 0..n_sold {
        let item = case.item(n);
        at_us += HOUR_US + i64::try_from(builder.random.below(240)).expect("small") * MINUTE_US;
        let event = builder.observe(site, at_us, "retail_selling");
        let event = event.names(Role::Epc, Run::one(item).items());
        builder.capture(site.0, vec![event.with(|draft| draft.disposition("retail_sold"))]);
        sold.push(Sold { item, at_us, division });
    }
    sold
}

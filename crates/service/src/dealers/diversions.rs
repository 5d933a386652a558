//! Suspected diversions (疑似窜货): cases that scans opened, and what people decide about them.
//!
//! A case goes from suspected to checking, and from there to confirmed or excluded; each step has a
//! note, and may be taken back by checking again. Whoever checks is a key that the enterprise
//! names, of its own or of a dealer's staff: it sees that case alone, and may tell of it and send
//! pictures.

mod follow;
mod statistics;

use aws_lc_rs::digest::{SHA256, digest};
use store::api_keys;
use store::diversions::{
    self, Diversion, DiversionChange, DiversionScan, DiversionState, NamedDiversion, Wanted,
};
use store::id::{DiversionId, EnterpriseId, KeyId};
use store::recall_tasks::File;
use verdict::Area;
use verdict::diversion::Thresholds;

use super::details::day_of;
use crate::error::Violations;
use crate::limits::{
    DIVERSION_DAYS, MAX_CHANGES_OF_DIVERSION, MAX_FILES_OF_DIVERSION, MAX_LINE_CHARS,
    MAX_NOTES_OF_DIVERSION, MAX_NOTES_OF_INSPECTOR, MAX_PAGE_ROWS, MAX_RECALL_TEXT_CHARS,
};
use crate::recalls::stored_form;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Role, Service};

pub use self::statistics::{DiversionStatistics, Tally};

/// A case as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiversionView {
    /// It.
    pub case: Diversion,
    /// Number and name of the dealer.
    pub dealer: (String, String),
    /// Name of the product.
    pub product: String,
    /// The shipment as 32 hexadecimal digits; none if it is not known.
    pub shipment_id: Option<String>,
    /// What the key of whoever looks into it is called; empty if none does.
    pub inspector: String,
    /// Whether it is still checked, and was to be done by now.
    pub is_overdue: bool,
}

/// A scan that a case rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiversionEvidence {
    /// The item, as events call it.
    pub epc: String,
    /// What was seen.
    pub scan: DiversionScan,
    /// Tells devices of one case apart, and nothing else.
    pub device: String,
}

/// Which cases are wanted, as a person or a program writes it; what is empty is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiversionFilter {
    /// Name of the state.
    pub state: String,
    /// The dealer.
    pub dealer_id: String,
    /// The product.
    pub product_id: String,
    /// The province, as six digits, or the two letters of a country.
    pub area: String,
    /// The first day on which it was opened, as `YYYY-MM-DD` in China.
    pub from: String,
    /// The last day.
    pub until: String,
}

impl DiversionFilter {
    /// What is asked, or all that is wrong with it.
    fn checked(&self) -> Result<Wanted> {
        let mut violations = Violations::default();
        let mut wanted = Wanted::default();
        let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        if let Some(text) = given(&self.state) {
            wanted.state = DiversionState::from_name(&text);
            if wanted.state.is_none() {
                let names = DiversionState::ALL.map(DiversionState::name).join(", ");
                violations.add("/state", "no-state", format!("there are {names}"));
            }
        }
        if let Some(text) = given(&self.area) {
            wanted.area = Area::parse(&text).map(Area::province);
            if wanted.area.is_none() {
                let message = "write a province as six digits such as 440000";
                violations.add("/area", "no-area", message);
            }
        }
        // A dealer or a product that is none has no cases.
        wanted.dealer_id = given(&self.dealer_id).map(|it| it.parse()).transpose()?;
        wanted.product_id = given(&self.product_id).map(|it| it.parse()).transpose()?;
        for (pointer, text, n_days) in [("/from", &self.from, 0), ("/until", &self.until, 1)] {
            let Some(text) = given(text) else { continue };
            let Some(day) = day_of(&text) else {
                violations.add(pointer, "bad-date", "write the date as YYYY-MM-DD");
                continue;
            };
            let at_us = (i64::from(day) + n_days) * DAY_US - CHINA_US;
            let bound = if n_days == 0 { &mut wanted.from_us } else { &mut wanted.until_us };
            *bound = Some(at_us);
        }
        violations.finish()?;
        Ok(wanted)
    }
}

/// A step of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiversionStep {
    /// Name of the state; as it is if it is empty.
    pub state: String,
    /// Why, or what was found.
    pub note: String,
    /// The key that looks into it, for a case that is checked; [`NO_INSPECTOR`] takes it away, and
    /// empty leaves it as it is.
    pub inspector_id: String,
    /// The last day of the task, as `YYYY-MM-DD`. If it is empty, whoever is named has
    /// [`DIVERSION_DAYS`], and who was named before has what there was.
    pub due: String,
}

/// Who looks into a case that no key looks into.
pub const NO_INSPECTOR: &str = "none";

/// Days are those of China, and end there.
const DAY_US: i64 = 86_400_000_000;
const CHINA_US: i64 = 8 * 3_600_000_000;

/// The last moment of a day since the epoch.
fn end_of(day: i64) -> i64 {
    (day + 1) * DAY_US - CHINA_US - 1
}

impl Service {
    /// Cases that are wanted, the newest first.
    pub async fn list_diversions(
        &self,
        caller: &Caller,
        wanted: &DiversionFilter,
        page: &Page,
    ) -> Result<Paged<DiversionView>> {
        caller.watches()?;
        let wanted = &wanted.checked()?;
        let after = page.after_id(DiversionId::number)?;
        let limit = (after, page.n_rows() + 1);
        let rows = diversions::list(self.store(), caller.scope(), wanted, limit).await?;
        let paged = page.paged(rows, |row| row.case.diversion_id.to_string());
        Ok(self.diversion_views(paged))
    }

    /// Cases that the caller's key looks into.
    pub async fn list_inspected_diversions(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<DiversionView>> {
        let after = page.after_id(DiversionId::number)?;
        let rows =
            diversions::of_inspector(self.store(), caller.key_id, page.to_store(after)).await?;
        let rows = rows.into_iter().filter(|it| caller.scope().holds(it.case.of.enterprise_id));
        let paged = page.paged(rows.collect(), |row| row.case.diversion_id.to_string());
        Ok(self.diversion_views(paged))
    }

    /// Cases that are overdue, or that the caller's key looks into: what is due first comes first.
    pub async fn list_diversions_to_check(
        &self,
        caller: &Caller,
        n_rows: u32,
    ) -> Result<Vec<DiversionView>> {
        caller.watches()?;
        let (of, limit) = ((caller.key_id, self.now_us()), n_rows.min(MAX_PAGE_ROWS));
        let rows = diversions::to_check(self.store(), caller.scope(), of, limit).await?;
        Ok(rows.into_iter().map(|it| self.diversion_view(it)).collect())
    }

    /// One case: of who watches over the goods, or looks into it.
    pub async fn find_diversion(&self, caller: &Caller, id: DiversionId) -> Result<DiversionView> {
        let found = self.diversion_of(caller, id).await?;
        Ok(self.diversion_view(found))
    }

    /// The scans that a case rests on, by item.
    pub async fn list_diversion_scans(
        &self,
        caller: &Caller,
        id: DiversionId,
        page: &Page,
    ) -> Result<Paged<DiversionEvidence>> {
        self.diversion_of(caller, id).await?;
        let bad = |_| Error::rejected("/after", "bad-page", "take what the page before named");
        let after = page.after.as_deref().map(str::parse::<i64>).transpose().map_err(bad)?;
        let rows = diversions::scans(self.store(), id, (after, page.n_rows() + 1)).await?;
        let Paged { items, next } = page.paged(rows, |row| row.item_id.to_string());
        let mut told = Vec::with_capacity(items.len());
        for scan in items {
            let epc = self.epc_of_id(scan.item_id).await?;
            // The number in somebody's cookie is nobody's business.
            let named = scan.device.as_deref().map(|device| {
                let of = digest(&SHA256, format!("{id} {device}").as_bytes());
                of.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>()
            });
            told.push(DiversionEvidence { epc, device: named.unwrap_or_default(), scan });
        }
        Ok(Paged { items: told, next })
    }

    /// What was decided about a case, and what inspectors told of it.
    pub async fn list_diversion_changes(
        &self,
        caller: &Caller,
        id: DiversionId,
    ) -> Result<Vec<DiversionChange>> {
        self.diversion_of(caller, id).await?;
        Ok(diversions::changes(self.store(), id, MAX_CHANGES_OF_DIVERSION).await?)
    }

    /// Takes a case a step on, or adds a note to it. Who only looks into it may add notes.
    ///
    /// # Errors
    /// [`Error::Rejected`] if no such step leads on from its state, or it has no note.
    pub async fn step_diversion(
        &self,
        caller: &Caller,
        id: DiversionId,
        step: &DiversionStep,
    ) -> Result<DiversionView> {
        let mut attempts = Attempts::of("step of diversion");
        loop {
            let case = self.diversion_to_do(caller, id).await?;
            let next = self.diversion_after(caller, &case, step).await?;
            let limit = MAX_CHANGES_OF_DIVERSION;
            let changes = diversions::changes(self.store(), id, limit).await?;
            check_room(caller, (case.state, next.state), &changes)?;
            let change = DiversionChange {
                change_no: changes.last().map_or(1, |it| it.change_no + 1),
                state: next.state,
                note: step.note.trim().to_owned(),
                changed_by: caller.label.clone(),
                changed_at_us: self.now_us(),
            };
            let statements = vec![diversions::replace(&next), diversions::note_change(id, &change)];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return self.find_diversion(caller, id).await;
            }
        }
    }

    /// The case after a step, or what is wrong with the step.
    async fn diversion_after(
        &self,
        caller: &Caller,
        case: &Diversion,
        step: &DiversionStep,
    ) -> Result<Diversion> {
        let mut violations = Violations::default();
        let note = step.note.replace(['\n', '\r', '\t'], " ");
        violations.check_text("/note", &note, MAX_RECALL_TEXT_CHARS);
        let named = step.state.trim();
        let state =
            if named.is_empty() { Some(case.state) } else { DiversionState::from_name(named) };
        let is_way = state.is_some_and(|next| next == case.state || leads(case.state, next));
        if !is_way {
            let ways: Vec<&str> = next_states(case.state).iter().map(|it| it.name()).collect();
            let message = format!("from {} it goes to {}", case.state.name(), ways.join(" or "));
            violations.add("/state", "no-such-step", message);
        }
        let state = state.unwrap_or(case.state);
        let is_asked = !step.inspector_id.trim().is_empty() || !step.due.trim().is_empty();
        if caller.writes().is_err() && (state != case.state || is_asked) {
            return Err(Error::Forbidden);
        }
        let is_withdrawn = step.inspector_id.trim() == NO_INSPECTOR && step.due.trim().is_empty();
        if is_asked && !is_withdrawn && state != DiversionState::Checking {
            let message = "an inspector is named while a case is checked";
            violations.add("/inspector_id", "not-checking", message);
        }
        let mut next = Diversion { state, changed_at_us: self.now_us(), ..case.clone() };
        if !step.due.trim().is_empty() {
            match day_of(step.due.trim()) {
                Some(day) => next.due_at_us = Some(end_of(i64::from(day))),
                None => violations.add("/due", "bad-date", "write the date as YYYY-MM-DD"),
            }
        }
        let named = step.inspector_id.trim();
        let is_open = next.due_at_us == case.due_at_us && step.due.trim().is_empty();
        if named == NO_INSPECTOR {
            next.inspector_id = None;
        } else if !named.is_empty() {
            match self.inspector_of_diversion(case.of.enterprise_id, named).await? {
                Some(id) => next.inspector_id = Some(id),
                None => {
                    let message = "name a key of the enterprise or of its dealers";
                    violations.add("/inspector_id", "unknown-key", message);
                }
            }
        }
        violations.finish()?;
        let is_asked = next.inspector_id.is_some() && state == DiversionState::Checking;
        if is_asked && is_open && (next.inspector_id, state) != (case.inspector_id, case.state) {
            let today = (self.now_us() + CHINA_US).div_euclid(DAY_US);
            next.due_at_us = Some(end_of(today + DIVERSION_DAYS));
        }
        Ok(next)
    }

    /// A key of an enterprise that is not revoked.
    async fn inspector_of_diversion(
        &self,
        owner: EnterpriseId,
        text: &str,
    ) -> Result<Option<KeyId>> {
        let Ok(id) = text.parse::<KeyId>() else { return Ok(None) };
        Ok(api_keys::is_active_of(self.store(), owner, id).await?.then_some(id))
    }

    /// Keeps a picture, which is encoded anew, or a PDF of a case.
    pub async fn add_diversion_file(
        &self,
        caller: &Caller,
        id: DiversionId,
        (name, body): (&str, Vec<u8>),
    ) -> Result<File> {
        let mut violations = Violations::default();
        violations.check_text("/name", name, MAX_LINE_CHARS);
        violations.finish()?;
        self.diversion_to_do(caller, id).await?;
        let (media_type, body) = stored_form(body).await?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, &body).as_ref());
        let mut attempts = Attempts::of("add file of diversion");
        loop {
            let files = diversions::files(self.store(), id).await?;
            if let Some(same) = files.iter().find(|it| it.sha256 == sha256) {
                return Ok(same.clone());
            }
            if files.len() >= MAX_FILES_OF_DIVERSION {
                let limit = MAX_FILES_OF_DIVERSION as u64;
                return Err(Error::TooLarge { limit, what: "files of one case" });
            }
            let file = File {
                file_no: files.last().map_or(1, |it| it.file_no + 1),
                name: name.trim().to_owned(),
                media_type: media_type.to_owned(),
                sha256,
                n_bytes: body.len() as u64,
                uploaded_by: caller.label.clone(),
                uploaded_at_us: self.now_us(),
            };
            let statement = diversions::insert_file(id, &file, &body);
            if self.write_decided(&mut attempts, vec![statement]).await?.is_some() {
                return Ok(file);
            }
        }
    }

    /// Files of a case.
    pub async fn list_diversion_files(
        &self,
        caller: &Caller,
        id: DiversionId,
    ) -> Result<Vec<File>> {
        self.diversion_of(caller, id).await?;
        Ok(diversions::files(self.store(), id).await?)
    }

    /// A file of a case: media type and bytes.
    pub async fn diversion_file(
        &self,
        caller: &Caller,
        id: DiversionId,
        file_no: u32,
    ) -> Result<(String, Vec<u8>)> {
        self.diversion_of(caller, id).await?;
        diversions::file(self.store(), id, file_no).await?.ok_or(Error::NotFound)
    }

    /// What the caller's enterprise asks before it hears of a suspicion.
    pub async fn find_diversion_thresholds(&self, caller: &Caller) -> Result<Thresholds> {
        caller.watches()?;
        let owner = caller.enterprise_id.ok_or(Error::NotFound)?;
        Ok(diversions::thresholds(self.store(), owner).await?.0)
    }

    /// Sets that; what is judged from now on goes by it.
    ///
    /// # Errors
    /// [`Error::Rejected`] with each that is out of its bounds.
    pub async fn set_diversion_thresholds(
        &self,
        caller: &Caller,
        set: &Thresholds,
    ) -> Result<Thresholds> {
        let owner = caller.writes()?.single().ok_or(Error::NotFound)?;
        let mut violations = Violations::default();
        for (name, value, bounds) in set.named() {
            if !bounds.contains(&value) {
                let message = format!("from {} to {}", bounds.start(), bounds.end());
                violations.add(&format!("/{name}"), "out-of-bounds", message);
            }
        }
        violations.finish()?;
        let mut attempts = Attempts::of("set thresholds of diversion");
        loop {
            let (_, revision) = diversions::thresholds(self.store(), owner).await?;
            let by = (caller.label.as_str(), self.now_us());
            let statement = diversions::set_thresholds(owner, (set, revision), by);
            if self.write_decided(&mut attempts, vec![statement]).await?.is_some() {
                return Ok(*set);
            }
        }
    }

    /// The case if the caller watches over the goods, or looks into it.
    async fn diversion_of(&self, caller: &Caller, id: DiversionId) -> Result<NamedDiversion> {
        let found = diversions::find(self.store(), caller.scope(), id).await?;
        let is_told = |it: &NamedDiversion| {
            caller.role != Role::Dealer || it.case.inspector_id == Some(caller.key_id)
        };
        found.filter(is_told).ok_or(Error::NotFound)
    }

    /// The same if the caller may act on it.
    async fn diversion_to_do(&self, caller: &Caller, id: DiversionId) -> Result<Diversion> {
        let case = self.diversion_of(caller, id).await?.case;
        if caller.role == Role::Regulator { Err(Error::Forbidden) } else { Ok(case) }
    }

    fn diversion_views(&self, paged: Paged<NamedDiversion>) -> Paged<DiversionView> {
        let items = paged.items.into_iter().map(|it| self.diversion_view(it)).collect();
        Paged { items, next: paged.next }
    }

    fn diversion_view(&self, found: NamedDiversion) -> DiversionView {
        let NamedDiversion { case, dealer, product, inspector } = found;
        let key = case.of.shipment;
        let digits = || key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let is_checked = case.state == DiversionState::Checking;
        DiversionView {
            dealer,
            product,
            inspector,
            shipment_id: (key != [0; 16]).then(digits),
            is_overdue: is_checked && case.due_at_us.is_some_and(|at_us| at_us < self.now_us()),
            case,
        }
    }
}

/// Refuses a note where there are too many: of one inspector, or of the case. Whoever decides finds
/// room nevertheless.
fn check_room(
    caller: &Caller,
    (from, to): (DiversionState, DiversionState),
    changes: &[DiversionChange],
) -> Result<()> {
    let is_decided = matches!(to, DiversionState::Confirmed | DiversionState::Excluded);
    let (n_changes, limit) = if from != to {
        // The last place is for a decision.
        (changes.len(), MAX_CHANGES_OF_DIVERSION as usize - usize::from(!is_decided))
    } else if caller.writes().is_err() {
        let own = changes.iter().filter(|it| it.changed_by == caller.label);
        (own.count(), MAX_NOTES_OF_INSPECTOR)
    } else {
        (changes.len(), MAX_NOTES_OF_DIVERSION)
    };
    if n_changes >= limit {
        return Err(Error::TooLarge { limit: limit as u64, what: "notes of one case" });
    }
    Ok(())
}

/// Where a case may go from a state.
pub fn next_states(from: DiversionState) -> &'static [DiversionState] {
    use DiversionState::{Checking, Confirmed, Excluded, Suspected};
    match from {
        Suspected => &[Checking],
        Checking => &[Confirmed, Excluded],
        Confirmed | Excluded => &[Checking],
    }
}

fn leads(from: DiversionState, to: DiversionState) -> bool {
    next_states(from).contains(&to)
}

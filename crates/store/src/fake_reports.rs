//! Reports of suspected fakes: what a buyer told, what became of it, and its photos.

use crate::id::{EnterpriseId, ProductId, ReportId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// How far a report is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody looked yet.
    New,
    /// Somebody did.
    Seen,
    /// It was answered.
    Answered,
}

const STATES: [State; 3] = [State::New, State::Seen, State::Answered];

/// What whoever looked found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Nobody says yet.
    None,
    /// It is a fake.
    Fake,
    /// It is none.
    NotFake,
    /// Nobody can say.
    Unclear,
}

/// Every finding.
pub const FINDINGS: [Finding; 4] =
    [Finding::None, Finding::Fake, Finding::NotFake, Finding::Unclear];

impl State {
    /// Stable name: `new`, `seen`, `answered`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Seen => "seen",
            Self::Answered => "answered",
        }
    }
}

impl Finding {
    /// Stable name: `none`, `fake`, `not_fake`, `unclear`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fake => "fake",
            Self::NotFake => "not_fake",
            Self::Unclear => "unclear",
        }
    }
}

/// One report. No `Debug`: it has a secret, and how to reach a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose goods; [`EnterpriseId::NOBODY`] where the code is none of ours.
    pub enterprise_id: EnterpriseId,
    /// Its id.
    pub report_id: ReportId,
    /// What its reporter follows it by.
    pub number: String,
    /// The code, as it was typed or scanned.
    pub code: String,
    /// The item, if there is one.
    pub item_id: Option<i64>,
    /// Its product.
    pub product_id: Option<ProductId>,
    /// Where it was bought.
    pub place: String,
    /// For how much.
    pub price: String,
    /// What else was said.
    pub words: String,
    /// How to reach the reporter; empty if it was not given, or erased.
    pub contact: String,
    /// Whether it was given.
    pub has_contact: bool,
    /// BCP 47 tag of the page it was written on.
    pub language: String,
    /// How many photos came with it.
    pub n_photos: u32,
    /// How far it is dealt with.
    pub state: State,
    /// What was found.
    pub finding: Finding,
    /// What the reporter is told.
    pub answer: String,
    /// Counts changes, for compare-and-swap.
    pub revision: i64,
    /// Microseconds since the epoch.
    pub reported_at_us: i64,
    /// When and by whom it was looked at.
    pub seen: Option<(i64, String)>,
    /// When and by whom it was answered.
    pub answered: Option<(i64, String)>,
    /// When and by whom the contact was erased; by nobody if it was the reporter.
    pub erased: Option<(i64, String)>,
}

/// Statements that keep a report with its photos.
pub fn insert(it: &Report, photos: Vec<Vec<u8>>) -> Vec<Statement> {
    let report = Statement::new(
        "insert into fake_reports (enterprise_id, report_id, number, code, item_id, product_id,
           place, price, words, contact, has_contact, language, n_photos, state, finding, answer,
           revision, reported_at, seen_by, answered_by, erased_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, '', 0, $14, '', '',
           '')",
        [
            it.enterprise_id.into(),
            it.report_id.into(),
            it.number.as_str().into(),
            it.code.as_str().into(),
            it.item_id.unwrap_or(0).into(),
            it.product_id.map_or(0, |id| id.0).into(),
            it.place.as_str().into(),
            it.price.as_str().into(),
            it.words.as_str().into(),
            it.contact.as_str().into(),
            it.has_contact.into(),
            it.language.as_str().into(),
            it.n_photos.into(),
            it.reported_at_us.into(),
        ],
    );
    let photo = |(photo_no, body): (i64, Vec<u8>)| {
        let sql = "insert into fake_report_photos (report_id, photo_no, body) values ($1, $2, $3)";
        Statement::new(sql, [it.report_id.into(), photo_no.into(), body.into()]).expect(1)
    };
    let mut statements = vec![report.expect(1)];
    statements.extend((1..).zip(photos).map(photo));
    statements
}

/// The statement that puts what became of a report in place of what was read with `revision`;
/// another change meanwhile is a conflict.
pub fn change(it: &Report, revision: i64) -> Statement {
    let at = |said: &Option<(i64, String)>| said.as_ref().map(|it| it.0);
    let by = |said: &Option<(i64, String)>| said.as_ref().map_or("", |it| it.1.as_str()).to_owned();
    Statement::new(
        "update fake_reports set contact = $4, state = $5, finding = $6, answer = $7, seen_at = $8,
           seen_by = $9, answered_at = $10, answered_by = $11, erased_at = $12, erased_by = $13,
           revision = $3 + 1
         where enterprise_id = $1 and report_id = $2 and revision = $3",
        [
            it.enterprise_id.into(),
            it.report_id.into(),
            revision.into(),
            it.contact.as_str().into(),
            (it.state as i64).into(),
            (it.finding as i64).into(),
            it.answer.as_str().into(),
            at(&it.seen).into(),
            by(&it.seen).into(),
            at(&it.answered).into(),
            by(&it.answered).into(),
            at(&it.erased).into(),
            by(&it.erased).into(),
        ],
    )
    .expect(1)
}

/// What [`report_of`] reads, with the rest of the statement.
macro_rules! select_reports {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, report_id, number, code, item_id, product_id, place, price,
               words, contact, has_contact, language, n_photos, state, finding, answer, revision,
               reported_at, seen_at, seen_by, answered_at, answered_by, erased_at, erased_by
             from fake_reports ",
            $($rest),+
        )
    };
}

static REPORTS: List = list!(select_reports, "report_id");

/// A page of the reports of a scope.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Report>> {
    REPORTS.rows(store, scope, page).await?.iter().map(report_of).collect()
}

/// One report inside a scope.
pub async fn find(store: &Store, scope: Scope, id: ReportId) -> Result<Option<Report>> {
    let sql = select_reports!("where report_id = $1 and enterprise_id between $2 and $3");
    let args = [id.into(), scope.first.into(), scope.last.into()];
    store.rows(sql, &args).await?.first().map(report_of).transpose()
}

/// The report of a number.
pub async fn by_number(store: &Store, number: &str) -> Result<Option<Report>> {
    let sql = select_reports!("where number = $1");
    store.rows(sql, &[number.into()]).await?.first().map(report_of).transpose()
}

/// One photo of a report that the caller has found.
pub async fn photo(store: &Store, id: ReportId, photo_no: u32) -> Result<Option<Vec<u8>>> {
    let sql = "select body from fake_report_photos where report_id = $1 and photo_no = $2";
    let rows = store.rows(sql, &[id.into(), photo_no.into()]).await?;
    rows.into_only().map(crate::Value::into_bytes).transpose()
}

fn report_of(row: Row<'_>) -> Result<Report> {
    let said = |at: usize| -> Result<Option<(i64, String)>> {
        let by = row.text(at + 1)?.to_owned();
        Ok(row.opt_int(at)?.map(|at_us| (at_us, by)))
    };
    let some = |id: i64| Some(id).filter(|id| *id != 0);
    Ok(Report {
        enterprise_id: EnterpriseId(row.int(0)?),
        report_id: ReportId(row.int(1)?),
        number: row.text(2)?.to_owned(),
        code: row.text(3)?.to_owned(),
        item_id: some(row.int(4)?),
        product_id: some(row.int(5)?).map(ProductId),
        place: row.text(6)?.to_owned(),
        price: row.text(7)?.to_owned(),
        words: row.text(8)?.to_owned(),
        contact: row.text(9)?.to_owned(),
        has_contact: row.int(10)? != 0,
        language: row.text(11)?.to_owned(),
        n_photos: row.uint(12)?,
        state: crate::events::listed(&STATES, row.int(13)?)?,
        finding: crate::events::listed(&FINDINGS, row.int(14)?)?,
        answer: row.text(15)?.to_owned(),
        revision: row.int(16)?,
        reported_at_us: row.int(17)?,
        seen: said(18)?,
        answered: said(20)?,
        erased: said(22)?,
    })
}

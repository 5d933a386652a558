//! Recalls and drills as they were ordered, their sets and where the goods are.
//!
//! A set is rows of ranges, never of items. Orders and their ends take turns under one counter,
//! since they decide together what scans tell ([`crate::recalled`]).

use tlog::{Kind, Record};

use crate::id::{EnterpriseId, RecallId, Scope};
use crate::ident::IdRange;
use crate::many::Insert;
use crate::page::{List, Page, list};
use crate::subscriptions::Place;
use crate::{Error, Result, Row, Statement, Store, Value};

/// Whether a recall goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallState {
    /// Holders are asked.
    Open,
    /// It was done, and its goods stay recalled.
    Closed,
    /// It was a mistake: its goods are as good as they were.
    Withdrawn,
}

impl RecallState {
    /// Stable name: `open`, `closed`, `withdrawn`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a recall could not be located anew as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookFault {
    /// Something broke.
    Failed,
    /// A limit of the closure cut the answer: what lies behind is as it was.
    Cut,
    /// More runs of goods than one recall may have.
    TooManyRuns,
    /// More holders than one recall may have.
    TooManyHolders,
}

impl LookFault {
    /// Stable name: `failed`, `cut`, `too_many_runs`, `too_many_holders`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Cut => "cut",
            Self::TooManyRuns => "too_many_runs",
            Self::TooManyHolders => "too_many_holders",
        }
    }
}

/// A recall or a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Its id.
    pub recall_id: RecallId,
    /// Whose goods.
    pub enterprise_id: EnterpriseId,
    /// What whoever ordered it calls the order, so that a second try is the same one.
    pub client_token: String,
    /// SHA-256 of what was asked, which a second try must repeat.
    pub asked_hash: [u8; 32],
    /// Nobody is told of a drill.
    pub is_drill: bool,
    /// 1 to 3; 1 is the most urgent.
    pub level: u8,
    /// Whether it goes on.
    pub state: RecallState,
    /// Counts changes.
    pub revision: i64,
    /// Why.
    pub reason: String,
    /// What to do, in zh-CN, ko and en; empty where nothing was given.
    pub instructions: [String; 3],
    /// Where it started, as JSON.
    pub start: String,
    /// Who ordered it: the role of the key, `: `, and what its owner calls it.
    pub ordered_by: String,
    /// Microseconds since the epoch.
    pub ordered_at_us: i64,
    /// By when holders are to have begun.
    pub begin_by_us: i64,
    /// By when it is to be done.
    pub deadline_us: i64,
    /// Events up to this time count.
    pub event_time_us: i64,
    /// What was captured up to this time counts.
    pub record_time_us: i64,
    /// Items of the set.
    pub n_items: u64,
    /// Lots whose items are not told apart.
    pub n_lots: u64,
    /// Packs that held goods.
    pub n_cases: u64,
    /// Packs that held packs.
    pub n_pallets: u64,
    /// Items and lots whose holder was known when it was ordered.
    pub n_located: u64,
    /// How long it took to locate the set, in microseconds.
    pub located_us: i64,
    /// Root of the tree over the set.
    pub root_hash: [u8; 32],
    /// The exact bytes that its leaf commits to.
    pub body: Vec<u8>,
    /// The last event that was looked at.
    pub place: Place,
    /// When the set was located last.
    pub located_at_us: i64,
    /// When the holder of each item and lot was known for the first time.
    pub complete_at_us: Option<i64>,
    /// When it was closed, or withdrawn before that.
    pub ended_at_us: Option<i64>,
    /// The report that closed it, as JSON: the exact bytes of its leaf.
    pub closing: Option<Vec<u8>>,
    /// When it was withdrawn, and what says so, as JSON: the exact bytes of its leaf.
    pub withdrawal: Option<(i64, Vec<u8>)>,
    /// When it is to be located anew; none if nothing touched it since it was.
    pub due_at_us: Option<i64>,
    /// How often something touched it.
    pub n_touched: u64,
    /// How long the last look took, in microseconds.
    pub look_us: i64,
    /// Since when it cannot be located anew as a whole, and why.
    pub fault: Option<(i64, LookFault)>,
}

/// Which runs of identifiers a recall keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Where it starts.
    Subjects,
    /// Items as it was ordered.
    Items,
    /// Classes as it was ordered.
    Classes,
    /// Packs that hold or held any of it, and other things that lead on from it.
    Packs,
    /// Items that came to it later.
    Later,
    /// Classes that came to it later.
    LaterClasses,
    /// Names where it starts as well, of which only the owner and its partners are heard.
    Contested,
}

/// A run of the set with its holder.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldingRow {
    /// Which.
    pub range: IdRange,
    /// A lot whose items are not told apart.
    pub is_class: bool,
    /// A number of [`trace::State`]: its place in the order in which they are written there.
    pub state: trace::State,
    /// `e` and an enterprise's id, `p` and the URI of a party, or empty.
    pub holder: String,
    /// The last event that tells, and its time.
    pub event: Option<([u8; 16], i64)>,
    /// The outermost container.
    pub container: Option<i64>,
    /// How much the last event tells of, and in which unit.
    pub quantity: Option<(String, Option<String>)>,
}

macro_rules! select_recalls {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, recall_id, client_token, asked_hash, is_drill, level, state,
               revision, reason, instruction_zh, instruction_ko, instruction_en, start, ordered_by,
               ordered_at, begin_by, deadline, event_time, record_time, n_items, n_lots, n_cases,
               n_pallets, n_located, located_us, root_hash, body, position, capture_index,
               located_at, ended_at, closing, complete_at, due_at, n_touched, look_us, failed_at,
               failed_for, withdrawn_at, withdrawal
             from recalls ",
            $($rest),+
        )
    };
}

/// The number that the next change of orders claims.
pub async fn next_turn(store: &Store) -> Result<i64> {
    let rows = store.rows("select next from counters where name = 'recalls'", &[]).await?;
    rows.first().ok_or(Error::corrupt("the counter of recalls is missing"))?.int(0)
}

/// The statement that claims a turn; one taken since [`next_turn`] was read is a conflict.
pub fn claim(turn: i64) -> Statement {
    let sql = "update counters set next = next + 1 where name = 'recalls' and next = $1";
    Statement::new(sql, [turn.into()]).expect(1)
}

/// Statements that add an order and queue its leaf; a client token that is taken is a conflict.
pub fn insert(it: &Recall) -> Vec<Statement> {
    let [zh, ko, en] = &it.instructions;
    let args: Vec<Value> = vec![
        it.enterprise_id.into(),
        it.recall_id.into(),
        it.client_token.as_str().into(),
        it.asked_hash.as_slice().into(),
        it.is_drill.into(),
        i64::from(it.level).into(),
        (it.state as i64).into(),
        it.revision.into(),
        it.reason.as_str().into(),
        zh.as_str().into(),
        ko.as_str().into(),
        en.as_str().into(),
        it.start.as_str().into(),
        it.ordered_by.as_str().into(),
        it.ordered_at_us.into(),
        it.begin_by_us.into(),
        it.deadline_us.into(),
        it.event_time_us.into(),
        it.record_time_us.into(),
        it.n_items.into(),
        it.n_lots.into(),
        it.n_cases.into(),
        it.n_pallets.into(),
        it.n_located.into(),
        it.located_us.into(),
        it.root_hash.as_slice().into(),
        it.body.as_slice().into(),
        it.place.position.into(),
        i64::from(it.place.index).into(),
        it.located_at_us.into(),
        it.complete_at_us.into(),
        it.due_at_us.into(),
        it.look_us.into(),
    ];
    let insert = Statement::new(include_str!("../sql/recalls_insert.sql"), args).expect(1);
    let key = it.recall_id.to_string();
    let record = Record { kind: Kind::Recall, key: key.as_bytes(), canonical: &it.body };
    let mut statements = vec![insert];
    statements.extend(crate::log_queue::insert(&record, it.ordered_at_us));
    statements
}

static INSERT_RANGES: Insert =
    Insert::new("insert into recall_ranges (recall_id, part, first_id, last_id)", 4);

/// Statements that keep runs of a recall, in order and disjoint.
pub fn insert_ranges(id: RecallId, part: Part, ranges: &[IdRange]) -> Vec<Statement> {
    INSERT_RANGES.rows(
        ranges.iter().map(|it| [id.into(), (part as i64).into(), it.first.into(), it.last.into()]),
    )
}

static INSERT_HOLDINGS: Insert = Insert::new(
    "insert into recall_holdings (recall_id, first_id, last_id, is_class, state, holder,
       event_key, event_time, container, quantity, uom)",
    11,
);

/// Statements that keep where the set is.
pub fn insert_holdings(id: RecallId, holdings: &[HoldingRow]) -> Vec<Statement> {
    INSERT_HOLDINGS.rows(holdings.iter().map(|it| {
        let (quantity, uom) = it.quantity.clone().unzip();
        [
            id.into(),
            it.range.first.into(),
            it.range.last.into(),
            it.is_class.into(),
            state_number(it.state).into(),
            it.holder.as_str().into(),
            it.event.map(|(key, _)| key.to_vec()).into(),
            it.event.map(|(_, time_us)| time_us).into(),
            it.container.into(),
            quantity.into(),
            uom.flatten().into(),
        ]
    }))
}

/// The statement that forgets where the set is.
pub fn delete_holdings(id: RecallId) -> Statement {
    Statement::new("delete from recall_holdings where recall_id = $1", [id.into()])
}

/// The statement that forgets the runs of a part.
pub fn delete_ranges(id: RecallId, part: Part) -> Statement {
    let sql = "delete from recall_ranges where recall_id = $1 and part = $2";
    Statement::new(sql, [id.into(), (part as i64).into()])
}

/// Statements that close a recall with the report that its leaf commits to; a change since
/// `it.revision` was read is a conflict.
pub fn close(it: &Recall, closing: &[u8], now_us: i64) -> Vec<Statement> {
    let close = Statement::new(
        "update recalls set state = 1, ended_at = $4, closing = $5, revision = revision + 1
         where enterprise_id = $1 and recall_id = $2 and revision = $3 and state = 0",
        [
            it.enterprise_id.into(),
            it.recall_id.into(),
            it.revision.into(),
            now_us.into(),
            closing.into(),
        ],
    );
    let key = format!("{}/end", it.recall_id);
    let record = Record { kind: Kind::Recall, key: key.as_bytes(), canonical: closing };
    let mut statements = vec![close.expect(1)];
    statements.extend(crate::log_queue::insert(&record, now_us));
    statements
}

/// Statements that withdraw a recall that is open or closed, with what its leaf commits to; a
/// change since `it.revision` was read is a conflict.
pub fn withdraw(it: &Recall, withdrawal: &[u8], now_us: i64) -> Vec<Statement> {
    let withdraw = Statement::new(
        "update recalls set state = 2, ended_at = coalesce(ended_at, $4), withdrawn_at = $4,
           withdrawal = $5, revision = revision + 1
         where enterprise_id = $1 and recall_id = $2 and revision = $3 and state <> 2",
        [
            it.enterprise_id.into(),
            it.recall_id.into(),
            it.revision.into(),
            now_us.into(),
            withdrawal.into(),
        ],
    );
    let key = format!("{}/withdrawn", it.recall_id);
    let record = Record { kind: Kind::Recall, key: key.as_bytes(), canonical: withdrawal };
    let mut statements = vec![withdraw.expect(1)];
    statements.extend(crate::log_queue::insert(&record, now_us));
    statements
}

/// What a later look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// When it was done, microseconds since the epoch.
    pub at_us: i64,
    /// How long it took, in microseconds.
    pub took_us: i64,
    /// Items and lots whose holder is known.
    pub n_located: u64,
    /// Whether that is all.
    pub is_complete: bool,
    /// Why it is not the whole.
    pub fault: Option<LookFault>,
    /// When the next look is, if something touched the recall meanwhile.
    pub next_us: i64,
}

/// The statement that notes a later look; a change since `it.revision` was read is a conflict.
/// What was captured since `it` was read is looked at anew, since the look may watch more.
pub fn looked(it: &Recall, look: Look) -> Statement {
    let since_us = it.fault.map_or(look.at_us, |(since_us, _)| since_us);
    Statement::new(
        "update recalls set position = $4, capture_index = $5, located_at = $6, n_located = $7,
           complete_at = coalesce(complete_at, $8), look_us = $9,
           due_at = case when n_touched = $10 then null else cast($11 as bigint) end,
           failed_at = $12, failed_for = $13, revision = revision + 1
         where enterprise_id = $1 and recall_id = $2 and revision = $3",
        [
            it.enterprise_id.into(),
            it.recall_id.into(),
            it.revision.into(),
            it.place.position.into(),
            i64::from(it.place.index).into(),
            look.at_us.into(),
            look.n_located.into(),
            look.is_complete.then_some(look.at_us).into(),
            look.took_us.into(),
            it.n_touched.into(),
            look.next_us.into(),
            look.fault.map(|_| since_us).into(),
            look.fault.map(|fault| fault as i64).into(),
        ],
    )
    .expect(1)
}

/// The statement that notes that a recall could not be located anew, and when the next try is.
pub fn not_located(it: &Recall, fault: LookFault, now_us: i64, next_us: i64) -> Statement {
    Statement::new(
        "update recalls set failed_at = coalesce(failed_at, $3), failed_for = $4, due_at = $5
         where recall_id = $1 and revision = $2",
        [
            it.recall_id.into(),
            it.revision.into(),
            now_us.into(),
            (fault as i64).into(),
            next_us.into(),
        ],
    )
}

/// The statement that moves an open recall over events that do not concern it; it stays where it
/// is if it changed since it was read.
pub fn pass(it: &Recall, place: Place) -> Statement {
    Statement::new(
        "update recalls set position = $3, capture_index = $4
         where recall_id = $1 and revision = $2",
        [
            it.recall_id.into(),
            it.revision.into(),
            place.position.into(),
            i64::from(place.index).into(),
        ],
    )
}

/// The same over events that do: it is located anew at `due_at_us` at the latest.
pub fn touch(it: &Recall, place: Place, due_at_us: i64) -> Statement {
    Statement::new(
        "update recalls set position = $3, capture_index = $4, n_touched = n_touched + 1,
           due_at = coalesce(due_at, $5)
         where recall_id = $1 and revision = $2",
        [
            it.recall_id.into(),
            it.revision.into(),
            place.position.into(),
            i64::from(place.index).into(),
            due_at_us.into(),
        ],
    )
}

/// The statement that has an open recall located anew at once.
pub fn hurry(id: RecallId, now_us: i64) -> Statement {
    let sql = "update recalls set n_touched = n_touched + 1, due_at = $2
               where recall_id = $1 and state = 0";
    Statement::new(sql, [id.into(), now_us.into()]).expect(1)
}

/// Open recalls that are to be located anew by now, at most `limit`.
pub async fn due(store: &Store, now_us: i64, limit: u32) -> Result<Vec<Recall>> {
    let sql =
        select_recalls!("where state = 0 and due_at <= $1 order by due_at, recall_id limit $2");
    let rows = store.rows(sql, &[now_us.into(), limit.into()]).await?;
    rows.iter().map(recall_of).collect()
}

/// The open recalls that stand farthest back, behind `end`; all stand at one place. At most
/// `limit`.
pub async fn behind(store: &Store, end: Place, limit: u32) -> Result<Vec<Recall>> {
    let sql = select_recalls!(
        "where state = 0 and (position < $1 or (position = $1 and capture_index < $2))
         order by position, capture_index, recall_id limit $3"
    );
    let args = [end.position.into(), i64::from(end.index).into(), limit.into()];
    let rows = store.rows(sql, &args).await?;
    let mut found: Vec<Recall> = rows.iter().map(recall_of).collect::<Result<_>>()?;
    if let Some(place) = found.first().map(|it| it.place) {
        found.retain(|it| it.place == place);
    }
    Ok(found)
}

/// One recall or drill.
pub async fn find(store: &Store, scope: Scope, id: RecallId) -> Result<Option<Recall>> {
    let sql = select_recalls!("where enterprise_id between $1 and $2 and recall_id = $3");
    let args = [scope.first.into(), scope.last.into(), id.into()];
    store.rows(sql, &args).await?.first().map(recall_of).transpose()
}

/// The order of an enterprise's goods that a client token names.
pub async fn by_token(
    store: &Store,
    owner: EnterpriseId,
    client_token: &str,
) -> Result<Option<Recall>> {
    let sql = select_recalls!("where enterprise_id = $1 and client_token = $2");
    let rows = store.rows(sql, &[owner.into(), client_token.into()]).await?;
    rows.first().map(recall_of).transpose()
}

/// Whether goods of an enterprise were ever called back.
pub async fn has_any(store: &Store, owner: EnterpriseId) -> Result<bool> {
    let sql = "select 1 from recalls where enterprise_id = $1 and is_drill = 0 limit 1";
    Ok(store.rows(sql, &[owner.into()]).await?.first().is_some())
}

/// Recalls and drills of enterprises inside `scope`, in the order in which they were ordered.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Recall>> {
    const LIST: List = list!(select_recalls, "recall_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(recall_of).collect()
}

/// Runs of one part of a recall, in order.
pub async fn ranges(store: &Store, id: RecallId, part: Part) -> Result<Vec<IdRange>> {
    let sql = "select first_id, last_id from recall_ranges where recall_id = $1 and part = $2
               order by first_id";
    let rows = store.rows_long(sql, &[id.into(), (part as i64).into()]).await?;
    rows.iter().map(|row| Ok(IdRange { first: row.int(0)?, last: row.int(1)? })).collect()
}

/// Items and classes of other recalls of the enterprise that were neither drills nor mistakes,
/// between two ids, one recall after the other.
pub async fn items_of_others(
    store: &Store,
    it: &Recall,
    within: IdRange,
) -> Result<Vec<(RecallId, IdRange)>> {
    let sql = "select g.recall_id, g.first_id, g.last_id from recalls r
               join recall_ranges g on g.recall_id = r.recall_id
               where r.enterprise_id = $1 and r.recall_id <> $2 and r.is_drill = 0 and r.state <> 2
                 and g.part in (1, 2, 4, 5) and g.first_id <= $4 and g.last_id >= $3
               order by g.recall_id, g.first_id";
    let args =
        [it.enterprise_id.into(), it.recall_id.into(), within.first.into(), within.last.into()];
    let rows = store.rows_long(sql, &args).await?;
    let found = |row: Row<'_>| {
        Ok((RecallId(row.int(0)?), IdRange { first: row.int(1)?, last: row.int(2)? }))
    };
    rows.iter().map(found).collect()
}

/// Where the set is, in order; with `holder` only what it has. `limit` runs at most.
pub async fn holdings(
    store: &Store,
    id: RecallId,
    holder: Option<&str>,
    limit: u32,
) -> Result<Vec<HoldingRow>> {
    let sql = "select first_id, last_id, is_class, state, holder, event_key, event_time, container,
                 quantity, uom
               from recall_holdings
               where recall_id = $1 and (cast($2 as bigint) = 0 or holder = $3) order by first_id limit $4";
    let is_one = holder.is_some();
    let args = [id.into(), is_one.into(), holder.unwrap_or_default().into(), limit.into()];
    let rows = store.rows_long(sql, &args).await?;
    rows.iter().map(holding_of).collect()
}

/// Numbers in columns are places in this list; new ones go to the end.
const STATES: [trace::State; 7] = [
    trace::State::Unknown,
    trace::State::InStock,
    trace::State::InTransit,
    trace::State::Sold,
    trace::State::Used,
    trace::State::Destroyed,
    trace::State::Decommissioned,
];

/// The number of a state in columns.
pub(crate) fn state_number(state: trace::State) -> i64 {
    crate::events::number_of(&STATES, state)
}

pub(crate) fn state_of_number(number: i64) -> Result<trace::State> {
    crate::events::listed(&STATES, number)
}

fn holding_of(row: Row<'_>) -> Result<HoldingRow> {
    let event = match row.opt_bytes(5)? {
        Some(_) => Some((row.key(5)?, row.int(6)?)),
        None => None,
    };
    let quantity = row.opt_text(8)?.map(str::to_owned);
    let uom = row.opt_text(9)?.map(str::to_owned);
    Ok(HoldingRow {
        range: IdRange { first: row.int(0)?, last: row.int(1)? },
        is_class: row.int(2)? == 1,
        state: crate::events::listed(&STATES, row.int(3)?)?,
        holder: row.text(4)?.to_owned(),
        event,
        container: row.opt_int(7)?,
        quantity: quantity.map(|quantity| (quantity, uom)),
    })
}

const FAULTS: [LookFault; 4] =
    [LookFault::Failed, LookFault::Cut, LookFault::TooManyRuns, LookFault::TooManyHolders];

const LIVES: [RecallState; 3] = [RecallState::Open, RecallState::Closed, RecallState::Withdrawn];

pub(crate) fn recall_of(row: Row<'_>) -> Result<Recall> {
    let hash = |column: usize| -> Result<[u8; 32]> {
        row.bytes(column)?.try_into().map_err(|_| Error::corrupt("a hash is not 32 bytes"))
    };
    let text = |column: usize| row.text(column).map(str::to_owned);
    Ok(Recall {
        enterprise_id: EnterpriseId(row.int(0)?),
        recall_id: RecallId(row.int(1)?),
        client_token: text(2)?,
        asked_hash: hash(3)?,
        is_drill: row.int(4)? == 1,
        level: row.uint(5)?,
        state: crate::events::listed(&LIVES, row.int(6)?)?,
        revision: row.int(7)?,
        reason: text(8)?,
        instructions: [text(9)?, text(10)?, text(11)?],
        start: text(12)?,
        ordered_by: text(13)?,
        ordered_at_us: row.int(14)?,
        begin_by_us: row.int(15)?,
        deadline_us: row.int(16)?,
        event_time_us: row.int(17)?,
        record_time_us: row.int(18)?,
        n_items: row.uint(19)?,
        n_lots: row.uint(20)?,
        n_cases: row.uint(21)?,
        n_pallets: row.uint(22)?,
        n_located: row.uint(23)?,
        located_us: row.int(24)?,
        root_hash: hash(25)?,
        body: row.bytes(26)?.to_vec(),
        place: Place { position: row.int(27)?, index: row.uint(28)? },
        located_at_us: row.int(29)?,
        ended_at_us: row.opt_int(30)?,
        closing: row.opt_bytes(31)?.map(<[u8]>::to_vec),
        complete_at_us: row.opt_int(32)?,
        due_at_us: row.opt_int(33)?,
        n_touched: row.uint(34)?,
        look_us: row.int(35)?,
        fault: match row.opt_int(36)? {
            Some(since_us) => Some((since_us, crate::events::listed(&FAULTS, row.int(37)?)?)),
            None => None,
        },
        withdrawal: match row.opt_int(38)? {
            Some(at_us) => Some((at_us, row.bytes(39)?.to_vec())),
            None => None,
        },
    })
}

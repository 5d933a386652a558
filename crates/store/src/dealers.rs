//! Dealers (经销商) of enterprises: a tree for each, with territories, licences and what was changed.

use crate::id::{DealerChangeId, DealerId, EnterpriseId, Scope};
use crate::page::{List, Page, list};
use crate::recall_tasks::File;
use crate::{Error, Result, Row, Statement, Store};

/// A dealer of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealer {
    /// Its id.
    pub dealer_id: DealerId,
    /// Whose goods it deals in.
    pub enterprise_id: EnterpriseId,
    /// The dealer above it; none stands under the enterprise itself.
    pub parent_id: Option<DealerId>,
    /// What the enterprise calls it; one dealer's only.
    pub number: String,
    /// Registered name.
    pub name: String,
    /// Whom to ask for; may be empty, as the next three.
    pub contact_name: String,
    /// Telephone number.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Where it is.
    pub address: String,
    /// What events name it by as a party, canonical.
    pub party: String,
    /// What events name its place by, canonical.
    pub place: String,
    /// The enterprise that it is on this platform, if it is one.
    pub linked_id: Option<EnterpriseId>,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// Since when it deals in nothing more, in microseconds since the epoch.
    pub closed_at_us: Option<i64>,
}

/// A territory as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerritoryRow {
    /// Six digits of GB/T 2260, or the two letters of a country.
    pub area: String,
    /// Its place in the list of kinds.
    pub kind: u8,
    /// The first day, in days since the epoch.
    pub from_day: Option<i32>,
    /// The last day.
    pub until_day: Option<i32>,
}

/// How often the tree of an enterprise was changed, and how many dealers it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tree {
    /// 0 for a tree that nobody has begun.
    pub revision: i64,
    /// Closed ones included.
    pub n_dealers: u64,
}

/// What was done to a dealer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum DealerAction {
    /// It was added.
    Added,
    /// Its name, contact or identifiers were changed.
    Changed,
    /// It was put under another.
    Moved,
    /// It sells elsewhere.
    Territories,
    /// A licence was added.
    File,
    /// It deals in nothing more.
    Closed,
    /// It deals again.
    Reopened,
}

impl DealerAction {
    const ALL: [Self; 7] = [
        Self::Added,
        Self::Changed,
        Self::Moved,
        Self::Territories,
        Self::File,
        Self::Closed,
        Self::Reopened,
    ];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Territories => "territories",
            Self::File => "file",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }
}

/// One entry of the log of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealerChange {
    /// Its id.
    pub change_id: DealerChangeId,
    /// Of which dealer.
    pub dealer_id: DealerId,
    /// What was done.
    pub action: DealerAction,
    /// Each field that changed, with what it was and what it is.
    pub detail: String,
    /// Who did it.
    pub changed_by: String,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
}

/// A licence or a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealerFile {
    /// It.
    pub file: File,
    /// Its last day, in days since the epoch.
    pub valid_until: Option<i32>,
}

macro_rules! select_dealers {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, dealer_id, parent_id, number, name, contact_name, phone, email,
               address, party, place, linked_id, created_at, closed_at
             from dealers ",
            $($rest),+
        )
    };
}

/// Whether a dealer of an enterprise is another one of the platform.
pub async fn is_linked(store: &Store, id: EnterpriseId, linked_id: EnterpriseId) -> Result<bool> {
    let sql = "select 1 from dealers
               where enterprise_id = $1 and linked_id = $2 and closed_at is null limit 1";
    Ok(store.rows(sql, &[id.into(), linked_id.into()]).await?.first().is_some())
}

/// How far the tree of an enterprise is.
pub async fn tree(store: &Store, id: EnterpriseId) -> Result<Tree> {
    let sql = "select revision, n_dealers from dealer_trees where enterprise_id = $1";
    let rows = store.rows(sql, &[id.into()]).await?;
    rows.first().map_or(Ok(Tree::default()), |row| {
        Ok(Tree { revision: row.int(0)?, n_dealers: row.uint(1)? })
    })
}

/// The statement that claims the tree as it was read, with `n_added` more dealers; a change since
/// is a conflict.
pub fn claim(id: EnterpriseId, read: Tree, n_added: u64) -> Statement {
    Statement::new(
        "insert into dealer_trees (enterprise_id, revision, n_dealers) values ($1, $2, $3)
         on conflict (enterprise_id) do update set revision = excluded.revision,
           n_dealers = excluded.n_dealers
         where dealer_trees.revision = excluded.revision - 1",
        [id.into(), (read.revision + 1).into(), (read.n_dealers + n_added).into()],
    )
    .expect(1)
}

/// The statement that adds a dealer; a number that is taken is a conflict.
pub fn insert(it: &Dealer) -> Statement {
    Statement::new(
        "insert into dealers (enterprise_id, dealer_id, parent_id, number, name, contact_name,
           phone, email, address, party, place, linked_id, created_at, closed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            it.enterprise_id.into(),
            it.dealer_id.into(),
            it.parent_id.map_or(0, |id| id.0).into(),
            it.number.as_str().into(),
            it.name.as_str().into(),
            it.contact_name.as_str().into(),
            it.phone.as_str().into(),
            it.email.as_str().into(),
            it.address.as_str().into(),
            it.party.as_str().into(),
            it.place.as_str().into(),
            it.linked_id.map_or(0, |id| id.0).into(),
            it.created_at_us.into(),
            it.closed_at_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that puts a dealer in the place of what it was.
pub fn replace(it: &Dealer) -> Statement {
    Statement::new(
        "update dealers set parent_id = $3, number = $4, name = $5, contact_name = $6, phone = $7,
           email = $8, address = $9, party = $10, place = $11, linked_id = $12, closed_at = $13
         where enterprise_id = $1 and dealer_id = $2",
        [
            it.enterprise_id.into(),
            it.dealer_id.into(),
            it.parent_id.map_or(0, |id| id.0).into(),
            it.number.as_str().into(),
            it.name.as_str().into(),
            it.contact_name.as_str().into(),
            it.phone.as_str().into(),
            it.email.as_str().into(),
            it.address.as_str().into(),
            it.party.as_str().into(),
            it.place.as_str().into(),
            it.linked_id.map_or(0, |id| id.0).into(),
            it.closed_at_us.into(),
        ],
    )
    .expect(1)
}

/// Statements that put territories in place of those a dealer had.
pub fn set_territories(
    (owner, id): (EnterpriseId, DealerId),
    territories: &[TerritoryRow],
) -> Vec<Statement> {
    let sql = "delete from dealer_territories where enterprise_id = $1 and dealer_id = $2";
    let mut statements = vec![Statement::new(sql, [owner.into(), id.into()])];
    statements.extend((0i64..).zip(territories).map(|(nth, it)| {
        Statement::new(
            "insert into dealer_territories (enterprise_id, dealer_id, territory_no, area, kind,
               from_day, until_day)
             values ($1, $2, $3, $4, $5, $6, $7)",
            [
                owner.into(),
                id.into(),
                nth.into(),
                it.area.as_str().into(),
                i64::from(it.kind).into(),
                it.from_day.map(i64::from).into(),
                it.until_day.map(i64::from).into(),
            ],
        )
        .expect(1)
    }));
    statements
}

/// The statement that notes a change.
pub fn note_change(owner: EnterpriseId, it: &DealerChange) -> Statement {
    Statement::new(
        "insert into dealer_changes (enterprise_id, change_id, dealer_id, action, detail,
           changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        [
            owner.into(),
            it.change_id.into(),
            it.dealer_id.into(),
            (it.action as i64).into(),
            it.detail.as_str().into(),
            it.changed_by.as_str().into(),
            it.changed_at_us.into(),
        ],
    )
    .expect(1)
}

/// One dealer of an enterprise inside `scope`.
pub async fn find(store: &Store, scope: Scope, id: DealerId) -> Result<Option<Dealer>> {
    let sql = select_dealers!("where enterprise_id between $1 and $2 and dealer_id = $3");
    let args = [scope.first.into(), scope.last.into(), id.into()];
    store.rows(sql, &args).await?.first().map(dealer_of).transpose()
}

/// Dealers in the order in which they were added.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Dealer>> {
    const LIST: List = list!(select_dealers, "dealer_id");
    LIST.rows(store, scope, page).await?.iter().map(dealer_of).collect()
}

/// The dealers right under one, or under the enterprise itself, in the order in which they were
/// added.
pub async fn under(
    store: &Store,
    owner: EnterpriseId,
    parent: Option<DealerId>,
    page: Page,
) -> Result<Vec<Dealer>> {
    let sql = select_dealers!(
        "where enterprise_id = $1 and parent_id = $2 and dealer_id > $3 order by dealer_id limit $4"
    );
    let parent = parent.map_or(0, |id| id.0);
    let args = [owner.into(), parent.into(), page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(dealer_of).collect()
}

/// All dealers of an enterprise, `limit` at most.
pub async fn all(store: &Store, owner: EnterpriseId, limit: u32) -> Result<Vec<Dealer>> {
    let sql = select_dealers!("where enterprise_id = $1 order by dealer_id limit $2");
    let rows = store.rows_long(sql, &[owner.into(), limit.into()]).await?;
    rows.iter().map(dealer_of).collect()
}

/// Territories of all dealers of an enterprise, `limit` at most, by dealer.
pub async fn all_territories(
    store: &Store,
    owner: EnterpriseId,
    limit: u32,
) -> Result<Vec<(DealerId, TerritoryRow)>> {
    let sql = "select dealer_id, area, kind, from_day, until_day from dealer_territories
               where enterprise_id = $1 order by dealer_id, territory_no limit $2";
    let rows = store.rows_long(sql, &[owner.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((DealerId(row.int(0)?), territory_of(row)?))).collect()
}

/// Whether any dealer of an enterprise has a territory.
pub async fn has_territories(store: &Store, owner: EnterpriseId) -> Result<bool> {
    let sql = "select 1 from dealer_territories where enterprise_id = $1 limit 1";
    Ok(store.rows(sql, &[owner.into()]).await?.first().is_some())
}

/// Territories of one dealer, in the order in which they were given.
pub async fn territories(
    store: &Store,
    owner: EnterpriseId,
    id: DealerId,
    limit: u32,
) -> Result<Vec<TerritoryRow>> {
    let sql = "select dealer_id, area, kind, from_day, until_day from dealer_territories
               where enterprise_id = $1 and dealer_id = $2 order by territory_no limit $3";
    let rows = store.rows(sql, &[owner.into(), id.into(), limit.into()]).await?;
    rows.iter().map(territory_of).collect()
}

/// What was changed of a dealer, in the order in which it was.
pub async fn changes(
    store: &Store,
    owner: EnterpriseId,
    id: DealerId,
    page: Page,
) -> Result<Vec<DealerChange>> {
    let sql = match page.order {
        crate::page::Order::OldestFirst => {
            "select change_id, dealer_id, action, detail, changed_by, changed_at
             from dealer_changes
             where enterprise_id = $1 and dealer_id = $2 and change_id > $3
             order by change_id limit $4"
        }
        crate::page::Order::NewestFirst => {
            "select change_id, dealer_id, action, detail, changed_by, changed_at
             from dealer_changes
             where enterprise_id = $1 and dealer_id = $2 and change_id < $3
             order by change_id desc limit $4"
        }
    };
    let args = [owner.into(), id.into(), page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(change_of).collect()
}

/// The statement that keeps a licence; a number that is taken is a conflict.
pub fn insert_file(
    (owner, id): (EnterpriseId, DealerId),
    it: &DealerFile,
    body: &[u8],
) -> Statement {
    Statement::new(
        "insert into dealer_files (enterprise_id, dealer_id, file_no, name, valid_until,
           media_type, sha256, body, uploaded_by, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            owner.into(),
            id.into(),
            it.file.file_no.into(),
            it.file.name.as_str().into(),
            it.valid_until.map(i64::from).into(),
            it.file.media_type.as_str().into(),
            it.file.sha256.as_slice().into(),
            body.into(),
            it.file.uploaded_by.as_str().into(),
            it.file.uploaded_at_us.into(),
        ],
    )
    .expect(1)
}

/// Licences of a dealer, in order, without what is in them.
pub async fn files(store: &Store, owner: EnterpriseId, id: DealerId) -> Result<Vec<DealerFile>> {
    let sql = "select file_no, name, media_type, sha256, length(body), uploaded_by, uploaded_at,
                 valid_until
               from dealer_files where enterprise_id = $1 and dealer_id = $2
               order by file_no limit 100";
    let rows = store.rows(sql, &[owner.into(), id.into()]).await?;
    let file_of = |row: Row<'_>| {
        let file = crate::recall_tasks::file_of(row)?;
        Ok(DealerFile { file, valid_until: day_of(row, 7)? })
    };
    rows.iter().map(file_of).collect()
}

/// What is in a licence, and its media type.
pub async fn file(
    store: &Store,
    owner: EnterpriseId,
    id: DealerId,
    file_no: u32,
) -> Result<Option<(String, Vec<u8>)>> {
    let sql = "select media_type, body from dealer_files
               where enterprise_id = $1 and dealer_id = $2 and file_no = $3";
    let rows = store.rows(sql, &[owner.into(), id.into(), file_no.into()]).await?;
    rows.first().map(|row| Ok((row.text(0)?.to_owned(), row.bytes(1)?.to_vec()))).transpose()
}

fn dealer_of(row: Row<'_>) -> Result<Dealer> {
    let given = |at: usize| Ok::<_, Error>(Some(row.int(at)?).filter(|&id| id != 0));
    Ok(Dealer {
        enterprise_id: EnterpriseId(row.int(0)?),
        dealer_id: DealerId(row.int(1)?),
        parent_id: given(2)?.map(DealerId),
        number: row.text(3)?.to_owned(),
        name: row.text(4)?.to_owned(),
        contact_name: row.text(5)?.to_owned(),
        phone: row.text(6)?.to_owned(),
        email: row.text(7)?.to_owned(),
        address: row.text(8)?.to_owned(),
        party: row.text(9)?.to_owned(),
        place: row.text(10)?.to_owned(),
        linked_id: given(11)?.map(EnterpriseId),
        created_at_us: row.int(12)?,
        closed_at_us: row.opt_int(13)?,
    })
}

fn territory_of(row: Row<'_>) -> Result<TerritoryRow> {
    Ok(TerritoryRow {
        area: row.text(1)?.to_owned(),
        kind: row.uint(2)?,
        from_day: day_of(row, 3)?,
        until_day: day_of(row, 4)?,
    })
}

fn day_of(row: Row<'_>, at: usize) -> Result<Option<i32>> {
    let day = row.opt_int(at)?;
    day.map(|it| i32::try_from(it).map_err(|_| Error::corrupt("a day is out of range"))).transpose()
}

fn change_of(row: Row<'_>) -> Result<DealerChange> {
    Ok(DealerChange {
        change_id: DealerChangeId(row.int(0)?),
        dealer_id: DealerId(row.int(1)?),
        action: crate::events::listed(&DealerAction::ALL, row.int(2)?)?,
        detail: row.text(3)?.to_owned(),
        changed_by: row.text(4)?.to_owned(),
        changed_at_us: row.int(5)?,
    })
}

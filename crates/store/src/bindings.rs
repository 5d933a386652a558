//! Further identifiers of items, lots and products, bound to them by URI.
//!
//! What is bound stays an identifier of its own: events that name it keep their words, and a trace
//! follows both. Most URIs lead to one target; a certificate may lead to many.

use tlog::{Kind, Record};

use crate::id::{EnterpriseId, LotId, ProductId, Scope};
use crate::ident::{IdRange, block_of};
use crate::identifiers::bucket_of;
use crate::{Error, Result, Row, Statement, Store};

/// What an identifier leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// An item, by its identifier id.
    Item(i64),
    /// A lot.
    Lot(LotId),
    /// A product.
    Product(ProductId),
}

/// To how many targets a URI may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// It names one thing.
    One,
    /// It covers many, as a certificate does.
    Many,
}

/// One identifier of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// One URI for all spellings of the identifier.
    pub uri: String,
    /// Its scheme.
    pub scheme_id: String,
    /// What it leads to.
    pub target: Target,
    /// To how many it may lead.
    pub reach: Reach,
    /// Who bound it.
    pub enterprise_id: EnterpriseId,
    /// Microseconds since the epoch.
    pub bound_at_us: i64,
}

impl Target {
    fn kind_and_id(self) -> (i64, i64) {
        match self {
            Self::Item(id) => (0, id),
            Self::Lot(id) => (1, id.0),
            Self::Product(id) => (2, id.0),
        }
    }

    fn of(kind: i64, id: i64) -> Result<Self> {
        match kind {
            0 => Ok(Self::Item(id)),
            1 => Ok(Self::Lot(LotId(id))),
            2 => Ok(Self::Product(ProductId(id))),
            _ => Err(Error::corrupt("a binding leads to an unknown kind of target")),
        }
    }
}

impl Binding {
    /// What its leaf in the log commits to: all of the row, in a form that never changes. An item
    /// is named by its identifier id, never by its code, which this would give away to whoever
    /// tries codes.
    pub fn canonical(&self) -> String {
        let (kind, id) = self.target.kind_and_id();
        let Self { uri, scheme_id, enterprise_id, bound_at_us, .. } = self;
        format!(
            "binding\n{scheme_id}\n{uri}\n{kind}\n{id}\n{}\n{}\n{bound_at_us}\n",
            self.slot(),
            enterprise_id.0,
        )
    }

    /// 0 for the one target of a URI. Else the target in 64 bits: ids have 62, the kind two; and
    /// one more, so that none is 0, which cannot overflow since no kind is 3.
    fn slot(&self) -> i64 {
        match self.reach {
            Reach::One => 0,
            Reach::Many => {
                let (kind, id) = self.target.kind_and_id();
                (id << 2 | kind) + 1
            }
        }
    }
}

/// Statements that bind, and queue the fact for the log; a URI that leads elsewhere already, or
/// here, is a conflict.
pub fn insert(binding: &Binding) -> Vec<Statement> {
    let (kind, id) = binding.target.kind_and_id();
    let canonical = binding.canonical();
    let key = format!("{}\n{}\n{}", binding.uri, binding.slot(), binding.bound_at_us);
    let record =
        Record { kind: Kind::Binding, key: key.as_bytes(), canonical: canonical.as_bytes() };
    let mut statements = crate::log_queue::insert(&record, binding.bound_at_us);
    statements.extend([
        Statement::new(
            "insert into bindings (bucket, uri, slot, scheme_id, target_kind, target_id,
               enterprise_id, bound_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                bucket_of(&binding.uri).into(),
                binding.uri.as_str().into(),
                binding.slot().into(),
                binding.scheme_id.as_str().into(),
                kind.into(),
                id.into(),
                binding.enterprise_id.into(),
                binding.bound_at_us.into(),
            ],
        )
        .expect(1),
        Statement::new(
            "insert into bound_uris (block, target_kind, target_id, uri, slot, scheme_id,
               enterprise_id, bound_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                block_of(id).into(),
                kind.into(),
                id.into(),
                binding.uri.as_str().into(),
                binding.slot().into(),
                binding.scheme_id.as_str().into(),
                binding.enterprise_id.into(),
                binding.bound_at_us.into(),
            ],
        )
        .expect(1),
    ]);
    statements
}

/// Statements that undo [`insert`]; a binding that is gone meanwhile is a conflict.
pub fn delete(binding: &Binding) -> Vec<Statement> {
    let (kind, id) = binding.target.kind_and_id();
    vec![
        Statement::new(
            "delete from bindings where bucket = $1 and uri = $2 and slot = $3
               and target_kind = $4 and target_id = $5",
            [
                bucket_of(&binding.uri).into(),
                binding.uri.as_str().into(),
                binding.slot().into(),
                kind.into(),
                id.into(),
            ],
        )
        .expect(1),
        Statement::new(
            "delete from bound_uris where block = $1 and target_kind = $2 and target_id = $3
               and uri = $4",
            [block_of(id).into(), kind.into(), id.into(), binding.uri.as_str().into()],
        )
        .expect(1),
    ]
}

/// What a URI leads to: at most `limit` targets, always in the same order.
pub async fn by_uri(store: &Store, scope: Scope, uri: &str, limit: u32) -> Result<Vec<Binding>> {
    let rows = store
        .rows(
            "select uri, slot, scheme_id, target_kind, target_id, enterprise_id, bound_at
             from bindings
             where bucket = $1 and uri = $2 and enterprise_id between $3 and $4
             order by target_kind, slot limit $5",
            &[
                bucket_of(uri).into(),
                uri.into(),
                scope.first.into(),
                scope.last.into(),
                limit.into(),
            ],
        )
        .await?;
    rows.iter().map(binding_of).collect()
}

/// Identifiers of a target: at most `limit`, in the order of their URIs.
pub async fn of_target(
    store: &Store,
    scope: Scope,
    target: Target,
    limit: u32,
) -> Result<Vec<Binding>> {
    let (kind, id) = target.kind_and_id();
    let rows = store
        .rows(
            "select uri, slot, scheme_id, target_kind, target_id, enterprise_id, bound_at
             from bound_uris
             where block = $1 and target_kind = $2 and target_id = $3
               and enterprise_id between $4 and $5
             order by uri limit $6",
            &[
                block_of(id).into(),
                kind.into(),
                id.into(),
                scope.first.into(),
                scope.last.into(),
                limit.into(),
            ],
        )
        .await?;
    rows.iter().map(binding_of).collect()
}

/// Whether anything is bound to anything.
pub async fn has_any(store: &Store) -> Result<bool> {
    Ok(store.rows("select 1 from bindings limit 1", &[]).await?.first().is_some())
}

/// Items of an enterprise among the ids of a range in one block, each with a URI that names it
/// alone, in order; `limit` at most.
pub async fn of_items(
    store: &Store,
    owner: EnterpriseId,
    range: IdRange,
    limit: u32,
) -> Result<Vec<(i64, String)>> {
    let sql = "select target_id, uri from bound_uris
               where block = $1 and target_kind = 0 and target_id between $2 and $3 and slot = 0
                 and enterprise_id = $4
               order by target_id, uri limit $5";
    let args = [
        block_of(range.first).into(),
        range.first.into(),
        range.last.into(),
        owner.into(),
        limit.into(),
    ];
    let rows = store.rows_long(sql, &args).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?.to_owned()))).collect()
}

/// The items of an enterprise that those of `uris` name which are bound to one.
pub async fn items_named(
    store: &Store,
    owner: EnterpriseId,
    uris: &[&str],
) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::new();
    for uri in uris {
        let sql = "select target_id from bindings
                   where bucket = $1 and uri = $2 and slot = 0 and target_kind = 0
                     and enterprise_id = $3";
        let args = [bucket_of(uri).into(), (*uri).into(), owner.into()];
        let rows = store.rows(sql, &args).await?;
        if let Some(row) = rows.first() {
            found.push(((*uri).to_owned(), row.int(0)?));
        }
    }
    Ok(found)
}

fn binding_of(row: Row<'_>) -> Result<Binding> {
    Ok(Binding {
        uri: row.text(0)?.to_owned(),
        reach: if row.int(1)? == 0 { Reach::One } else { Reach::Many },
        scheme_id: row.text(2)?.to_owned(),
        target: Target::of(row.int(3)?, row.int(4)?)?,
        enterprise_id: EnterpriseId(row.int(5)?),
        bound_at_us: row.int(6)?,
    })
}

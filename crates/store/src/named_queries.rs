//! Queries that an enterprise, a jurisdiction or the platform keeps by name (EPCIS 2.0 §8.2.3).

use crate::id::Scope;
use crate::{Result, Row, Statement, Store};

/// A query by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuery {
    /// Its name, unique for its owner.
    pub name: String,
    /// Its parameters as JSON.
    pub query: String,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
}

/// The statement that keeps a query; a second one of its name is a conflict.
pub fn insert(owner: Scope, named: &NamedQuery) -> Statement {
    Statement::new(
        "insert into named_queries (enterprise_id, name, query, created_at)
         values ($1, $2, $3, $4)",
        [
            owner.viewer().into(),
            named.name.as_str().into(),
            named.query.as_str().into(),
            named.created_at_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that forgets a query; an unknown one is a conflict.
pub fn delete(owner: Scope, name: &str) -> Statement {
    Statement::new(
        "delete from named_queries where enterprise_id = $1 and name = $2",
        [owner.viewer().into(), name.into()],
    )
    .expect(1)
}

/// One query.
pub async fn find(store: &Store, owner: Scope, name: &str) -> Result<Option<NamedQuery>> {
    let sql = "select name, query, created_at from named_queries
               where enterprise_id = $1 and name = $2";
    let rows = store.rows(sql, &[owner.viewer().into(), name.into()]).await?;
    rows.first().map(named_of).transpose()
}

/// Up to `limit` queries in the order of their names, after one of them.
pub async fn list(store: &Store, owner: Scope, after: &str, limit: u32) -> Result<Vec<NamedQuery>> {
    let sql = "select name, query, created_at from named_queries
               where enterprise_id = $1 and name > $2 order by name limit $3";
    let args = [owner.viewer().into(), after.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(named_of).collect()
}

fn named_of(row: Row<'_>) -> Result<NamedQuery> {
    Ok(NamedQuery {
        name: row.text(0)?.to_owned(),
        query: row.text(1)?.to_owned(),
        created_at_us: row.int(2)?,
    })
}

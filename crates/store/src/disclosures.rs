//! What enterprises let anyone read of the history of their goods.

use crate::id::{EnterpriseId, Scope};
use crate::{Result, Statement, Store};

/// The choice of one enterprise; the words are those of `service`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Whose goods.
    pub enterprise_id: EnterpriseId,
    /// Whose names may be read: ids with commas between, or `*` for all.
    pub named: String,
    /// Stages that may not be read, by name, with commas between.
    pub hidden_stages: String,
    /// Whether its products are kept out of the public search.
    pub is_unlisted: bool,
    /// When it was chosen, in microseconds since the epoch.
    pub changed_at_us: i64,
}

/// Statements that keep a choice in place of the one before.
pub fn replace(chosen: &Disclosure) -> Vec<Statement> {
    let sql =
        "insert into disclosures (enterprise_id, named, hidden_stages, changed_at, is_unlisted)
               values ($1, $2, $3, $4, $5)
               on conflict (enterprise_id) do update set named = excluded.named,
                 hidden_stages = excluded.hidden_stages, changed_at = excluded.changed_at,
                 is_unlisted = excluded.is_unlisted";
    let args = [
        chosen.enterprise_id.into(),
        chosen.named.as_str().into(),
        chosen.hidden_stages.as_str().into(),
        chosen.changed_at_us.into(),
        i64::from(chosen.is_unlisted).into(),
    ];
    vec![Statement::new(sql, args).expect(1)]
}

/// The choice of an enterprise inside `scope`, if it made one.
pub async fn find(store: &Store, scope: Scope, id: EnterpriseId) -> Result<Option<Disclosure>> {
    let sql = "select named, hidden_stages, changed_at, is_unlisted from disclosures
               where enterprise_id = $1 and enterprise_id between $2 and $3";
    let rows = store.rows(sql, &[id.into(), scope.first.into(), scope.last.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Disclosure {
        enterprise_id: id,
        named: row.text(0)?.to_owned(),
        hidden_stages: row.text(1)?.to_owned(),
        changed_at_us: row.int(2)?,
        is_unlisted: row.opt_int(3)? == Some(1),
    }))
}

//! Domains that enterprises say are theirs, and when they last proved it.

use crate::id::{EnterpriseId, Scope};
use crate::{Result, Row, Statement, Store};

/// A domain of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Whose it is said to be.
    pub enterprise_id: EnterpriseId,
    /// Its name, in lower case.
    pub domain: String,
    /// What proves it, put there.
    pub token: String,
    /// Microseconds since the epoch.
    pub added_at_us: i64,
    /// What the key's owner calls it.
    pub added_by: String,
    /// When it was last looked at; 0 is never.
    pub checked_at_us: i64,
    /// When the token was last there; 0 is never.
    pub proved_at_us: i64,
    /// Why the last look did not find it; empty if it did.
    pub says: String,
}

macro_rules! select_domains {
    ($rest:literal) => {
        concat!(
            "select enterprise_id, domain, token, added_at, added_by, checked_at, proved_at, says
             from domains ",
            $rest
        )
    };
}

/// The statement that adds a domain; one that is there is a conflict.
pub fn insert(it: &Domain) -> Statement {
    let sql = "insert into domains (enterprise_id, domain, token, added_at, added_by, checked_at,
                 proved_at, says)
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = [
        it.enterprise_id.into(),
        it.domain.as_str().into(),
        it.token.as_str().into(),
        it.added_at_us.into(),
        it.added_by.as_str().into(),
        it.checked_at_us.into(),
        it.proved_at_us.into(),
        it.says.as_str().into(),
    ];
    Statement::new(sql, args).expect(1)
}

/// The statement that takes a domain back; without it there is a conflict.
pub fn remove(id: EnterpriseId, domain: &str) -> Statement {
    let sql = "delete from domains where enterprise_id = $1 and domain = $2";
    Statement::new(sql, [id.into(), domain.into()]).expect(1)
}

/// The domains of an enterprise inside `scope`, by name, `limit` at most.
pub async fn list(
    store: &Store,
    scope: Scope,
    id: EnterpriseId,
    limit: u32,
) -> Result<Vec<Domain>> {
    let sql = select_domains!(
        "where enterprise_id = $1 and enterprise_id between $2 and $3 order by domain limit $4"
    );
    let args = [id.into(), scope.first.into(), scope.last.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(domain_of).collect()
}

/// Domains that were not looked at since, those that wait longest first.
pub async fn due(store: &Store, since_us: i64, limit: u32) -> Result<Vec<Domain>> {
    let sql = select_domains!("where checked_at < $1 order by checked_at limit $2");
    store.rows(sql, &[since_us.into(), limit.into()]).await?.iter().map(domain_of).collect()
}

/// The statement that takes up the look at a domain as it was read; a conflict if somebody else
/// looks, or it is gone.
pub fn claim(it: &Domain, now_us: i64) -> Statement {
    let sql = "update domains set checked_at = $4
               where enterprise_id = $1 and domain = $2 and checked_at = $3";
    let args = [
        it.enterprise_id.into(),
        it.domain.as_str().into(),
        it.checked_at_us.into(),
        now_us.into(),
    ];
    Statement::new(sql, args).expect(1)
}

/// The statement that notes what a look at a token found; of a domain that was taken back, nothing.
pub fn settle(it: &Domain, proved_at_us: i64, says: &str) -> Statement {
    let sql = "update domains set proved_at = $4, says = $5
               where enterprise_id = $1 and domain = $2 and token = $3";
    let args = [
        it.enterprise_id.into(),
        it.domain.as_str().into(),
        it.token.as_str().into(),
        proved_at_us.into(),
        says.into(),
    ];
    Statement::new(sql, args)
}

fn domain_of(row: Row<'_>) -> Result<Domain> {
    Ok(Domain {
        enterprise_id: EnterpriseId(row.int(0)?),
        domain: row.text(1)?.to_owned(),
        token: row.text(2)?.to_owned(),
        added_at_us: row.int(3)?,
        added_by: row.text(4)?.to_owned(),
        checked_at_us: row.int(5)?,
        proved_at_us: row.int(6)?,
        says: row.text(7)?.to_owned(),
    })
}

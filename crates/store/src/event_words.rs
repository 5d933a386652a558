//! Words and places that events name, each once: the top-level resources of EPCIS 2.0 §12.

use crate::id::{EnterpriseId, Scope};
use crate::{Result, Statement, Store};

/// The statement that notes a word; one that is there already stays.
pub fn insert(viewer: EnterpriseId, field: &str, word: &str) -> Statement {
    Statement::new(
        "insert into event_words (viewer, field, word) values ($1, $2, $3)
         on conflict (viewer, field, word) do nothing",
        [viewer.into(), field.into(), word.into()],
    )
}

/// Up to `limit` words of a field inside `scope`, in the order of the database, after one of
/// them.
pub async fn list(
    store: &Store,
    scope: Scope,
    field: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<String>> {
    let mut words = Vec::new();
    match scope.single() {
        Some(viewer) => {
            let sql = "select word from event_words
                       where viewer = $1 and field = $2 and word > $3 order by word limit $4";
            let args = [viewer.into(), field.into(), after.into(), limit.into()];
            for row in store.rows(sql, &args).await?.iter() {
                words.push(row.text(0)?.to_owned());
            }
        }
        None => {
            // The words of all enterprises are few beside their events.
            let sql = "select distinct word from event_words
                       where field = $1 and word > $2 order by word limit $3";
            let rows = store.rows_long(sql, &[field.into(), after.into(), limit.into()]).await?;
            for row in rows.iter() {
                words.push(row.text(0)?.to_owned());
            }
        }
    }
    Ok(words)
}

/// Whether an event inside `scope` names the word.
pub async fn is_known(store: &Store, scope: Scope, field: &str, word: &str) -> Result<bool> {
    let sql = "select 1 from event_words
               where viewer between $1 and $2 and field = $3 and word = $4 limit 1";
    let args = [scope.first.into(), scope.last.into(), field.into(), word.into()];
    Ok(store.rows(sql, &args).await?.first().is_some())
}

//! Words and places that events name, each once: the top-level resources of EPCIS 2.0 §12.

use crate::id::{Scope, Viewer};
use crate::shares;
use crate::{Result, Statement, Store};

/// The statement that notes a word; one that is there already stays.
pub fn insert(viewer: Viewer, field: &str, word: &str) -> Statement {
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
    let rest = [field.into(), after.into(), limit.into()];
    let rows = match scope.single() {
        Some(viewer) if !shares::has_any(store, viewer).await? => {
            let sql = "select word from event_words
                       where viewer = $1 and field = $2 and word > $3 order by word limit $4";
            store.rows(sql, &[&[viewer.into()], &rest[..]].concat()).await?
        }
        Some(viewer) => {
            let sql = "select distinct word from event_words
                       where viewer in (select cast($1 as bigint) union all
                           select case when identifier = '' then sharer_id else -share_id end
                           from shares where viewer_id = $1 and ended_at is null)
                         and field = $2 and word > $3 order by word limit $4";
            store.rows_long(sql, &[&[viewer.into()], &rest[..]].concat()).await?
        }
        None => {
            // The words of all enterprises are few beside their events.
            let sql = "select distinct word from event_words
                       where viewer between $1 and $2 and field = $3 and word > $4
                       order by word limit $5";
            let bounds = [scope.first.into(), scope.last.into()];
            store.rows_long(sql, &[&bounds, &rest[..]].concat()).await?
        }
    };
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// The first words of a field that enterprises inside `scope` captured themselves.
pub async fn list_own(store: &Store, scope: Scope, field: &str, limit: u32) -> Result<Vec<String>> {
    let sql = "select distinct word from event_words
               where viewer between $1 and $2 and field = $3 order by word limit $4";
    let args = [scope.first.into(), scope.last.into(), field.into(), limit.into()];
    let rows = store.rows_long(sql, &args).await?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// Whether an event inside `scope` names the word.
pub async fn is_known(store: &Store, scope: Scope, field: &str, word: &str) -> Result<bool> {
    let sql = "select 1 from event_words
               where (viewer between $1 and $2 or $1 = $2 and viewer in
                   (select case when identifier = '' then sharer_id else -share_id end
                    from shares where viewer_id = $1 and ended_at is null))
                 and field = $3 and word = $4 limit 1";
    let args = [scope.first.into(), scope.last.into(), field.into(), word.into()];
    Ok(store.rows(sql, &args).await?.first().is_some())
}

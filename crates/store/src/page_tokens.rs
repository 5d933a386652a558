//! Tokens of pages that their clients let go of before they expired. The others are kept nowhere.

use crate::id::Scope;
use crate::{Result, Statement, Store};

/// Statements that end a token until it expires, and let go of those that did.
pub fn end(scope: Scope, token_hash: &[u8; 32], expires_at_us: i64, now_us: i64) -> Vec<Statement> {
    let expired = "delete from ended_page_tokens where expires_at <= $1";
    let ended = "insert into ended_page_tokens (token_hash, ended_for, expires_at)
                 values ($1, $2, $3)
                 on conflict (token_hash) do nothing";
    vec![
        Statement::new(expired, [now_us.into()]),
        Statement::new(
            ended,
            [token_hash.as_slice().into(), scope.first.into(), expires_at_us.into()],
        ),
    ]
}

/// Whether a token was ended.
pub async fn is_ended(store: &Store, token_hash: &[u8; 32]) -> Result<bool> {
    let sql = "select 1 from ended_page_tokens where token_hash = $1";
    Ok(store.rows(sql, &[token_hash.as_slice().into()]).await?.first().is_some())
}

/// How many tokens are ended for a scope, those that expired included.
pub async fn n_ended(store: &Store, scope: Scope) -> Result<u64> {
    let sql = "select count(*) from ended_page_tokens where ended_for = $1";
    let rows = store.rows(sql, &[scope.first.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

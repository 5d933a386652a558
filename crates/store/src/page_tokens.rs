//! Tokens of pages that their clients let go of before they expired. The others are kept nowhere.

use crate::{Result, Statement, Store};

/// Statements that end a token until it expires, and let go of those that did.
pub fn end(token_hash: &[u8; 32], expires_at_us: i64, now_us: i64) -> Vec<Statement> {
    let expired = "delete from ended_page_tokens where expires_at <= $1";
    let ended = "insert into ended_page_tokens (token_hash, expires_at) values ($1, $2)
                 on conflict (token_hash) do nothing";
    vec![
        Statement::new(expired, [now_us.into()]),
        Statement::new(ended, [token_hash.as_slice().into(), expires_at_us.into()]),
    ]
}

/// Whether a token was ended.
pub async fn is_ended(store: &Store, token_hash: &[u8; 32]) -> Result<bool> {
    let sql = "select 1 from ended_page_tokens where token_hash = $1";
    Ok(store.rows(sql, &[token_hash.as_slice().into()]).await?.first().is_some())
}

//! API keys and console sessions; only SHA-256 hashes of the secrets are stored.

use crate::id::{DealerId, EnterpriseId, Jurisdiction, KeyId, Scope};
use crate::page::{List, Page, list};
use crate::{Error, Result, Row, Statement, Store};

/// An API key without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub key_id: KeyId,
    /// The enterprise it speaks for; none speaks for the platform.
    pub enterprise_id: Option<EnterpriseId>,
    /// The dealer of the enterprise that it speaks for; none speaks for no certain one.
    pub dealer_id: Option<DealerId>,
    /// Where it looks, if it is a regulator's of a part.
    pub jurisdiction: Option<Jurisdiction>,
    /// `operator`, `enterprise`, `dealer` or `regulator`.
    pub role: String,
    /// What its owner calls it.
    pub label: String,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// When it was revoked, in microseconds since the epoch.
    pub revoked_at_us: Option<i64>,
}

/// What [`key_of`] reads, with the rest of the statement.
macro_rules! select_keys {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, key_id, role, label, created_at, revoked_at, jurisdiction,
               dealer_id
             from api_keys ",
            $($rest),+
        )
    };
}

/// The statement that adds `key` under the hash of its secret.
pub fn insert(key: &ApiKey, key_hash: &[u8; 32]) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into api_keys (enterprise_id, key_id, key_hash, role, label, created_at,
               jurisdiction, dealer_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                key.enterprise_id.map_or(0, |id| id.0).into(),
                key.key_id.into(),
                key_hash.as_slice().into(),
                key.role.as_str().into(),
                key.label.as_str().into(),
                key.created_at_us.into(),
                key.jurisdiction.map(|it| it.to_string()).into(),
                key.dealer_id.map_or(0, |id| id.0).into(),
            ],
        )
        .expect(1),
    ]
}

/// The statement that revokes a key inside `scope`; an unknown or revoked one is a conflict.
pub fn revoke(scope: Scope, id: KeyId, now_us: i64) -> Vec<Statement> {
    vec![
        Statement::new(
            "update api_keys set revoked_at = $4
             where enterprise_id between $1 and $2 and key_id = $3 and revoked_at is null",
            [scope.first.into(), scope.last.into(), id.into(), now_us.into()],
        )
        .expect(1),
    ]
}

/// The key whose secret has this hash, unless revoked.
pub async fn by_hash(store: &Store, key_hash: &[u8; 32]) -> Result<Option<ApiKey>> {
    let rows = store
        .rows(
            select_keys!("where key_hash = $1 and revoked_at is null"),
            &[key_hash.as_slice().into()],
        )
        .await?;
    rows.first().map(key_of).transpose()
}

/// Whether a key is known and not revoked.
pub async fn is_active(store: &Store, id: KeyId) -> Result<bool> {
    let sql = "select 1 from api_keys where key_id = $1 and revoked_at is null";
    Ok(store.rows(sql, &[id.into()]).await?.first().is_some())
}

/// Whether a key speaks for an enterprise or a dealer of it, and is not revoked.
pub async fn is_active_of(store: &Store, owner: EnterpriseId, id: KeyId) -> Result<bool> {
    let sql = "select 1 from api_keys
               where key_id = $1 and enterprise_id = $2 and revoked_at is null";
    Ok(store.rows(sql, &[id.into(), owner.into()]).await?.first().is_some())
}

/// Keys in order of creation.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<ApiKey>> {
    const LIST: List = list!(select_keys, "key_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(key_of).collect()
}

/// Sessions that a key may have open; one more ends the one that would end first.
pub const MAX_SESSIONS: u32 = 100;

/// Statements that open a session for `key`, and forget those that ended before `now_us` and
/// those of the key beyond [`MAX_SESSIONS`].
pub fn open_session(
    token_hash: &[u8; 32],
    key: KeyId,
    expires_at_us: i64,
    now_us: i64,
) -> Vec<Statement> {
    vec![
        Statement::new("delete from sessions where expires_at < $1", [now_us.into()]),
        Statement::new(
            "insert into sessions (token_hash, key_id, expires_at) values ($1, $2, $3)",
            [token_hash.as_slice().into(), key.into(), expires_at_us.into()],
        )
        .expect(1),
        Statement::new(
            "delete from sessions where key_id = $1 and token_hash not in
               (select token_hash from sessions where key_id = $1
                order by expires_at desc, token_hash limit $2)",
            [key.into(), MAX_SESSIONS.into()],
        ),
    ]
}

/// The statement that ends a session, if it is there.
pub fn close_session(token_hash: &[u8; 32]) -> Vec<Statement> {
    vec![Statement::new(
        "delete from sessions where token_hash = $1",
        [token_hash.as_slice().into()],
    )]
}

/// The key of a session that is open at `now_us` and whose key is not revoked.
pub async fn by_session(
    store: &Store,
    token_hash: &[u8; 32],
    now_us: i64,
) -> Result<Option<ApiKey>> {
    let rows = store
        .rows(
            "select k.enterprise_id, k.key_id, k.role, k.label, k.created_at, k.revoked_at,
               k.jurisdiction, k.dealer_id
             from sessions s join api_keys k on k.key_id = s.key_id
             where s.token_hash = $1 and s.expires_at > $2 and k.revoked_at is null",
            &[token_hash.as_slice().into(), now_us.into()],
        )
        .await?;
    rows.first().map(key_of).transpose()
}

fn key_of(row: Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        enterprise_id: Some(row.int(0)?).filter(|&id| id != 0).map(EnterpriseId),
        key_id: KeyId(row.int(1)?),
        role: row.text(2)?.to_owned(),
        label: row.text(3)?.to_owned(),
        created_at_us: row.int(4)?,
        revoked_at_us: row.opt_int(5)?,
        jurisdiction: jurisdiction_of(row.opt_text(6)?)?,
        dealer_id: Some(row.int(7)?).filter(|&id| id != 0).map(DealerId),
    })
}

/// A jurisdiction that cannot be read must not become the whole platform.
fn jurisdiction_of(text: Option<&str>) -> Result<Option<Jurisdiction>> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::corrupt(format!("{text} is no jurisdiction")))
}

//! Enterprises (主体) and the types they come in.

use crate::id::{EnterpriseId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// An enterprise as it registered itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    /// Its id.
    pub enterprise_id: EnterpriseId,
    /// Registered name.
    pub name: String,
    /// One of [`types`].
    pub enterprise_type: String,
    /// `uscc`, `kr-brn` or `other`.
    pub registration_scheme: String,
    /// The number in that scheme, in its printed form.
    pub registration_number: String,
    /// Address of production or registration.
    pub address: String,
    /// How to reach it.
    pub contact: String,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
}

/// What an enterprise of a type may order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseType {
    /// Name of the type.
    pub name: String,
    /// Code lengths it may order, in digits; empty means none.
    pub code_lengths: Vec<u8>,
    /// The length it gets when an order names none.
    pub default_length: Option<u8>,
}

/// What [`enterprise_of`] reads, with the rest of the statement.
macro_rules! select_enterprises {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, name, enterprise_type, registration_scheme,
               registration_number, address, contact, created_at
             from enterprises ",
            $($rest),+
        )
    };
}

/// All enterprise types, by name.
pub async fn types(store: &Store) -> Result<Vec<EnterpriseType>> {
    let rows = store
        .rows(
            "select enterprise_type, code_lengths, default_length from enterprise_types
             order by enterprise_type",
            &[],
        )
        .await?;
    rows.iter().map(type_of).collect()
}

/// The statement that adds `enterprise`; a second one with the same registration is a conflict.
pub fn insert(enterprise: &Enterprise) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into enterprises (enterprise_id, name, enterprise_type, registration_scheme,
               registration_number, address, contact, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                enterprise.enterprise_id.into(),
                enterprise.name.as_str().into(),
                enterprise.enterprise_type.as_str().into(),
                enterprise.registration_scheme.as_str().into(),
                enterprise.registration_number.as_str().into(),
                enterprise.address.as_str().into(),
                enterprise.contact.as_str().into(),
                enterprise.created_at_us.into(),
            ],
        )
        .expect(1),
    ]
}

/// One enterprise.
pub async fn find(store: &Store, scope: Scope, id: EnterpriseId) -> Result<Option<Enterprise>> {
    let rows = store
        .rows(
            select_enterprises!("where enterprise_id between $1 and $2 and enterprise_id = $3"),
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map(enterprise_of).transpose()
}

/// The enterprise with a number in a scheme of registration.
pub async fn by_registration(
    store: &Store,
    scope: Scope,
    scheme: &str,
    number: &str,
) -> Result<Option<Enterprise>> {
    let rows = store
        .rows(
            select_enterprises!(
                "where enterprise_id between $1 and $2
               and registration_scheme = $3 and registration_number = $4"
            ),
            &[scope.first.into(), scope.last.into(), scheme.into(), number.into()],
        )
        .await?;
    rows.first().map(enterprise_of).transpose()
}

/// Enterprises by division, then in order of registration.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Enterprise>> {
    const LIST: List = list!(select_enterprises, "enterprise_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(enterprise_of).collect()
}

fn type_of(row: Row<'_>) -> Result<EnterpriseType> {
    let lengths = row.text(1)?;
    let default_length = u8::try_from(row.int(2)?).ok().filter(|&n| n > 0);
    Ok(EnterpriseType {
        name: row.text(0)?.to_owned(),
        code_lengths: lengths.split_whitespace().filter_map(|n| n.parse().ok()).collect(),
        default_length,
    })
}

fn enterprise_of(row: Row<'_>) -> Result<Enterprise> {
    Ok(Enterprise {
        enterprise_id: EnterpriseId(row.int(0)?),
        name: row.text(1)?.to_owned(),
        enterprise_type: row.text(2)?.to_owned(),
        registration_scheme: row.text(3)?.to_owned(),
        registration_number: row.text(4)?.to_owned(),
        address: row.text(5)?.to_owned(),
        contact: row.text(6)?.to_owned(),
        created_at_us: row.int(7)?,
    })
}

//! What producers add to the pages of their goods, and who changed it. The words are those of
//! `service`.

use crate::id::{EnterpriseId, KeyId, PageChangeId, ProductId, Scope};
use crate::page::{List, Page, list};
use crate::rules::Subject;
use crate::{Result, Row, Statement, Store};

/// Settings as they were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// For what.
    pub subject: Subject,
    /// Which.
    pub settings: String,
    /// Counts the changes, for compare-and-swap.
    pub revision: i64,
}

/// Somebody set settings or took them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub change_id: PageChangeId,
    /// For what.
    pub subject: Subject,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
    /// By which key.
    pub key_id: KeyId,
    /// What the key's owner calls it.
    pub changed_by: String,
    /// What was set before; empty if nothing was.
    pub before: String,
    /// What is set now; empty if nothing is.
    pub after: String,
}

/// What is set for a product and for all of its enterprise, the nearest first.
pub async fn of_subject(store: &Store, subject: Subject) -> Result<Vec<Set>> {
    let sql = "select product_id, settings, revision from page_settings
               where enterprise_id = $1 and product_id in (0, $2) order by product_id desc";
    let args = [subject.enterprise_id.into(), number(subject.product_id).into()];
    let rows = store.rows(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        let product_id = Some(row.int(0)?).filter(|id| *id != 0).map(ProductId);
        Ok(Set {
            subject: Subject { product_id, ..subject },
            settings: row.text(1)?.to_owned(),
            revision: row.int(2)?,
        })
    };
    rows.iter().map(of_row).collect()
}

fn number(id: Option<ProductId>) -> i64 {
    id.map_or(0, |id| id.0)
}

/// Statements of a change, of which the settings before had `revision` (0: there were none);
/// another change meanwhile is a conflict.
pub fn change(change: &Change, revision: i64) -> Vec<Statement> {
    let Subject { enterprise_id, product_id } = change.subject;
    let key = [enterprise_id.into(), number(product_id).into()];
    let mut args = key.to_vec();
    let sql = if change.after.is_empty() {
        args.push(revision.into());
        "delete from page_settings where enterprise_id = $1 and product_id = $2 and revision = $3"
    } else {
        args.extend([change.after.as_str().into(), (revision + 1).into()]);
        if revision == 0 {
            "insert into page_settings (enterprise_id, product_id, settings, revision)
             values ($1, $2, $3, $4)"
        } else {
            "update page_settings set settings = $3, revision = $4
             where enterprise_id = $1 and product_id = $2 and revision = $4 - 1"
        }
    };
    let note = Statement::new(
        "insert into page_changes (enterprise_id, change_id, product_id, changed_at, key_id,
           changed_by, settings_before, settings_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            enterprise_id.into(),
            change.change_id.into(),
            number(product_id).into(),
            change.changed_at_us.into(),
            change.key_id.into(),
            change.changed_by.as_str().into(),
            change.before.as_str().into(),
            change.after.as_str().into(),
        ],
    );
    vec![Statement::new(sql, args).expect(1), note.expect(1)]
}

/// What [`change_of`] reads, with the rest of the statement.
macro_rules! select_changes {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, change_id, product_id, changed_at, key_id, changed_by,
               settings_before, settings_after
             from page_changes ",
            $($rest),+
        )
    };
}

static CHANGES: List = list!(select_changes, "change_id");

/// Changes inside `scope`.
pub async fn changes(store: &Store, scope: Scope, page: Page) -> Result<Vec<Change>> {
    CHANGES.rows(store, scope, page).await?.iter().map(change_of).collect()
}

fn change_of(row: Row<'_>) -> Result<Change> {
    Ok(Change {
        change_id: PageChangeId(row.int(1)?),
        subject: Subject {
            enterprise_id: EnterpriseId(row.int(0)?),
            product_id: Some(row.int(2)?).filter(|id| *id != 0).map(ProductId),
        },
        changed_at_us: row.int(3)?,
        key_id: KeyId(row.int(4)?),
        changed_by: row.text(5)?.to_owned(),
        before: row.text(6)?.to_owned(),
        after: row.text(7)?.to_owned(),
    })
}

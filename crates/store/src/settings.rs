//! What is set for a product, an enterprise or the platform, and who changed it. The texts are
//! those of `service`; a kind of settings is a number here.

use crate::id::{EnterpriseId, KeyId, ProductId, Scope, SettingChangeId};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// What settings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Rules that verdicts are judged by.
    Rules = 0,
    /// What producers add to the pages of their goods.
    Page = 1,
}

/// Whose settings: of one product, of all of an enterprise, or of all on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The enterprise; [`EnterpriseId::LEAST`] is the platform.
    pub enterprise_id: EnterpriseId,
    /// The product; none is all of them.
    pub product_id: Option<ProductId>,
}

/// Settings as they were set, or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// For whom.
    pub subject: Subject,
    /// Which; empty if they were taken back.
    pub text: String,
    /// Counts the changes, for compare-and-swap.
    pub revision: i64,
}

/// Somebody set settings or took them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub change_id: SettingChangeId,
    /// Of what.
    pub kind: Kind,
    /// For whom.
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

/// What was set for a product, an enterprise and the platform, the nearest first; what was taken
/// back is among it.
pub async fn of_subject(store: &Store, kind: Kind, subject: Subject) -> Result<Vec<Set>> {
    let sql = "select enterprise_id, product_id, settings, revision from settings
               where kind = $1 and enterprise_id in (0, $2) and product_id in (0, $3)
               order by product_id desc, enterprise_id desc";
    let args =
        [(kind as i64).into(), subject.enterprise_id.into(), number(subject.product_id).into()];
    let rows = store.rows(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        Ok(Set {
            subject: subject_of(row.int(0)?, row.int(1)?),
            text: row.text(2)?.to_owned(),
            revision: row.int(3)?,
        })
    };
    rows.iter().map(of_row).collect()
}

fn number(id: Option<ProductId>) -> i64 {
    id.map_or(0, |id| id.0)
}

fn subject_of(enterprise_id: i64, product_id: i64) -> Subject {
    let product_id = Some(product_id).filter(|id| *id != 0).map(ProductId);
    Subject { enterprise_id: EnterpriseId(enterprise_id), product_id }
}

/// Statements of a change, of which the settings before had `revision` (0: there never were any);
/// another change meanwhile is a conflict. What is taken back keeps its row, so that a revision
/// never comes again.
pub fn change(change: &Change, revision: i64) -> Vec<Statement> {
    let Subject { enterprise_id, product_id } = change.subject;
    let sql = match revision {
        0 => {
            "insert into settings (kind, enterprise_id, product_id, settings, revision)
             values ($1, $2, $3, $4, $5)"
        }
        _ => {
            "update settings set settings = $4, revision = $5
             where kind = $1 and enterprise_id = $2 and product_id = $3 and revision = $5 - 1"
        }
    };
    let set = Statement::new(
        sql,
        [
            (change.kind as i64).into(),
            enterprise_id.into(),
            number(product_id).into(),
            change.after.as_str().into(),
            (revision + 1).into(),
        ],
    );
    let note = Statement::new(
        "insert into setting_changes (enterprise_id, change_id, kind, product_id, changed_at, key_id,
           changed_by, settings_before, settings_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            enterprise_id.into(),
            change.change_id.into(),
            (change.kind as i64).into(),
            number(product_id).into(),
            change.changed_at_us.into(),
            change.key_id.into(),
            change.changed_by.as_str().into(),
            change.before.as_str().into(),
            change.after.as_str().into(),
        ],
    );
    vec![set.expect(1), note.expect(1)]
}

/// What [`change_of`] reads, of one kind, with the rest of the statement.
macro_rules! select_changes {
    ($kind:literal, $($rest:literal),+) => {
        concat!(
            "select enterprise_id, change_id, product_id, changed_at, key_id, changed_by,
               settings_before, settings_after
             from (select * from setting_changes where kind = ", $kind, ") c ",
            $($rest),+
        )
    };
}

macro_rules! select_rules {
    ($($rest:literal),+) => { select_changes!("0", $($rest),+) };
}

macro_rules! select_pages {
    ($($rest:literal),+) => { select_changes!("1", $($rest),+) };
}

static RULE_CHANGES: List = list!(select_rules, "change_id");
static PAGE_CHANGES: List = list!(select_pages, "change_id");

/// Changes of one kind inside `scope`.
pub async fn changes(store: &Store, kind: Kind, scope: Scope, page: Page) -> Result<Vec<Change>> {
    let list = match kind {
        Kind::Rules => &RULE_CHANGES,
        Kind::Page => &PAGE_CHANGES,
    };
    list.rows(store, scope, page).await?.iter().map(|row| change_of(row, kind)).collect()
}

fn change_of(row: Row<'_>, kind: Kind) -> Result<Change> {
    Ok(Change {
        change_id: SettingChangeId(row.int(1)?),
        kind,
        subject: subject_of(row.int(0)?, row.int(2)?),
        changed_at_us: row.int(3)?,
        key_id: KeyId(row.int(4)?),
        changed_by: row.text(5)?.to_owned(),
        before: row.text(6)?.to_owned(),
        after: row.text(7)?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::each_engine;

    #[tokio::test]
    async fn settings_taken_back_and_set_again_are_not_those_read_before() {
        each_engine(async |store| {
            let subject = Subject { enterprise_id: EnterpriseId(7), product_id: None };
            let mut n_changes = 0;
            let mut set = async |revision, before: &str, after: &str| {
                n_changes += 1;
                let change = Change {
                    change_id: SettingChangeId(n_changes),
                    kind: Kind::Page,
                    subject,
                    changed_at_us: n_changes,
                    key_id: KeyId(1),
                    changed_by: "a key".into(),
                    before: before.into(),
                    after: after.into(),
                };
                store.write("test", super::change(&change, revision)).await
            };
            set(0, "", "a").await.expect("set");
            set(1, "a", "").await.expect("taken back");
            set(2, "", "b").await.expect("set again");
            for stale in [0, 1, 2] {
                assert!(set(stale, "a", "c").await.is_err(), "{stale}");
            }
            let all = of_subject(&store, Kind::Page, subject).await.expect("read");
            assert_eq!(all, [Set { subject, text: "b".into(), revision: 3 }]);
            let rules = of_subject(&store, Kind::Rules, subject).await.expect("read");
            assert_eq!(rules, []);
        })
        .await;
    }
}

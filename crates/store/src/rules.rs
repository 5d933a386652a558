//! Rules that verdicts are judged by, and who changed them.

use crate::id::{EnterpriseId, KeyId, ProductId, RuleChangeId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};
use verdict::Rules;

/// Whose rules: of one product, of all of an enterprise, or of all on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The enterprise; [`EnterpriseId::LEAST`] is the platform.
    pub enterprise_id: EnterpriseId,
    /// The product; none is all of them.
    pub product_id: Option<ProductId>,
}

/// Rules as they were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// For whom.
    pub subject: Subject,
    /// Which.
    pub rules: Rules,
    /// Counts the changes, for compare-and-swap.
    pub revision: i64,
}

/// Somebody set or took back rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub change_id: RuleChangeId,
    /// For whom.
    pub subject: Subject,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
    /// By which key.
    pub key_id: KeyId,
    /// What the key's owner calls it.
    pub changed_by: String,
    /// What was set before; none if nothing was.
    pub before: Option<Rules>,
    /// What is set now; none if nothing is.
    pub after: Option<Rules>,
}

/// What is set for a product, an enterprise and the platform, the nearest first.
pub async fn of_subject(store: &Store, subject: Subject) -> Result<Vec<Set>> {
    let sql = "select enterprise_id, product_id, rules, revision from rules
               where enterprise_id in (0, $1) and product_id in (0, $2)
               order by product_id desc, enterprise_id desc";
    let args = [subject.enterprise_id.into(), number(subject.product_id).into()];
    let rows = store.rows(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        Ok(Set {
            subject: Subject {
                enterprise_id: EnterpriseId(row.int(0)?),
                product_id: Some(row.int(1)?).filter(|id| *id != 0).map(ProductId),
            },
            rules: Rules::parse(row.text(2)?),
            revision: row.int(3)?,
        })
    };
    rows.iter().map(of_row).collect()
}

fn number(id: Option<ProductId>) -> i64 {
    id.map_or(0, |id| id.0)
}

/// Statements of a change, of which the rules before had `revision` (0: there were none); another
/// change meanwhile is a conflict.
pub fn change(change: &Change, revision: i64) -> Vec<Statement> {
    let Subject { enterprise_id, product_id } = change.subject;
    let key = [enterprise_id.into(), number(product_id).into()];
    let mut args = key.to_vec();
    let sql = match (&change.after, revision) {
        (Some(rules), _) => {
            args.extend([rules.to_string().into(), (revision + 1).into()]);
            if revision == 0 {
                "insert into rules (enterprise_id, product_id, rules, revision)
                 values ($1, $2, $3, $4)"
            } else {
                "update rules set rules = $3, revision = $4
                 where enterprise_id = $1 and product_id = $2 and revision = $4 - 1"
            }
        }
        (None, _) => {
            args.push(revision.into());
            "delete from rules where enterprise_id = $1 and product_id = $2 and revision = $3"
        }
    };
    let text = |rules: &Option<Rules>| rules.as_ref().map_or_else(String::new, Rules::to_string);
    let note = Statement::new(
        "insert into rule_changes (enterprise_id, change_id, product_id, changed_at, key_id,
           changed_by, rules_before, rules_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            enterprise_id.into(),
            change.change_id.into(),
            number(product_id).into(),
            change.changed_at_us.into(),
            change.key_id.into(),
            change.changed_by.as_str().into(),
            text(&change.before).into(),
            text(&change.after).into(),
        ],
    );
    vec![Statement::new(sql, args).expect(1), note.expect(1)]
}

/// What [`change_of`] reads, with the rest of the statement.
macro_rules! select_changes {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, change_id, product_id, changed_at, key_id, changed_by,
               rules_before, rules_after
             from rule_changes ",
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
    let rules = |text: &str| (!text.is_empty()).then(|| Rules::parse(text));
    Ok(Change {
        change_id: RuleChangeId(row.int(1)?),
        subject: Subject {
            enterprise_id: EnterpriseId(row.int(0)?),
            product_id: Some(row.int(2)?).filter(|id| *id != 0).map(ProductId),
        },
        changed_at_us: row.int(3)?,
        key_id: KeyId(row.int(4)?),
        changed_by: row.text(5)?.to_owned(),
        before: rules(row.text(6)?),
        after: rules(row.text(7)?),
    })
}

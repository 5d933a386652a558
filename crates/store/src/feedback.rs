//! What visitors say of a page, of goods or of the service.

use crate::id::{EnterpriseId, FeedbackId, ProductId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// What a visitor said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Its id.
    pub feedback_id: FeedbackId,
    /// Whose goods it is about; [`EnterpriseId::LEAST`] where it is about none.
    pub enterprise_id: EnterpriseId,
    /// The goods.
    pub product_id: Option<ProductId>,
    /// The code that was looked at; empty if none was.
    pub code: String,
    /// What it is about, by its number.
    pub about: u8,
    /// One to five.
    pub rating: Option<u8>,
    /// In the visitor's words; may be empty.
    pub words: String,
    /// The language of the page.
    pub language: String,
    /// Microseconds since the epoch.
    pub sent_at_us: i64,
    /// When somebody marked it as handled.
    pub handled_at_us: Option<i64>,
    /// Who; empty if nobody did.
    pub handled_by: String,
}

macro_rules! select_feedback {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, feedback_id, product_id, code, about, rating, words, language,
               sent_at, handled_at, handled_by
             from feedback ",
            $($rest),+
        )
    };
}

/// The statement that keeps it.
pub fn insert(it: &Feedback) -> Vec<Statement> {
    let sql = "insert into feedback (enterprise_id, feedback_id, product_id, code, about, rating,
                 words, language, sent_at, handled_by)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')";
    let args = [
        it.enterprise_id.into(),
        it.feedback_id.into(),
        it.product_id.map_or(0, |id| id.0).into(),
        it.code.as_str().into(),
        i64::from(it.about).into(),
        i64::from(it.rating.unwrap_or(0)).into(),
        it.words.as_str().into(),
        it.language.as_str().into(),
        it.sent_at_us.into(),
    ];
    vec![Statement::new(sql, args).expect(1)]
}

/// The statement that marks what is inside `scope` as handled; a conflict if it is not there, or
/// was handled before.
pub fn handle(scope: Scope, id: FeedbackId, by: &str, now_us: i64) -> Vec<Statement> {
    let sql = "update feedback set handled_at = $4, handled_by = $5
               where enterprise_id between $1 and $2 and feedback_id = $3 and handled_at is null";
    let args = [scope.first.into(), scope.last.into(), id.into(), now_us.into(), by.into()];
    vec![Statement::new(sql, args).expect(1)]
}

/// What was said inside `scope`.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Feedback>> {
    static LIST: List = list!(select_feedback, "feedback_id");
    LIST.rows(store, scope, page).await?.iter().map(feedback_of).collect()
}

fn feedback_of(row: Row<'_>) -> Result<Feedback> {
    let small = |column| -> Result<u8> { Ok(u8::try_from(row.int(column)?).unwrap_or(0)) };
    Ok(Feedback {
        enterprise_id: EnterpriseId(row.int(0)?),
        feedback_id: FeedbackId(row.int(1)?),
        product_id: Some(row.int(2)?).filter(|id| *id != 0).map(ProductId),
        code: row.text(3)?.to_owned(),
        about: small(4)?,
        rating: Some(small(5)?).filter(|it| *it > 0),
        words: row.text(6)?.to_owned(),
        language: row.text(7)?.to_owned(),
        sent_at_us: row.int(8)?,
        handled_at_us: row.opt_int(9)?,
        handled_by: row.text(10)?.to_owned(),
    })
}

//! Master data that enterprises captured: what each says of places, parties and products.
//!
//! An element is found by its identifier, and by terms: 64-bit hashes of its attributes. Whoever
//! reads compares the attributes themselves.

use crate::id::{EnterpriseId, Scope};
use crate::{Error, Result, Row, Statement, Store, Value};

/// What one enterprise says of an identifier in one vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Who says so.
    pub enterprise_id: EnterpriseId,
    /// What is described, in canonical form.
    pub id: String,
    /// The kind of vocabulary as a URI.
    pub vocabulary: String,
    /// Attributes and children as JSON.
    pub body: String,
    /// When it was captured, in microseconds since the epoch.
    pub captured_at_us: i64,
}

/// Statements that keep an element and what it is found by; what was said of it before is
/// forgotten.
pub fn replace(element: &Element, terms: &[i64]) -> Vec<Statement> {
    let place = || -> [Value; 3] {
        [
            element.enterprise_id.into(),
            element.id.as_str().into(),
            element.vocabulary.as_str().into(),
        ]
    };
    let keep = "insert into master_data (enterprise_id, id, vocabulary, body, captured_at)
                values ($1, $2, $3, $4, $5)
                on conflict (enterprise_id, id, vocabulary)
                do update set body = excluded.body, captured_at = excluded.captured_at";
    let forget = "delete from master_data_terms
                  where enterprise_id = $1 and id = $2 and vocabulary = $3";
    let [enterprise, id, vocabulary] = place();
    let body = element.body.as_str().into();
    let args = [enterprise, id, vocabulary, body, element.captured_at_us.into()];
    let mut statements =
        vec![Statement::new(keep, args).expect(1), Statement::new(forget, place())];
    statements.extend(terms.iter().map(|&term| {
        let sql = "insert into master_data_terms (enterprise_id, id, vocabulary, term)
                   values ($1, $2, $3, $4)
                   on conflict (enterprise_id, id, vocabulary, term) do nothing";
        let [enterprise, id, vocabulary] = place();
        Statement::new(sql, [enterprise, id, vocabulary, term.into()])
    }));
    statements
}

/// How many elements an enterprise has.
pub async fn n_elements(store: &Store, id: EnterpriseId) -> Result<u64> {
    let sql = "select count(*) from master_data where enterprise_id = $1";
    let rows = store.rows_long(sql, &[id.into()]).await?;
    rows.first().ok_or(Error::corrupt("a count without a row"))?.uint(0)
}

/// Where a list goes on: behind what an enterprise says of an identifier in a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After<'a> {
    /// Who says so.
    pub enterprise_id: EnterpriseId,
    /// Of what.
    pub id: &'a str,
    /// In which vocabulary.
    pub vocabulary: &'a str,
}

/// Up to `limit` elements of enterprises inside `scope`, by enterprise, identifier and vocabulary.
pub async fn list(
    store: &Store,
    scope: Scope,
    after: After<'_>,
    limit: u32,
) -> Result<Vec<Element>> {
    let sql = "select enterprise_id, id, vocabulary, body, captured_at from master_data
               where enterprise_id between $1 and $2
                 and (enterprise_id, id, vocabulary) > ($3, $4, $5)
               order by enterprise_id, id, vocabulary limit $6";
    let args = [
        scope.first.into(),
        scope.last.into(),
        after.enterprise_id.into(),
        after.id.into(),
        after.vocabulary.into(),
        limit.into(),
    ];
    store.rows(sql, &args).await?.iter().map(element_of).collect()
}

/// Up to `limit` elements that describe an identifier, as enterprises say that `scope` may hear:
/// those inside, and for an enterprise those who share events with it.
pub async fn of_id(store: &Store, scope: Scope, id: &str, limit: u32) -> Result<Vec<Element>> {
    let sql = "select enterprise_id, id, vocabulary, body, captured_at from master_data
               where id = $3 and (enterprise_id between $1 and $2 or ($1 = $2 and enterprise_id in
                   (select sharer_id from shares
                    where viewer_id = $1 and sharer_id > 0 and identifier = '' and ended_at is null)))
               order by enterprise_id, vocabulary limit $4";
    let args = [scope.first.into(), scope.last.into(), id.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(element_of).collect()
}

/// Up to `limit` elements with a term, as [`of_id`].
pub async fn of_term(store: &Store, scope: Scope, term: i64, limit: u32) -> Result<Vec<Element>> {
    let sql = "select m.enterprise_id, m.id, m.vocabulary, m.body, m.captured_at
               from master_data_terms t join master_data m
                 on m.enterprise_id = t.enterprise_id and m.id = t.id
                   and m.vocabulary = t.vocabulary
               where t.term = $3
                 and (t.enterprise_id between $1 and $2 or ($1 = $2 and t.enterprise_id in
                   (select sharer_id from shares
                    where viewer_id = $1 and sharer_id > 0 and identifier = '' and ended_at is null)))
               order by t.enterprise_id, t.id, t.vocabulary limit $4";
    let args = [scope.first.into(), scope.last.into(), term.into(), limit.into()];
    store.rows_long(sql, &args).await?.iter().map(element_of).collect()
}

fn element_of(row: Row<'_>) -> Result<Element> {
    Ok(Element {
        enterprise_id: EnterpriseId(row.int(0)?),
        id: row.text(1)?.to_owned(),
        vocabulary: row.text(2)?.to_owned(),
        body: row.text(3)?.to_owned(),
        captured_at_us: row.int(4)?,
    })
}

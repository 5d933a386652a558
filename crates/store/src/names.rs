//! What anyone may look for by its name: enterprises, and products that were made.
//!
//! A name is found by each two neighbouring letters of it, which suits scripts without spaces. What
//! letters are, and whether a name really is an answer, `service` decides.

use crate::id::{EnterpriseId, ProductId};
use crate::many::Insert;
use crate::{Result, Row, Statement, Store};

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An enterprise.
    Enterprise = 0,
    /// A product.
    Product = 1,
}

/// A product as anyone may find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProduct {
    /// Its id.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub product_type: String,
    /// Its specification.
    pub specification: String,
    /// Its GTIN of 14 digits, if it has one.
    pub gtin: Option<String>,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// What that enterprise is called.
    pub enterprise_name: String,
}

/// An enterprise as anyone may find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEnterprise {
    /// Its id.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// How far to look for names with a term: at most `limit`, with ids below `before`.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The term.
    pub term: i64,
    /// Ids from here on were looked at before.
    pub before: i64,
    /// Names at most.
    pub limit: u32,
}

static INSERT: Insert = Insert::new("insert into name_terms (term, kind, subject_id)", 3);

/// Statements that let a new thing be found by the terms of its name, each of which comes once.
pub fn insert(kind: Kind, subject_id: i64, terms: &[i64]) -> Vec<Statement> {
    INSERT.rows(terms.iter().map(|term| [(*term).into(), (kind as i64).into(), subject_id.into()]))
}

/// The same for a thing that may be found by some of them already.
pub fn insert_again(kind: Kind, subject_id: i64, terms: &[i64]) -> Vec<Statement> {
    let sql = "insert into name_terms (term, kind, subject_id) values ($1, $2, $3)
               on conflict (term, kind, subject_id) do nothing";
    let args = |term: &i64| [(*term).into(), (kind as i64).into(), subject_id.into()];
    terms.iter().map(|term| Statement::new(sql, args(term))).collect()
}

/// Whether all names stand in the index, those from before it as well.
pub async fn are_all_in(store: &Store) -> Result<bool> {
    let rows = store.rows("select next from counters where name = 'names'", &[]).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.int(0)? > 0))
}

/// Notes that they do.
pub fn all_are_in() -> Statement {
    Statement::new("update counters set next = 1 where name = 'names'", [])
}

/// How many names of a kind have a term, as far as `limit`.
pub async fn n_with(store: &Store, kind: Kind, term: i64, limit: u32) -> Result<u64> {
    let sql = "select count(*) from
               (select 1 as one from name_terms where term = $1 and kind = $2 limit $3) as found";
    let rows = store.rows(sql, &[term.into(), (kind as i64).into(), limit.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

/// The statement that reads products among those of a list of ids, the newest first, and whether
/// each may be found: it was made, and its enterprise keeps nothing out.
macro_rules! select_products {
    ($ids:literal) => {
        concat!(
            "select p.product_id, p.name, p.product_type, p.specification, p.gtin, p.enterprise_id,
               e.name,
               case when exists (select 1 from lots l where l.product_id = p.product_id)
                 and not exists (select 1 from disclosures d
                   where d.enterprise_id = p.enterprise_id and d.is_unlisted = 1)
               then 1 else 0 end
             from (",
            $ids,
            ") as found
             join products p on p.product_id = found.id
             join enterprises e on e.enterprise_id = p.enterprise_id
             order by p.product_id desc"
        )
    };
}

/// What a look found, and the last id that it looked at if there may be more.
pub type Found<T, Id> = (Vec<T>, Option<Id>);

/// Products with a term in their names that may be found, the newest first.
pub async fn products(store: &Store, look: Look) -> Result<Found<ListedProduct, ProductId>> {
    let sql = select_products!(
        "select subject_id as id from name_terms
         where term = $1 and kind = 1 and subject_id < $2 order by subject_id desc limit $3"
    );
    listed(store, sql, look.term, look).await
}

/// Products of an enterprise that may be found, the newest first.
pub async fn products_of(
    store: &Store,
    id: EnterpriseId,
    before: i64,
    limit: u32,
) -> Result<Found<ListedProduct, ProductId>> {
    let sql = select_products!(
        "select product_id as id from products
         where enterprise_id = $1 and product_id < $2 order by product_id desc limit $3"
    );
    listed(store, sql, id.0, Look { term: 0, before, limit }).await
}

/// One product, if it may be found.
pub async fn product(store: &Store, id: ProductId) -> Result<Option<ListedProduct>> {
    let sql = select_products!(
        "select product_id as id from products
         where product_id = $1 and product_id < $2 limit $3"
    );
    let look = Look { term: 0, before: i64::MAX, limit: 1 };
    Ok(listed(store, sql, id.0, look).await?.0.pop())
}

async fn listed(
    store: &Store,
    sql: &'static str,
    of: i64,
    look: Look,
) -> Result<Found<ListedProduct, ProductId>> {
    let rows = store.rows(sql, &[of.into(), look.before.into(), look.limit.into()]).await?;
    let (mut listed, mut n_rows, mut last) = (Vec::new(), 0, None);
    for row in rows.iter() {
        (n_rows, last) = (n_rows + 1, Some(row.int(0)?));
        if row.int(7)? > 0 {
            listed.push(product_of(row)?);
        }
    }
    Ok((listed, last.filter(|_| n_rows >= look.limit).map(ProductId)))
}

/// Enterprises with a term in their names, likewise.
pub async fn enterprises(
    store: &Store,
    look: Look,
) -> Result<Found<ListedEnterprise, EnterpriseId>> {
    let sql = "select e.enterprise_id, e.name, e.address
         from (select subject_id from name_terms where term = $1 and kind = 0 and subject_id < $2
               order by subject_id desc limit $3) as found
         join enterprises e on e.enterprise_id = found.subject_id
         order by e.enterprise_id desc";
    let args = [look.term.into(), look.before.into(), look.limit.into()];
    let rows = store.rows(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        Ok(ListedEnterprise {
            enterprise_id: EnterpriseId(row.int(0)?),
            name: row.text(1)?.to_owned(),
            address: row.text(2)?.to_owned(),
        })
    };
    let found = rows.iter().map(of_row).collect::<Result<Vec<_>>>()?;
    let last = found.last().map(|it| it.enterprise_id);
    let is_full = found.len() >= look.limit as usize;
    Ok((found, last.filter(|_| is_full)))
}

fn product_of(row: Row<'_>) -> Result<ListedProduct> {
    Ok(ListedProduct {
        product_id: ProductId(row.int(0)?),
        name: row.text(1)?.to_owned(),
        product_type: row.text(2)?.to_owned(),
        specification: row.text(3)?.to_owned(),
        gtin: row.opt_text(4)?.map(str::to_owned),
        enterprise_id: EnterpriseId(row.int(5)?),
        enterprise_name: row.text(6)?.to_owned(),
    })
}

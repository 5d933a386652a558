//! Tests and certificates of products, lots and enterprises, with their pictures. One is never
//! edited: it is added and taken back, and its row says who did both.

use crate::id::{CertificateId, EnterpriseId, LotId, ProductId};
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store, Value};

/// One test or certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its id.
    pub certificate_id: CertificateId,
    /// Of which product; none is of the enterprise itself.
    pub product_id: Option<ProductId>,
    /// Of which lot of it; none is all.
    pub lot_id: Option<LotId>,
    /// The number of that lot; empty if it is of all.
    pub lot_number: String,
    /// What it is called.
    pub title: String,
    /// The number on it; empty if it has none.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Its last day, since the epoch.
    pub valid_until: Option<i32>,
    /// Microseconds since the epoch.
    pub added_at_us: i64,
    /// By whom.
    pub added_by: String,
    /// When and by whom it was taken back.
    pub removed: Option<(i64, String)>,
}

/// Whose certificates, and of which product of it; none are those of the enterprise itself.
pub type Subject = (EnterpriseId, Option<ProductId>);

fn product_number(product: Option<ProductId>) -> Value {
    product.map_or(0, |id| id.0).into()
}

/// Which picture of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For a page.
    Small,
    /// To be read.
    Large,
}

/// What [`certificate_of`] reads, with the rest of the statement.
macro_rules! select_certificates {
    ($($rest:literal),+) => {
        concat!(
            "select certificate_id, product_id, lot_id, title, number, issuer, valid_until,
               added_at, added_by, removed_at, removed_by,
               (select lot_number from lots l where l.lot_id = c.lot_id)
             from certificates c ",
            $($rest),+
        )
    };
}

/// Statements that show a certificate at a place with its small and its large picture; a place
/// that is taken is a conflict.
pub fn insert(
    (owner, place_no): (EnterpriseId, i64),
    it: &Certificate,
    pictures: [Vec<u8>; 2],
) -> Vec<Statement> {
    let row = Statement::new(
        "insert into certificates (enterprise_id, certificate_id, product_id, lot_id, place_no,
           title, number, issuer, valid_until, added_at, added_by, removed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')",
        [
            owner.into(),
            it.certificate_id.into(),
            product_number(it.product_id),
            it.lot_id.map_or(0, |id| id.0).into(),
            place_no.into(),
            it.title.as_str().into(),
            it.number.as_str().into(),
            it.issuer.as_str().into(),
            it.valid_until.map(i64::from).into(),
            it.added_at_us.into(),
            it.added_by.as_str().into(),
        ],
    );
    let picture = |(size, body): (Size, Vec<u8>)| {
        let sql = "insert into certificate_pictures (certificate_id, size, body)
                   values ($1, $2, $3)";
        let args = [it.certificate_id.into(), (size as i64).into(), body.into()];
        Statement::new(sql, args).expect(1)
    };
    let mut statements = vec![row.expect(1)];
    statements.extend([Size::Small, Size::Large].into_iter().zip(pictures).map(picture));
    statements
}

/// Statements that take a certificate back; one that is not shown any more is a conflict.
pub fn remove(owner: EnterpriseId, id: CertificateId, at_us: i64, by: &str) -> Vec<Statement> {
    let row = "update certificates set place_no = null, removed_at = $3, removed_by = $4
               where enterprise_id = $1 and certificate_id = $2 and removed_at is null";
    vec![
        Statement::new(row, [owner.into(), id.into(), at_us.into(), by.into()]).expect(1),
        Statement::new("delete from certificate_pictures where certificate_id = $1", [id.into()]),
    ]
}

/// Those of a subject, taken back ones among them.
pub async fn list(
    store: &Store,
    (owner, product): Subject,
    page: Page,
) -> Result<Vec<Certificate>> {
    let sql = match page.order {
        Order::OldestFirst => select_certificates!(
            "where enterprise_id = $1 and product_id = $2 and certificate_id > $3
             order by certificate_id limit $4"
        ),
        Order::NewestFirst => select_certificates!(
            "where enterprise_id = $1 and product_id = $2 and certificate_id < $3
             order by certificate_id desc limit $4"
        ),
    };
    let args = [owner.into(), product_number(product), page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(certificate_of).collect()
}

/// One of a subject, also if it was taken back.
pub async fn find(
    store: &Store,
    (owner, product): Subject,
    id: CertificateId,
) -> Result<Option<Certificate>> {
    let sql = select_certificates!(
        "where enterprise_id = $1 and product_id = $2 and certificate_id = $3"
    );
    let rows = store.rows(sql, &[owner.into(), product_number(product), id.into()]).await?;
    rows.first().map(certificate_of).transpose()
}

/// What is shown of a subject, and of a lot of it: at most as many as there are places.
pub async fn shown(
    store: &Store,
    (owner, product): Subject,
    lot: Option<LotId>,
) -> Result<Vec<Certificate>> {
    let sql = select_certificates!(
        "where c.enterprise_id = $1 and c.product_id = $2 and c.lot_id in (0, $3)
           and place_no is not null
         order by lot_id desc, place_no"
    );
    let args = [owner.into(), product_number(product), lot.map_or(0, |id| id.0).into()];
    store.rows(sql, &args).await?.iter().map(certificate_of).collect()
}

/// Whether anything is shown of a product or of a lot of it.
pub async fn has_any(store: &Store, owner: EnterpriseId, product: ProductId) -> Result<bool> {
    let sql = "select 1 from certificates
               where enterprise_id = $1 and product_id = $2 and place_no is not null limit 1";
    Ok(store.rows(sql, &[owner.into(), product.into()]).await?.first().is_some())
}

/// Places of a subject, or of a lot of it, that are taken.
pub async fn places(
    store: &Store,
    (owner, product): Subject,
    lot: Option<LotId>,
) -> Result<Vec<i64>> {
    let sql = "select place_no from certificates
               where enterprise_id = $1 and product_id = $2 and lot_id = $3
                 and place_no is not null
               order by place_no";
    let args = [owner.into(), product_number(product), lot.map_or(0, |id| id.0).into()];
    store.rows(sql, &args).await?.iter().map(|row| row.int(0)).collect()
}

/// A picture of a certificate that is shown; such pictures are public.
pub async fn picture(store: &Store, id: CertificateId, size: Size) -> Result<Option<Vec<u8>>> {
    let sql = "select body from certificate_pictures where certificate_id = $1 and size = $2";
    let rows = store.rows(sql, &[id.into(), (size as i64).into()]).await?;
    rows.into_only().map(Value::into_bytes).transpose()
}

fn certificate_of(row: Row<'_>) -> Result<Certificate> {
    let removed_by = row.text(10)?.to_owned();
    Ok(Certificate {
        certificate_id: CertificateId(row.int(0)?),
        product_id: Some(row.int(1)?).filter(|id| *id != 0).map(ProductId),
        lot_id: Some(row.int(2)?).filter(|id| *id != 0).map(LotId),
        lot_number: row.opt_text(11)?.unwrap_or_default().to_owned(),
        title: row.text(3)?.to_owned(),
        number: row.text(4)?.to_owned(),
        issuer: row.text(5)?.to_owned(),
        valid_until: row.opt_int(6)?.and_then(|day| i32::try_from(day).ok()),
        added_at_us: row.int(7)?,
        added_by: row.text(8)?.to_owned(),
        removed: row.opt_int(9)?.map(|at_us| (at_us, removed_by)),
    })
}

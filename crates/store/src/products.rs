//! Products and their pictures.

use crate::id::{EnterpriseId, ProductId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// A product of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub product_id: ProductId,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// Name (产品名称).
    pub name: String,
    /// Type (产品类型).
    pub product_type: String,
    /// Specification (规格型号).
    pub specification: String,
    /// GTIN of 14 digits, if it has one.
    pub gtin: Option<String>,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// Whether a picture is stored.
    pub has_picture: bool,
}

/// A stored picture; the body was encoded by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file.
    pub body: Vec<u8>,
}

/// What [`product_of`] reads, with the rest of the statement.
macro_rules! select_products {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, product_id, name, product_type, specification, gtin, created_at,
               (select count(*) from product_pictures i where i.product_id = p.product_id)
             from products p ",
            $($rest),+
        )
    };
}

/// The statement that adds `product`; a GTIN that is taken is a conflict.
pub fn insert(product: &Product) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into products (enterprise_id, product_id, name, product_type, specification,
               gtin, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            [
                product.enterprise_id.into(),
                product.product_id.into(),
                product.name.as_str().into(),
                product.product_type.as_str().into(),
                product.specification.as_str().into(),
                product.gtin.as_deref().into(),
                product.created_at_us.into(),
            ],
        )
        .expect(1),
    ]
}

/// One product.
pub async fn find(store: &Store, scope: Scope, id: ProductId) -> Result<Option<Product>> {
    let rows = store
        .rows(
            select_products!("where enterprise_id between $1 and $2 and product_id = $3"),
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map(product_of).transpose()
}

/// The product with a GTIN of 14 digits.
pub async fn by_gtin(store: &Store, scope: Scope, gtin: &str) -> Result<Option<Product>> {
    let rows = store
        .rows(
            select_products!("where enterprise_id between $1 and $2 and gtin = $3"),
            &[scope.first.into(), scope.last.into(), gtin.into()],
        )
        .await?;
    rows.first().map(product_of).transpose()
}

/// Products in order of creation.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Product>> {
    const LIST: List = list!(select_products, "product_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(product_of).collect()
}

/// Statements that put `picture` in place `picture_no` of a product of `owner`.
pub fn set_picture(
    owner: EnterpriseId,
    id: ProductId,
    picture_no: i64,
    picture: &Picture,
) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into product_pictures (enterprise_id, product_id, picture_no, media_type,
               width, height, body)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (product_id, picture_no) do update set media_type = excluded.media_type,
               width = excluded.width, height = excluded.height, body = excluded.body
             where product_pictures.enterprise_id = excluded.enterprise_id",
            [
                owner.into(),
                id.into(),
                picture_no.into(),
                picture.media_type.as_str().into(),
                i64::from(picture.width).into(),
                i64::from(picture.height).into(),
                picture.body.as_slice().into(),
            ],
        )
        .expect(1),
    ]
}

/// A picture of a product; pictures are public.
pub async fn picture(store: &Store, id: ProductId, picture_no: i64) -> Result<Option<Picture>> {
    let rows = store
        .rows(
            "select media_type, width, height, body from product_pictures
             where product_id = $1 and picture_no = $2",
            &[id.into(), picture_no.into()],
        )
        .await?;
    rows.first().map(picture_of).transpose()
}

fn product_of(row: Row<'_>) -> Result<Product> {
    Ok(Product {
        enterprise_id: EnterpriseId(row.int(0)?),
        product_id: ProductId(row.int(1)?),
        name: row.text(2)?.to_owned(),
        product_type: row.text(3)?.to_owned(),
        specification: row.text(4)?.to_owned(),
        gtin: row.opt_text(5)?.map(str::to_owned),
        created_at_us: row.int(6)?,
        has_picture: row.int(7)? > 0,
    })
}

fn picture_of(row: Row<'_>) -> Result<Picture> {
    Ok(Picture {
        media_type: row.text(0)?.to_owned(),
        width: row.uint(1)?,
        height: row.uint(2)?,
        body: row.bytes(3)?.to_vec(),
    })
}

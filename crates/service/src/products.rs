//! Products of an enterprise.

use gs1::Gtin;
use store::id::{EnterpriseId, ProductId};
use store::products::{self, Picture, Product};

use crate::error::Violations;
use crate::limits::MAX_LINE_CHARS;
use crate::names::index_product;
use crate::page_settings::fault_of_name;
use crate::{Caller, Error, Page, Paged, Result, Service, pictures};

/// What a product is registered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProduct {
    /// Whose it is; operators name it, for others it is their own.
    pub enterprise_id: Option<EnterpriseId>,
    /// Name (产品名称).
    pub name: String,
    /// Type (产品类型).
    pub product_type: String,
    /// Specification (规格型号).
    pub specification: String,
    /// GTIN of 8, 12, 13 or 14 digits, if it has one.
    pub gtin: Option<String>,
}

impl Service {
    /// Registers a product.
    pub async fn create_product(&self, caller: &Caller, new: NewProduct) -> Result<Product> {
        let scope = caller.writes()?;
        let Some(owner) = caller.enterprise_id.or(new.enterprise_id) else {
            return Err(Error::rejected("/enterprise_id", "required", "name the enterprise"));
        };
        if new.enterprise_id.is_some_and(|named| named != owner) {
            return Err(Error::NotFound);
        }
        store::enterprises::find(self.store(), scope, owner).await?.ok_or(Error::NotFound)?;
        let gtin = check(&new)?;
        let product = Product {
            product_id: ProductId::new(self.now_us(), self.random_bits()),
            enterprise_id: owner,
            name: new.name.trim().to_owned(),
            product_type: new.product_type.trim().to_owned(),
            specification: new.specification.trim().to_owned(),
            gtin,
            created_at_us: self.now_us(),
            has_picture: false,
        };
        let mut statements = products::insert(&product);
        statements.extend(index_product(&product));
        match self.store().write("create product", statements).await {
            Ok(_) => Ok(product),
            Err(store::Error::Conflict { .. }) => {
                Err(Error::Conflict("a product with this GTIN is registered already".into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// One product.
    pub async fn find_product(&self, caller: &Caller, id: ProductId) -> Result<Product> {
        products::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Products in order of registration.
    pub async fn list_products(&self, caller: &Caller, page: &Page) -> Result<Paged<Product>> {
        let after = page.after_id(ProductId::number)?;
        let rows = products::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.product_id.to_string()))
    }

    /// Checks a picture, encodes it anew, and makes it the product's.
    pub async fn set_picture(
        &self,
        caller: &Caller,
        id: ProductId,
        body: Vec<u8>,
    ) -> Result<Picture> {
        let scope = caller.writes()?;
        let found = products::find(self.store(), scope, id).await?;
        let owner = found.ok_or(Error::NotFound)?.enterprise_id;
        let picture = pictures::in_turn(move || pictures::encode_anew(&body)).await?;
        let statements = products::set_picture(owner, id, 0, &picture);
        self.store().write("set picture", statements).await?;
        self.forget_goods(id);
        Ok(picture)
    }

    /// A product's picture, which is public.
    pub async fn picture(&self, id: ProductId) -> Result<Picture> {
        products::picture(self.store(), id, 0).await?.ok_or(Error::NotFound)
    }
}

/// Returns the GTIN with 14 digits.
fn check(new: &NewProduct) -> Result<Option<String>> {
    let mut violations = Violations::default();
    violations.check_text("/name", &new.name, MAX_LINE_CHARS);
    if let Some((rule, message)) = fault_of_name(&new.name) {
        violations.add("/name", rule, message);
    }
    violations.check_text("/product_type", &new.product_type, MAX_LINE_CHARS);
    violations.check_text("/specification", &new.specification, MAX_LINE_CHARS);
    let text = new.gtin.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let gtin = match text.map(Gtin::parse) {
        None => None,
        Some(Ok(gtin)) => Some(gtin.to_string()),
        Some(Err(error)) => {
            violations.add("/gtin", "bad-gtin", error.to_string());
            None
        }
    };
    violations.finish()?;
    Ok(gtin)
}

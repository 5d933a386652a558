//! `suyuan product`.

use anyhow::{Context, Result};
use service::Caller;

use crate::cli::{NewProduct, ProductCommand};
use crate::commands::all_rows;
use crate::config::Config;
use crate::open::{Newness, Platform, parse_id};
use crate::report::{Done, table};

/// Does it.
pub(crate) async fn run(config: &Config, command: ProductCommand) -> Result<Done> {
    Platform::with(config, Newness::MustExist, async |platform| match command {
        ProductCommand::Add(new) => add(platform, new).await,
        ProductCommand::List => list(platform).await,
    })
    .await
}

async fn add(platform: &Platform, new: NewProduct) -> Result<Done> {
    let read = |path| std::fs::read(path).with_context(|| format!("cannot read {path:?}"));
    let picture = new.picture.as_ref().map(read).transpose()?;
    let caller = Caller::console_of_machine();
    let product = service::NewProduct {
        enterprise_id: Some(parse_id("an enterprise", &new.enterprise)?),
        name: new.name,
        product_type: new.product_type,
        specification: new.specification,
        gtin: new.gtin,
    };
    let product = platform.service.create_product(&caller, product).await?;
    if let Some(body) = picture {
        let taken = platform.service.set_picture(&caller, product.product_id, body).await;
        taken.with_context(|| {
            format!("product {} is registered, without its picture", product.product_id)
        })?;
    }
    Ok(Done::well(format!("{}\n", product.product_id)))
}

async fn list(platform: &Platform) -> Result<Done> {
    let caller = Caller::console_of_machine();
    let all = all_rows(async |page| platform.service.list_products(&caller, page).await).await?;
    let rows: Vec<_> = all
        .into_iter()
        .map(|it| {
            let gtin = it.gtin.unwrap_or_else(|| "-".into());
            let (product, enterprise) = (it.product_id.to_string(), it.enterprise_id.to_string());
            [product, enterprise, gtin, it.name, it.specification]
        })
        .collect();
    Ok(Done::well(table(["product", "enterprise", "gtin", "name", "specification"], &rows)))
}

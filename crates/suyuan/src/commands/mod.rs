//! The commands that open the platform, call one operation, and print what came of it.

pub(crate) mod batches;
pub(crate) mod capture;
pub(crate) mod enterprises;
pub(crate) mod identify;
pub(crate) mod keys;
pub(crate) mod products;
pub(crate) mod recall;
pub(crate) mod trace;
pub(crate) mod verify;

use anyhow::Result;
use service::{Page, Paged};

/// Every row of a list, page after page.
async fn all_rows<T>(list: impl AsyncFn(&Page) -> service::Result<Paged<T>>) -> Result<Vec<T>> {
    let mut page = Page::first();
    let mut rows = Vec::new();
    loop {
        let Paged { items, next } = list(&page).await?;
        rows.extend(items);
        match next {
            Some(after) => page.after = Some(after),
            None => return Ok(rows),
        }
    }
}

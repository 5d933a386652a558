//! Search by names, for anyone: enterprises, and products that were made and not kept out.
//!
//! Letters are folded (compatibility forms, case, no marks and spaces), and a name is an answer if
//! it holds each word that is looked for. Words are found by their neighbouring letters, so no
//! script needs spaces; the rarest pair leads to the names that are looked at, a bounded number for
//! each page. A page may be short, and says where the next begins.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use store::id::{EnterpriseId, ProductId, Scope};
use store::names::{self, Kind, Look};
use store::page::{Order, Page as StorePage};
use store::settings::Subject;
use store::{Statement, enterprises, products};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::kept::Goods;
use crate::limits::{MAX_NAMES_LOOKED_AT, MAX_SOUGHT_CHARS, SEARCHES_AT_ONCE};
use crate::{Error, Page, PagePart, PageSettings, Paged, Result, Service};

pub use store::enterprises::Enterprise;
pub use store::names::{ListedEnterprise, ListedProduct};

static SEARCHES: Semaphore = Semaphore::const_new(SEARCHES_AT_ONCE);

/// How long a search waits for its turn.
const TURN_TIME: Duration = Duration::from_secs(2);

/// Names of one look at the index from before.
const NAMES_AT_ONCE: u32 = 500;

impl Service {
    /// Products whose names hold each word of `text`, the newest first.
    ///
    /// # Errors
    /// [`Error::Rejected`] if no word has two letters, or for too many letters.
    pub async fn search_products(&self, text: &str, page: &Page) -> Result<Paged<ListedProduct>> {
        let sought = Sought::of(text)?;
        let _turn = turn().await?;
        let look = self.look(Kind::Product, &sought, page.after_id(ProductId::number)?).await?;
        let (found, last) = names::products(self.store(), look).await?;
        let found = found.into_iter().filter(|it| sought.is_in(&it.name));
        Ok(paged(found.collect(), page, last, |it| it.product_id))
    }

    /// Enterprises whose names hold each word of `text`.
    ///
    /// # Errors
    /// As of [`Service::search_products`].
    pub async fn search_enterprises(
        &self,
        text: &str,
        page: &Page,
    ) -> Result<Paged<ListedEnterprise>> {
        let sought = Sought::of(text)?;
        let _turn = turn().await?;
        let look = self.look(Kind::Enterprise, &sought, page.after_id(EnterpriseId::number)?);
        let (found, last) = names::enterprises(self.store(), look.await?).await?;
        let found = found.into_iter().filter(|it| sought.is_in(&it.name));
        Ok(paged(found.collect(), page, last, |it| it.enterprise_id))
    }

    /// An enterprise as it registered, for anyone, without what it leaves out of its pages.
    pub async fn public_enterprise(&self, id: EnterpriseId) -> Result<Enterprise> {
        let found = enterprises::find(self.store(), Scope::PLATFORM, id).await?;
        let mut told = found.ok_or(Error::NotFound)?;
        let subject = Subject { enterprise_id: id, product_id: None };
        let page: PageSettings = self.in_force(subject).await?.settings;
        for (part, text) in [
            (PagePart::Registration, &mut told.registration_number),
            (PagePart::Address, &mut told.address),
            (PagePart::Contact, &mut told.contact),
        ] {
            if page.hidden.contains(&part) {
                text.clear();
            }
        }
        Ok(told)
    }

    /// A product that anyone may find, and what its page tells.
    pub async fn public_product(&self, id: ProductId) -> Result<(ListedProduct, Arc<Goods>)> {
        let listed = names::product(self.store(), id).await?.ok_or(Error::NotFound)?;
        Ok((listed, self.goods_of(id).await?))
    }

    /// The products of an enterprise that anyone may find, the newest first.
    pub async fn public_products(
        &self,
        id: EnterpriseId,
        page: &Page,
    ) -> Result<Paged<ListedProduct>> {
        let before = page.after_id(ProductId::number)?.unwrap_or(i64::MAX);
        let _turn = turn().await?;
        let looked_at = MAX_NAMES_LOOKED_AT;
        let (found, last) = names::products_of(self.store(), id, before, looked_at).await?;
        Ok(paged(found, page, last, |it| it.product_id))
    }

    /// Where to look: at the rarest pair of letters.
    async fn look(&self, kind: Kind, sought: &Sought, after: Option<i64>) -> Result<Look> {
        let limit = MAX_NAMES_LOOKED_AT;
        let mut rarest = (u64::MAX, 0);
        for &term in &sought.terms {
            let n_names = names::n_with(self.store(), kind, term, limit).await?;
            rarest = rarest.min((n_names, term));
            if n_names <= 16 {
                break;
            }
        }
        Ok(Look { term: rarest.1, before: after.unwrap_or(i64::MAX), limit })
    }

    /// Lets names from before there was a search be found; once, when a server begins.
    pub(crate) async fn index_names(store: &store::Store) -> Result<()> {
        if names::are_all_in(store).await? {
            return Ok(());
        }
        let mut page = StorePage { after: None, limit: NAMES_AT_ONCE, order: Order::OldestFirst };
        loop {
            let rows = enterprises::list(store, Scope::PLATFORM, page).await?;
            let Some(last) = rows.last() else { break };
            page.after = Some(last.enterprise_id.number());
            let named = rows.iter().map(|it| (it.enterprise_id.number(), it.name.as_str()));
            store.write("index names", indexed(Kind::Enterprise, named)).await?;
        }
        page.after = None;
        loop {
            let rows = products::list(store, Scope::PLATFORM, page).await?;
            let Some(last) = rows.last() else { break };
            page.after = Some(last.product_id.number());
            let named = rows.iter().map(|it| (it.product_id.number(), it.name.as_str()));
            store.write("index names", indexed(Kind::Product, named)).await?;
        }
        store.write("index names", vec![names::all_are_in()]).await?;
        Ok(())
    }
}

/// Waits for a turn, in the order in which people came, but not for long.
async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>> {
    let busy = |_| Error::Unavailable("many are searching now; try again in a few seconds".into());
    let waiting = tokio::time::timeout(TURN_TIME, SEARCHES.acquire());
    waiting.await.map_err(busy)?.map_err(Error::internal)
}

/// What was found, as far as a page goes; behind it is what did not fit or was not looked at.
fn paged<T, Id: ToString>(
    mut found: Vec<T>,
    page: &Page,
    last: Option<Id>,
    id_of: impl Fn(&T) -> Id,
) -> Paged<T> {
    let n_rows = page.n_rows() as usize;
    let next = match found.len() > n_rows {
        true => Some(id_of(&found[n_rows - 1])),
        false => last,
    };
    found.truncate(n_rows);
    Paged { items: found, next: next.map(|id| id.to_string()) }
}

fn indexed<'n>(kind: Kind, named: impl Iterator<Item = (i64, &'n str)>) -> Vec<Statement> {
    named.flat_map(|(id, name)| names::insert_again(kind, id, &terms(name))).collect()
}

/// The statements that let a new enterprise be found by its name.
pub(crate) fn index_enterprise(enterprise: &Enterprise) -> Vec<Statement> {
    names::insert(Kind::Enterprise, enterprise.enterprise_id.number(), &terms(&enterprise.name))
}

/// The statements that let a new product be found by its name.
pub(crate) fn index_product(product: &store::products::Product) -> Vec<Statement> {
    names::insert(Kind::Product, product.product_id.number(), &terms(&product.name))
}

/// Words that are looked for.
struct Sought {
    words: Vec<String>,
    terms: Vec<i64>,
}

impl Sought {
    fn of(text: &str) -> Result<Self> {
        if text.chars().count() > MAX_SOUGHT_CHARS {
            let message = format!("search for {MAX_SOUGHT_CHARS} letters at most");
            return Err(Error::rejected("/q", "too-long", message));
        }
        let words = text.split_whitespace().map(folded).filter(|word| !word.is_empty());
        let words: Vec<String> = words.collect();
        let terms: BTreeSet<i64> = words.iter().flat_map(|word| pairs(word)).collect();
        if terms.is_empty() {
            let message = "write two letters or more of the name";
            return Err(Error::rejected("/q", "too-short", message));
        }
        Ok(Self { words, terms: terms.into_iter().collect() })
    }

    fn is_in(&self, name: &str) -> bool {
        let name = folded(name);
        self.words.iter().all(|word| name.contains(word))
    }
}

/// Letters and digits alone, alike however they were typed.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|it| it.is_alphanumeric()).collect()
}

/// The terms of a name: its neighbouring letters, each two once.
fn terms(name: &str) -> Vec<i64> {
    pairs(&folded(name)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn pairs(folded: &str) -> impl Iterator<Item = i64> {
    let letters = folded.chars().map(|it| i64::from(u32::from(it)));
    // A letter has 21 bits.
    letters.clone().zip(letters.skip(1)).map(|(one, next)| one << 21 | next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        for (name, text, is_found) in [
            ("安溪铁观音 250g", "铁观音", true),
            ("安溪铁观音 250g", "铁 观音", true),
            ("安溪铁观音 250g", "观音铁", false),
            ("安溪铁观音 250g", "２５０Ｇ", true),
            ("Green Tea (organic)", "ORGANIC green", true),
            ("Green Tea (organic)", "green-tea", true),
            ("Green Tea (organic)", "black tea", false),
            // The same letters, as a Mac writes the names of files.
            ("한라봉 감귤", "\u{1112}\u{1161}\u{11ab}\u{1105}\u{1161}", true),
        ] {
            let sought = Sought::of(text).expect("enough letters");
            assert_eq!(sought.is_in(name), is_found, "{text} in {name}");
            let terms = terms(name);
            let leads_there = sought.terms.iter().all(|term| terms.contains(term));
            assert!(leads_there || !is_found, "{text} leads to {name}");
        }
    }

    #[test]
    fn one_letter_or_none_is_too_little() {
        for text in ["", "  ", "茶", "a b", "—…"] {
            assert!(Sought::of(text).is_err(), "{text:?}");
        }
        assert!(Sought::of(&"茶".repeat(65)).is_err());
    }
}

//! Lists come in pages, always.

use aws_lc_rs::digest::{SHA256, digest};
use store::page::{Order as StoreOrder, Page as StorePage};
use store::page_tokens;

use crate::limits::{MAX_ENDED_TOKENS, MAX_PAGE_ROWS};
use crate::{Caller, Error, Result, Service};

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The `next` of the page before; none begins.
    pub after: Option<String>,
    /// Rows wanted; more than the limit gives the limit.
    pub limit: u32,
    /// From which end.
    pub order: Order,
}

/// From which end a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// What came first comes first.
    OldestFirst,
    /// What came last comes first.
    NewestFirst,
}

impl Page {
    /// The first page, oldest first.
    pub fn first() -> Self {
        Self { after: None, limit: MAX_PAGE_ROWS, order: Order::OldestFirst }
    }

    /// The first page, newest first.
    pub fn newest() -> Self {
        Self { order: Order::NewestFirst, ..Self::first() }
    }

    /// One row more than wanted tells whether there is a next page.
    pub(crate) fn to_store(&self, after: Option<i64>) -> StorePage {
        StorePage { after, limit: self.n_rows() + 1, order: self.store_order() }
    }

    pub(crate) fn store_order(&self) -> StoreOrder {
        match self.order {
            Order::OldestFirst => StoreOrder::OldestFirst,
            Order::NewestFirst => StoreOrder::NewestFirst,
        }
    }

    pub(crate) fn n_rows(&self) -> u32 {
        self.limit.clamp(1, MAX_PAGE_ROWS)
    }

    /// The id that `after` names, as a number.
    pub(crate) fn after_id<Id>(&self, number: impl Fn(Id) -> i64) -> Result<Option<i64>>
    where
        Id: std::str::FromStr<Err = store::id::BadId>,
    {
        Ok(match &self.after {
            None => None,
            Some(text) => Some(number(text.parse::<Id>()?)),
        })
    }

    /// Cuts the extra row off and names the next page.
    pub(crate) fn paged<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Paged<T> {
        let n_rows = self.n_rows() as usize;
        let has_more = items.len() > n_rows;
        items.truncate(n_rows);
        let next = if has_more { items.last().map(cursor) } else { None };
        Paged { items, next }
    }
}

impl Service {
    /// Ends the token of a page for all who see what the caller sees; `expires_us` is when it would
    /// have ended by itself, in microseconds since the epoch.
    pub async fn end_page_token(
        &self,
        caller: &Caller,
        token: &str,
        expires_us: i64,
    ) -> Result<()> {
        let scope = caller.scope();
        if page_tokens::n_ended(self.store(), scope).await? >= MAX_ENDED_TOKENS {
            let message = "too many page tokens were ended today; they end by themselves";
            return Err(Error::Unavailable(message.into()));
        }
        let token_hash = token_hash(caller, token)?;
        let ended = page_tokens::end(scope, &token_hash, expires_us, self.now_us());
        self.store().write("end page token", ended).await?;
        Ok(())
    }

    /// Whether the token was ended.
    pub async fn is_page_token_ended(&self, caller: &Caller, token: &str) -> Result<bool> {
        Ok(page_tokens::is_ended(self.store(), &token_hash(caller, token)?).await?)
    }
}

/// Tokens are no secrets, so what one caller ends is still another's.
fn token_hash(caller: &Caller, token: &str) -> Result<[u8; 32]> {
    let bytes = format!("{:?} {token}", caller.scope());
    digest(&SHA256, bytes.as_bytes()).as_ref().try_into().map_err(Error::internal)
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// What to ask for as `after` to get the next page; none at the end.
    pub next: Option<String>,
}

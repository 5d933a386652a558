//! Named queries: views that an enterprise, a jurisdiction or the platform keeps (EPCIS 2.0 §8.2.3,
//! §12).

use epcis::query::NamedQuery as Parsed;
use store::named_queries::{self, NamedQuery};

use crate::limits::{
    MAX_NAMED_QUERIES, MAX_NAMED_QUERY_BYTES, MAX_PAGE_ROWS, MAX_QUERY_NAME_CHARS,
};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

impl Service {
    /// Keeps a query under its name, which must be free.
    pub async fn create_query(&self, caller: &Caller, parsed: Parsed) -> Result<NamedQuery> {
        let owner = caller.business()?;
        let n_chars = parsed.name.chars().count();
        if n_chars > MAX_QUERY_NAME_CHARS || parsed.name.chars().any(|it| !is_plain(it)) {
            let message = format!(
                "a name has at most {MAX_QUERY_NAME_CHARS} letters, digits, dots, hyphens and \
                 underscores"
            );
            return Err(Error::rejected("/name", "bad-query-name", message));
        }
        if parsed.text.len() > MAX_NAMED_QUERY_BYTES {
            let message = format!("a query has at most {MAX_NAMED_QUERY_BYTES} bytes");
            return Err(Error::rejected("/query", "query-too-long", message));
        }
        let kept = named_queries::list(self.store(), owner, "", MAX_NAMED_QUERIES).await?;
        if kept.len() >= MAX_NAMED_QUERIES as usize {
            let message = format!("there are {MAX_NAMED_QUERIES} queries already; delete one");
            return Err(Error::rejected("/name", "too-many-queries", message));
        }
        let named =
            NamedQuery { name: parsed.name, query: parsed.text, created_at_us: self.now_us() };
        let mut attempts = Attempts::of("create query");
        loop {
            if named_queries::find(self.store(), owner, &named.name).await?.is_some() {
                return Err(Error::Conflict(format!("there is a query {} already", named.name)));
            }
            let statements = vec![named_queries::insert(owner, &named)];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(named);
            }
        }
    }

    /// One query of the caller's.
    pub async fn find_query(&self, caller: &Caller, name: &str) -> Result<NamedQuery> {
        let found = named_queries::find(self.store(), caller.business()?, name).await?;
        found.ok_or(Error::NotFound)
    }

    /// The caller's queries in the order of their names.
    pub async fn list_queries(&self, caller: &Caller, page: &Page) -> Result<Paged<NamedQuery>> {
        let limit = page.limit.clamp(1, MAX_PAGE_ROWS) + 1;
        let after = page.after.as_deref().unwrap_or_default();
        let rows = named_queries::list(self.store(), caller.business()?, after, limit).await?;
        Ok(page.paged(rows, |row| row.name.clone()))
    }

    /// Forgets a query and all subscriptions to it.
    pub async fn delete_query(&self, caller: &Caller, name: &str) -> Result<()> {
        let owner = caller.keeps_queries()?;
        let mut attempts = Attempts::of("delete query");
        loop {
            if named_queries::find(self.store(), owner, name).await?.is_none() {
                return Err(Error::NotFound);
            }
            let statements = self.forget_query(caller, name).await?;
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(());
            }
        }
    }
}

/// What stands in an address as it is, in any script.
fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

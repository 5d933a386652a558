//! Lists in pages, oldest or newest first, by a key that only grows.
//!
//! A page goes on behind the key of the last row before it, so the hundredth costs what the first
//! costs. One enterprise and the platform ask with two texts: from `enterprise_id = $1` an engine
//! goes on to the key in the same index, from an interval it does not.

use crate::id::Scope;
use crate::value::Rows;
use crate::{Result, Store};

/// From which end a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smaller keys first.
    OldestFirst,
    /// Larger keys first.
    NewestFirst,
}

/// One page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The key of the last row of the page before; none begins.
    pub after: Option<i64>,
    /// How many rows at most.
    pub limit: u32,
    /// From which end.
    pub order: Order,
}

impl Page {
    /// The key behind which the rows of the page lie.
    pub(crate) fn bound(&self) -> i64 {
        self.after.unwrap_or(match self.order {
            Order::OldestFirst => i64::MIN,
            Order::NewestFirst => i64::MAX,
        })
    }
}

/// The statements of one list; `one` is for an enterprise, `all` for the platform.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) one_oldest: &'static str,
    pub(crate) one_newest: &'static str,
    pub(crate) all_oldest: &'static str,
    pub(crate) all_newest: &'static str,
}

impl List {
    pub(crate) fn sql(&self, scope: Scope, order: Order) -> &'static str {
        match (scope == Scope::PLATFORM, order) {
            (false, Order::OldestFirst) => self.one_oldest,
            (false, Order::NewestFirst) => self.one_newest,
            (true, Order::OldestFirst) => self.all_oldest,
            (true, Order::NewestFirst) => self.all_newest,
        }
    }

    /// The rows of a page of a list that [`list!`] made.
    pub(crate) async fn rows(&self, store: &Store, scope: Scope, page: Page) -> Result<Rows> {
        let args = [scope.first.into(), page.bound().into(), page.limit.into()];
        store.rows(self.sql(scope, page.order), &args).await
    }
}

/// The [`List`] of a table with a column `enterprise_id`: `$select!` writes what is read in front
/// of the condition, `$key` is the growing column.
///
/// A macro, because a statement is one literal.
macro_rules! list {
    ($select:ident, $key:literal) => {
        crate::page::List {
            one_oldest: $select!(
                "where enterprise_id = $1 and ",
                $key,
                " > $2 order by ",
                $key,
                " limit $3"
            ),
            one_newest: $select!(
                "where enterprise_id = $1 and ",
                $key,
                " < $2 order by ",
                $key,
                " desc limit $3"
            ),
            all_oldest: $select!(
                "where enterprise_id >= $1 and ",
                $key,
                " > $2 order by ",
                $key,
                " limit $3"
            ),
            all_newest: $select!(
                "where enterprise_id >= $1 and ",
                $key,
                " < $2 order by ",
                $key,
                " desc limit $3"
            ),
        }
    };
}
pub(crate) use list;

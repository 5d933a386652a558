//! Lists in pages, oldest or newest first, by a key that only grows.
//!
//! A page goes on behind the key of the last row before it, so the hundredth costs what the first
//! costs. One enterprise asks with another text than many: from `enterprise_id = $1` an engine
//! goes on to the key in the same index, from an interval it does not. The plus before an
//! interval keeps engines from trying, and the order of the key is read.

use crate::id::Scope;
use crate::value::Rows;
use crate::{Result, Store, Value};

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

/// The statements of one list; `one` is for an enterprise, `all` for many, up to the last in `$4`.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) one_oldest: &'static str,
    pub(crate) one_newest: &'static str,
    pub(crate) all_oldest: &'static str,
    pub(crate) all_newest: &'static str,
}

impl List {
    pub(crate) fn sql(&self, scope: Scope, order: Order) -> &'static str {
        match (scope.single().is_some(), order) {
            (true, Order::OldestFirst) => self.one_oldest,
            (true, Order::NewestFirst) => self.one_newest,
            (false, Order::OldestFirst) => self.all_oldest,
            (false, Order::NewestFirst) => self.all_newest,
        }
    }

    /// The rows of a page of a list that [`list!`] made.
    pub(crate) async fn rows(&self, store: &Store, scope: Scope, page: Page) -> Result<Rows> {
        let args = [page.bound().into(), page.limit.into()];
        rows_inside(store, self.sql(scope, page.order), scope, &args).await
    }
}

/// The rows of a statement whose `$1` is the first enterprise of `scope`, then `args`, and behind
/// them, unless it is one enterprise, the last.
pub(crate) async fn rows_inside(
    store: &Store,
    sql: &'static str,
    scope: Scope,
    args: &[Value],
) -> Result<Rows> {
    let mut all: Vec<Value> = vec![scope.first.into()];
    all.extend_from_slice(args);
    if scope.single().is_none() {
        all.push(scope.last.into());
    }
    if scope.is_part() { store.rows_long(sql, &all).await } else { store.rows(sql, &all).await }
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
                "where +enterprise_id between $1 and $4 and ",
                $key,
                " > $2 order by ",
                $key,
                " limit $3"
            ),
            all_newest: $select!(
                "where +enterprise_id between $1 and $4 and ",
                $key,
                " < $2 order by ",
                $key,
                " desc limit $3"
            ),
        }
    };
}
pub(crate) use list;

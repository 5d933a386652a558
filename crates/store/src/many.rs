//! Statements that insert or look up several rows of one table at once: a statement costs SQLite as
//! much as a row.

use std::sync::OnceLock;

use crate::{Statement, Value};

/// Rows of one statement.
const ROWS: usize = 8;

/// The texts that insert one to eight rows of a table; made once for each table.
pub(crate) struct Insert {
    /// `insert into t (a, b)`.
    head: &'static str,
    n_columns: usize,
    texts: OnceLock<[&'static str; ROWS]>,
}

impl Insert {
    /// Of `n_columns` columns, which `head` names.
    pub(crate) const fn new(head: &'static str, n_columns: usize) -> Self {
        Self { head, n_columns, texts: OnceLock::new() }
    }

    /// Statements that insert all `rows`; a row that cannot be inserted makes a conflict.
    pub(crate) fn rows(
        &'static self,
        rows: impl IntoIterator<Item = impl IntoIterator<Item = Value>>,
    ) -> Vec<Statement> {
        let texts = self.texts.get_or_init(|| std::array::from_fn(|i| self.text(i + 1)));
        let mut statements = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut args = Vec::with_capacity(ROWS * self.n_columns);
            args.extend(rows.by_ref().take(ROWS).flatten());
            let n_rows = args.len() / self.n_columns;
            statements.push(Statement::new(texts[n_rows - 1], args).expect(n_rows as u64));
        }
        statements
    }

    fn text(&self, n_rows: usize) -> &'static str {
        let row = |row: usize| {
            let first = row * self.n_columns + 1;
            let args: Vec<String> =
                (first..first + self.n_columns).map(|number| format!("${number}")).collect();
            format!("({})", args.join(", "))
        };
        let rows: Vec<String> = (0..n_rows).map(row).collect();
        // Eight texts a table, for the life of the process.
        format!("{} values {}", self.head, rows.join(", ")).leak()
    }
}

/// The texts that look for one to [`Lookup::MOST`] things; made once for each look-up.
pub(crate) struct Lookup {
    /// `select t.a from`, before a list of values.
    head: &'static str,
    /// The types of `column1`, `column2`, ….
    columns: &'static [&'static str],
    /// `as wanted cross join t where t.b = column1`.
    tail: &'static str,
    texts: OnceLock<[&'static str; Self::MOST]>,
}

impl Lookup {
    /// Things of one statement, at most.
    pub(crate) const MOST: usize = 32;

    pub(crate) const fn new(
        head: &'static str,
        columns: &'static [&'static str],
        tail: &'static str,
    ) -> Self {
        Self { head, columns, tail, texts: OnceLock::new() }
    }

    /// The text for `n` things, one at least.
    pub(crate) fn text(&'static self, n: usize) -> &'static str {
        self.texts.get_or_init(|| std::array::from_fn(|i| self.text_of(i + 1)))[n - 1]
    }

    fn text_of(&self, n: usize) -> &'static str {
        let n_columns = self.columns.len();
        let row = |row: usize| {
            let args = self.columns.iter().enumerate();
            let args =
                args.map(|(i, kind)| format!("cast(${} as {kind})", row * n_columns + i + 1));
            format!("({})", args.collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = (0..n).map(row).collect();
        // As many texts as things are looked for, for the life of the process.
        format!("{} (values {}) {}", self.head, rows.join(", "), self.tail).leak()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_inside_a_look_up() {
        static LOOKUP: Lookup =
            Lookup::new("select t.a from", &["bigint", "text"], "as wanted cross join t");
        let text = "select t.a from (values (cast($1 as bigint), cast($2 as text)), \
                    (cast($3 as bigint), cast($4 as text))) as wanted cross join t";
        assert_eq!(LOOKUP.text(2), text);
        assert!(LOOKUP.text(Lookup::MOST).contains("$64 as text"));
    }

    #[test]
    fn rows_are_cut_into_statements() {
        static INSERT: Insert = Insert::new("insert into t (a, b)", 2);
        let rows = (0..19i64).map(|n| [Value::Int(n), Value::Int(-n)]);
        let statements = INSERT.rows(rows);
        assert_eq!(statements.iter().map(|it| it.args.len()).collect::<Vec<_>>(), [16, 16, 6]);
        assert_eq!(statements[2].sql, "insert into t (a, b) values ($1, $2), ($3, $4), ($5, $6)");
        assert_eq!(statements[2].args[4..], [Value::Int(18), Value::Int(-18)]);
        assert!(INSERT.rows(Vec::<[Value; 2]>::new()).is_empty());
    }
}

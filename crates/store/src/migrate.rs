//! One numbered list of migrations for both engines.
//!
//! A migration is a file of statements, each ended by `;` at the end of a line; lines that begin
//! with `--` are comments. A `create table` may end in directives before its semicolon:
//!
//! ```sql
//! create table scans ( ... ) /* distribute by block, without rowid */;
//! ```
//!
//! Released migrations never change. Each is applied in one transaction, with its number.

use crate::engine::Table;
use crate::{Engine, Error, Options, Result};

/// All migrations of the product, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "main", sql: include_str!("../migrations/0001_main.sql") },
    Migration {
        version: 2,
        name: "order of captures",
        sql: include_str!("../migrations/0002_order_of_captures.sql"),
    },
    Migration {
        version: 3,
        name: "resolver",
        sql: include_str!("../migrations/0003_resolver.sql"),
    },
    Migration {
        version: 4,
        name: "bindings",
        sql: include_str!("../migrations/0004_bindings.sql"),
    },
    Migration { version: 5, name: "queries", sql: include_str!("../migrations/0005_queries.sql") },
    Migration { version: 6, name: "shares", sql: include_str!("../migrations/0006_shares.sql") },
    Migration {
        version: 7,
        name: "subscriptions",
        sql: include_str!("../migrations/0007_subscriptions.sql"),
    },
    Migration {
        version: 8,
        name: "capture jobs",
        sql: include_str!("../migrations/0008_capture_jobs.sql"),
    },
    Migration {
        version: 9,
        name: "facts of events",
        sql: include_str!("../migrations/0009_facts_of_events.sql"),
    },
    Migration {
        version: 10,
        name: "capture warnings",
        sql: include_str!("../migrations/0010_capture_warnings.sql"),
    },
    Migration {
        version: 11,
        name: "interned EPCs",
        sql: include_str!("../migrations/0011_interned_epcs.sql"),
    },
    Migration { version: 12, name: "spans", sql: include_str!("../migrations/0012_spans.sql") },
    Migration { version: 13, name: "recalls", sql: include_str!("../migrations/0013_recalls.sql") },
    Migration {
        version: 14,
        name: "recall tasks",
        sql: include_str!("../migrations/0014_recall_tasks.sql"),
    },
    Migration {
        version: 15,
        name: "disclosures",
        sql: include_str!("../migrations/0015_disclosures.sql"),
    },
    Migration {
        version: 16,
        name: "positions of places",
        sql: include_str!("../migrations/0016_place_positions.sql"),
    },
    Migration { version: 17, name: "sheets", sql: include_str!("../migrations/0017_sheets.sql") },
    Migration {
        version: 18,
        name: "recalls followed",
        sql: include_str!("../migrations/0018_recalls_followed.sql"),
    },
    Migration {
        version: 19,
        name: "runs of marks",
        sql: include_str!("../migrations/0019_runs_of_marks.sql"),
    },
    Migration {
        version: 20,
        name: "interned texts",
        sql: include_str!("../migrations/0020_interned_texts.sql"),
    },
    Migration {
        version: 21,
        name: "runs of leaves",
        sql: include_str!("../migrations/0021_runs_of_leaves.sql"),
    },
    Migration {
        version: 22,
        name: "recall letters",
        sql: include_str!("../migrations/0022_recall_letters.sql"),
    },
    Migration {
        version: 23,
        name: "places of scans",
        sql: include_str!("../migrations/0023_places_of_scans.sql"),
    },
    Migration {
        version: 24,
        name: "spans by node",
        sql: include_str!("../migrations/0024_spans_by_node.sql"),
    },
    Migration {
        version: 25,
        name: "recalls withdrawn",
        sql: include_str!("../migrations/0025_recalls_withdrawn.sql"),
    },
    Migration { version: 26, name: "dealers", sql: include_str!("../migrations/0026_dealers.sql") },
    Migration {
        version: 27,
        name: "addresses confirmed",
        sql: include_str!("../migrations/0027_addresses_confirmed.sql"),
    },
    Migration {
        version: 28,
        name: "settings",
        sql: include_str!("../migrations/0028_settings.sql"),
    },
    Migration {
        version: 29,
        name: "reports of misses",
        sql: include_str!("../migrations/0029_miss_reports.sql"),
    },
    Migration { version: 30, name: "alerts", sql: include_str!("../migrations/0030_alerts.sql") },
    Migration {
        version: 31,
        name: "items reset",
        sql: include_str!("../migrations/0031_items_reset.sql"),
    },
    Migration {
        version: 32,
        name: "feedback",
        sql: include_str!("../migrations/0032_feedback.sql"),
    },
    Migration {
        version: 33,
        name: "vouchers",
        sql: include_str!("../migrations/0033_vouchers.sql"),
    },
    Migration {
        version: 34,
        name: "diversions",
        sql: include_str!("../migrations/0034_diversions.sql"),
    },
    Migration {
        version: 35,
        name: "reports of fakes",
        sql: include_str!("../migrations/0035_fake_reports.sql"),
    },
    Migration { version: 36, name: "names", sql: include_str!("../migrations/0036_names.sql") },
    Migration { version: 37, name: "domains", sql: include_str!("../migrations/0037_domains.sql") },
    Migration {
        version: 38,
        name: "certificates",
        sql: include_str!("../migrations/0038_certificates.sql"),
    },
    Migration {
        version: 39,
        name: "diversions due",
        sql: include_str!("../migrations/0039_diversions_due.sql"),
    },
    Migration {
        version: 40,
        name: "certificates own",
        sql: include_str!("../migrations/0040_certificates_own.sql"),
    },
];

/// One file of `migrations/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// The texts of all migrations: what a kept database depends on.
pub fn migrations() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|migration| migration.sql)
}

/// The table that remembers which migrations were applied.
pub(crate) const BOOKS: &str = "create table if not exists schema_migrations (
  version bigint not null primary key,
  name text not null,
  applied_at bigint not null
)";

/// The newest migration applied.
pub(crate) const VERSION: &str = "select coalesce(max(version), 0) from schema_migrations";

/// Notes one as applied.
pub(crate) const NOTE: &str =
    "insert into schema_migrations (version, name, applied_at) values ($1, $2, $3)";

/// The migrations a database at version `found` still needs.
pub(crate) fn missing(options: &Options, found: i64) -> Result<&'static [Migration]> {
    let all = options.migrations;
    let known = all.last().map_or(0, |migration| migration.version);
    if found > known {
        return Err(Error::SchemaTooNew { found, known });
    }
    Ok(&all[all.partition_point(|migration| migration.version <= found)..])
}

impl Migration {
    /// Its statements in the words of `engine`.
    pub(crate) fn statements(&self, engine: Engine, n_partitions: u32) -> Vec<String> {
        let lines = self.sql.lines().filter(|line| !line.trim_start().starts_with("--"));
        let text: String = lines.flat_map(|line| [line.trim_end(), "\n"]).collect();
        text.split(";\n")
            .map(str::trim)
            .filter(|sql| !sql.is_empty())
            .map(|sql| match directives(sql) {
                Some((sql, table)) => engine.create_table(sql, table, n_partitions),
                None => engine.column_types(sql),
            })
            .collect()
    }
}

/// Splits a `create table` into what both engines read and what its directives ask for.
fn directives(sql: &str) -> Option<(&str, Table<'_>)> {
    if !sql.starts_with("create table") {
        return None;
    }
    let mut table = Table::default();
    let Some((create, words)) = sql.strip_suffix("*/").and_then(|sql| sql.rsplit_once("/*")) else {
        return Some((sql, table));
    };
    for word in words.split(',').map(str::trim) {
        match word.strip_prefix("distribute by ") {
            Some(column) => table.distribute_by = Some(column),
            None if word == "without rowid" => table.without_rowid = true,
            None => panic!("migrations know no directive {word:?}"),
        }
    }
    Some((create.trim_end(), table))
}

#[cfg(test)]
mod tests;

use expect_test::{Expect, expect};

use super::Migration;
use crate::Engine;

const SQL: &str = "-- A comment; with a semicolon;
create table scans (
  block bigint not null,
  body {bytes},
  primary key (block)
) /* distribute by block, without rowid */;
create table names (name text not null primary key);
insert into names (name) values ('a;b');
";

fn check(engine: Engine, n_partitions: u32, expect: &Expect) {
    let migration = Migration { version: 1, name: "test", sql: SQL };
    expect.assert_eq(&migration.statements(engine, n_partitions).join("\n\n"));
}

#[test]
fn sqlite_reads_its_own_column_kinds() {
    check(
        Engine::Sqlite,
        4,
        &expect![[r#"
            create table scans (
              block integer not null,
              body blob,
              primary key (block)
            ) strict, without rowid

            create table names (name text not null primary key) strict

            insert into names (name) values ('a;b')"#]],
    );
}

#[test]
fn postgres_has_whole_tables_or_partitions() {
    check(
        Engine::Postgres,
        0,
        &expect![[r#"
            create table scans (
              block bigint not null,
              body bytea,
              primary key (block)
            )

            create table names (name text not null primary key)

            insert into names (name) values ('a;b')"#]],
    );
    check(
        Engine::Postgres,
        2,
        &expect![[r#"
            create table scans (
              block bigint not null,
              body bytea,
              primary key (block)
            ) partition by hash (block);
            create table scans_p0 partition of scans
                                     for values with (modulus 2, remainder 0);
            create table scans_p1 partition of scans
                                     for values with (modulus 2, remainder 1)

            create table names (name text not null primary key)

            insert into names (name) values ('a;b')"#]],
    );
}

#[test]
fn the_product_has_numbered_migrations() {
    let versions = super::MIGRATIONS.iter().map(|migration| migration.version);
    assert!(versions.eq(1..=super::MIGRATIONS.len() as i64));
}

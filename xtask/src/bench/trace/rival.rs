//! The rivals: the same chain in tables with a row for each item, and the same questions as
//! recursive CTEs over them.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;
use scenario::chain::{Chain, Fact, Move};

/// Units come behind all items in the numbers of things.
pub(super) const UNIT: u64 = 1 << 40;
pub(super) const ALWAYS: i64 = i64::MAX;

/// What became of the items of a lot: for each place and way of the last move, how many.
pub(super) type Held = Vec<(i64, i64, i64)>;

const TABLES: &str = "
    create table made (item bigint not null, lot bigint not null, at_us bigint not null);
    create table parts (child bigint not null, parent bigint not null,
      from_us bigint not null, to_us bigint not null);
    create table moves (thing bigint not null, at_us bigint not null, way bigint not null,
      site bigint not null);";

const INDEXES: &str = "
    create index made_item on made (item, lot);
    create index made_lot on made (lot, item);
    create index parts_child on parts (child, to_us, from_us, parent);
    create index parts_parent on parts (parent, child);
    create index moves_thing on moves (thing, at_us, way, site);
    analyze;";

/// Who holds what was made of a lot.
pub(super) const RECALL: &str = "
    with recursive up (item, thing) as (
      select item, item from made where lot = $1
      union all
      select up.item, p.parent from up join parts p
        on p.child = up.thing and p.to_us = 9223372036854775807),
    top as (
      select item, thing from up where not exists
        (select 1 from parts p where p.child = up.thing and p.to_us = 9223372036854775807))
    select m.site, m.way, count(*) from top join moves m on m.thing = top.thing
      and m.at_us = (select max(l.at_us) from moves l where l.thing = top.thing)
    group by m.site, m.way order by 1, 2";

/// Events of an item: its making, its way into cases and pallets, their moves in its time.
pub(super) const BACKWARD: &str = "
    with recursive inside (thing, from_us, to_us) as (
      select cast($1 as bigint), cast(0 as bigint), cast(9223372036854775807 as bigint)
      union all
      select p.parent,
        case when p.from_us > i.from_us then p.from_us else i.from_us end,
        case when p.to_us < i.to_us then p.to_us else i.to_us end
      from inside i join parts p on p.child = i.thing
        and p.to_us > i.from_us and p.from_us < i.to_us)
    select m.at_us, m.way, m.site from inside i join moves m on m.thing = i.thing
      and m.at_us >= i.from_us and m.at_us < i.to_us
    union all select i.from_us, -1, i.thing from inside i
    union all select at_us, -2, lot from made where item = $1
    order by 1";

/// Rows of a chain, table by table.
pub(super) struct Rows {
    pub(super) made: Vec<[i64; 3]>,
    pub(super) parts: Vec<[i64; 4]>,
    pub(super) moves: Vec<[i64; 4]>,
}

impl Rows {
    /// The rows that tell the chain.
    pub(super) fn of(chain: Chain) -> Self {
        let mut rows = Self { made: Vec::new(), parts: Vec::new(), moves: Vec::new() };
        // Where a thing is now, as the number of its row.
        let mut inside: HashMap<u64, usize> = HashMap::new();
        for (at_us, fact) in chain.facts() {
            match fact {
                Fact::Made { lots, items } => {
                    for item in each(&items) {
                        let row = |&lot: &u64| [item as i64, lot as i64, at_us];
                        rows.made.extend(lots.iter().map(row));
                    }
                }
                Fact::Packed { case, items } => {
                    rows.put(&mut inside, at_us, UNIT + case, each(&items));
                }
                Fact::Loaded { pallet, cases } => {
                    let cases = cases.iter().map(|case| UNIT + case);
                    rows.put(&mut inside, at_us, UNIT + pallet, cases);
                }
                Fact::Unpacked { items, .. } => rows.take(&mut inside, at_us, each(&items)),
                Fact::Unloaded { cases, .. } => {
                    rows.take(&mut inside, at_us, cases.iter().map(|case| UNIT + case));
                }
                Fact::Moved { pallet, way, site } => {
                    let way = i64::from(way == Move::Received);
                    rows.moves.push([(UNIT + pallet) as i64, at_us, way, site as i64]);
                }
            }
        }
        rows
    }

    fn put(
        &mut self,
        inside: &mut HashMap<u64, usize>,
        at_us: i64,
        parent: u64,
        children: impl Iterator<Item = u64>,
    ) {
        for child in children {
            inside.insert(child, self.parts.len());
            self.parts.push([child as i64, parent as i64, at_us, ALWAYS]);
        }
    }

    fn take(
        &mut self,
        inside: &mut HashMap<u64, usize>,
        at_us: i64,
        children: impl Iterator<Item = u64>,
    ) {
        for row in children.filter_map(|child| inside.remove(&child)) {
            self.parts[row][3] = at_us;
        }
    }
}

fn each(items: &[(u64, u64)]) -> impl Iterator<Item = u64> {
    items.iter().flat_map(|&(first, last)| first..=last)
}

/// The tables on SQLite, with what our store gives its readers.
pub(super) fn sqlite(path: &Path, rows: &Rows) -> Result<Connection> {
    let _ = std::fs::remove_file(path);
    let mut sqlite = Connection::open(path)?;
    sqlite.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off;
         pragma mmap_size = 4294967296; pragma cache_size = -262144; pragma temp_store = memory;",
    )?;
    sqlite.execute_batch(TABLES)?;
    let tx = sqlite.transaction()?;
    fill(&tx, "insert into made values (?, ?, ?)", &rows.made)?;
    fill(&tx, "insert into parts values (?, ?, ?, ?)", &rows.parts)?;
    fill(&tx, "insert into moves values (?, ?, ?, ?)", &rows.moves)?;
    tx.commit()?;
    sqlite.execute_batch(INDEXES)?;
    Ok(sqlite)
}

fn fill<const N: usize>(sqlite: &Connection, sql: &str, rows: &[[i64; N]]) -> Result<()> {
    let mut insert = sqlite.prepare(sql)?;
    for row in rows {
        insert.execute(rusqlite::params_from_iter(row))?;
    }
    Ok(())
}

/// Three numbers a row, of one of the questions on SQLite.
pub(super) fn ask_sqlite(sqlite: &Connection, sql: &str, number: u64) -> Result<Held> {
    let mut statement = sqlite.prepare_cached(sql)?;
    let rows =
        statement.query_map([number as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The tables on PostgreSQL.
pub(super) async fn postgres(url: &str, rows: &Rows) -> Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute("set jit = off; set work_mem = '256MB'").await?;
    client.batch_execute(TABLES).await?;
    copy(&client, "made", &rows.made).await?;
    copy(&client, "parts", &rows.parts).await?;
    copy(&client, "moves", &rows.moves).await?;
    client.batch_execute(INDEXES).await?;
    client.batch_execute("vacuum analyze").await?;
    Ok(client)
}

async fn copy<const N: usize>(
    client: &tokio_postgres::Client,
    table: &str,
    rows: &[[i64; N]],
) -> Result<()> {
    for chunk in rows.chunks(10_000) {
        let mut sql = format!("insert into {table} values ");
        for (nth, row) in chunk.iter().enumerate() {
            let numbers: Vec<String> = row.iter().map(i64::to_string).collect();
            let comma = if nth == 0 { "" } else { "," };
            write!(sql, "{comma}({})", numbers.join(","))?;
        }
        client.batch_execute(&sql).await?;
    }
    Ok(())
}

/// The same of a question on PostgreSQL.
pub(super) async fn ask_postgres(
    client: &tokio_postgres::Client,
    statement: &tokio_postgres::Statement,
    number: u64,
) -> Result<Held> {
    let rows = client.query(statement, &[&(number as i64)]).await?;
    let numbers = |row: tokio_postgres::Row| (row.get(0), row.get(1), row.get(2));
    Ok(rows.into_iter().map(numbers).collect())
}

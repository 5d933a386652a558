//! EPCs of others, interned: each gets a number in order of arrival.
//!
//! Numbers are leased from a counter in blocks, so that captures do not queue for it; numbers of a
//! lease that are never used stay unused.

use sha2::{Digest, Sha256};

use crate::ident::{IdRange, block_of};
use crate::many::Insert;
use crate::{Result, Statement, Store, Value};

const EPCS_A_QUERY: usize = 16;

/// The ids of those of `epcs` (canonical URIs) that are interned, in no order.
pub async fn by_epcs(store: &Store, epcs: &[&str]) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::with_capacity(epcs.len());
    for chunk in epcs.chunks(EPCS_A_QUERY) {
        let mut args: Vec<Value> = Vec::with_capacity(2 * EPCS_A_QUERY);
        for epc in chunk.iter().chain(std::iter::repeat_n(&chunk[0], EPCS_A_QUERY - chunk.len())) {
            args.extend([interned_bucket_of(epc).into(), (*epc).into()]);
        }
        let rows = store.rows(include_str!("../sql/identifiers_by_epc.sql"), &args).await?;
        for row in rows.iter() {
            found.push((row.text(0)?.to_owned(), row.int(1)?));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The EPC of an interned id.
pub async fn epc_of(store: &Store, id: i64) -> Result<Option<String>> {
    let rows = store
        .rows(
            "select epc from identifier_epcs where block = $1 and identifier_id = $2",
            &[block_of(id).into(), id.into()],
        )
        .await?;
    rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Interned ids of a range and their EPCs, in order, `limit` at most.
pub async fn epcs_of(store: &Store, range: IdRange, limit: u32) -> Result<Vec<(i64, String)>> {
    let mut found = Vec::new();
    for (block, part) in range.by_block() {
        let sql = "select identifier_id, epc from identifier_epcs
                   where block = $1 and identifier_id between $2 and $3
                   order by identifier_id limit $4";
        let n_left = limit.saturating_sub(found.len() as u32);
        let args = [block.into(), part.first.into(), part.last.into(), n_left.into()];
        for row in store.rows(sql, &args).await?.iter() {
            found.push((row.int(0)?, row.text(1)?.to_owned()));
        }
    }
    Ok(found)
}

static INSERT_IDS: Insert =
    Insert::new("insert into interned_epcs (bucket, epc, identifier_id)", 3);
static INSERT_EPCS: Insert =
    Insert::new("insert into identifier_epcs (block, identifier_id, epc)", 3);

/// Statements that intern EPCs under their ids; an EPC that got a number meanwhile is a conflict.
pub fn insert(new: &[(&str, i64)]) -> Vec<Statement> {
    // In one order everywhere, so that two writers on PostgreSQL do not wait for each other.
    let mut keyed: Vec<_> =
        new.iter().map(|&(epc, id)| (interned_bucket_of(epc), epc, id)).collect();
    keyed.sort_unstable();
    let ids = keyed.iter().map(|&(bucket, epc, id)| [bucket.into(), epc.into(), id.into()]);
    let mut statements = INSERT_IDS.rows(ids);
    let epcs = new.iter().map(|&(epc, id)| [block_of(id).into(), id.into(), epc.into()]);
    statements.extend(INSERT_EPCS.rows(epcs));
    statements
}

/// The next number that no lease has taken.
pub async fn next_number(store: &Store) -> Result<u64> {
    let rows = store.rows("select next from counters where name = 'interned'", &[]).await?;
    rows.first().ok_or(crate::Error::corrupt("the interning counter is missing"))?.uint(0)
}

/// The statement that leases the numbers `first..first + n`; a lease since [`next_number`] was
/// read makes a conflict.
pub fn lease(first: u64, n: u64) -> Vec<Statement> {
    vec![
        Statement::new(
            "update counters set next = $2 where name = 'interned' and next = $1",
            [first.into(), (first + n).into()],
        )
        .expect(1),
    ]
}

/// Where what is known of a URI is stored: 16 bits of its SHA-256.
pub(crate) fn bucket_of(uri: &str) -> i64 {
    let digest = Sha256::digest(uri.as_bytes());
    i64::from(u16::from_be_bytes([digest[0], digest[1]]))
}

/// Where the number of an EPC is stored: 8 bits of its SHA-256.
///
/// EPCs come in runs of neighbours. So few buckets spread them over shards, and still have room for
/// several of a run side by side.
fn interned_bucket_of(epc: &str) -> i64 {
    bucket_of(epc) >> 8
}

//! EPCs of others, interned: each gets a number in order of arrival.
//!
//! A text is stored once, under its number, and found by a hash; texts that share one are compared.
//! Numbers are leased from a counter in blocks, so that captures do not queue for it; numbers of a
//! lease that are never used stay unused.

mod short;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use crate::ident::{self, INTERNED, IdRange, block_of, class_and_number, id_of};
use crate::many::{Insert, Lookup};
use crate::{Result, Row, Statement, Store, Value};
use short::{lengthened, shortened};

/// What is interned of some EPCs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interned {
    /// The ids of those that are, in the order of the texts.
    pub ids: Vec<(String, i64)>,
    /// How many texts have each of their hashes.
    n_taken: BTreeMap<i64, i64>,
}

/// By hash, and what was interned before by bucket and text.
static BY_HASH: Lookup = Lookup::new(
    "with wanted (hash, bucket, epc) as",
    &["bigint", "bigint", "text"],
    "select n.hash, n.number, null from wanted w cross join epc_numbers n where n.hash = w.hash
     union all
     select w.hash, i.identifier_id, w.epc from wanted w cross join interned_epcs i
     where i.bucket = w.bucket and i.epc = w.epc",
);

/// Texts by block and place.
static BY_NUMBER: Lookup = Lookup::new(
    "select t.block, t.place, t.epc from",
    &["bigint", "bigint"],
    "as wanted cross join epc_texts t where t.block = column1 and t.place = column2",
);

/// The ids of those of `epcs` (canonical URIs) that are interned, in the order of the texts.
pub async fn by_epcs(store: &Store, epcs: &[&str]) -> Result<Vec<(String, i64)>> {
    Ok(find(store, epcs).await?.ids)
}

/// What is interned of `epcs` (canonical URIs).
pub async fn find(store: &Store, epcs: &[&str]) -> Result<Interned> {
    let (mut ids, mut numbers, mut n_taken) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
    let wanted: BTreeMap<&str, i64> = epcs.iter().map(|&epc| (epc, hash_of(epc))).collect();
    for chunk in wanted.iter().collect::<Vec<_>>().chunks(Lookup::MOST) {
        let args = chunk
            .iter()
            .flat_map(|&(&epc, &hash)| [hash.into(), interned_bucket_of(epc).into(), epc.into()]);
        let rows = store.rows(BY_HASH.text(chunk.len()), &args.collect::<Vec<_>>()).await?;
        for row in rows.iter() {
            match row.opt_text(2)? {
                Some(epc) => ids.push((epc.to_owned(), row.int(1)?)),
                None if numbers.insert(row.uint::<u64>(1)?) => {
                    *n_taken.entry(row.int(0)?).or_default() += 1;
                }
                None => {}
            }
        }
    }
    for chunk in numbers.into_iter().collect::<Vec<_>>().chunks(Lookup::MOST) {
        let args: Vec<Value> = chunk.iter().flat_map(|&number| place_of(number)).collect();
        for row in store.rows(BY_NUMBER.text(chunk.len()), &args).await?.iter() {
            let epc = lengthened(row.bytes(2)?)?;
            if wanted.contains_key(epc.as_str()) {
                ids.push((epc, id_at(row.int(0)?, row.int(1)?)));
            }
        }
    }
    ids.sort_unstable();
    Ok(Interned { ids, n_taken })
}

/// Texts by block and place, and what was interned before by block and id.
static BY_ID: Lookup = Lookup::new(
    "with wanted (id, block, place, id_block) as",
    &["bigint", "bigint", "bigint", "bigint"],
    "select w.id, t.epc, null from wanted w cross join epc_texts t
     where t.block = w.block and t.place = w.place
     union all
     select w.id, null, i.epc from wanted w cross join identifier_epcs i
     where i.block = w.id_block and i.identifier_id = w.id",
);

/// The EPCs of those of `ids` that are interned, in no order.
pub async fn by_ids(store: &Store, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let interned = ids.iter().copied().filter(|id| class_and_number(*id).0 == INTERNED);
    let ids: Vec<i64> = interned.collect();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(Lookup::MOST) {
        let args = chunk.iter().flat_map(|&id| {
            let [block, place] = place_of(class_and_number(id).1);
            [id.into(), block, place, block_of(id).into()]
        });
        let rows = store.rows(BY_ID.text(chunk.len()), &args.collect::<Vec<_>>()).await?;
        for row in rows.iter() {
            found.push((row.int(0)?, text_of(row)?));
        }
    }
    Ok(found)
}

/// The EPC of an interned id.
pub async fn epc_of(store: &Store, id: i64) -> Result<Option<String>> {
    let found = epcs_of(store, IdRange::one(id), 1).await?;
    Ok(found.into_iter().next().map(|(_, epc)| epc))
}

/// Interned ids of a range and their EPCs, in order, `limit` at most.
pub async fn epcs_of(store: &Store, range: IdRange, limit: u32) -> Result<Vec<(i64, String)>> {
    let sql = "select place + cast($6 as bigint), epc, null from
        (select place, epc from epc_texts
         where block = $1 and place between $2 and $3 order by place limit $8) as short
      union all
      select identifier_id, null, epc from
        (select identifier_id, epc from identifier_epcs
         where block = $7 and identifier_id between $4 and $5
         order by identifier_id limit $8) as whole
      order by 1 limit $8";
    let mut found = Vec::new();
    for (block, part) in range.by_block() {
        let n_left = limit.saturating_sub(found.len() as u32);
        let base = block << ident::BLOCK_BITS;
        let (INTERNED, number) = class_and_number(base) else { continue };
        let [own_block, _] = place_of(number);
        let args = [
            own_block,
            ident::offset(part.first).into(),
            ident::offset(part.last).into(),
            part.first.into(),
            part.last.into(),
            base.into(),
            block.into(),
            n_left.into(),
        ];
        for row in store.rows(sql, &args).await?.iter() {
            found.push((row.int(0)?, text_of(row)?));
        }
    }
    Ok(found)
}

/// The EPC of a row with its short form in the second column or its whole in the third.
fn text_of(row: Row<'_>) -> Result<String> {
    match row.opt_bytes(1)? {
        Some(short) => lengthened(short),
        None => row.text(2).map(str::to_owned),
    }
}

static INSERT_NUMBERS: Insert = Insert::new("insert into epc_numbers (hash, nth, number)", 3);
static INSERT_TEXTS: Insert = Insert::new("insert into epc_texts (block, place, epc)", 3);

/// Statements that intern EPCs under their ids, which [`find`] did not find among others; an EPC
/// that got a number meanwhile is a conflict.
pub fn insert(new: &[(&str, i64)], among: &Interned) -> Vec<Statement> {
    // In one order everywhere, so that two writers on PostgreSQL do not wait for each other.
    let mut hashed: Vec<_> = new.iter().map(|&(epc, id)| (hash_of(epc), epc, id)).collect();
    hashed.sort_unstable();
    let mut n_taken: HashMap<i64, i64> = HashMap::new();
    let numbers = hashed.iter().map(|&(hash, _, id)| {
        let of_hash = n_taken.entry(hash);
        let n = of_hash.or_insert_with(|| among.n_taken.get(&hash).copied().unwrap_or(0));
        *n += 1;
        [hash.into(), (*n - 1).into(), class_and_number(id).1.into()]
    });
    let mut statements = INSERT_NUMBERS.rows(numbers);
    let texts = new.iter().map(|&(epc, id)| {
        let [block, place] = place_of(class_and_number(id).1);
        [block, place, shortened(epc).into()]
    });
    statements.extend(INSERT_TEXTS.rows(texts));
    statements
}

/// Block of a number, and place in it.
fn place_of(number: u64) -> [Value; 2] {
    let number = number as i64;
    [block_of(number).into(), ident::offset(number).into()]
}

fn id_at(block: i64, place: i64) -> i64 {
    id_of(INTERNED, 0) | block << ident::BLOCK_BITS | place
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

/// Where what was interned before is found: 8 bits of its SHA-256.
fn interned_bucket_of(epc: &str) -> i64 {
    bucket_of(epc) >> 8
}

/// The last bytes of an EPC, in which those that come one after the other differ.
const TAIL_BYTES: usize = 4;

/// By what an EPC is found: 24 bits of the SHA-256 of all but its last four bytes, then 24 bits of
/// that of the whole, signed, six bytes in SQLite.
///
/// EPCs come in runs of neighbours, which so lie side by side: a capture changes a few pages, and
/// not one for each of them.
fn hash_of(epc: &str) -> i64 {
    let bytes = epc.as_bytes();
    let head = Sha256::digest(&bytes[..bytes.len().saturating_sub(TAIL_BYTES)]);
    let whole = Sha256::digest(bytes);
    i64::from_be_bytes([head[0], head[1], head[2], whole[0], whole[1], whole[2], 0, 0]) >> 16
}

#[cfg(test)]
mod tests;

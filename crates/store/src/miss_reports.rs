//! What servers of one platform tell each other of the senders that miss most.

use crate::{Error, Result, Statement, Store};

/// The last report of one server.
#[derive(Debug, Clone, PartialEq)]
pub struct MissReport {
    /// The server.
    pub server_id: i64,
    /// Which report of all servers it is: a newer one of the same server has a higher number.
    pub number: i64,
    /// Numbers of senders with their levels, the highest first.
    pub highest: Vec<(u64, f32)>,
}

/// Bytes of a number and its level.
const PAIR_BYTES: usize = 12;

/// Statements that put a report in the place of the server's last one, and let go of those that are
/// followed by `n_kept`. No clock is asked, since those of servers differ.
pub fn put(server_id: i64, highest: &[(u64, f32)], n_kept: i64) -> Vec<Statement> {
    let pairs = highest.iter();
    let levels: Vec<u8> = pairs
        .flat_map(|(number, level)| {
            number.to_be_bytes().into_iter().chain(level.to_bits().to_be_bytes())
        })
        .collect();
    vec![
        Statement::new(
            "insert into miss_reports (server_id, number, levels)
             values ($1, (select coalesce(max(number), 0) + 1 from miss_reports), $2)
             on conflict (server_id) do update
               set number = excluded.number, levels = excluded.levels",
            [server_id.into(), levels.as_slice().into()],
        ),
        Statement::new(
            "delete from miss_reports
             where number <= (select max(number) from miss_reports) - cast($1 as bigint)",
            [n_kept.into()],
        ),
    ]
}

/// The last report of each server, the newest first.
pub async fn newest(store: &Store) -> Result<Vec<MissReport>> {
    let sql = "select server_id, number, levels from miss_reports
               order by number desc, server_id limit 1000";
    let rows = store.rows(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            let (server_id, number) = (row.int(0)?, row.int(1)?);
            let highest =
                pairs(row.bytes(2)?).ok_or(Error::corrupt("a report of misses is cut"))?;
            Ok(MissReport { server_id, number, highest })
        })
        .collect()
}

fn pairs(bytes: &[u8]) -> Option<Vec<(u64, f32)>> {
    let chunks = bytes.chunks(PAIR_BYTES).map(|pair| {
        let (number, level) = pair.split_first_chunk()?;
        let level = f32::from_bits(u32::from_be_bytes(level.try_into().ok()?));
        Some((u64::from_be_bytes(*number), level))
    });
    chunks.collect()
}

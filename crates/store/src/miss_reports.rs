//! What servers of one platform tell each other of the senders that miss most.

use std::ops::RangeInclusive;

use crate::{Error, Result, Statement, Store};

/// The last report of one server.
#[derive(Debug, Clone, PartialEq)]
pub struct MissReport {
    /// The server.
    pub server_id: i64,
    /// When it was written, in microseconds since the epoch.
    pub written_at_us: i64,
    /// Numbers of senders with their levels, the highest first.
    pub highest: Vec<(u64, f32)>,
}

/// Bytes of a number and its level.
const PAIR_BYTES: usize = 12;

/// Statements that put a report in the place of the server's last one, and let go of what servers
/// told before `since_us`.
pub fn put(report: &MissReport, since_us: i64) -> Vec<Statement> {
    let pairs = report.highest.iter();
    let levels: Vec<u8> = pairs
        .flat_map(|(number, level)| {
            number.to_be_bytes().into_iter().chain(level.to_bits().to_be_bytes())
        })
        .collect();
    vec![
        Statement::new(
            "insert into miss_reports (server_id, written_at, levels) values ($1, $2, $3)
             on conflict (server_id) do update
               set written_at = excluded.written_at, levels = excluded.levels",
            [report.server_id.into(), report.written_at_us.into(), levels.as_slice().into()],
        ),
        Statement::new("delete from miss_reports where written_at < $1", [since_us.into()]),
    ]
}

/// The reports of all servers that say they were written in these microseconds.
pub async fn written(store: &Store, at_us: RangeInclusive<i64>) -> Result<Vec<MissReport>> {
    let sql = "select server_id, written_at, levels from miss_reports
               where written_at >= $1 and written_at <= $2
               order by server_id limit 1000";
    let rows = store.rows(sql, &[(*at_us.start()).into(), (*at_us.end()).into()]).await?;
    rows.iter()
        .map(|row| {
            let (server_id, written_at_us) = (row.int(0)?, row.int(1)?);
            let highest =
                pairs(row.bytes(2)?).ok_or(Error::corrupt("a report of misses is cut"))?;
            Ok(MissReport { server_id, written_at_us, highest })
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

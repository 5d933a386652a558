//! Vouchers of checks: signed texts under their numbers.

use crate::identifiers::bucket_of;
use crate::{Result, Statement, Store};

/// A voucher and whom it counts for.
#[derive(Debug, Clone, Copy)]
pub struct NewVoucher<'a> {
    /// Under which it is found again.
    pub number: &'a str,
    /// When it is made, microseconds since the epoch.
    pub saved_at_us: i64,
    /// The signed text.
    pub file: &'a str,
    /// What was checked.
    pub code: &'a str,
    /// The day as which it counts.
    pub day: i64,
    /// How many of a code there may be of one day.
    pub max_of_day: u64,
}

/// Statements that keep a voucher, once; a conflict if the day has enough of its code.
pub fn put(new: &NewVoucher<'_>) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into voucher_counts (bucket, code, day, n_vouchers) values ($1, $2, $3, 1)
             on conflict (bucket, code) do update
               set n_vouchers =
                     case when voucher_counts.day = $3 then voucher_counts.n_vouchers + 1 else 1 end,
                   day = $3
               where voucher_counts.day <> $3 or voucher_counts.n_vouchers < $4",
            [
                bucket_of(new.code).into(),
                new.code.into(),
                new.day.into(),
                i64::try_from(new.max_of_day).unwrap_or(i64::MAX).into(),
            ],
        )
        .expect(1),
        Statement::new(
            "insert into vouchers (bucket, number, saved_at, voucher) values ($1, $2, $3, $4)
             on conflict (bucket, number) do nothing",
            [
                bucket_of(new.number).into(),
                new.number.into(),
                new.saved_at_us.into(),
                new.file.into(),
            ],
        ),
    ]
}

/// The signed text of a number.
pub async fn find(store: &Store, number: &str) -> Result<Option<String>> {
    let sql = "select voucher from vouchers where bucket = $1 and number = $2";
    let rows = store.rows(sql, &[bucket_of(number).into(), number.into()]).await?;
    rows.first().map(|row| Ok(row.text(0)?.to_owned())).transpose()
}

/// How many vouchers of a code were made on a day.
pub async fn n_of_day(store: &Store, code: &str, day: i64) -> Result<u64> {
    let sql = "select n_vouchers from voucher_counts where bucket = $1 and code = $2 and day = $3";
    let rows = store.rows(sql, &[bucket_of(code).into(), code.into(), day.into()]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

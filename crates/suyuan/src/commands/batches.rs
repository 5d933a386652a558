//! `suyuan mint`, `suyuan manifest` and `suyuan print`.

use anyhow::Result;
use service::{Caller, NewBatch, PrintRange};

use crate::cli::{MintArgs, PrintArgs};
use crate::config::Config;
use crate::files::NewFile;
use crate::open::{Newness, Platform, parse_id};
use crate::report::{self, Done, Progress, hex};

/// Orders codes and prints the id of the batch.
pub(crate) async fn mint(config: &Config, args: MintArgs) -> Result<Done> {
    let new = NewBatch {
        product_id: parse_id("a product", &args.product)?,
        granularity: args.granularity.into(),
        n_digits: args.digits,
        n_codes: args.count,
        is_sample: args.sample,
        has_cover: args.cover,
    };
    Platform::with(config, Newness::MustExist, async |platform| {
        let view = platform.service.mint_batch(&Caller::console_of_machine(), new).await?;
        if config.public_url.is_none() {
            report::note(&format!(
                "labels of this batch will say {} for ever; set --public-url before real labels",
                view.batch.public_url
            ));
        }
        Ok(Done::well(format!("{}\n", view.batch.batch_id)))
    })
    .await
}

/// Prints a manifest as it was signed.
pub(crate) async fn manifest(config: &Config, batch: &str) -> Result<Done> {
    let id = parse_id("a batch", batch)?;
    Platform::with(config, Newness::MustExist, async |platform| {
        let view = platform.service.find_batch(&Caller::console_of_machine(), id).await?;
        Ok(Done::well(view.batch.manifest))
    })
    .await
}

/// Writes a print file. It holds PINs, so it is for its owner's eyes: mode 0600.
pub(crate) async fn print(config: &Config, args: PrintArgs) -> Result<Done> {
    let id = parse_id("a batch", &args.batch)?;
    let range = PrintRange { first: args.from, end: args.to, with_bom: args.bom };
    Platform::with(config, Newness::MustExist, async |platform| {
        let caller = Caller::console_of_machine();
        let n_codes = platform.service.find_batch(&caller, id).await?.batch.n_codes;
        let end = args.to.unwrap_or(n_codes);
        let n_wanted = end.saturating_sub(args.from);
        let named = format!("{id}-{}-{end}.csv", args.from);
        let out = args.out.clone().unwrap_or_else(|| named.into());
        // Before the download is recorded: a file that cannot be made is none.
        let mut file = NewFile::begin(&out)?;
        let mut printed = platform.service.open_print_file(&caller, id, range).await?;
        let mut progress = Progress::new("codes");
        let mut n_done = 0;
        while let Some(chunk) = printed.next_chunk()? {
            file.write(&chunk)?;
            n_done += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
            progress.at(n_done, n_wanted);
        }
        file.finish()?;
        drop(progress);
        let sha256 = printed.finish().await?;
        // As `sha256sum -c` reads it.
        Ok(Done::well(format!("{}  {}\n", hex(&sha256), out.display())))
    })
    .await
}

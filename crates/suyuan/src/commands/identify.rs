//! `suyuan identify`.

use anyhow::Result;
use service::{Caller, Lead};

use crate::cli::IdentifyArgs;
use crate::config::Config;
use crate::open::{Newness, Platform};
use crate::report::{Done, table};

/// Prints what a text is, by scheme, and what it leads to.
pub(crate) async fn run(config: &Config, args: IdentifyArgs) -> Result<Done> {
    Platform::with(config, Newness::MustExist, async |platform| {
        let caller = Caller::console_of_machine();
        let found = platform.service.identify_text(&caller, &args.text).await?;
        if found.readings.is_empty() {
            let text = format!("no scheme reads {}\n", args.text);
            return Ok(Done { text, is_well: false });
        }
        let rows = found.readings.iter().map(|reading| {
            let (number, said) = match &reading.outcome {
                Ok(number) => (number.uri.clone(), number.warnings.join("; ")),
                Err(fault) => (String::new(), fault.clone()),
            };
            [reading.scheme.en.name.clone(), number, said]
        });
        let rows: Vec<_> = rows.collect();
        let mut text = table(["scheme", "uri", "remark"], &rows);
        for lead in &found.leads {
            text.push_str(&format!("\nleads to {}\n", told(lead)));
        }
        Ok(Done::well(text))
    })
    .await
}

fn told(lead: &Lead) -> String {
    match lead {
        Lead::Item { answer, identifiers } => {
            let code = answer.code.as_deref().unwrap_or_default();
            let others = identifiers.iter().map(|it| format!("\n  also {}", it.uri));
            format!("item {code}: {}{}", answer.verdict.state.name(), others.collect::<String>())
        }
        Lead::Lot(lot) => format!("lot {} {}", lot.lot_id, lot.lot_number),
        Lead::Product(product) => format!("product {} {}", product.product_id, product.name),
        Lead::Enterprise(it) => format!("enterprise {} {}", it.enterprise_id, it.name),
    }
}

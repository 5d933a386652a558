//! `suyuan recall`.

use std::path::PathBuf;

use anyhow::{Context, Error, Result};
use service::{
    AlertAnswer, AlertView, Caller, NewRecall, RecallKind, RecallLevel, RecallPreview,
    RecallQuestion, RecallStart,
};

use store::id::RecallId;
use store::recalls::Recall;
use web::RecallReport;

use super::all_rows;
use crate::cli::{RecallCommand, RecallOrderArgs, RecallStartArgs};
use crate::config::Config;
use crate::files::write_new;
use crate::fonts::font;
use crate::open::{Newness, Platform};
use crate::report::{Done, hex, moment, table};

/// Looks, orders, lists or closes.
pub(crate) async fn run(config: &Config, command: RecallCommand) -> Result<Done> {
    Platform::with(config, Newness::MustExist, async |platform| {
        let (service, caller) = (&platform.service, Caller::console_of_machine());
        match command {
            RecallCommand::Preview(start) => {
                let preview = service.preview_recall(&caller, &question(start)).await?;
                Ok(Done::well(preview_text(&preview)))
            }
            RecallCommand::Order(args) => {
                let recall = service.order_recall(&caller, &order(args)?).await?;
                let n_items = recall.n_items;
                Ok(Done::well(format!("{} calls {n_items} items back\n", recall.recall_id)))
            }
            RecallCommand::List => {
                let recalls =
                    all_rows(async |page| service.list_recalls(&caller, page).await).await?;
                Ok(Done::well(list_text(&recalls)))
            }
            RecallCommand::Alerts { recall } => {
                let id = recall_id(&recall)?;
                let alerts =
                    all_rows(async |page| service.list_recall_alerts(&caller, id, page).await);
                Ok(Done::well(alerts_text(&alerts.await?)))
            }
            RecallCommand::Accept { recall, alert } => {
                let alert = (recall_id(&recall)?, alert);
                service.answer_alert(&caller, alert, AlertAnswer::Accept).await?;
                Ok(Done::well("accepted\n".to_owned()))
            }
            RecallCommand::Dismiss { recall, alert } => {
                let alert = (recall_id(&recall)?, alert);
                service.answer_alert(&caller, alert, AlertAnswer::Dismiss).await?;
                Ok(Done::well("dismissed\n".to_owned()))
            }
            RecallCommand::Report { recall, pdf, xlsx, language } => {
                let report = RecallReport::ask(service, &caller, &recall, language).await?;
                write_report(config, &report, [pdf, xlsx])
            }
            RecallCommand::Close { recall, conclusion } => {
                let id = recall_id(&recall)?;
                let ended = service.end_recall(&caller, id, &conclusion).await?;
                let percent = ended.coverage() * 100.0;
                Ok(Done::well(format!("closed; {percent:.1} % is accounted for\n")))
            }
        }
    })
    .await
}

fn list_text(recalls: &[Recall]) -> String {
    let rows: Vec<[String; 8]> = recalls
        .iter()
        .map(|it| {
            let kind = if it.is_drill { "drill" } else { "recall" };
            [
                it.recall_id.to_string(),
                it.enterprise_id.to_string(),
                kind.to_owned(),
                it.level.to_string(),
                it.state.name().to_owned(),
                it.n_items.to_string(),
                moment(it.ordered_at_us),
                match it.fault {
                    Some((since_us, why)) => {
                        format!("not since {}: {}", moment(since_us), why.name())
                    }
                    None => moment(it.located_at_us),
                },
            ]
        })
        .collect();
    let head = ["id", "enterprise", "kind", "level", "state", "items", "ordered", "located"];
    table(head, &rows)
}

fn recall_id(text: &str) -> Result<RecallId> {
    text.parse().ok().context("this is no id of a recall")
}

fn alerts_text(alerts: &[AlertView]) -> String {
    let row = |it: &AlertView| {
        let alert = &it.alert;
        [
            alert.alert_no.to_string(),
            alert.kind.name().to_owned(),
            alert.decision.name().to_owned(),
            it.reporter.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            it.holder.name.clone(),
            alert.state.name().to_owned(),
            (alert.n_items + alert.n_lots).to_string(),
            moment(alert.event_time_us),
        ]
    };
    let rows: Vec<[String; 8]> = alerts.iter().map(row).collect();
    let head = ["alert", "kind", "decision", "told by", "holder", "state", "items", "event"];
    table(head, &rows)
}

/// Writes the files that are asked for and says the number; without any it prints the JSON.
fn write_report(
    config: &Config,
    report: &RecallReport,
    [pdf, xlsx]: [Option<PathBuf>; 2],
) -> Result<Done> {
    if pdf.is_none() && xlsx.is_none() {
        return Ok(Done::well(format!("{}\n", String::from_utf8_lossy(report.json()))));
    }
    if let Some(path) = pdf {
        let font = font(config.font.as_deref()).map_err(Error::msg)?;
        write_new(&path, &report.pdf(&font)?)?;
    }
    if let Some(path) = xlsx {
        write_new(&path, &report.xlsx()?)?;
    }
    Ok(Done::well(format!("{}\n", report.number())))
}

fn question(args: RecallStartArgs) -> RecallQuestion {
    let start = match (args.event, args.query) {
        (Some(event), _) => RecallStart::Event(event),
        (_, Some(query)) => RecallStart::Query(query),
        _ => RecallStart::Thing(args.thing.unwrap_or_default()),
    };
    RecallQuestion {
        start,
        enterprise_id: Some(args.enterprise),
        event_time_us: None,
        record_time_us: None,
    }
}

fn order(args: RecallOrderArgs) -> Result<NewRecall> {
    let level = RecallLevel::from_number(args.level).context("a level is 1, 2 or 3")?;
    Ok(NewRecall {
        question: question(args.start),
        kind: if args.drill { RecallKind::Drill } else { RecallKind::Recall },
        level,
        reason: args.reason,
        instructions: [args.zh, args.ko, args.en].map(Option::unwrap_or_default),
        deadline_us: None,
        client_token: args.client_token,
        root_hash: None,
    })
}

fn preview_text(preview: &RecallPreview) -> String {
    let total = &preview.total;
    let mut text = format!(
        "{}: {} items, {} lots, {} cases, {} pallets, {} holders\nroot hash {}\n\n",
        preview.enterprise_name,
        total.n_items,
        total.n_lots,
        preview.n_cases,
        preview.n_pallets,
        preview.n_holders,
        hex(&preview.root_hash),
    );
    let mut rows = Vec::new();
    for it in &preview.holders {
        let holder = it.holder.as_ref();
        for (state, amounts) in &it.states {
            rows.push([
                holder.map(|it| it.name.clone()).unwrap_or_default(),
                holder.map(|it| it.contact.clone()).unwrap_or_default(),
                state.name().to_owned(),
                amounts.n_items.to_string(),
                amounts.n_lots.to_string(),
            ]);
        }
    }
    text.push_str(&table(["holder", "contact", "state", "items", "lots"], &rows));
    for gap in &preview.gaps {
        text.push_str(&format!("\nnot covered: {gap:?}"));
    }
    text.push('\n');
    text
}

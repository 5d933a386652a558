//! `suyuan trace`.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use service::{Caller, Trace, TraceStep, Via};

use crate::cli::TraceArgs;
use crate::config::Config;
use crate::open::{Newness, Platform};
use crate::report::{Done, moment, table};

/// Prints the history of an item, oldest event first.
pub(crate) async fn run(config: &Config, args: TraceArgs) -> Result<Done> {
    Platform::with(config, Newness::MustExist, async |platform| {
        let trace = platform.service.trace_epc(&Caller::console_of_machine(), &args.epc).await;
        let trace = match trace {
            Err(error @ service::Error::NotFound) => {
                Err(error).with_context(|| format!("no event speaks of {}", args.epc))
            }
            other => Ok(other?),
        }?;
        Ok(Done::well(if args.json { as_json(&trace) } else { as_table(&trace) }))
    })
    .await
}

fn as_table(trace: &Trace) -> String {
    if trace.steps.is_empty() {
        return format!("{}\n\nno event speaks of it yet\n", trace.epc);
    }
    let rows: Vec<_> = trace.steps.iter().map(row).collect();
    let head = ["time", "step", "type", "by", "at", "via"];
    let mut text = format!("{}\n\n{}", trace.epc, table(head, &rows));
    if let Some(limit) = trace.cut {
        text.push_str(&format!("\nthere is more: cut at the limit of {limit}\n"));
    }
    text
}

fn row(step: &TraceStep) -> [String; 6] {
    let place = step.biz_location.as_ref().or(step.read_point.as_ref());
    let via = match &step.via {
        Via::Own => String::new(),
        Via::Inside { container, .. } => format!("inside {container}"),
        Via::Source { input, .. } => format!("made of {input}"),
    };
    [
        moment(step.event_time_us),
        step.biz_step.rsplit(['-', ':', '/']).next().unwrap_or_default().to_owned(),
        step.event_type.to_owned(),
        step.enterprise_name.clone(),
        place.cloned().unwrap_or_default(),
        via,
    ]
}

fn as_json(trace: &Trace) -> String {
    let steps: Vec<Value> = trace.steps.iter().map(step_json).collect();
    let value = json!({ "epc": trace.epc, "steps": steps, "cut": trace.cut });
    format!("{value:#}\n")
}

fn step_json(step: &TraceStep) -> Value {
    let via = match &step.via {
        Via::Own => json!({ "kind": "own" }),
        Via::Inside { container, depth } => {
            json!({ "kind": "inside", "epc": container, "depth": depth })
        }
        Via::Source { input, depth } => json!({ "kind": "source", "epc": input, "depth": depth }),
    };
    json!({
        "event_id": step.event_id,
        "event_type": step.event_type,
        "biz_step": step.biz_step,
        "disposition": step.disposition,
        "event_time": moment(step.event_time_us),
        "enterprise_name": step.enterprise_name,
        "read_point": step.read_point,
        "biz_location": step.biz_location,
        "via": via,
    })
}

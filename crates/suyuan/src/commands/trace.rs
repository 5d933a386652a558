//! `suyuan trace`.

use anyhow::{Error, Result};
use service::{Caller, Holder, Trace, TraceCut, TraceQuestion, TraceStep, Via};
use trace::Direction;
use web::TraceReport;

use crate::cli::TraceArgs;
use crate::config::Config;
use crate::files::write_new;
use crate::fonts::font;
use crate::open::{Newness, Platform};
use crate::report::{Done, moment, table};

/// Prints the history of an item, oldest event first.
pub(crate) async fn run(config: &Config, args: TraceArgs) -> Result<Done> {
    Platform::with(config, Newness::MustExist, async |platform| {
        let question = TraceQuestion {
            direction: if args.forward { Direction::Forward } else { Direction::Backward },
            event_time_us: args.event_time,
            record_time_us: args.record_time,
            on: args.on,
            ..TraceQuestion::backward(&args.epc)
        };
        let caller = Caller::console_of_machine();
        let nothing = |error: service::Error| match error {
            service::Error::NotFound => {
                Error::new(error).context(format!("no event speaks of {}", args.epc))
            }
            other => other.into(),
        };
        if args.pdf.is_some() || args.xlsx.is_some() {
            let asked = TraceReport::ask(&platform.service, &caller, question, args.language);
            return write_files(config, &args, &asked.await.map_err(nothing)?);
        }
        let trace = platform.service.trace(&caller, &question).await.map_err(nothing)?;
        Ok(Done::well(if args.json { web::trace_json(trace) } else { as_table(&trace) }))
    })
    .await
}

/// Writes the answer to the files that are asked for, and says its number.
fn write_files(config: &Config, args: &TraceArgs, report: &TraceReport) -> Result<Done> {
    if let Some(path) = &args.pdf {
        let font = font(config.font.as_deref()).map_err(Error::msg)?;
        write_new(path, &report.pdf(&font)?)?;
    }
    if let Some(path) = &args.xlsx {
        write_new(path, &report.xlsx()?)?;
    }
    Ok(Done::well(format!("{}\n", report.number())))
}

fn as_table(trace: &Trace) -> String {
    if trace.steps.is_empty() {
        return format!("{}\n\nno event speaks of it yet\n", trace.epc);
    }
    let rows: Vec<_> = trace.steps.iter().map(row).collect();
    let head = ["time", "step", "type", "by", "at", "via"];
    let mut text = format!("{}\n\n{}", trace.epc, table(head, &rows));
    text.push_str(&holders(trace));
    for it in &trace.contradictions {
        let at = |step: Option<usize>| step.map(|step| moment(trace.steps[step].event_time_us));
        let (first, second) = (at(it.first), at(it.second));
        let times = [first, second].map(Option::unwrap_or_default).join(" and ");
        text.push_str(&format!(
            "\ncontradiction: {} of {} at {times}\n",
            it.kind.name(),
            it.run.first
        ));
    }
    for cut in trace.cut.iter().chain(&trace.further_cuts) {
        text.push_str(&way_on(cut));
    }
    text
}

/// Where there is more, and how to ask for it.
fn way_on(cut: &TraceCut) -> String {
    let (limit, at) = (cut.limit, &cut.at);
    let how = match &cut.on {
        Some(on) => format!("go on with `suyuan trace {at} --on {on}`"),
        None => "ask for each of these by itself".to_owned(),
    };
    format!("\nthere is more at {at}: cut at the limit of {limit}; {how}\n")
}

/// Who has it, as the last events tell.
fn holders(trace: &Trace) -> String {
    let row = |it: &Holder| {
        let step = it.step.map(|step| &trace.steps[step]);
        let by = step.map(|step| step.enterprise_name.clone()).unwrap_or_default();
        let time = step.map(|step| moment(step.event_time_us)).unwrap_or_default();
        let n_ids = it.run.n_ids.to_string();
        [it.run.first.clone(), n_ids, it.state.name().to_owned(), by, time]
    };
    let rows: Vec<_> = trace.holders.iter().map(row).collect();
    format!("\n{}", table(["from", "count", "state", "by", "time"], &rows))
}

fn row(step: &TraceStep) -> [String; 6] {
    let place = step.biz_location.as_ref().or(step.read_point.as_ref());
    let via = match &step.via {
        Via::Own => String::new(),
        Via::Inside { container, .. } => format!("inside {container}"),
        Via::Source { input, .. } => format!("made of {input}"),
        Via::Content { content, .. } => format!("holding {content}"),
        Via::Product { output, .. } => format!("made into {output}"),
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

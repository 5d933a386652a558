//! What the demo says when it serves: where it is, who can log in, and six clicks.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::Demo;
use crate::report::table;

/// Where the tour leads.
#[derive(Serialize, Deserialize)]
pub(super) struct Places {
    pub(super) first_scan: String,
    pub(super) copied: String,
    pub(super) covered: String,
    pub(super) covered_pin: String,
    pub(super) history: String,
    pub(super) history_epc: String,
    pub(super) batch_id: String,
    pub(super) batch_owner: String,
    /// What happened to a code, and the code.
    pub(super) others: Vec<(String, String)>,
}

/// The text for a server at `base`.
pub(super) fn text(demo: &Demo, base: &str) -> String {
    let mut text = format!("\nLog in at {base}/login with an API key:\n\n");
    let rows: Vec<_> =
        demo.log_ins.iter().map(|it| [it.role.clone(), it.name.clone(), it.key.clone()]).collect();
    text.push_str(&table(["role", "name", "key"], &rows));
    text.push_str("\nEPCIS documents of others:\n");
    demo.examples.iter().for_each(|line| add(&mut text, line));
    text.push_str("\nCodes in other states:\n");
    for (state, code) in &demo.places.others {
        add(&mut text, &format!("{base}/c/{code}  {state}"));
    }
    if demo.public_url != base {
        add(&mut text, &format!("labels of this world say {}", demo.public_url));
    }
    text.push_str("\nSix clicks:\n");
    for (number, click) in clicks(&demo.places, base).iter().enumerate() {
        add(&mut text, &format!("{}. {click}", number + 1));
    }
    let _ = writeln!(text, "\nThe site: {base}/ (stop it with Ctrl-C)");
    text
}

fn clicks(places: &Places, base: &str) -> [String; 6] {
    let Places { first_scan, copied, covered, covered_pin, history, batch_id, .. } = places;
    [
        format!("{base}/c/{first_scan}  nobody scanned it yet: yours is the first scan"),
        format!("{base}/c/{copied}  its label was copied: five cities in two days"),
        format!("{base}/c/{covered}  scanned before: type the covered PIN {covered_pin}"),
        format!("{base}/c/{history}/trace  from its ingredients to the shop"),
        format!(
            "{base}/console/batches/{batch_id}  the print file of a batch; log in as {}",
            places.batch_owner
        ),
        format!(
            "{base}/regulator  log in as the market regulator and look up {}",
            places.history_epc
        ),
    ]
}

fn add(text: &mut String, line: &str) {
    let _ = writeln!(text, "  {line}");
}

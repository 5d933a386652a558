//! One measured figure: one JSON object on one line of standard output.

use std::io::Write;

use serde_json::{Map, Value, json};

/// Prints a figure, and how it compares with what was measured beside it in the same run.
///
/// Names and units stand in the issues; `ratio_to` says in words what the rival was.
pub(crate) fn emit(
    name: &str,
    value: f64,
    unit: &str,
    ratio_to: Option<&str>,
    ratio: Option<f64>,
) -> std::io::Result<()> {
    let mut line = Map::new();
    line.insert("name".into(), name.into());
    line.insert("value".into(), rounded(value));
    line.insert("unit".into(), unit.into());
    line.insert("ratio_to".into(), ratio_to.into());
    line.insert("ratio".into(), ratio.map_or(Value::Null, rounded));
    writeln!(std::io::stdout().lock(), "{}", Value::Object(line))
}

/// The number to four significant digits: a bench knows no more.
fn rounded(value: f64) -> Value {
    if value == 0.0 || !value.is_finite() {
        return json!(value);
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    json!((value * scale).round() / scale)
}

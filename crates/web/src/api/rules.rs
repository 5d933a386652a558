//! Rules that verdicts are judged by: in force, set, taken back, tried, and who changed them.

use super::settings::{self, in_force};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Query};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{DryRun, NewRules};
use std::collections::BTreeMap;
use verdict::{Rule, Rules};

/// Rules as they are sent. What is left out has its default; a bound that is null is off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRulesJson {
    #[serde(default)]
    product_id: Option<String>,
    #[serde(default)]
    bounds: BTreeMap<String, Option<u32>>,
    #[serde(default)]
    grace_hours: Option<u32>,
    #[serde(default)]
    sold_in: Vec<String>,
}

impl From<NewRulesJson> for NewRules {
    fn from(it: NewRulesJson) -> Self {
        let NewRulesJson { product_id, bounds, grace_hours, sold_in } = it;
        Self { product_id, bounds, grace_hours, sold_in }
    }
}

#[derive(Serialize)]
struct RulesJson {
    bounds: BTreeMap<&'static str, Option<u32>>,
    grace_hours: u32,
    sold_in: Vec<String>,
}

impl RulesJson {
    fn of(rules: Rules) -> Self {
        Self {
            bounds: Rule::ALL.map(|rule| (rule.name(), rules.bound(rule))).into(),
            grace_hours: rules.grace_h,
            sold_in: rules.territory.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize)]
struct DryRunJson {
    since: String,
    n_items: u64,
    n_scans: u64,
    is_sample: bool,
    flagged: BTreeMap<&'static str, u64>,
    flagged_now: BTreeMap<&'static str, u64>,
    unjudged: Vec<&'static str>,
}

/// `GET /api/v1/rules?product_id=…`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    let found = app.service.find_rules(&caller, product_id.as_deref()).await?;
    Ok(in_force(found, RulesJson::of))
}

/// `PUT /api/v1/rules`.
pub(crate) async fn set(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewRulesJson>,
) -> Result<Response, Problem> {
    Ok(in_force(app.service.set_rules(&caller, &new.into()).await?, RulesJson::of))
}

/// `DELETE /api/v1/rules?product_id=…`: those further away are in force again.
pub(crate) async fn reset(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    let found = app.service.reset_rules(&caller, product_id.as_deref()).await?;
    Ok(in_force(found, RulesJson::of))
}

/// `GET /api/v1/rules/changes`.
pub(crate) async fn changes(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_rule_changes(&caller, &fields.page()?).await?;
    Ok(settings::changes(paged, RulesJson::of))
}

/// `POST /api/v1/rules/dry-run`: what they would have flagged in 30 days.
pub(crate) async fn dry_run(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewRulesJson>,
) -> Result<Response, Problem> {
    let DryRun { since_us, n_items, n_scans, is_sample, flagged, flagged_now, unjudged } =
        app.service.dry_run_rules(&caller, &new.into()).await?;
    let named = |counts: BTreeMap<Rule, u64>| {
        counts.into_iter().map(|(rule, n)| (rule.name(), n)).collect::<BTreeMap<_, _>>()
    };
    let (flagged, flagged_now) = (named(flagged), named(flagged_now));
    let (since, unjudged) = (rfc3339(since_us), unjudged.into_iter().map(Rule::name).collect());
    Ok(reply::json(&DryRunJson {
        since,
        n_items,
        n_scans,
        is_sample,
        flagged,
        flagged_now,
        unjudged,
    }))
}

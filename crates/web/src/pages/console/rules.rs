//! Rules that verdicts are judged by: the form, what they would have flagged, who changed them.

use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Posted, Query};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Field, Form, Input, Note, Row, Tried, Way};
use crate::problem::Problem;
use crate::text::fill;
use crate::text::rules::RuleTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{DryRun, NewRules, Page};
use verdict::{Rule, Rules, Tone};

const RULES: &str = "/console/rules";
const RESET: &str = "/console/rules/reset";

/// `GET /console/rules?product_id=…`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let product_id = fields.optional("product_id");
    page(&app, &desk, product_id, (&fields.newest_page()?, None, None)).await
}

/// `POST /console/rules`: saves them, or only tries them.
pub(crate) async fn set(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let product_id = fields.optional("product_id");
    let is_trial = fields.is_ticked("try_only");
    let run = match read(&fields) {
        Ok(new) if is_trial => app.service.dry_run_rules(&caller, &new).await.map(Some),
        Ok(new) => app.service.set_rules(&caller, &new).await.map(|_| None),
        Err(problem) => {
            let tried = tried(RULES, fields, problem)?;
            return refused(&app, &desk, product_id, tried).await;
        }
    };
    match run {
        Ok(None) => Ok(done(&here(product_id.as_deref()))),
        Ok(Some(run)) => {
            let problem = Problem::rejected("", "", "");
            let tried = Tried { action: RULES.to_owned(), sent: fields, problem };
            page(&app, &desk, product_id, (&Page::newest(), Some(&tried), Some(&run))).await
        }
        Err(error) => {
            let tried = tried(RULES, fields, error.into())?;
            refused(&app, &desk, product_id, tried).await
        }
    }
}

/// `POST /console/rules/reset`.
pub(crate) async fn reset(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    app.service.reset_rules(&caller, product_id.as_deref()).await?;
    Ok(done(&here(product_id.as_deref())))
}

fn here(product_id: Option<&str>) -> String {
    product_id.map_or_else(|| RULES.to_owned(), |id| format!("{RULES}?product_id={id}"))
}

/// The rules of a form; an empty field turns a rule off.
fn read(fields: &Fields) -> Result<NewRules, Problem> {
    let mut new = NewRules { product_id: fields.optional("product_id"), ..NewRules::default() };
    for rule in Rule::ALL {
        new.bounds.insert(rule.name().to_owned(), fields.number(rule.name())?);
    }
    new.grace_hours = fields.number("grace_hours")?;
    let territory = fields.text("sold_in");
    let areas = territory.split([' ', ',', '\n', '\r', '，', '、']).filter(|it| !it.is_empty());
    new.sold_in = areas.map(str::to_owned).collect();
    Ok(new)
}

async fn refused(
    app: &App,
    desk: &Desk<'_>,
    product_id: Option<String>,
    tried: Tried,
) -> Result<Response, Problem> {
    let shown = page(app, desk, product_id, (&Page::newest(), Some(&tried), None)).await?;
    Ok(tried.problem.on(shown))
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    product_id: Option<String>,
    (listed, tried, run): (&Page, Option<&Tried>, Option<&DryRun>),
) -> Result<Response, Problem> {
    let t = desk.language().rule_texts();
    let products = app.service.list_products(desk.caller, &Page::newest()).await?;
    let mut choices = vec![(String::new(), t.all_products.to_owned())];
    choices.extend(products.items.into_iter().map(|it| (it.product_id.to_string(), it.name)));
    let chosen = product_id.clone().unwrap_or_default();
    let choice = Field::of("product_id", t.product, Input::Choice(choices)).value(chosen.clone());
    let choose = Form::post(t.product, RULES, vec![choice.optional()]).way(Way::Get);
    let set = app.service.find_rules(desk.caller, product_id.as_deref()).await?;
    let mut from = Note::new(Tone::Blue, t.from);
    from.lines.push(t.set_by(set.from).to_owned());
    let mut blocks = vec![Block::Form(choose.button(t.show)), Block::Note(from)];
    if let Some(run) = run {
        blocks.extend(told(t, run));
    }
    let mut rules = form(t, &set.settings, &chosen).after(tried);
    if run.is_some() {
        // It was tried, and nothing was wrong.
        rules.wrong.clear();
    }
    let hidden = Field::of("product_id", "", Input::Hidden).value(chosen);
    let reset = Form::post(t.reset, RESET, vec![hidden]).lead(t.reset_lead);
    blocks.extend([Block::Form(rules), Block::Form(reset)]);
    blocks.push(changes(app, desk, t, listed).await?);
    Ok(desk.page(t.rules, t.lead, blocks))
}

fn form(t: &RuleTexts, rules: &Rules, product_id: &str) -> Form {
    let number = |name, label| Field::of(name, label, Input::Line("number")).optional();
    let mut fields = vec![Field::of("product_id", "", Input::Hidden).value(product_id)];
    fields.extend(Rule::ALL.map(|rule| {
        let bound = rules.bound(rule).map(|it| it.to_string()).unwrap_or_default();
        number(rule.name(), t.rule(rule)).value(bound)
    }));
    fields.push(number("grace_hours", t.grace).value(rules.grace_h.to_string()));
    let areas: Vec<_> = rules.territory.iter().map(ToString::to_string).collect();
    let territory = Field::of("sold_in", t.territory, Input::Area).hint(t.territory_hint);
    fields.push(territory.optional().value(areas.join(" ")));
    fields.push(Field::of("try_only", t.try_only, Input::Tick));
    Form::post(t.rules, RULES, fields).button(t.save)
}

/// What a dry run says.
fn told(t: &RuleTexts, run: &DryRun) -> [Block; 2] {
    let sentence = if run.is_sample { t.trial_sample } else { t.trial_all };
    let mut note = Note::new(Tone::Grey, t.trial);
    note.lines.push(fill(sentence, run.n_items));
    if !run.unjudged.is_empty() {
        let names: Vec<_> = run.unjudged.iter().map(|rule| t.rule(*rule)).collect();
        note.lines.push(fill(t.trial_unjudged, names.join(" / ")));
    }
    let heads = vec![t.trial_rule, t.trial_tried, t.trial_now];
    let mut counts = table(t.trial, heads, [t.trial_none, t.trial_next]);
    let count = |of: &std::collections::BTreeMap<Rule, u64>, rule| {
        of.get(&rule).copied().unwrap_or_default().to_string()
    };
    let is_told =
        |rule: &Rule| run.flagged.contains_key(rule) || run.flagged_now.contains_key(rule);
    counts.rows.extend(Rule::ALL.into_iter().filter(is_told).map(|rule| {
        let cells = [count(&run.flagged, rule), count(&run.flagged_now, rule)];
        Row::new([vec![t.rule(rule).to_owned()], cells.to_vec()].concat())
    }));
    [Block::Note(note), Block::Table(counts)]
}

async fn changes(
    app: &App,
    desk: &Desk<'_>,
    t: &RuleTexts,
    listed: &Page,
) -> Result<Block, Problem> {
    let paged = app.service.list_rule_changes(desk.caller, listed).await?;
    let heads = vec![t.changed, t.changed_by, t.product, t.change];
    let mut rows = table(t.history, heads, [t.history_none, t.history_next]);
    rows.next = next_link(RULES, paged.next);
    rows.rows.extend(paged.items.into_iter().map(|it| {
        let product = it.product_id.map(|id| id.to_string());
        Row::new(vec![
            in_words(desk.language(), it.changed_at_us),
            it.changed_by,
            product.unwrap_or_else(|| t.all_products.to_owned()),
            difference(t, it.before.as_ref(), it.after.as_ref()),
        ])
    }));
    Ok(Block::Table(rows))
}

/// What is other than before: `limit 5 → 8`.
fn difference(t: &RuleTexts, before: Option<&Rules>, after: Option<&Rules>) -> String {
    let Some(after) = after else { return format!("→ {}", t.none_own) };
    let defaults = Rules::default();
    let before = before.unwrap_or(&defaults);
    let bound = |rules: &Rules, rule| rules.bound(rule).map_or("–".into(), |it| it.to_string());
    let areas = |rules: &Rules| {
        let areas: Vec<_> = rules.territory.iter().map(ToString::to_string).collect();
        if areas.is_empty() { "–".to_owned() } else { areas.join(" ") }
    };
    let mut parts: Vec<(&str, String, String)> = Rule::ALL
        .into_iter()
        .map(|rule| (t.rule(rule), bound(before, rule), bound(after, rule)))
        .collect();
    parts.push((t.grace, before.grace_h.to_string(), after.grace_h.to_string()));
    parts.push((t.territory, areas(before), areas(after)));
    let changed = parts.into_iter().filter(|(_, before, after)| before != after);
    let told: Vec<_> = changed.map(|(name, a, b)| format!("{name} {a} → {b}")).collect();
    if told.is_empty() { t.from_default.to_owned() } else { told.join("; ") }
}

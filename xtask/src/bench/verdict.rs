//! `bench verdict`: what the rules find in a labelled population, and whom they trouble for
//! nothing.
//!
//! An alarm is a verdict that asks to be careful by any rule but the limit of scans, which only
//! says how often a code was checked. Each code alarms once.
//! A code is copied at large when 20 of those who bought a copy have looked, in three cities; it
//! is found if it alarms within 24 hours from then. What a limited number of looks can tell is
//! told apart: the same from the moment when 20 copies were sold, looked at or not.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use scenario::people::{Copied, Look, People, Story, Who};
use verdict::{
    Facts, Granularity, History, ItemState, Known, MAX_RECENT, Rule, Rules, Seen, State,
};

use super::Options;
use super::line::emit;

/// Items of the population: enough that one false alarm weighs little.
const N_ITEMS: u64 = 1_200_000;
const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Measures.
pub(crate) fn run(options: Options) -> Result<()> {
    let people = People { seed: options.seed, n_items: N_ITEMS };
    let story = people.tell();
    let heard = hear(&story, &Rules::default());
    eprintln!(
        "# seed {}: {} looks, {} of them honest; {} labels copied; alarms by rule: {:?}",
        options.seed,
        story.looks.len(),
        heard.n_honest,
        story.copied.len(),
        heard.by_rule()
    );
    copies(&story, &heard)?;
    troubles(&story, &heard)?;
    super::diversion::run(&story)?;
    super::enumerators::run(people, &story, &heard)?;
    let us = heard.spent.as_secs_f64() * 1e6 / story.looks.len() as f64;
    Ok(emit("verdict/us", us, "us", Some("the bound of 5 us"), Some(5.0 / us))?)
}

/// What is kept of the scans of an item.
#[derive(Default)]
struct Kept {
    n_scans: u64,
    first: Option<Seen>,
    recent: Vec<Seen>,
}

/// What the rules said of all looks.
#[derive(Default)]
pub(super) struct Heard {
    /// The first alarm of each item.
    pub(super) alarms: HashMap<u64, (i64, Rule)>,
    n_honest: u64,
    /// Honest looks at codes of which no copy exists that asked to be careful, for whatever reason.
    n_careful: u64,
    spent: Duration,
}

impl Heard {
    fn by_rule(&self) -> Vec<(&'static str, usize)> {
        let n_by = |rule: Rule| self.alarms.values().filter(|(_, by)| *by == rule).count();
        let all = Rule::ALL.into_iter().map(|rule| (rule.name(), n_by(rule)));
        all.filter(|(_, n)| *n > 0).collect()
    }
}

/// Plays the looks in order of time, as the product keeps and judges them.
pub(super) fn hear(story: &Story, rules: &Rules) -> Heard {
    let mut shelf: HashMap<u64, Kept> = HashMap::new();
    let mut heard = Heard::default();
    for look in &story.looks {
        let kept = shelf.entry(look.item).or_default();
        let role = role_of(look, kept, rules);
        if role == verdict::Look::Counted {
            kept.count(look);
        }
        let known = known(look, kept, role);
        let facts = Facts::Known(&known);
        let started = Instant::now();
        let verdict = verdict::decide(&facts, rules);
        heard.spent += started.elapsed();
        let is_honest = is_honest(look);
        heard.n_honest += u64::from(is_honest);
        let State::Careful { rule, .. } = verdict.state else { continue };
        let is_copied = find(story, look.item).is_some();
        heard.n_careful += u64::from(is_honest && !is_copied);
        if rule != Rule::Limit {
            heard.alarms.entry(look.item).or_insert((look.at_us, rule));
        }
    }
    heard
}

/// Who looks without knowing of any fraud, and neither signed in nor as a program.
pub(super) fn is_honest(look: &Look) -> bool {
    matches!(look.who, Who::Buyer | Who::Friend | Who::Passer | Who::Shop)
}

fn role_of(look: &Look, kept: &Kept, rules: &Rules) -> verdict::Look {
    let is_again = |seen: &Seen| {
        seen.device == Some(look.device) && look.at_us - seen.at_us < rules.grace_us()
    };
    match look.who {
        Who::Staff => verdict::Look::Seller,
        Who::Preview => verdict::Look::Aside,
        _ if kept.recent.iter().any(is_again) => verdict::Look::Again,
        _ => verdict::Look::Counted,
    }
}

impl Kept {
    fn count(&mut self, look: &Look) {
        let seen = Seen { at_us: look.at_us, device: Some(look.device), spot: look.spot };
        self.n_scans += 1;
        self.first.get_or_insert(seen);
        self.recent.insert(0, seen);
        self.recent.truncate(MAX_RECENT);
    }
}

/// Goods on sale, of which only the scans are known.
fn known<'a>(look: &Look, kept: &'a Kept, role: verdict::Look) -> Known<'a> {
    Known {
        granularity: Granularity::Item,
        is_sample: false,
        has_cover: false,
        item: ItemState::Commissioned,
        commissioned_at_us: None,
        expires_at_us: None,
        way: None,
        opened: None,
        recalled_at_us: None,
        scans: History { n_scans: kept.n_scans, first: kept.first, recent: &kept.recent },
        n_nearby: 0,
        look: role,
        device: Some(look.device),
        now_us: look.at_us,
        pin: None,
    }
}

pub(super) fn find(story: &Story, item: u64) -> Option<&Copied> {
    let nth = story.copied.binary_search_by_key(&item, |copied| copied.item).ok()?;
    Some(&story.copied[nth])
}

/// How many of the copied codes alarm, and how soon.
fn copies(story: &Story, heard: &Heard) -> Result<()> {
    let seen_at_large = story.seen_at_large();
    let first_looks = story.first_deceived();
    let found = |&(item, from_us): &(u64, i64)| {
        heard.alarms.get(&item).is_some_and(|(at_us, _)| *at_us <= from_us + DAY_US)
    };
    let share =
        |of: &[(u64, i64)]| of.iter().filter(|it| found(it)).count() as f64 / of.len() as f64;
    let unit = format!("of {} codes", seen_at_large.len());
    let what = "the bound of 0.95";
    let recall = share(&seen_at_large);
    emit("verdict/copies/recall", recall, &unit, Some(what), Some(recall / 0.95))?;
    let sold: Vec<(u64, i64)> =
        story.copied.iter().filter_map(|it| Some((it.item, it.spread_at_us?))).collect();
    let unit = format!("of {} codes", sold.len());
    emit("verdict/copies/recall_when_sold", share(&sold), &unit, None, None)?;
    let n_right = heard.alarms.keys().filter(|item| find(story, **item).is_some()).count();
    let precision = n_right as f64 / heard.alarms.len() as f64;
    let unit = format!("of {} alarms", heard.alarms.len());
    emit("verdict/copies/precision", precision, &unit, None, None)?;
    let hours = |(item, _): &(u64, i64)| {
        Some((heard.alarms.get(item)?.0 - first_looks.get(item)?) as f64 / HOUR_US as f64)
    };
    let mut hours: Vec<f64> = seen_at_large.iter().filter_map(hours).collect();
    hours.sort_by(f64::total_cmp);
    let p50 = hours.get(hours.len() / 2).copied().unwrap_or(f64::NAN);
    Ok(emit("verdict/first_alarm_hours", p50, "hours p50 from the first look", None, None)?)
}

/// Whom the rules trouble for nothing.
fn troubles(story: &Story, heard: &Heard) -> Result<()> {
    let n_wrong = heard.alarms.keys().filter(|item| find(story, **item).is_none()).count();
    let per_million = |n: f64| n / heard.n_honest as f64 * 1e6;
    let wrong = per_million(n_wrong as f64);
    let what = "the bound of 500";
    emit("verdict/false_alerts_per_million", wrong, "alarms", Some(what), Some(500.0 / wrong))?;
    let careful = per_million(heard.n_careful as f64);
    let unit = "honest looks that are asked to be careful";
    Ok(emit("verdict/careful_per_million", careful, unit, None, None)?)
}

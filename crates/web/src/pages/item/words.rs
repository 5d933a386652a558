//! A verdict in words: what it is, why, and what to do next.

use crate::language::Language;
use crate::moment::in_words;
use crate::text::{Texts, fill};
use ::schemes::{Division, PROVINCES};
use geo::{Country, Names, Places};
use service::{RecallNotice, ScanAnswer, ShownCertificate};
use std::borrow::Cow;
use verdict::{Area, DestroyReason, Granularity, Mistyped, Rule, State, Tone, VoidReason};

/// The three sentences of a verdict.
pub(crate) struct Words {
    pub(crate) title: Cow<'static, str>,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) next: Cow<'static, str>,
}

/// The words of an answer: those of its verdict, or what a recall says.
pub(crate) fn words_of(language: Language, answer: &ScanAnswer) -> Words {
    let mut told = words(language, answer.verdict.state);
    let t = language.texts();
    let lot = answer.item.as_ref().and_then(|item| item.lot.as_deref());
    if let (State::Expired { .. }, Some(day)) =
        (answer.verdict.state, lot.and_then(|lot| lot.expiry_date.as_deref()))
    {
        // The day as the pack has it, not the moment at which it ends here.
        told.reason = fill(t.expired_reason, day).into();
    }
    let Some(recall) = &answer.recall else { return told };
    let told_by = answer.item.as_ref().map_or("", |item| &item.goods.enterprise_name);
    let (reason, next) = words_of_recall(language, recall, told_by);
    match answer.verdict.state {
        State::Recalled { .. } => Words { reason: reason.into(), next: next.into(), ..told },
        // Perhaps these goods are of it, perhaps not.
        State::SameForAll(_) => {
            let next = join(language, t.some_recalled, &next);
            Words { reason: reason.into(), next: next.into(), ..told }
        }
        _ => told,
    }
}

/// Why goods are recalled, and what to do.
pub(crate) fn words_of_recall(
    language: Language,
    recall: &RecallNotice,
    told_by: &str,
) -> (String, String) {
    let t = language.texts();
    let when = fill(t.recalled_reason, in_words(language, recall.ordered_at_us));
    let level = fill(fill(t.recalled_level, recall_level(t, recall.level)).as_str(), told_by);
    let reason = join(language, &join(language, &when, &level), &fill(t.why, &recall.reason));
    let instruction = &recall.instructions[language as usize];
    let given = Some(instruction)
        .filter(|it| !it.is_empty())
        .or_else(|| recall.instructions.iter().find(|it| !it.is_empty()));
    let next = match given {
        // Whoever cannot read the producer's words reads ours first.
        Some(given) if instruction.is_empty() => join(language, t.recalled_next, given),
        Some(given) => given.clone(),
        None => t.recalled_next.to_owned(),
    };
    (reason, next)
}

fn recall_level(t: &Texts, level: u8) -> &'static str {
    match level {
        1 => t.recall_first,
        2 => t.recall_second,
        _ => t.recall_third,
    }
}

/// The words of `state` for a reader of `language`.
pub(crate) fn words(language: Language, state: State) -> Words {
    let t = language.texts();
    let (title, reason, next) = match state {
        State::Mistyped(why) => (t.mistyped_title, mistyped(t, why).into(), t.mistyped_next),
        State::Unknown => (t.unknown_title, t.unknown_reason.into(), t.unknown_next),
        State::NotCommissioned => {
            (t.not_commissioned_title, t.not_commissioned_reason.into(), t.not_commissioned_next)
        }
        State::Sample => (t.sample_title, t.sample_reason.into(), t.sample_next),
        State::Covered => (t.covered_title, t.covered_reason.into(), t.covered_next),
        State::FirstScan => (t.first_scan_title, t.first_scan_reason.into(), t.first_scan_next),
        State::NotScanned => (t.not_scanned_title, t.not_scanned_reason.into(), t.first_scan_next),
        State::ScannedBefore { n_scans, first_at_us, first_in } => {
            let reason = first(language, first_at_us, first_in);
            let title = fill(t.scanned_before_title, n_scans);
            let (title, reason) = (title.into(), reason.into());
            return Words { title, reason, next: t.scanned_before_next.into() };
        }
        State::CheckedByYou { at_us, n_others } => {
            let yours = fill(t.checked_by_you_reason, in_words(language, at_us));
            let reason = match n_others {
                0 => yours,
                n => join(language, &yours, &fill(t.checked_by_you_others, n)),
            };
            (t.checked_by_you_title, reason.into(), t.same_for_all_next)
        }
        State::Careful { rule, n_scans, first_at_us, first_in } => {
            let why = careful(t, rule, n_scans);
            let reason = match first_at_us {
                Some(at_us) => join(language, &why, &first(language, at_us, first_in)),
                None => why,
            };
            (t.careful_title, reason.into(), careful_next(t, rule))
        }
        State::Sold { since_us } => {
            let reason = fill(t.sold_reason, in_words(language, since_us));
            (t.sold_title, reason.into(), t.sold_next)
        }
        State::Expired { since_us } => {
            // The last moment of the last day.
            let reason = fill(t.expired_reason, in_words(language, since_us.saturating_sub(1)));
            (t.expired_title, reason.into(), t.expired_next)
        }
        State::SameForAll(granularity) => {
            (t.same_for_all_title, shared(t, granularity).into(), t.same_for_all_next)
        }
        State::Recalled { since_us } => {
            let reason = fill(t.recalled_reason, in_words(language, since_us));
            (t.recalled_title, reason.into(), t.recalled_next)
        }
        State::Voided(why) => {
            let reason = because(t, t.voided_reason, void_reason(t, why));
            (t.voided_title, reason.into(), t.voided_next)
        }
        State::Destroyed(why) => (
            t.destroyed_title,
            because(t, t.destroyed_reason, destroy_reason(t, why)).into(),
            t.destroyed_next,
        ),
        State::PinProved { .. }
        | State::PinUsed { .. }
        | State::PinWrong { .. }
        | State::PinLocked { .. } => pin(language, state),
    };
    Words { title: title.into(), reason, next: next.into() }
}

fn pin(language: Language, state: State) -> (&'static str, Cow<'static, str>, &'static str) {
    let t = language.texts();
    match state {
        State::PinProved { n_proved: 0..=1, .. } => {
            (t.pin_proved_title, t.pin_proved_reason.into(), t.pin_proved_next)
        }
        State::PinProved { .. } => {
            let again = join(language, t.pin_proved_reason, t.pin_proved_yours);
            (t.pin_proved_title, again.into(), t.pin_proved_next)
        }
        State::PinUsed { first_at_us, .. } => {
            let again = fill(t.pin_proved_again, in_words(language, first_at_us));
            let reason = join(language, t.pin_proved_reason, &again);
            (t.pin_used_title, reason.into(), t.pin_used_next)
        }
        State::PinWrong { tries_left } => {
            let left = fill(t.pin_wrong_left, tries_left);
            let reason = join(language, t.pin_wrong_reason, &left);
            (t.pin_wrong_title, reason.into(), t.pin_wrong_next)
        }
        State::PinLocked { since_us, next_try_at_us } => {
            let locked = fill(t.pin_locked_reason, in_words(language, since_us));
            let back = fill(t.pin_locked_until, in_words(language, next_try_at_us));
            (t.pin_locked_title, join(language, &locked, &back).into(), t.pin_locked_next)
        }
        _ => unreachable!("only the states of a PIN come here"),
    }
}

/// When a code was checked first, and in which province or country.
fn first(language: Language, at_us: i64, area: Option<Area>) -> String {
    let t = language.texts();
    let when = fill(t.scanned_before_reason, in_words(language, at_us));
    match area {
        Some(area) => {
            join(language, &when, &fill(t.scanned_before_in, province_name(language, area)))
        }
        None => when,
    }
}

/// Where a check was, a city at the finest. Names of cities are Chinese, and known where there is
/// data about places; else it is [`province_name`].
pub(crate) fn place_name(places: Option<&Places>, language: Language, area: Area) -> String {
    let area = area.city().unwrap_or(area);
    let division = Division::parse(&area.to_string());
    let country = Country::of_code(&area.to_string());
    match (area, division, places) {
        (Area::Division(_), Ok(division), Some(places)) => {
            let Names { zh, ko, en } = places.names(&division);
            [zh, ko, en].into_iter().nth(language as usize).unwrap_or_default()
        }
        (Area::Country(_), ..) => country.map_or_else(
            || area.to_string(),
            |it| [it.zh(), it.ko(), it.en()][language as usize].to_owned(),
        ),
        _ => province_name(language, area),
    }
}

/// The province, or the letters of a country: what strangers may know of where somebody was.
pub(crate) fn province_name(language: Language, area: Area) -> String {
    let code = area.to_string();
    let province = PROVINCES.iter().find(|province| code.starts_with(province.code));
    province.map_or(code, |province| {
        let name = match language {
            Language::Zh => province.zh,
            Language::Ko => province.ko,
            Language::En => province.en,
        };
        name.to_owned()
    })
}

/// Why somebody is asked to be careful.
fn careful(t: &Texts, rule: Rule, n_scans: u64) -> String {
    let sentence = match rule {
        Rule::Travel => t.careful_travel,
        Rule::Cities => t.careful_cities,
        Rule::Spread => t.careful_spread,
        Rule::Devices => t.careful_devices,
        Rule::Opened => t.careful_opened,
        Rule::Early => t.careful_early,
        Rule::Unshipped => t.careful_unshipped,
        Rule::Density => t.careful_density,
        Rule::Territory => t.careful_territory,
        Rule::Sold => t.careful_sold,
        Rule::Limit => return fill(t.careful_limit, n_scans),
        Rule::Expiry => t.expired_title,
    };
    sentence.to_owned()
}

/// What to do about it: where the cover was lifted, its digits help nobody.
fn careful_next(t: &Texts, rule: Rule) -> &'static str {
    match rule {
        Rule::Opened => t.careful_next_opened,
        Rule::Early | Rule::Unshipped => t.careful_next_early,
        Rule::Territory => t.careful_next_territory,
        Rule::Sold => t.careful_next_sold,
        Rule::Travel
        | Rule::Cities
        | Rule::Spread
        | Rule::Devices
        | Rule::Density
        | Rule::Limit
        | Rule::Expiry => t.careful_next,
    }
}

/// Chinese sentences follow each other without a space.
fn join(language: Language, first: &str, second: &str) -> String {
    let space = if language == Language::Zh { "" } else { " " };
    format!("{first}{space}{second}")
}

fn mistyped(t: &Texts, why: Mistyped) -> &'static str {
    match why {
        Mistyped::Length => t.mistyped_length,
        Mistyped::Characters => t.mistyped_characters,
        Mistyped::CheckDigit => t.mistyped_check_digit,
    }
}

fn shared(t: &Texts, granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Lot => t.same_for_lot_reason,
        Granularity::Item | Granularity::Product => t.same_for_product_reason,
    }
}

fn because(t: &Texts, reason: &str, why: &str) -> String {
    format!("{reason} {}", fill(t.why, why))
}

/// A reason for voiding, in words.
pub(crate) fn void_reason(t: &Texts, why: VoidReason) -> &'static str {
    match why {
        VoidReason::Misprint => t.why_misprint,
        VoidReason::Damaged => t.why_damaged,
        VoidReason::Lost => t.why_lost,
        VoidReason::Stolen => t.why_stolen,
        VoidReason::NotSold => t.why_not_sold,
        VoidReason::Returned => t.why_returned,
        VoidReason::Copied => t.why_copied,
        VoidReason::Other => t.why_other,
    }
}

/// A reason for destroying, in words.
pub(crate) fn destroy_reason(t: &Texts, why: DestroyReason) -> &'static str {
    match why {
        DestroyReason::Expired => t.why_expired,
        DestroyReason::Damaged => t.why_damaged,
        DestroyReason::Defective => t.why_defective,
        DestroyReason::Recalled => t.why_recalled,
        DestroyReason::Returned => t.why_returned,
        DestroyReason::Ordered => t.why_ordered,
        DestroyReason::Other => t.why_other,
    }
}

/// The drawing that goes with a tone, as the inside of a 24 by 24 SVG; never colour alone.
pub(crate) fn icon(state: State, tone: Tone) -> &'static str {
    match (state, tone) {
        (State::PinProved { .. }, _) => {
            "<path d='M12 3 4.5 6v5.500c0 4.5 3 7.7 7.5 9.5 4.5-1.8 7.5-5 7.5-9.500V6z'/>\
             <path d='m8.5 12 2.5 2.5 4.5-5'/>"
        }
        (_, Tone::Green) => "<circle cx='12' cy='12' r='9'/><path d='m8 12.5 3 3 5-6.5'/>",
        (_, Tone::Blue) => "<circle cx='12' cy='12' r='9'/><path d='M12 11v5.500M12 7.500v.1'/>",
        (_, Tone::Amber) => "<path d='M12 3.5 2.5 20.500h19z'/><path d='M12 10v5M12 17.800v.1'/>",
        (_, Tone::Red) => "<path d='M8 3h8l5 5v8l-5 5H8l-5-5V8z'/><path d='m9 9 6 6m0-6-6 6'/>",
        (_, Tone::Grey) => {
            "<circle cx='12' cy='12' r='9'/>\
             <path d='M9.5 9.500a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .8-1 1.700M12 16.800v.1'/>"
        }
    }
}

/// What a certificate says beside its title.
pub(crate) fn line_of(language: Language, it: &ShownCertificate) -> String {
    let t = language.certificate_texts();
    let until = if it.is_expired { t.expired } else { t.valid_until };
    let parts = [
        it.is_of_lot.then(|| t.of_lot.to_owned()),
        Some(fill(t.issued_by, &it.issuer)),
        Some(&it.number).filter(|it| !it.is_empty()).map(|it| fill(t.numbered, it)),
        it.valid_until.as_ref().map(|day| fill(until, day)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

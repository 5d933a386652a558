//! What a producer's words and links may be.

use super::PageValues;
use crate::limits::{MAX_PAGE_TEXT_CHARS, MAX_PAGE_URL_BYTES};

/// Name of the broken rule, and what to do.
type Fault = (&'static str, String);

/// What would say that goods are genuine, or that no other are: lower case, without gaps. A code
/// proves the code.
const CLAIMS: [&str; 17] = [
    "正品",
    "真品",
    "正版",
    "正货",
    "真货",
    "保真",
    "行货",
    "非假",
    "假一赔",
    "官方认证",
    "정품",
    "진품",
    "정식제품",
    "genuine",
    "authentic",
    "notfake",
    "nofake",
];

/// The same in words; in the name of a product they tell what it is made of.
const SHARES: [&str; 5] = ["百分百", "百分之百", "100%", "100퍼", "백퍼센트"];

/// What is wrong with a text, if anything is.
pub(super) fn fault(text: &str, variables: &[&str]) -> Option<Fault> {
    let n_chars = text.chars().count();
    if n_chars > MAX_PAGE_TEXT_CHARS {
        let message = format!("{n_chars} characters; {MAX_PAGE_TEXT_CHARS} at most");
        return Some(("too-long", message));
    }
    if let Some(odd) = text.chars().find(|it| !is_letter(*it)) {
        let code = u32::from(odd);
        return Some(match odd {
            _ if odd.is_control() => {
                ("control-character", format!("remove the control character U+{code:04X}"))
            }
            _ if is_unseen(odd) => {
                ("unseen-character", format!("remove U+{code:04X}, which nobody sees"))
            }
            _ => ("other-letter", format!("U+{code:04X} is no Chinese, Korean or English letter")),
        });
    }
    let plain = folded(text);
    if ["://", "www.", "http"].iter().any(|it| plain.contains(it)) {
        return Some(("link-in-text", "give links as links, where their host is shown".to_owned()));
    }
    let claims = CLAIMS.iter().chain(&SHARES);
    claim_fault(&plain, claims).or_else(|| variable_fault(text, variables))
}

/// What is wrong with the name of a product beside its letters, if anything is.
pub(super) fn fault_of_name(name: &str) -> Option<Fault> {
    let seen: String = name.chars().filter(|it| !is_unseen(*it)).collect();
    claim_fault(&folded(&seen), CLAIMS.iter())
}

fn claim_fault<'a>(plain: &str, mut claims: impl Iterator<Item = &'a &'a str>) -> Option<Fault> {
    let claim = claims.find(|it| plain.contains(**it))?;
    let message = format!("a code cannot prove that goods are genuine: leave out {claim:?}");
    Some(("claims-genuine", message))
}

fn variable_fault(text: &str, variables: &[&str]) -> Option<Fault> {
    let mut rest = text;
    let names = || variables.iter().map(|it| format!("{{{it}}}")).collect::<Vec<_>>().join(", ");
    while let Some(at) = rest.find(['{', '}']) {
        let name = rest[at..].strip_prefix('{').and_then(|it| it.split_once('}'));
        match name {
            Some((name, after)) if variables.contains(&name) => rest = after,
            _ => return Some(("unknown-variable", format!("here there are {}", names()))),
        }
    }
    None
}

/// A text with its variables filled in, each once: what is in a value is no variable.
pub(super) fn expanded(text: &str, values: PageValues<'_>) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match name {
            "product" => filled.push_str(values.product),
            "enterprise" => filled.push_str(values.enterprise),
            "n" => filled.push_str(&values.n.to_string()),
            "first_checked" => filled.push_str(values.first_checked),
            _ => {}
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Letters, digits and marks of Chinese, Korean and English. What is not here may turn the
/// direction of writing, hide, or look like another.
fn is_letter(it: char) -> bool {
    matches!(it,
        ' '..='~'
        | '\u{ac00}'..='\u{d7a3}' // Hangul syllables
        | '\u{3131}'..='\u{3163}' // Hangul letters
        | '\u{4e00}'..='\u{9fff}' // Han
        | '\u{3400}'..='\u{4dbf}'
        | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}' // marks
        | '\u{ff01}'..='\u{ff5e}' // wide forms
        | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{2013}' | '\u{2014}' | '\u{2026}'
        | '·' | '×' | '°' | '℃' | '￥' | '₩')
}

/// Marks that turn the direction of writing, join, or have no width.
fn is_unseen(it: char) -> bool {
    matches!(it,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// As somebody reads it who overlooks gaps and widths.
fn folded(text: &str) -> String {
    let narrow = |it: char| match it {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        it => it,
    };
    let is_gap = |it: &char| " \u{3000}·.-_*~'\"".contains(*it);
    let plain: String = text.chars().map(narrow).collect();
    let has_host = ["://", "www."].iter().any(|it| plain.to_lowercase().contains(it));
    let gapless: String = plain.to_lowercase().chars().filter(|it| !is_gap(it)).collect();
    if has_host { gapless + "://" } else { gapless }
}

/// The host of a link that may be shown, or what is wrong with it.
pub(super) fn host_of(url: &str) -> Result<&str, Fault> {
    let wrong = |rule, why: &str| Err((rule, why.to_owned()));
    if url.len() > MAX_PAGE_URL_BYTES {
        return Err(("too-long", format!("{MAX_PAGE_URL_BYTES} bytes at most")));
    }
    let is_plain = |it: u8| it.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&it);
    if !url.bytes().all(is_plain) {
        return wrong("bad-link", "write it as https://host/path, percent-encoded, without spaces");
    }
    let Some(rest) = url.strip_prefix("https://") else {
        return wrong("not-https", "links begin with https://");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |it: &&str| {
        !it.is_empty()
            && it.len() <= 63
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let is_name = labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|it| it.bytes().any(|b| b.is_ascii_lowercase()));
    if is_name {
        Ok(host)
    } else {
        wrong("bad-host", "name a host in small letters, without a user, a port or an address")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: PageValues<'_> =
        PageValues { product: "<b>{n}</b>", enterprise: "甘露", n: 3, first_checked: "昨天" };

    fn rule(text: &str) -> &'static str {
        fault(text, &["product", "n"]).map_or("", |(rule, _)| rule)
    }

    #[test]
    fn texts_that_hide_turn_or_claim_are_refused() {
        for text in
            ["欢迎选购 {product}！", "{product} 제품을 조회 {n}번", "Thank you – call us.", ""]
        {
            assert_eq!(rule(text), "", "{text}");
        }
        for (text, expected) in [
            ("a\u{202e}b", "unseen-character"),
            ("a\u{200b}b", "unseen-character"),
            ("a\u{3164}b", "unseen-character"),
            ("a\nb", "control-character"),
            ("gеnuine", "other-letter"),
            ("\u{1f44d}", "other-letter"),
            ("本店正 品", "claims-genuine"),
            ("１００％ 放心", "claims-genuine"),
            ("G-E-N-U-I-N-E", "claims-genuine"),
            ("정품입니다", "claims-genuine"),
            ("see HTTPS://x.example", "link-in-text"),
            ("ｗｗｗ．x.example", "link-in-text"),
            ("{pin}", "unknown-variable"),
            ("{product", "unknown-variable"),
            ("}{n}", "unknown-variable"),
            ("{{n}}", "unknown-variable"),
        ] {
            assert_eq!(rule(text), expected, "{text:?}");
        }
        assert_eq!(rule(&"字".repeat(MAX_PAGE_TEXT_CHARS + 1)), "too-long");
    }

    #[test]
    fn a_value_is_no_template() {
        assert_eq!(expanded("{product} x{n} {enterprise}", VALUES), "<b>{n}</b> x3 甘露");
    }

    #[test]
    fn links_lead_to_a_host_that_can_be_shown() {
        for url in ["https://shop.example", "https://shop.example/a?b=%0d%0a#c"] {
            assert_eq!(host_of(url), Ok("shop.example"), "{url}");
        }
        for url in [
            "http://shop.example",
            "javascript:alert(1)",
            "https://shop.example\r\nset-cookie: a=b",
            "https://shop.example/a b",
            "https://shop.example/\"onclick=",
            "https://bank.example@shop.example",
            "https://shop.example:8443",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://shop.example\\.evil.example",
            "https://Shop.example",
            "https://店.example",
            "https://",
        ] {
            assert!(host_of(url).is_err(), "{url}");
        }
        assert!(host_of(&format!("https://a.example/{}", "a".repeat(500))).is_err());
    }
}

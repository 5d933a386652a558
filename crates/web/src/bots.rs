//! Who fetches a page only to draw a preview of it; such a visit is no scan.

use axum::http::{HeaderMap, header};

/// Whether the request comes from a link preview or a crawler, or is a browser's prefetch.
pub(crate) fn is_preview(headers: &HeaderMap) -> bool {
    if headers.get("sec-purpose").is_some_and(|it| it.as_bytes().starts_with(b"prefetch")) {
        return true;
    }
    let agent = headers.get(header::USER_AGENT).map_or(&b""[..], |it| it.as_bytes());
    (0..agent.len()).any(|at| {
        let rest = &agent[at..];
        let begins = |name: &&str| {
            rest.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
        };
        previewers(rest[0].to_ascii_lowercase()).iter().any(begins)
    })
}

/// Parts of `User-Agent` fields in lower case, by their first letter: each scan looks for all of
/// them. WeChat's own browser says `MicroMessenger` too, so only what its crawlers add is listed.
fn previewers(first: u8) -> &'static [&'static str] {
    match first {
        b'3' => &["360spider"],
        b'a' => &["applebot"],
        b'b' => &["bytespider", "baiduspider", "bingbot", "bingpreview"],
        b'd' => &["discordbot", "dingtalkbot", "daum/"],
        b'f' => &["facebookexternalhit", "facebookcatalog"],
        b'g' => &["googlebot", "google-inspectiontool"],
        b'k' => &["kakaotalk-scrap", "kakaostory-og-reader"],
        b'l' => &["linkedinbot", "line-poker", "larkurlpreview"],
        b'm' => &["mpcrawler"],
        b'p' => &["petalbot"],
        b's' => &["slackbot", "slack-imgproxy", "skypeuripreview", "sogou web spider"],
        b't' => &["twitterbot", "telegrambot"],
        b'w' => &["whatsapp/", "wechatpreview"],
        b'y' => &["yisouspider", "yeti/", "yandexbot"],
        _ => &[],
    }
}

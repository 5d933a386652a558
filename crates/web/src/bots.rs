//! Who fetches a page only to draw a preview of it; such a visit is no scan.

use axum::http::{HeaderMap, header};

/// Parts of `User-Agent` fields, in lower case. WeChat's own browser says `MicroMessenger` too, so
/// only what its crawlers add is listed.
const PREVIEWERS: &[&str] = &[
    "facebookexternalhit",
    "facebookcatalog",
    "kakaotalk-scrap",
    "kakaostory-og-reader",
    "whatsapp/",
    "twitterbot",
    "slackbot",
    "slack-imgproxy",
    "telegrambot",
    "linkedinbot",
    "discordbot",
    "skypeuripreview",
    "line-poker",
    "dingtalkbot",
    "larkurlpreview",
    "bytespider",
    "wechatpreview",
    "mpcrawler",
    "yisouspider",
    "baiduspider",
    "sogou web spider",
    "360spider",
    "yeti/",
    "daum/",
    "googlebot",
    "google-inspectiontool",
    "bingbot",
    "bingpreview",
    "applebot",
    "yandexbot",
    "petalbot",
];

/// Whether the request comes from a link preview or a crawler, or is a browser's prefetch.
pub(crate) fn is_preview(headers: &HeaderMap) -> bool {
    if headers.get("sec-purpose").is_some_and(|it| it.as_bytes().starts_with(b"prefetch")) {
        return true;
    }
    let agent = headers.get(header::USER_AGENT).map_or(&b""[..], |it| it.as_bytes());
    let agent = String::from_utf8_lossy(agent).to_ascii_lowercase();
    PREVIEWERS.iter().any(|it| agent.contains(it))
}

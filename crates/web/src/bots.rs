//! Who fetches a page only to draw a preview of it; such a visit is no scan.

use axum::http::{HeaderMap, header};

/// Whether the request comes from a link preview or a crawler, is a browser's prefetch, or is made
/// by another page: a picture or a frame of it that asks for a code is no scan of its reader.
pub(crate) fn is_preview(headers: &HeaderMap) -> bool {
    let says = |name: &str, begins: &[&[u8]]| {
        let value = headers.get(name).map_or(&b""[..], |it| it.as_bytes());
        begins.iter().any(|begin| value.starts_with(begin))
    };
    let is_ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .any(|name| says(name, &[b"prefetch", b"prerender", b"preview"]));
    if is_ahead
        || (headers.contains_key("sec-fetch-dest") && !says("sec-fetch-dest", &[b"document"]))
    {
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
/// them. Browsers inside WeChat, QQ, Alipay, KakaoTalk, LINE and others name their app as well, so
/// only what their previews and security crawlers add is listed. iMessage and Signal pose as other
/// previewers. What says only that it is an HTTP library is listed too: no buyer scans with one.
fn previewers(first: u8) -> &'static [&'static str] {
    match first {
        b'3' => &["360spider"],
        b'a' => &["applebot", "ahrefsbot", "amazonbot", "adsbot-google", "axios/", "aiohttp/"],
        b'b' => &["bytespider", "baiduspider", "bingbot", "bingpreview", "bitlybot"],
        b'c' => &["cortex/1.0", "ccbot/", "chatgpt-user", "claudebot", "curl/"],
        b'd' => &["discordbot", "dingtalkbot", "daum/", "daumoa", "duckduckbot"],
        b'e' => &["embedly"],
        b'f' => &["facebookexternalhit", "facebookcatalog", "facebot"],
        b'g' => &[
            "googlebot",
            "google-inspectiontool",
            "google-pagerenderer",
            "google-read-aloud",
            "googleother",
            "gptbot",
            "go-http-client/",
        ],
        b'h' => &["hubspot page fetcher"],
        b'i' => &["iframely", "ia_archiver"],
        b'k' => &["kakaotalk-scrap", "kakaostory-og-reader", "kakao-scrap"],
        b'l' => &["linkedinbot", "line-poker", "linespider", "larkurlpreview"],
        b'm' => {
            &["mpcrawler", "meta-externalagent", "meta-externalfetcher", "mastodon/", "mj12bot"]
        }
        b'n' => &["naverbot", "notionbot", "node-fetch"],
        b'p' => {
            &["petalbot", "pinterestbot", "python-requests/", "python-urllib/", "python-httpx/"]
        }
        b'q' => &["qq-urlmanager"],
        b'r' => &["redditbot", "rogerbot"],
        b's' => &[
            "slackbot",
            "slack-imgproxy",
            "skypeuripreview",
            "sogou web spider",
            "snap url preview",
            "safebrowsing",
            "semrushbot",
        ],
        b't' => &["twitterbot", "telegrambot"],
        b'u' => &["urlscan"],
        b'v' => &["vkshare", "virustotal"],
        b'w' => &["whatsapp/", "wechatpreview", "weibospider", "wget/"],
        b'x' => &["xing-contenttabreceiver"],
        b'y' => &["yisouspider", "yeti/", "yandexbot", "yahoo! slurp", "youdaobot"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn says(agent: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        is_preview(&headers)
    }

    #[test]
    fn link_previews_and_security_crawlers_are_known() {
        for agent in [
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            // iMessage.
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like \
             Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
            "Mozilla/5.0 (compatible; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "WhatsApp/2.23.20.0",
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider; x)",
            "facebookexternalhit/1.1;line-poker/1.0",
            "Mozilla/5.0 (compatible; Yeti/1.1; +http://naver.me/spd)",
        ] {
            assert!(says(agent), "{agent}");
        }
    }

    #[test]
    fn pages_that_ask_in_the_name_of_their_readers_are_no_people() {
        for (name, value, is_ignored) in [
            ("sec-fetch-dest", "image", true),
            ("sec-fetch-dest", "iframe", true),
            ("sec-fetch-dest", "empty", true),
            ("sec-fetch-dest", "document", false),
            ("sec-purpose", "prefetch;prerender", true),
            ("purpose", "prefetch", true),
            ("x-moz", "prefetch", true),
            ("x-purpose", "preview", true),
            ("purpose", "", false),
        ] {
            let headers = HeaderMap::from_iter([(
                axum::http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )]);
            assert_eq!(is_preview(&headers), is_ignored, "{name}: {value}");
        }
    }

    #[test]
    fn browsers_inside_apps_are_people() {
        for agent in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
             like Gecko) Mobile/15E148 MicroMessenger/8.0.42(0x18002a2f) NetType/WIFI Language/zh",
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/116.0.0.0 Mobile Safari/537.36;KAKAOTALK 2410240",
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Line/13.16.1/IAB",
            "Mozilla/5.0 (Linux; U; Android 12; zh-CN) UCBrowser/13.4 AliApp(AP/10.5.0) \
             AlipayClient/10.5.0",
            "Mozilla/5.0 (Linux; Android 12) Chrome/98 Mobile QQ/8.9.50 V1_AND_SQ_8.9.50",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) Mobile/15E148 [FBAN/FBIOS]",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1.15",
        ] {
            assert!(!says(agent), "{agent}");
        }
    }
}

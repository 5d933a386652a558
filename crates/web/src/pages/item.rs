//! The page of one code: its verdict first, then what to compare with the pack.
//!
//! The answer exists as a page and as JSON. A GET that counts is recorded before it is answered; a
//! PIN travels in a body only.

mod page;
pub(crate) mod words;

use super::buffer::Buffer;
use super::{html, style};
use crate::api::shapes::VerdictJson;
use crate::app::App;
use crate::bots::is_preview;
use crate::caller::{Known, came_from, is_signed_in};
use crate::extract::{Path, Posted, Query};
use crate::gate::{self, Asked, Way};
use crate::problem::Problem;
use crate::reply;
use crate::visit::{Visit, Wants, cookie};
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, Method, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use service::{Caller, Scan, ScanAnswer};
use std::borrow::Cow;
use std::fmt::Write;
use verdict::Spot;

pub(crate) use words::icon;
/// Pages of codes without their values.
pub(crate) type Skeletons = super::skeleton::Skeletons<page::Shape>;
pub(crate) use words::{destroy_reason, place_name, void_reason, words, words_of};

/// `GET /c/{code}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Look { scan, caller }: Look,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let asked = Asked { code: &code, caller: caller.as_ref() };
    let entered = match gate::enter(&app, &visit, asked, Way::Link) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(*stopped),
    };
    let answer = app.service.scan_code(&code, scan).await?;
    entered.leave(&app, &answer).await?;
    Ok(remember(&app, &scan, render(&app, &visit, (&code, &scan), answer)))
}

/// The page of a serial, and whether it is one of ours.
pub(crate) struct BySerial {
    pub(crate) response: Response,
    pub(crate) is_ours: bool,
}

/// `GET /01/{gtin}/21/{serial}` (GS1 Digital Link 1.3 §4.9).
pub(crate) async fn by_serial(
    app: &App,
    visit: &Visit,
    Look { scan, caller }: Look,
    (gtin, serial): (&str, &str),
) -> Result<BySerial, Problem> {
    let asked = Asked { code: serial, caller: caller.as_ref() };
    let entered = match gate::enter(app, visit, asked, Way::Link) {
        Ok(entered) => entered,
        // Nothing was looked up, so nothing else is either.
        Err(stopped) => return Ok(BySerial { response: *stopped, is_ours: true }),
    };
    let answer = app.service.scan_serial(gtin, serial, scan).await?;
    let is_ours = answer.item.is_some();
    // A serial of goods that carry none of our codes is no miss.
    if is_ours || app.service.prints_codes_of(gtin).await? {
        entered.leave(app, &answer).await?;
    }
    let response = remember(app, &scan, render(app, visit, (serial, &scan), answer));
    Ok(BySerial { response, is_ours })
}

/// `POST /c/{code}` with the covered digits.
pub(crate) async fn prove(
    State(app): State<App>,
    visit: Visit,
    Look { scan, .. }: Look,
    Path(code): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    // Whoever guesses PINs is charged where they sit, with a key as without.
    let page = format!("/c/{}", encode(&code));
    let entered = match gate::enter(&app, &visit, Asked::of(&code), Way::Form(&page)) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(*stopped),
    };
    let answer = app.service.prove_pin(&code, &fields.text("pin"), scan.device).await?;
    entered.leave(&app, &answer).await?;
    Ok(remember(&app, &scan, render(&app, &visit, (&code, &scan), answer)))
}

/// `GET /c?code=…`: the search box of the home page. A code, the GTIN of a product, or a whole link
/// of a label, which leads to the same path here, wherever it led.
pub(crate) async fn search(Query(fields): Query) -> Redirect {
    match fields.optional("code") {
        Some(text) => Redirect::to(&sought(text.trim())),
        None => Redirect::to("/"),
    }
}

fn sought(text: &str) -> String {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let path = rest.and_then(|rest| rest.split(['?', '#']).next()?.split_once('/'));
    if let Some((_, path)) = path {
        let first = path.split('/').next().unwrap_or_default();
        let is_ours = first == "c" || first.bytes().all(|it| it.is_ascii_digit());
        if is_ours && !first.is_empty() && path.bytes().all(|it| it.is_ascii_graphic()) {
            return format!("/{path}");
        }
    }
    // As people type digits on a phone of any make.
    let folded = text.chars().filter(|it| !it.is_whitespace() && *it != '-');
    let folded: String = folded
        .map(|it| match it {
            '０'..='９' => char::from(b'0' + (u32::from(it) - u32::from('０')) as u8),
            it => it,
        })
        .collect();
    match service::gtin_of(&folded) {
        Some(gtin) => format!("/01/{gtin}"),
        None if !text.contains("://") && is_name(text) => match code_in(&folded) {
            Some(code) => format!("/c/{code}"),
            None => format!("/search?q={}", encode(text)),
        },
        None => format!("/c/{}", encode(text)),
    }
}

/// Digits that may be a code of ours, where words stand beside them.
fn code_in(text: &str) -> Option<&str> {
    text.split(|it: char| !it.is_ascii_digit()).find(|run| matches!(run.len(), 15 | 17 | 21))
}

/// Whether a text is words of a language: letters that no identifier has, or no digits and none of
/// the marks of a link.
fn is_name(text: &str) -> bool {
    // Full-width letters are those of identifiers, typed on another keyboard.
    let is_wide = |it: char| ('！'..='～').contains(&it);
    let is_foreign = |it: char| it.is_alphabetic() && !it.is_ascii() && !is_wide(it);
    let is_word = |it: char| it.is_ascii_alphabetic() || matches!(it, ' ' | '-' | '\'' | '&' | ',');
    text.chars().any(is_foreign) || text.len() > 1 && text.chars().all(is_word)
}

/// How this look at a code is taken: as no scan for previews and crawlers, for `HEAD`, and for the
/// language links of the page itself (a label cannot fake those, since it has no `Referer`); else
/// as a consumer's, which is counted apart where who is signed in handles or inspects the goods.
pub(crate) struct Look {
    scan: Scan,
    /// Who is signed in.
    caller: Option<Caller>,
}

impl From<Scan> for Look {
    fn from(scan: Scan) -> Self {
        Self { scan, caller: None }
    }
}

impl FromRequestParts<App> for Look {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let has_chosen = parts.extensions.get::<Visit>().is_some_and(|it| it.chosen.is_some());
        let is_language_link = has_chosen && came_from(&parts.headers, parts.uri.path());
        if parts.method == Method::HEAD || is_preview(&parts.headers) {
            return Ok(Scan::LOOK.into());
        }
        // Boxed, so that what waits for a scan stays small: few who scan are signed in.
        let signed_in = match is_signed_in(&parts.headers) {
            true => Box::pin(profession(parts, app)).await?,
            false => Profession::None,
        };
        let caller = match signed_in {
            Profession::None => None,
            Profession::Ended => return Ok(Scan { spot: spot(parts, app), ..Scan::LOOK }.into()),
            Profession::Of(caller) => Some(caller),
        };
        let token = cookie(&parts.headers, device_cookie(app));
        let known = token.and_then(|token| app.service.known_device(token));
        if is_language_link {
            return Ok(Self { scan: Scan { device: known, ..Scan::LOOK }, caller });
        }
        // Programs keep no cookies.
        let is_program = parts.headers.contains_key(header::AUTHORIZATION);
        let device = known.or_else(|| (!is_program).then(|| app.service.new_device()));
        let from = parts.extensions.get::<Visit>().and_then(|visit| visit.client);
        let by = caller.as_ref().and_then(Caller::handler);
        let scan = Scan { device, spot: spot(parts, app), from, by, ..Scan::CHECK };
        Ok(Self { scan, caller })
    }
}

/// Where the address of a request is.
fn spot(parts: &Parts, app: &App) -> Option<Spot> {
    app.service.spot_of(parts.extensions.get::<Visit>()?.client?)
}

/// As whom somebody scans who says to be signed in.
enum Profession {
    /// As anybody: a form came from elsewhere, which a consumer sent.
    None,
    /// By a session that has ended: no consumer's either, or the goods of a warehouse would be
    /// checked by it on its second day, so it is not counted.
    Ended,
    Of(Caller),
}

/// Finds that out; a wrong key is refused.
async fn profession(parts: &mut Parts, app: &App) -> Result<Profession, Problem> {
    match Known::from_request_parts(parts, app).await {
        Ok(Known(caller)) => Ok(Profession::Of(caller)),
        Err(problem)
            if problem.is_unauthorized() && !parts.headers.contains_key(header::AUTHORIZATION) =>
        {
            Ok(Profession::Ended)
        }
        Err(problem) if problem.is_forbidden() => Ok(Profession::None),
        Err(problem) => Err(problem),
    }
}

/// Name of the cookie that tells a device from others. Over TLS no other host of the domain can set
/// one of this prefix, so none can plant a device (RFC 6265bis §4.1.3.2).
pub(crate) fn device_cookie(app: &App) -> &'static str {
    if app.is_https { "__Host-device" } else { "device" }
}

/// How long a device is remembered, in seconds: 180 days.
const DEVICE_S: u32 = 180 * 86_400;

/// Gives a device that is new its token, and one that came before the same for another while.
fn remember(app: &App, scan: &Scan, mut response: Response) -> Response {
    if let Some(device) = scan.device {
        let token = app.service.device_token(device);
        let secure = if app.is_https { "; Secure" } else { "" };
        let name = device_cookie(app);
        let cookie =
            format!("{name}={token}; Path=/; Max-Age={DEVICE_S}; HttpOnly; SameSite=Lax{secure}");
        let cookie = HeaderValue::try_from(cookie).expect("a token is hexadecimal");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn render(app: &App, visit: &Visit, (typed, scan): (&str, &Scan), answer: ScanAnswer) -> Response {
    app.edge.metrics().verdict(answer.verdict.state.name());
    // Of a consumer's own check alone: who handles the goods has other records.
    let claim = scan.device.and_then(|_| app.service.voucher_claim(scan, &answer));
    let claim = claim.as_deref();
    if visit.wants == Wants::Json {
        let mut response =
            reply::json(&VerdictJson::new(visit, app.service.now_us(), &answer, claim));
        let vary = HeaderValue::from_static("Accept, Accept-Language, Cookie");
        response.headers_mut().insert(header::VARY, vary);
        return response;
    }
    let mut page = Buffer::take();
    if page::write(app, visit, (typed, &answer, claim), page.text()).is_err() {
        return Problem::internal("a template did not render").into_response();
    }
    html(page, style::PUBLIC_POLICY.clone())
}

/// One segment of a path, percent-encoded (RFC 3986 §2.1).
pub(crate) fn encode(segment: &str) -> Cow<'_, str> {
    let is_unreserved = |it: u8| it.is_ascii_alphanumeric() || b"-_.~".contains(&it);
    if segment.bytes().all(is_unreserved) {
        return segment.into();
    }
    let mut encoded = String::with_capacity(3 * segment.len());
    for byte in segment.bytes() {
        if is_unreserved(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded.into()
}

#[cfg(test)]
mod tests {
    use super::sought;

    #[test]
    fn the_box_takes_codes_links_and_gtins_and_leads_nowhere_else() {
        for (typed, expected) in [
            ("123456789012345", "/c/123456789012345"),
            ("1234 5678-9012 345", "/c/1234%205678-9012%20345"),
            ("https://t.example/c/123456789012345?lang=ko", "/c/123456789012345"),
            ("http://x.example/01/06901234567892/21/1", "/01/06901234567892/21/1"),
            ("6901234-567892", "/01/06901234567892"),
            ("６９０１２３４５６７８９２", "/01/06901234567892"),
            ("https://t.example//evil.example/", "/c/https%3A%2F%2Ft.example%2F%2Fevil.example%2F"),
            ("https://t.example/login?next=x", "/c/https%3A%2F%2Ft.example%2Flogin%3Fnext%3Dx"),
            ("防伪码：1234 5678 9012 345", "/c/123456789012345"),
            ("奶粉 900 克", "/search?q=%E5%A5%B6%E7%B2%89%20900%20%E5%85%8B"),
            ("https://t.example/c/溯", "/c/https%3A%2F%2Ft.example%2Fc%2F%E6%BA%AF"),
        ] {
            assert_eq!(sought(typed), expected);
        }
    }
}

//! `/v/{number}`: what somebody was told of a code and had signed, as a page, as data, on paper and
//! as the signed text itself.

use super::item::{encode, icon, place_name, words, words::Words};
use super::{Frame, Page, groups};
use crate::api::traces::apart;
use crate::app::App;
use crate::extract::{Path, Posted};
use crate::gate::{self, Asked, Way};
use crate::language::Language;
use crate::moment::{in_words, rfc3339};
use crate::problem::Problem;
use crate::reply;
use crate::text::{VoucherTexts, fill};
use crate::visit::{Visit, Wants};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use label::report::{Report, pdf};
use serde::Serialize;
use service::{Miss, SavedVoucher, Saving};
use sha2::{Digest, Sha256};
use verdict::Tone;

#[derive(Template)]
#[template(path = "voucher.html")]
struct VoucherPage {
    frame: Frame,
    v: &'static VoucherTexts,
    /// When it was found, in the title: whoever is led here by a label checks nothing.
    checked_at: String,
    icon: &'static str,
    words: Words,
    facts: Vec<(&'static str, String)>,
    hash: String,
    number: String,
    /// The path of this page.
    here: String,
    /// The code as a segment of a path.
    segment: String,
    /// Where this page is, in words.
    address: String,
}

#[derive(Serialize)]
struct VoucherJson<'a> {
    number: &'a str,
    url: String,
    code: &'a str,
    state: &'static str,
    reason: Option<&'static str>,
    checked_at: String,
    saved_at: String,
    domain: &'a str,
    product_name: &'a str,
    enterprise_name: &'a str,
    lot_number: &'a str,
    place: Option<String>,
    key: &'a str,
    sha256: String,
    voucher: &'a str,
}

/// `POST /c/{code}/voucher` with the `claim` that the page of the code has.
pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(code): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    // Unknown codes are looked up as well, so the door is asked.
    let page = format!("/c/{}", encode(&code));
    if let Err(stopped) = gate::enter(&app, &visit, Asked::of(&code), Way::Form(&page)) {
        return Ok(*stopped);
    }
    let claim = fields.text("claim");
    let number = match app.service.save_voucher(&code, &claim, visit.client).await? {
        Saving::Saved(number) => number,
        Saving::TooMany { wait_s } => {
            let v = visit.language.voucher_texts();
            let wait = fill(v.minutes, wait_s.div_ceil(60));
            return Err(Problem::too_often(fill(v.too_many, wait)));
        }
    };
    if visit.wants == Wants::Json {
        let voucher = app.service.find_voucher(&number).await?;
        let address = path(&number);
        return Ok(reply::created(&address, &data(&app, &voucher)));
    }
    Ok(Redirect::to(&path(&number)).into_response())
}

/// `GET /v/{number}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let voucher = match find(&app, &visit, &number).await? {
        Ok(voucher) => voucher,
        Err(stopped) => return Ok(stopped),
    };
    if visit.wants == Wants::Json {
        return Ok(reply::json(&data(&app, &voucher)));
    }
    let (frame, v) = (Frame::new(&visit), visit.language.voucher_texts());
    let verdict = voucher.verdict;
    Ok(Page::public(VoucherPage {
        v,
        checked_at: fill(v.checked_then, in_words(visit.language, voucher.checked_at_us)),
        icon: icon(verdict.state, Tone::Grey),
        words: words(visit.language, verdict.state),
        facts: facts(&app, visit.language, &voucher),
        hash: hash(&voucher),
        here: path(&voucher.number),
        segment: encode(&voucher.code).into_owned(),
        address: fill(v.address, url(&app, &voucher.number)),
        number: voucher.number,
        frame,
    })
    .into_response())
}

/// `GET /v/{number}/voucher.txt`: what `suyuan verify` checks.
pub(crate) async fn text(
    State(app): State<App>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    Ok(match find(&app, &visit, &number).await? {
        Ok(voucher) => {
            let name = format!("{}.txt", voucher.number);
            reply::file("text/plain; charset=utf-8", &name, voucher.file.into_bytes())
        }
        Err(stopped) => stopped,
    })
}

/// `GET /v/{number}/voucher.pdf`: a page of A4.
pub(crate) async fn pages(
    State(app): State<App>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let voucher = match find(&app, &visit, &number).await? {
        Ok(voucher) => voucher,
        Err(stopped) => return Ok(stopped),
    };
    let (fonts, language) = (app.fonts.clone(), visit.language);
    let name = format!("{}.pdf", voucher.number);
    let report = report(&app, language, &voucher);
    let print = move || {
        let printed = pdf(&report, &fonts.font()?);
        printed.map_err(|error| Problem::not_printed(language, error))
    };
    Ok(reply::file("application/pdf", &name, apart(print).await?))
}

/// `GET /.well-known/suyuan-public.pem`: the key that vouchers and manifests are checked with.
pub(crate) async fn public_key(State(app): State<App>) -> Response {
    reply::file("application/x-pem-file", "public.pem", app.service.public_pem().into_bytes())
}

/// The voucher of a number, or the answer at the door; one that is not there is a miss.
async fn find(
    app: &App,
    visit: &Visit,
    number: &str,
) -> Result<Result<SavedVoucher, Response>, Problem> {
    let entered = match gate::enter(app, visit, Asked::of(number), Way::Link) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(Err(*stopped)),
    };
    match app.service.find_voucher(number).await {
        Err(error @ service::Error::NotFound) => {
            entered.pay(app, Miss::Unknown).await;
            Err(error.into())
        }
        found => Ok(Ok(found?)),
    }
}

fn path(number: &str) -> String {
    format!("/v/{number}")
}

fn url(app: &App, number: &str) -> String {
    app.service.public_url().to_owned() + &path(number)
}

/// SHA-256 of the signed text, in hexadecimal digits.
fn hash(voucher: &SavedVoucher) -> String {
    Sha256::digest(&voucher.file).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn data<'a>(app: &App, it: &'a SavedVoucher) -> VoucherJson<'a> {
    let [product_name, enterprise_name, lot_number] = &it.goods;
    VoucherJson {
        number: &it.number,
        url: url(app, &it.number),
        code: &it.code,
        state: it.verdict.state.name(),
        reason: it.verdict.state.reason(),
        checked_at: rfc3339(it.checked_at_us),
        saved_at: rfc3339(it.saved_at_us),
        domain: &it.domain,
        product_name,
        enterprise_name,
        lot_number,
        place: it.place.map(|area| area.to_string()),
        key: &it.key,
        sha256: hash(it),
        voucher: &it.file,
    }
}

/// Labels and values; those that say nothing are left out.
fn facts(app: &App, language: Language, it: &SavedVoucher) -> Vec<(&'static str, String)> {
    let (t, v) = (language.texts(), language.voucher_texts());
    let [product, enterprise, lot] = it.goods.clone();
    let place = it.place.map(|area| place_name(app.service.places(), language, area));
    let facts = [
        (v.number, it.number.clone()),
        (t.checked_at, in_words(language, it.checked_at_us)),
        (t.code, groups(&it.code).join(" ")),
        (v.product, product),
        (t.product_maker, enterprise),
        (t.lot, lot),
        (v.place, place.unwrap_or_default()),
        (v.saved_at, in_words(language, it.saved_at_us)),
        (v.domain, it.domain.clone()),
        (v.key, it.key.clone()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn report(app: &App, language: Language, it: &SavedVoucher) -> Report {
    let v = language.voucher_texts();
    let Words { title, reason, .. } = words(language, it.verdict.state);
    let mut facts = vec![(v.verdict.to_owned(), format!("{title} {reason}"))];
    facts
        .extend(self::facts(app, language, it).into_iter().map(|(name, it)| (name.to_owned(), it)));
    facts.push(("SHA-256".to_owned(), hash(it)));
    let notes = [v.then, v.means_said, v.means_not, v.means_paper].map(str::to_owned);
    Report {
        title: v.title.to_owned(),
        number: it.number.clone(),
        made_at_s: it.saved_at_us.div_euclid(1_000_000),
        language: language.tag(),
        facts,
        notes: notes.into_iter().chain([fill(v.address, url(app, &it.number))]).collect(),
        foot: format!("{} · SHA-256 {}", rfc3339(it.checked_at_us), hash(it)),
        ..Report::default()
    }
}

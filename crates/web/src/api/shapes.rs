//! The wire shapes of `/api/v1`, as `openapi.json` describes them. Times are RFC 3339 in UTC.
//!
//! The rows of four kinds of subject have no name on this side of the wall, since only `service`
//! may use `store`; what turns them into JSON is therefore a macro for each, not a function.

use crate::moment::rfc3339;
use crate::pages::item::words_of;
use crate::visit::Visit;
use serde::{Deserialize, Serialize};
use service::{BatchView, Paged, ScanAnswer, ScannedItem, ShownCertificate};
use std::borrow::Cow;
use verdict::State;

/// One page of a list.
#[derive(Serialize)]
pub(crate) struct ListJson<T> {
    items: Vec<T>,
    /// What to send as `after` for the next page; none at the end.
    next: Option<String>,
}

impl<T> ListJson<T> {
    pub(crate) fn new<Row>(paged: Paged<Row>, shape: impl Fn(Row) -> T) -> Self {
        Self { items: paged.items.into_iter().map(shape).collect(), next: paged.next }
    }
}

#[derive(Serialize)]
pub(crate) struct EnterpriseJson {
    pub(crate) enterprise_id: String,
    pub(crate) name: String,
    pub(crate) enterprise_type: String,
    pub(crate) registration_scheme: String,
    pub(crate) registration_number: String,
    pub(crate) division: Option<String>,
    pub(crate) address: String,
    pub(crate) contact: String,
    pub(crate) created_at: String,
}

macro_rules! enterprise_json {
    ($it:expr) => {{
        let it = $it;
        $crate::api::shapes::EnterpriseJson {
            enterprise_id: it.enterprise_id.to_string(),
            name: it.name,
            enterprise_type: it.enterprise_type,
            registration_scheme: it.registration_scheme,
            registration_number: it.registration_number,
            division: it.enterprise_id.division().map(|division| format!("{division:06}")),
            address: it.address,
            contact: it.contact,
            created_at: $crate::moment::rfc3339(it.created_at_us),
        }
    }};
}
pub(crate) use enterprise_json;

#[derive(Serialize)]
pub(crate) struct ProductJson {
    pub(crate) product_id: String,
    pub(crate) enterprise_id: String,
    pub(crate) name: String,
    pub(crate) product_type: String,
    pub(crate) specification: String,
    pub(crate) gtin: Option<String>,
    pub(crate) has_picture: bool,
    pub(crate) created_at: String,
}

macro_rules! product_json {
    ($it:expr) => {{
        let it = $it;
        $crate::api::shapes::ProductJson {
            product_id: it.product_id.to_string(),
            enterprise_id: it.enterprise_id.to_string(),
            name: it.name,
            product_type: it.product_type,
            specification: it.specification,
            gtin: it.gtin,
            has_picture: it.has_picture,
            created_at: $crate::moment::rfc3339(it.created_at_us),
        }
    }};
}
pub(crate) use product_json;

#[derive(Serialize)]
pub(crate) struct LotJson {
    pub(crate) lot_id: String,
    pub(crate) product_id: String,
    pub(crate) lot_number: String,
    pub(crate) production_date: String,
    pub(crate) shelf_life_days: Option<u32>,
    pub(crate) expiry_date: Option<String>,
    pub(crate) created_at: String,
}

macro_rules! lot_json {
    ($it:expr) => {{
        let it = $it;
        $crate::api::shapes::LotJson {
            lot_id: it.lot_id.to_string(),
            product_id: it.product_id.to_string(),
            expiry_date: service::expiry_date(&it.production_date, it.shelf_life_days),
            lot_number: it.lot_number,
            production_date: it.production_date,
            shelf_life_days: it.shelf_life_days,
            created_at: $crate::moment::rfc3339(it.created_at_us),
        }
    }};
}
pub(crate) use lot_json;

#[derive(Serialize)]
pub(crate) struct KeyJson {
    pub(crate) key_id: String,
    pub(crate) enterprise_id: Option<String>,
    /// The dealer of the enterprise that it speaks for.
    pub(crate) dealer_id: Option<String>,
    pub(crate) jurisdiction: Option<String>,
    pub(crate) role: String,
    pub(crate) label: String,
    pub(crate) created_at: String,
    pub(crate) revoked_at: Option<String>,
    /// The key itself; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

macro_rules! key_json {
    ($it:expr, $secret:expr) => {{
        let it = $it;
        $crate::api::shapes::KeyJson {
            key_id: it.key_id.to_string(),
            enterprise_id: it.enterprise_id.map(|id| id.to_string()),
            dealer_id: it.dealer_id.map(|id| id.to_string()),
            jurisdiction: it.jurisdiction.map(|it| it.to_string()),
            role: it.role,
            label: it.label,
            created_at: $crate::moment::rfc3339(it.created_at_us),
            revoked_at: it.revoked_at_us.map($crate::moment::rfc3339),
            key: $secret,
        }
    }};
}
pub(crate) use key_json;

#[derive(Serialize)]
pub(crate) struct GrantJson {
    pub(crate) share_id: String,
    pub(crate) sharer_id: Option<String>,
    pub(crate) viewer_id: String,
    pub(crate) identifier: Option<String>,
    pub(crate) created_at: String,
    /// Since when events from before the share are shown as well.
    pub(crate) filled_at: Option<String>,
}

macro_rules! grant_json {
    ($it:expr) => {{
        let it = $it;
        $crate::api::shapes::GrantJson {
            share_id: it.share_id.to_string(),
            sharer_id: it.sharer_id.map(|id| id.to_string()),
            viewer_id: it.viewer_id.to_string(),
            identifier: it.identifier,
            created_at: $crate::moment::rfc3339(it.created_at_us),
            filled_at: it.filled_at_us.map($crate::moment::rfc3339),
        }
    }};
}
pub(crate) use grant_json;

#[derive(Serialize)]
pub(crate) struct PartyJson {
    pub(crate) share_id: String,
    pub(crate) enterprise_id: String,
    pub(crate) identifier: String,
    pub(crate) created_at: String,
    /// Since when events from before are shown as well.
    pub(crate) filled_at: Option<String>,
}

macro_rules! party_json {
    ($it:expr) => {{
        let it = $it;
        $crate::api::shapes::PartyJson {
            share_id: it.share_id.to_string(),
            enterprise_id: it.viewer_id.to_string(),
            identifier: it.identifier.unwrap_or_default(),
            created_at: $crate::moment::rfc3339(it.created_at_us),
            filled_at: it.filled_at_us.map($crate::moment::rfc3339),
        }
    }};
}
pub(crate) use party_json;

#[derive(Serialize)]
pub(crate) struct BatchJson {
    batch_id: String,
    enterprise_id: String,
    product_id: String,
    granularity: &'static str,
    is_sample: bool,
    has_cover: bool,
    n_digits: u8,
    n_codes: u64,
    n_commissioned: u64,
    gtin: Option<String>,
    public_url: String,
    created_at: String,
}

impl From<BatchView> for BatchJson {
    fn from(view: BatchView) -> Self {
        let BatchView { batch, n_digits, n_commissioned } = view;
        Self {
            batch_id: batch.batch_id.to_string(),
            enterprise_id: batch.enterprise_id.to_string(),
            product_id: batch.product_id.to_string(),
            granularity: batch.granularity.name(),
            is_sample: batch.is_sample,
            has_cover: batch.has_cover,
            n_digits,
            n_codes: batch.n_codes,
            n_commissioned,
            gtin: batch.gtin,
            public_url: batch.public_url,
            created_at: rfc3339(batch.created_at_us),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct DownloadJson {
    pub(crate) download_id: String,
    pub(crate) key_id: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) bom: bool,
    pub(crate) started_at: String,
    pub(crate) finished_at: Option<String>,
    pub(crate) sha256: Option<String>,
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The verdict on a code, in words and in fields.
#[derive(Serialize)]
pub(crate) struct VerdictJson<'a> {
    code: Option<&'a str>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    tone: &'static str,
    title: Cow<'static, str>,
    detail: Cow<'static, str>,
    advice: Cow<'static, str>,
    #[serde(flatten)]
    numbers: Numbers,
    #[serde(skip_serializing_if = "Option::is_none")]
    recall: Option<NoticeJson<'a>>,
    item: Option<ItemJson<'a>>,
    checked_at: String,
    /// What is sent back to have this answer signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    voucher_claim: Option<&'a str>,
    request_id: &'a str,
}

/// What a recall says, in the words of whoever ordered it.
#[derive(Serialize)]
struct NoticeJson<'a> {
    recall_id: String,
    level: u8,
    reason: &'a str,
    instruction: InstructionJson<'a>,
    ordered_at: String,
}

/// By language; empty where nothing was said.
#[derive(Serialize)]
pub(crate) struct InstructionJson<'a> {
    #[serde(rename = "zh-CN")]
    pub(crate) zh: &'a str,
    pub(crate) ko: &'a str,
    pub(crate) en: &'a str,
}

impl<'a> From<&'a [String; 3]> for InstructionJson<'a> {
    fn from([zh, ko, en]: &'a [String; 3]) -> Self {
        Self { zh, ko, en }
    }
}

/// What the sentences say, for programs.
#[derive(Default, Serialize)]
#[serde(default)]
struct Numbers {
    #[serde(skip_serializing_if = "Option::is_none")]
    n_scans: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n_others: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n_proved: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<String>,
}

impl Numbers {
    fn of(state: State) -> Self {
        let none = Self::default();
        match state {
            State::ScannedBefore { n_scans, first_at_us, first_in } => Self {
                n_scans: Some(n_scans),
                first_at: Some(rfc3339(first_at_us)),
                first_in: first_in.map(|area| area.to_string()),
                ..none
            },
            State::Careful { n_scans, first_at_us, first_in, .. } => Self {
                n_scans: Some(n_scans),
                first_at: first_at_us.map(rfc3339),
                first_in: first_in.map(|area| area.to_string()),
                ..none
            },
            State::CheckedByYou { at_us, n_others } => {
                Self { n_others: Some(n_others), since: Some(rfc3339(at_us)), ..none }
            }
            State::Sold { since_us } | State::Expired { since_us } => {
                Self { since: Some(rfc3339(since_us)), ..none }
            }
            State::PinUsed { first_at_us, .. } => {
                Self { first_at: Some(rfc3339(first_at_us)), ..none }
            }
            State::FirstScan => Self { n_scans: Some(1), ..none },
            State::PinProved { n_proved, first_at_us } => {
                Self { n_proved: Some(n_proved), first_at: Some(rfc3339(first_at_us)), ..none }
            }
            State::PinWrong { tries_left } => Self { tries_left: Some(tries_left), ..none },
            State::PinLocked { since_us, next_try_at_us } => Self {
                locked_since: Some(rfc3339(since_us)),
                next_try_at: Some(rfc3339(next_try_at_us)),
                ..none
            },
            _ => none,
        }
    }
}

#[derive(Serialize)]
struct ItemJson<'a> {
    epc: String,
    product_id: String,
    product_name: &'a str,
    product_type: &'a str,
    specification: &'a str,
    gtin: Option<&'a str>,
    granularity: &'static str,
    lot_number: Option<&'a str>,
    production_date: Option<&'a str>,
    expiry_date: Option<&'a str>,
    enterprise: MakerJson<'a>,
    certificates: Vec<ShownJson<'a>>,
}

/// A test or certificate, as reported by the enterprise.
#[derive(Serialize)]
struct ShownJson<'a> {
    title: &'a str,
    number: &'a str,
    issuer: &'a str,
    valid_until: Option<&'a str>,
    is_expired: bool,
    is_of_lot: bool,
    picture: String,
}

#[derive(Serialize)]
struct MakerJson<'a> {
    name: &'a str,
    address: &'a str,
    contact: &'a str,
    registration_scheme: &'a str,
    registration_number: &'a str,
}

impl<'a> VerdictJson<'a> {
    pub(crate) fn new(
        visit: &'a Visit,
        now_us: i64,
        answer: &'a ScanAnswer,
        voucher_claim: Option<&'a str>,
    ) -> Self {
        let state = answer.verdict.state;
        let words = words_of(visit.language, answer);
        Self {
            code: answer.code.as_deref(),
            state: state.name(),
            reason: state.reason(),
            tone: answer.verdict.tone.name(),
            title: words.title,
            detail: words.reason,
            advice: words.next,
            // No finer than the page tells when a stranger looked.
            numbers: Numbers::of(state.to_minutes()),
            recall: answer.recall.as_deref().map(|it| NoticeJson {
                recall_id: it.recall_id.to_string(),
                level: it.level,
                reason: &it.reason,
                instruction: InstructionJson::from(&it.instructions),
                ordered_at: rfc3339(it.ordered_at_us),
            }),
            item: answer.item.as_ref().map(|it| ItemJson::of(it, answer.certificates())),
            checked_at: rfc3339(now_us),
            voucher_claim,
            request_id: visit.request_id(),
        }
    }
}

impl<'a> ItemJson<'a> {
    fn of(item: &'a ScannedItem, certificates: &'a [ShownCertificate]) -> Self {
        let (goods, lot) = (&item.goods, item.lot.as_deref());
        Self {
            epc: item.epc(),
            product_id: goods.product_id.to_string(),
            product_name: &goods.product_name,
            product_type: &goods.product_type,
            specification: &goods.specification,
            gtin: item.gtin(),
            granularity: item.granularity().name(),
            lot_number: lot.map(|it| it.lot_number.as_str()),
            production_date: lot.map(|it| it.production_date.as_str()),
            expiry_date: lot.and_then(|it| it.expiry_date.as_deref()),
            enterprise: MakerJson {
                name: &goods.enterprise_name,
                address: &goods.enterprise_address,
                contact: &goods.enterprise_contact,
                registration_scheme: &goods.registration_scheme,
                registration_number: &goods.registration_number,
            },
            certificates: certificates.iter().map(ShownJson::of).collect(),
        }
    }
}

impl<'a> ShownJson<'a> {
    fn of(it: &'a ShownCertificate) -> Self {
        Self {
            title: &it.title,
            number: &it.number,
            issuer: &it.issuer,
            valid_until: it.valid_until.as_deref(),
            is_expired: it.is_expired,
            is_of_lot: it.is_of_lot,
            picture: format!("/api/v1/certificates/{}/large", it.certificate_id),
        }
    }
}

/// The body of an order of codes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBatchJson {
    pub(crate) product_id: String,
    #[serde(default)]
    pub(crate) granularity: Option<String>,
    #[serde(default)]
    pub(crate) n_digits: Option<u8>,
    pub(crate) n_codes: u64,
    #[serde(default)]
    pub(crate) is_sample: bool,
    #[serde(default)]
    pub(crate) has_cover: bool,
}

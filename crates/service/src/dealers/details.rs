//! What is told of a dealer, checked and in the form in which it is kept.

use epcis::query::location_of;
use gs1::epc::{self, Level};
use jiff::civil::Date;
use store::dealers::{Dealer, TerritoryRow};
use store::enterprises;
use store::id::{DealerId, EnterpriseId, Scope};
use verdict::Area;
use verdict::diversion::{Territory, TerritoryKind};

use crate::error::Violations;
use crate::limits::{
    MAX_DEALER_NUMBER_CHARS, MAX_IDENTIFIER_BYTES, MAX_LINE_CHARS, MAX_TERRITORIES_OF_DEALER,
};
use crate::recalls::is_email;
use crate::{Error, Result, Service};

/// What is known of a dealer; all but the first two may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealerDetails {
    /// What the enterprise calls it; one dealer's only.
    pub number: String,
    /// Registered name.
    pub name: String,
    /// Whom to ask for.
    pub contact_name: String,
    /// Telephone number.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Where it is.
    pub address: String,
    /// What events name it by as a party: a GLN of 13 digits, a PGLN or another URI. Without one it
    /// gets a name of ours.
    pub party: String,
    /// The same for its place: a GLN, an SGLN or another URI.
    pub place: String,
    /// The enterprise that it is on this platform, by id.
    pub linked_enterprise_id: String,
}

/// Where a dealer sells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewTerritory {
    /// Six digits of GB/T 2260: a province, a city or a county; or the two letters of another
    /// country (ISO 3166-1).
    pub division: String,
    /// `sole`, `shared` or `border`.
    pub kind: String,
    /// The first day, `YYYY-MM-DD`; none is always.
    pub from: Option<String>,
    /// The last day; none is for good.
    pub until: Option<String>,
}

/// Details without a fault.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    details: DealerDetails,
    linked_id: Option<EnterpriseId>,
}

impl Checked {
    /// A new dealer with these details.
    pub(super) fn dealer(&self, owner: EnterpriseId, id: DealerId, now_us: i64) -> Dealer {
        let mut dealer = Dealer {
            dealer_id: id,
            enterprise_id: owner,
            parent_id: None,
            number: String::new(),
            name: String::new(),
            contact_name: String::new(),
            phone: String::new(),
            email: String::new(),
            address: String::new(),
            party: String::new(),
            place: String::new(),
            linked_id: None,
            created_at_us: now_us,
            closed_at_us: None,
        };
        self.put_into(&mut dealer);
        dealer
    }

    /// Gives a dealer these details.
    pub(super) fn put_into(&self, dealer: &mut Dealer) {
        let it = &self.details;
        dealer.number.clone_from(&it.number);
        dealer.name.clone_from(&it.name);
        dealer.contact_name.clone_from(&it.contact_name);
        dealer.phone.clone_from(&it.phone);
        dealer.email.clone_from(&it.email);
        dealer.address.clone_from(&it.address);
        dealer.party.clone_from(&it.party);
        dealer.place.clone_from(&it.place);
        dealer.linked_id = self.linked_id;
    }
}

impl Service {
    /// Checks details of the dealer `id`, which they may leave without an identifier.
    pub(super) async fn checked_details(
        &self,
        id: DealerId,
        told: &DealerDetails,
    ) -> Result<Checked> {
        let mut violations = Violations::default();
        let trimmed = |text: &str| text.trim().to_owned();
        violations.check_text("/number", &told.number, MAX_DEALER_NUMBER_CHARS);
        violations.check_text("/name", &told.name, MAX_LINE_CHARS);
        for (pointer, text) in [
            ("/contact_name", &told.contact_name),
            ("/phone", &told.phone),
            ("/email", &told.email),
            ("/address", &told.address),
        ] {
            if !text.trim().is_empty() {
                violations.check_text(pointer, text, MAX_LINE_CHARS);
            }
        }
        let email = trimmed(&told.email);
        if !email.is_empty() && !is_email(&email) {
            violations.add("/email", "bad-email", "write one e-mail address, such as a@b.example");
        }
        let own = format!("urn:suyuan:dealer:{id}");
        let party = canonical(("/party", "417"), &told.party, &own, &mut violations);
        let place = canonical(("/place", "414"), &told.place, &own, &mut violations);
        let mut linked_id = None;
        let linked = told.linked_enterprise_id.trim();
        if !linked.is_empty() {
            linked_id = match linked.parse() {
                Ok(id) => enterprises::find(self.store(), Scope::PLATFORM, id).await?.map(|_| id),
                Err(_) => None,
            };
            if linked_id.is_none() {
                let message = "there is no enterprise with this number; ask it for its own";
                violations.add("/linked_enterprise_id", "unknown-enterprise", message);
            }
        }
        violations.finish()?;
        let details = DealerDetails {
            number: trimmed(&told.number),
            name: trimmed(&told.name),
            contact_name: trimmed(&told.contact_name),
            phone: trimmed(&told.phone),
            email,
            address: trimmed(&told.address),
            party,
            place,
            linked_enterprise_id: String::new(),
        };
        Ok(Checked { details, linked_id })
    }
}

/// What events call it: a GLN in digits under `ai`, a URI, or, if nothing is given, `own`.
fn canonical(
    (pointer, ai): (&str, &str),
    text: &str,
    own: &str,
    violations: &mut Violations,
) -> String {
    let text = text.trim();
    if text.is_empty() {
        return own.to_owned();
    }
    let is_gln = text.len() == 13 && text.bytes().all(|it| it.is_ascii_digit());
    let uri = if is_gln { format!("https://id.gs1.org/{ai}/{text}") } else { text.to_owned() };
    if uri.len() > MAX_IDENTIFIER_BYTES {
        let message = format!("an identifier has {MAX_IDENTIFIER_BYTES} bytes at most");
        violations.add(pointer, "identifier-too-long", message);
        return String::new();
    }
    match epc::verified(&uri) {
        Ok(found) if found.level == Level::Class || location_of(&found.uri).is_some() => {
            let message = "send a party or a whole location; its parts come with it";
            violations.add(pointer, "not-a-party", message);
            String::new()
        }
        Ok(found) => found.uri,
        Err(error) => {
            violations.add(pointer, "bad-identifier", error.to_string());
            String::new()
        }
    }
}

/// Territories without a fault, in order.
pub(super) fn checked_territories(pointer: &str, told: &[NewTerritory]) -> Result<Vec<Territory>> {
    if told.len() > MAX_TERRITORIES_OF_DEALER {
        let limit = MAX_TERRITORIES_OF_DEALER as u64;
        return Err(Error::TooLarge { limit, what: "territories of one dealer" });
    }
    let mut violations = Violations::default();
    let mut territories = Vec::with_capacity(told.len());
    for it in told {
        let area = area_of(&it.division);
        if area.is_none() {
            let message = format!(
                "{:?} is no division of GB/T 2260: write six digits, such as 330100, or the two \
                 letters of another country",
                it.division
            );
            violations.add(pointer, "bad-division", message);
        }
        let kind = TerritoryKind::from_name(it.kind.trim());
        if kind.is_none() {
            let message = format!("{:?} is no kind: write sole, shared or border", it.kind);
            violations.add(pointer, "bad-kind", message);
        }
        let mut day = |text: &Option<String>| match text.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => {
                let day = day_of(text);
                if day.is_none() {
                    let message = format!("{text:?} is no date: write YYYY-MM-DD");
                    violations.add(pointer, "bad-date", message);
                }
                day
            }
        };
        let (from_day, until_day) = (day(&it.from), day(&it.until));
        if from_day.zip(until_day).is_some_and(|(from, until)| until < from) {
            let message = format!("the territory {} ends before it begins", it.division);
            violations.add(pointer, "empty-window", message);
        }
        if let (Some(area), Some(kind)) = (area, kind) {
            territories.push(Territory { area, kind, from_day, until_day });
        }
    }
    violations.finish()?;
    territories.sort_unstable();
    territories.dedup();
    Ok(territories)
}

/// A division whose province there is, or another country.
fn area_of(text: &str) -> Option<Area> {
    let text = text.trim();
    let area = Area::parse(text)?;
    match area {
        Area::Division(_) => schemes::Division::parse(text).ok()?.province().map(|_| area),
        Area::Country(letters) => (letters != *b"CN").then_some(area),
    }
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

/// The day of a date, in days since the epoch.
pub(crate) fn day_of(text: &str) -> Option<i32> {
    let date: Date = text.parse().ok()?;
    if date.to_string() != text || !(1970..=9000).contains(&date.year()) {
        return None;
    }
    Some((date - epoch()).get_days())
}

/// A day since the epoch as `YYYY-MM-DD`.
pub fn date_of_day(day: i32) -> String {
    epoch().saturating_add(jiff::Span::new().days(day.clamp(0, 3_000_000))).to_string()
}

/// Territories as one writes them: `330100 sole 2026-01-01 2026-12-31; 330483 border`; a date that
/// is missing before another is `-`.
pub fn territory_texts(territories: &[Territory]) -> String {
    let texts = territories.iter().map(|it| {
        let mut text = format!("{} {}", it.area, it.kind.name());
        if it.from_day.is_some() || it.until_day.is_some() {
            let from = it.from_day.map_or_else(|| "-".to_owned(), date_of_day);
            text += &format!(" {from}");
        }
        if let Some(until) = it.until_day {
            text += &format!(" {}", date_of_day(until));
        }
        text
    });
    texts.collect::<Vec<_>>().join("; ")
}

impl NewTerritory {
    /// Reads what [`territory_texts`] writes; lines part them as well. Without a kind it is `sole`.
    pub fn parse_all(text: &str) -> Vec<Self> {
        let parts = text.split([';', '\n', '；']).map(str::trim).filter(|it| !it.is_empty());
        let territory = |part: &str| {
            let mut words = part.split_whitespace().map(str::to_owned);
            let division = words.next().unwrap_or_default();
            let kind = words.next().unwrap_or_else(|| TerritoryKind::Sole.name().to_owned());
            let mut date = || words.next().filter(|it| it != "-");
            let (from, until) = (date(), date());
            Self { division, kind, from, until }
        };
        parts.map(territory).collect()
    }
}

/// A territory as it is kept.
pub(super) fn row_of(it: &Territory) -> TerritoryRow {
    let kind = TerritoryKind::ALL.iter().position(|kind| *kind == it.kind).unwrap_or_default();
    TerritoryRow {
        area: it.area.to_string(),
        kind: kind as u8,
        from_day: it.from_day,
        until_day: it.until_day,
    }
}

/// A territory that was kept.
pub(super) fn territory_of(row: TerritoryRow) -> Result<Territory> {
    let area = Area::parse(&row.area).ok_or_else(|| Error::internal("a territory is no area"))?;
    let kind = TerritoryKind::ALL.get(usize::from(row.kind)).copied();
    let kind = kind.ok_or_else(|| Error::internal("a territory has no kind"))?;
    Ok(Territory { area, kind, from_day: row.from_day, until_day: row.until_day })
}

//! One look-up for any scanned text: what it is, and what of this platform it leads to.

use ::schemes::{Names, Number, Reader, Reading, Scheme};
use gs1::dictionary::Ai;
use gs1::digital_link::DigitalLink;
use store::bindings::{self, Target};
use store::enterprises::{self, Enterprise};
use store::id::Scope;
use store::ident::{INTERNED, class_and_number};
use store::lots::{self, Lot};
use store::products::{self, Product};
use store::scans;

use crate::bindings::Identifier;
use crate::limits::MAX_BINDINGS;
use crate::{Caller, Result, Scan, ScanAnswer, Service};

/// What a text is and leads to.
#[derive(Debug, Clone)]
pub struct Identified<'s> {
    /// All readings, the best first.
    pub readings: Vec<Reading<'s>>,
    /// What the first reading that leads anywhere leads to; empty if none does.
    pub leads: Vec<Lead>,
}

/// Something of this platform that an identifier leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// An item.
    Item {
        /// Its code and what it means; no scan was counted.
        answer: Box<ScanAnswer>,
        /// What else it, its lot and its product go by.
        identifiers: Vec<Identifier>,
    },
    /// A lot.
    Lot(Lot),
    /// A product.
    Product(Product),
    /// An enterprise.
    Enterprise(Enterprise),
}

/// The fourteen digits of a GTIN that was written with 8, 12, 13 or 14.
pub fn gtin_of(digits: &str) -> Option<String> {
    gs1::Gtin::parse(digits).ok().map(|gtin| gtin.as_str().to_owned())
}

impl Service {
    /// Says what a text is, and finds what it leads to as far as the caller may see it. Items are
    /// as public as their pages; of lots, products and enterprises each sees its own.
    pub async fn identify_text(&self, caller: &Caller, text: &str) -> Result<Identified<'_>> {
        let readings = self.recognize(text);
        let mut leads = Vec::new();
        for reading in &readings {
            let Ok(number) = &reading.outcome else { continue };
            leads = self.leads(caller.scope(), reading.scheme, number).await?;
            if !leads.is_empty() {
                break;
            }
        }
        Ok(Identified { readings, leads })
    }

    async fn leads(&self, scope: Scope, scheme: &Scheme, number: &Number) -> Result<Vec<Lead>> {
        if scheme.reader == Some(Reader::Own) {
            return Ok(Vec::from_iter(self.item_lead(&number.text).await?));
        }
        if scheme.names == Names::Enterprises {
            let registration = match scheme.id.as_str() {
                "kr-business" => "kr-brn",
                id => id,
            };
            let store = self.store();
            let found =
                enterprises::by_registration(store, scope, registration, &number.text).await?;
            return Ok(found.map(Lead::Enterprise).into_iter().collect());
        }
        let own = self.id_of_epc(&number.uri).await?;
        if let Some(id) = own.filter(|&id| class_and_number(id).0 != INTERNED) {
            return Ok(Vec::from_iter(self.item_lead(self.code_of_id(id)?.as_str()).await?));
        }
        let bound =
            bindings::by_uri(self.store(), Scope::PLATFORM, &number.uri, MAX_BINDINGS).await?;
        let mut leads = Vec::new();
        for binding in bound {
            leads.extend(self.target_lead(scope, binding.target).await?);
        }
        if leads.is_empty() {
            leads.extend(self.gtin_lead(scope, &number.uri).await?);
        }
        Ok(leads)
    }

    async fn target_lead(&self, scope: Scope, target: Target) -> Result<Option<Lead>> {
        let store = self.store();
        Ok(match target {
            Target::Item(id) => self.item_lead(self.code_of_id(id)?.as_str()).await?,
            Target::Lot(id) => lots::find(store, scope, id).await?.map(Lead::Lot),
            Target::Product(id) => products::find(store, scope, id).await?.map(Lead::Product),
        })
    }

    /// The lot or the product that a GTIN, with or without AI 10, was registered for.
    async fn gtin_lead(&self, scope: Scope, uri: &str) -> Result<Option<Lead>> {
        let Ok(link) = DigitalLink::parse(uri) else { return Ok(None) };
        if link.key() != Ai::GTIN {
            return Ok(None);
        }
        let product = products::by_gtin(self.store(), scope, link.value()).await?;
        let Some(product) = product else { return Ok(None) };
        Ok(match link.qualifiers() {
            [] => Some(Lead::Product(product)),
            [lot] if lot.ai() == Ai::LOT => {
                let found = lots::by_number(self.store(), scope, product.product_id, lot.value());
                found.await?.map(Lead::Lot)
            }
            _ => None,
        })
    }

    async fn item_lead(&self, code: &str) -> Result<Option<Lead>> {
        let answer = self.scan_code(code, Scan::LOOK).await?;
        let Some(item) = &answer.item else { return Ok(None) };
        let life = scans::facts(self.store(), item.item_id).await?.life;
        let lot = life.and_then(|life| life.lot_id);
        let targets = [Target::Item(item.item_id), Target::Product(item.goods.product_id)];
        let mut identifiers = Vec::new();
        for target in targets.into_iter().chain(lot.map(Target::Lot)) {
            let of_one = bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS);
            identifiers.extend(of_one.await?.into_iter().map(Identifier::from));
        }
        Ok(Some(Lead::Item { answer: Box::new(answer), identifiers }))
    }
}

//! Further identifiers of an item, a lot or a product (R18, R20, R21): an Ecode, an MA code, an
//! RFID EPC, a number of another system, a certificate.
//!
//! One identifier leads to one item, so it can be bound once on the whole platform; a certificate
//! covers many products and may be bound to each. A key of another enterprise's GTIN is not taken.

use ::schemes::{Names, Number, Reader, Scheme};
use gs1::epc::Level;
use store::bindings::{self, Binding, Reach, Target};
use store::id::{EnterpriseId, LotId, ProductId, Scope};
use store::ident::{INTERNED, class_and_number};
use store::{code_batches, lots, products};

use crate::limits::{MAX_BINDINGS, MAX_IDENTIFIER_BYTES};
use crate::{Caller, Error, Result, Service};

/// What an identifier is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoundTo {
    /// An item, by its code or its EPC.
    Item(String),
    /// A lot.
    Lot(LotId),
    /// A product.
    Product(ProductId),
}

/// An identifier to bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBinding {
    /// What it will lead to.
    pub to: BoundTo,
    /// The identifier as scanned or typed.
    pub text: String,
    /// Its scheme, where a text could be of several; else the best reading is taken.
    pub scheme_id: Option<String>,
}

/// One further identifier of an item, a lot or a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// One URI for all its spellings.
    pub uri: String,
    /// Its scheme.
    pub scheme_id: String,
    /// What it is bound to: `item`, `lot` or `product`.
    pub of: &'static str,
    /// Microseconds since the epoch.
    pub bound_at_us: i64,
}

impl From<Binding> for Identifier {
    fn from(binding: Binding) -> Self {
        let of = match binding.target {
            Target::Item(_) => "item",
            Target::Lot(_) => "lot",
            Target::Product(_) => "product",
        };
        let Binding { uri, scheme_id, bound_at_us, .. } = binding;
        Self { uri, scheme_id, of, bound_at_us }
    }
}

impl Service {
    /// Binds an identifier; whoever scans it from now on is led to the same item.
    pub async fn bind_identifier(&self, caller: &Caller, new: &NewBinding) -> Result<Identifier> {
        let (target, owner) = self.target(caller.writes()?, &new.to).await?;
        let (scheme, number) = self.number(new)?;
        check_kind(scheme, &number, target)?;
        self.check_free(&number.uri, owner).await?;
        let bound =
            bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS).await?;
        if bound.len() >= MAX_BINDINGS as usize {
            let limit = u64::from(MAX_BINDINGS);
            return Err(Error::TooLarge { limit, what: "identifiers of one thing" });
        }
        let reach = if scheme.names == Names::Goods { Reach::One } else { Reach::Many };
        let binding = Binding {
            uri: number.uri,
            scheme_id: scheme.id.clone(),
            target,
            reach,
            enterprise_id: owner,
            bound_at_us: self.now_us(),
        };
        match self.store().write("bind identifier", bindings::insert(&binding)).await {
            Ok(_) => Ok(binding.into()),
            Err(store::Error::Conflict { .. }) => {
                Err(Error::Conflict("this identifier is bound already".into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Undoes [`Service::bind_identifier`].
    pub async fn unbind_identifier(&self, caller: &Caller, old: &NewBinding) -> Result<()> {
        let scope = caller.writes()?;
        let (target, _) = self.target(scope, &old.to).await?;
        let (_, number) = self.number(old)?;
        let bound = bindings::of_target(self.store(), scope, target, MAX_BINDINGS).await?;
        let found = bound.iter().find(|binding| binding.uri == number.uri);
        let statements = bindings::delete(found.ok_or(Error::NotFound)?);
        self.store().write("unbind identifier", statements).await?;
        Ok(())
    }

    /// The identifiers bound to an item, a lot or a product, in the order of their URIs.
    pub async fn identifiers_of(&self, caller: &Caller, to: &BoundTo) -> Result<Vec<Identifier>> {
        let scope = caller.scope();
        let (target, _) = self.target(scope, to).await?;
        let bound = bindings::of_target(self.store(), scope, target, MAX_BINDINGS).await?;
        Ok(bound.into_iter().map(Identifier::from).collect())
    }

    /// The item that a text is bound to, with the number that the text was read as.
    pub(crate) async fn item_behind(&self, text: &str) -> Result<Option<(Number, i64)>> {
        for reading in self.recognize(text) {
            let Ok(number) = reading.outcome else { continue };
            if reading.scheme.reader == Some(Reader::Own) {
                continue;
            }
            let found = bindings::by_uri(self.store(), Scope::PLATFORM, &number.uri, 1).await?;
            if let Some(Binding { target: Target::Item(id), reach: Reach::One, .. }) = found.first()
            {
                return Ok(Some((number, *id)));
            }
        }
        Ok(None)
    }

    /// What is to be bound to, and whose it is.
    async fn target(&self, scope: Scope, to: &BoundTo) -> Result<(Target, EnterpriseId)> {
        match to {
            BoundTo::Item(text) => {
                let epc = self.canonical_epc(text).await?;
                let id = self.id_of_epc(&epc).await?.ok_or(Error::NotFound)?;
                let (class, number) = class_and_number(id);
                if class == INTERNED {
                    return Err(Error::NotFound);
                }
                let batch = code_batches::by_ordinal(self.store(), scope, class, number).await?;
                Ok((Target::Item(id), batch.ok_or(Error::NotFound)?.enterprise_id))
            }
            BoundTo::Lot(id) => {
                let lot = lots::find(self.store(), scope, *id).await?.ok_or(Error::NotFound)?;
                Ok((Target::Lot(*id), lot.enterprise_id))
            }
            BoundTo::Product(id) => {
                let product = products::find(self.store(), scope, *id).await?;
                Ok((Target::Product(*id), product.ok_or(Error::NotFound)?.enterprise_id))
            }
        }
    }

    /// The best reading of the text, in the named scheme if one is named.
    fn number(&self, new: &NewBinding) -> Result<(&Scheme, Number)> {
        let mut readings = self.recognize(&new.text);
        if let Some(id) = &new.scheme_id {
            readings.retain(|reading| reading.scheme.id == *id);
        }
        let fault = readings.iter().find_map(|reading| reading.outcome.as_ref().err().cloned());
        let right = |reading: ::schemes::Reading<'_>| reading.outcome.ok();
        let found = readings.into_iter().find_map(|reading| {
            let id = reading.scheme.id.clone();
            right(reading).map(|number| (id, number))
        });
        match found {
            Some((id, number)) => Ok((self.find_scheme(&id)?, number)),
            None => Err(Error::rejected(
                "/text",
                "unknown-identifier",
                fault.unwrap_or_else(|| "no scheme of the registry reads this".into()),
            )),
        }
    }

    /// Refuses what names an item of ours already, and keys of others' GTINs.
    async fn check_free(&self, uri: &str, owner: EnterpriseId) -> Result<()> {
        let id = self.id_of_epc(uri).await?;
        if id.is_some_and(|id| class_and_number(id).0 != INTERNED) {
            return Err(Error::Conflict("this is the code of an item of its own".into()));
        }
        let Some(gtin) = gtin_of(uri) else { return Ok(()) };
        let product = products::by_gtin(self.store(), Scope::PLATFORM, gtin).await?;
        if product.is_some_and(|product| product.enterprise_id != owner) {
            let message = format!("GTIN {gtin} is registered for a product of somebody else");
            return Err(Error::rejected("/text", "foreign-gtin", message));
        }
        Ok(())
    }
}

/// The GTIN of a canonical URI, if it has one.
pub(crate) fn gtin_of(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix("https://id.gs1.org/01/")?;
    rest.split('/').next()
}

/// Refuses what does not name goods, and a class of goods for one item.
fn check_kind(scheme: &Scheme, number: &Number, target: Target) -> Result<()> {
    let refused = |rule, message: &str| Err(Error::rejected("/text", rule, message));
    if scheme.reader == Some(Reader::Own) {
        return refused("own-code", "a code of this platform leads to its own item");
    }
    if matches!(scheme.names, Names::Enterprises | Names::Divisions) {
        return refused("not-of-goods", "this names an enterprise or a place, not goods");
    }
    let is_item = matches!(target, Target::Item(_));
    if scheme.names == Names::Goods && number.level == Level::Class && is_item {
        return refused(
            "class-of-goods",
            "this names a class of goods: bind it to a product or lot",
        );
    }
    if number.uri.len() > MAX_IDENTIFIER_BYTES {
        let limit = MAX_IDENTIFIER_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of an identifier" });
    }
    Ok(())
}

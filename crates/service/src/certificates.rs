//! Tests and certificates that an enterprise shows of its goods, on the pages of their codes, and
//! of itself, on its own: a picture with what it says, of a product, of one lot of it, or neither.
//!
//! They are the word of the enterprise, and pages say so. One is added and taken back and never
//! edited, so the list of all of them is the log of their changes.

use std::sync::Arc;

use store::certificates::{self, Certificate, Size};
use store::id::{CertificateId, EnterpriseId, LotId, ProductId, Scope};
use store::{lots, products};
use verdict::Tone;

use crate::dealers::{date_of_day, day_of};
use crate::error::Violations;
use crate::kept::Goods;
use crate::limits::{MAX_CERTIFICATE_CHARS, MAX_CERTIFICATES};
use crate::lots::expires_at_us;
use crate::page_settings::fault_of_line;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service, pictures};

/// A certificate as a person or a program writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCertificate {
    /// The number of the lot it is of; empty for all of the product.
    pub lot_number: String,
    /// What it is called.
    pub title: String,
    /// The number on it, if it has one.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Its last day as `YYYY-MM-DD`, if it has one.
    pub valid_until: String,
}

/// A certificate as whoever scans a code sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCertificate {
    /// Names its pictures.
    pub certificate_id: String,
    /// Whether it is of the lot alone.
    pub is_of_lot: bool,
    /// What it is called.
    pub title: String,
    /// The number on it; empty if it has none.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Its last day as `YYYY-MM-DD`.
    pub valid_until: Option<String>,
    /// Whether that is over.
    pub is_expired: bool,
}

impl NewCertificate {
    /// The last day, if nothing is wrong.
    fn check(&self) -> Result<Option<i32>> {
        let mut violations = Violations::default();
        let lines = [("/title", &self.title), ("/number", &self.number), ("/issuer", &self.issuer)];
        for (pointer, text) in lines {
            let is_left_out = pointer == "/number" && text.trim().is_empty();
            if !is_left_out {
                violations.check_text(pointer, text.trim(), MAX_CERTIFICATE_CHARS);
            }
            if let Some((rule, message)) = fault_of_line(text.trim()) {
                violations.add(pointer, rule, message);
            }
        }
        let last = Some(self.valid_until.trim()).filter(|it| !it.is_empty());
        let valid_until = last.and_then(day_of);
        if last.is_some() && valid_until.is_none() {
            violations.add("/valid_until", "bad-date", "write the date as YYYY-MM-DD");
        }
        violations.finish()?;
        Ok(valid_until)
    }
}

impl Service {
    /// Shows a certificate of a product from now on, or of the caller's enterprise itself; `body`
    /// is its picture, which is encoded anew.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::NotFound`] for another's product,
    /// [`Error::TooLarge`] if there are [`MAX_CERTIFICATES`] of the product, the lot or the
    /// enterprise.
    pub async fn add_certificate(
        &self,
        caller: &Caller,
        product_id: Option<ProductId>,
        new: &NewCertificate,
        body: Vec<u8>,
    ) -> Result<Certificate> {
        let owner = self.certified(caller.writes()?, product_id).await?;
        let valid_until = new.check()?;
        let lot_id = self.lot_of_certificate(owner, product_id, &new.lot_number).await?;
        let pictures = pictures::in_turn(move || pictures::certificate_anew(&body)).await?;
        let mut attempts = Attempts::of("add certificate");
        loop {
            let taken = certificates::places(self.store(), (owner, product_id), lot_id).await?;
            let place_no = (0..MAX_CERTIFICATES as i64).find(|it| !taken.contains(it));
            let Some(place_no) = place_no else {
                let limit = MAX_CERTIFICATES as u64;
                return Err(Error::TooLarge {
                    limit,
                    what: "certificates of a product, a lot or an enterprise",
                });
            };
            let certificate = Certificate {
                certificate_id: CertificateId::new(self.now_us(), self.random_bits()),
                product_id,
                lot_id,
                lot_number: new.lot_number.trim().to_owned(),
                title: new.title.trim().to_owned(),
                number: new.number.trim().to_owned(),
                issuer: new.issuer.trim().to_owned(),
                valid_until,
                added_at_us: self.now_us(),
                added_by: caller.label.clone(),
                removed: None,
            };
            let at = (owner, place_no);
            let statements = certificates::insert(at, &certificate, pictures.clone());
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                product_id.into_iter().for_each(|id| self.forget_goods(id));
                return Ok(certificate);
            }
        }
    }

    /// Takes a certificate back, its pictures at once; one that was taken back before stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's.
    pub async fn remove_certificate(
        &self,
        caller: &Caller,
        product_id: Option<ProductId>,
        id: CertificateId,
    ) -> Result<()> {
        let owner = self.certified(caller.writes()?, product_id).await?;
        let mut attempts = Attempts::of("remove certificate");
        loop {
            let found = certificates::find(self.store(), (owner, product_id), id).await?;
            if found.ok_or(Error::NotFound)?.removed.is_some() {
                return Ok(());
            }
            let statements = certificates::remove(owner, id, self.now_us(), &caller.label);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                product_id.into_iter().for_each(|id| self.forget_goods(id));
                return Ok(());
            }
        }
    }

    /// Certificates of a product, or of the caller's enterprise itself, those that were taken back
    /// among them.
    pub async fn list_certificates(
        &self,
        caller: &Caller,
        product_id: Option<ProductId>,
        page: &Page,
    ) -> Result<Paged<Certificate>> {
        let owner = self.certified(caller.business()?, product_id).await?;
        let page_of = page.to_store(page.after_id(CertificateId::number)?);
        let rows = certificates::list(self.store(), (owner, product_id), page_of).await?;
        Ok(page.paged(rows, |row| row.certificate_id.to_string()))
    }

    /// The picture of a certificate as JPEG, `small` or `large`; public while it is shown.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn certificate_picture(&self, id: CertificateId, size: &str) -> Result<Vec<u8>> {
        let size = match size {
            "small" => Size::Small,
            "large" => Size::Large,
            _ => return Err(Error::NotFound),
        };
        certificates::picture(self.store(), id, size).await?.ok_or(Error::NotFound)
    }

    /// What the page of an item shows: those of its lot first, what is over last, and nothing where
    /// the answer warns of the goods or is about none.
    pub(crate) async fn shown_certificates(
        &self,
        goods: &Goods,
        lot_id: Option<LotId>,
        tone: Tone,
    ) -> Result<Option<Arc<[ShownCertificate]>>> {
        if matches!(tone, Tone::Red | Tone::Grey) {
            return Ok(None);
        }
        let key = (goods.product_id, lot_id);
        let now_us = self.now_us();
        if let Some(shown) = self.kept().certificates.fresh(&key, now_us) {
            return Ok(Some(shown));
        }
        let subject = (goods.enterprise_id, Some(goods.product_id));
        let found = certificates::shown(self.store(), subject, lot_id).await?;
        let shown: Arc<[_]> = in_order(found, now_us).into();
        self.kept().certificates.put(key, (now_us, shown.clone()));
        Ok(Some(shown))
    }

    /// What the public page of an enterprise shows of itself, what is over last.
    pub async fn own_certificates(&self, id: EnterpriseId) -> Result<Vec<ShownCertificate>> {
        let found = certificates::shown(self.store(), (id, None), None).await?;
        Ok(in_order(found, self.now_us()))
    }

    /// Whose certificates those of a product are, or of whom there are some without a product.
    async fn certified(&self, scope: Scope, product: Option<ProductId>) -> Result<EnterpriseId> {
        let Some(id) = product else { return scope.single().ok_or(Error::NotFound) };
        let found = products::find(self.store(), scope, id).await?;
        Ok(found.ok_or(Error::NotFound)?.enterprise_id)
    }

    async fn lot_of_certificate(
        &self,
        owner: EnterpriseId,
        product_id: Option<ProductId>,
        lot_number: &str,
    ) -> Result<Option<LotId>> {
        let number = lot_number.trim();
        if number.is_empty() {
            return Ok(None);
        }
        let scope = Scope::enterprise(owner);
        let lot = match product_id {
            Some(id) => lots::by_number(self.store(), scope, id, number).await?,
            None => None,
        };
        let unknown = || Error::rejected("/lot_number", "no-lot", "the product has no such lot");
        lot.map(|it| Some(it.lot_id)).ok_or_else(unknown)
    }
}

/// As pages show them: what is over comes last.
fn in_order(found: Vec<Certificate>, now_us: i64) -> Vec<ShownCertificate> {
    let shown = found.into_iter().map(|it| ShownCertificate::of(it, now_us));
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by_key(|it| it.is_expired);
    shown
}

impl ShownCertificate {
    fn of(it: Certificate, now_us: i64) -> Self {
        let valid_until = it.valid_until.map(date_of_day);
        let end_us = valid_until.as_deref().and_then(expires_at_us);
        Self {
            certificate_id: it.certificate_id.to_string(),
            is_of_lot: it.lot_id.is_some(),
            title: it.title,
            number: it.number,
            issuer: it.issuer,
            is_expired: end_us.is_some_and(|end_us| end_us <= now_us),
            valid_until,
        }
    }
}

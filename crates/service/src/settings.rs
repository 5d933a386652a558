//! What is set for one product, for all of an enterprise or for the platform: rules of verdicts,
//! and what producers add to pages.
//!
//! The nearest are in force as a whole; a scan goes by them a few seconds later. Each change is
//! noted with who, when, from what and to what.

use store::id::{EnterpriseId, KeyId, ProductId, Scope, SettingChangeId};
use store::products;
use store::settings::{self, Kind, Subject};

use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// Who set something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// Nobody set anything.
    Default,
    /// The operator set it for all.
    Platform,
    /// The enterprise set it for all its products.
    Enterprise,
    /// The enterprise set it for this product.
    Product,
}

impl SetBy {
    /// Stable name: `default`, `platform`, `enterprise`, `product`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Platform => "platform",
            Self::Enterprise => "enterprise",
            Self::Product => "product",
        }
    }
}

/// Settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce<T> {
    /// Which.
    pub settings: T,
    /// Who set them.
    pub from: SetBy,
}

/// Somebody set settings or took them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange<T> {
    /// Its id.
    pub change_id: SettingChangeId,
    /// For which product; none is all of the enterprise, or of the platform.
    pub product_id: Option<ProductId>,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
    /// By which key.
    pub key_id: KeyId,
    /// What the key's owner calls it.
    pub changed_by: String,
    /// What was set before; none if nothing was.
    pub before: Option<T>,
    /// What is set now; none if nothing is.
    pub after: Option<T>,
}

/// Settings that are kept as a text, which is never empty.
pub(crate) trait Setting: Default + PartialEq {
    const KIND: Kind;
    fn to_text(&self) -> String;
    /// What was kept; what this version does not know is left out.
    fn of_text(text: &str) -> Self;
}

fn read<T: Setting>(text: &str) -> Option<T> {
    (!text.is_empty()).then(|| T::of_text(text))
}

impl Service {
    /// Whom settings are for: a product inside `scope`, or all that the caller speaks for.
    pub(crate) async fn subject_of(
        &self,
        caller: &Caller,
        scope: Scope,
        product_id: Option<&str>,
    ) -> Result<Subject> {
        let Some(text) = product_id else {
            let enterprise_id = caller.enterprise_id.unwrap_or(EnterpriseId::LEAST);
            return Ok(Subject { enterprise_id, product_id: None });
        };
        let id: ProductId = text.parse()?;
        let product = products::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
        Ok(Subject { enterprise_id: product.enterprise_id, product_id: Some(id) })
    }

    /// The nearest settings.
    pub(crate) async fn in_force<T: Setting>(&self, subject: Subject) -> Result<InForce<T>> {
        let all = settings::of_subject(self.store(), T::KIND, subject).await?;
        let mut set = all.into_iter().filter_map(|it| Some((it.subject, read(&it.text)?)));
        Ok(match set.next() {
            None => InForce { settings: T::default(), from: SetBy::Default },
            Some((subject, settings)) => {
                let from = match subject {
                    Subject { product_id: Some(_), .. } => SetBy::Product,
                    Subject { enterprise_id: EnterpriseId::LEAST, .. } => SetBy::Platform,
                    Subject { .. } => SetBy::Enterprise,
                };
                InForce { settings, from }
            }
        })
    }

    /// Sets settings in place of those of the same subject, or takes them back.
    pub(crate) async fn change_settings<T: Setting>(
        &self,
        caller: &Caller,
        subject: Subject,
        after: Option<&T>,
    ) -> Result<InForce<T>> {
        let after = after.map(T::to_text).unwrap_or_default();
        let mut attempts = Attempts::of("change settings");
        loop {
            let all = settings::of_subject(self.store(), T::KIND, subject).await?;
            let set = all.into_iter().find(|it| it.subject == subject);
            let revision = set.as_ref().map_or(0, |it| it.revision);
            let before = set.map(|it| it.text).unwrap_or_default();
            if before == after {
                return self.in_force(subject).await;
            }
            let change = settings::Change {
                change_id: SettingChangeId::new(self.now_us(), self.random_bits()),
                kind: T::KIND,
                subject,
                changed_at_us: self.now_us(),
                key_id: caller.key_id,
                changed_by: caller.label.clone(),
                before,
                after: after.clone(),
            };
            let statements = settings::change(&change, revision);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                if let Some(id) = subject.product_id {
                    self.forget_goods(id);
                }
                return self.in_force(subject).await;
            }
        }
    }

    /// Who changed settings, when, from what to what.
    pub(crate) async fn setting_changes<T: Setting>(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<SettingChange<T>>> {
        let page_of = page.to_store(page.after_id(SettingChangeId::number)?);
        let rows = settings::changes(self.store(), T::KIND, caller.scope(), page_of).await?;
        let paged = page.paged(rows, |row| row.change_id.to_string());
        let items = paged.items.into_iter().map(|row| SettingChange {
            change_id: row.change_id,
            product_id: row.subject.product_id,
            changed_at_us: row.changed_at_us,
            key_id: row.key_id,
            changed_by: row.changed_by,
            before: read(&row.before),
            after: read(&row.after),
        });
        Ok(Paged { items: items.collect(), next: paged.next })
    }
}

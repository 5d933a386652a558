//! A platform to test in: a service over a store, an operator, and subjects to work with.

use std::path::Path;

use service::testing;
pub(crate) use service::testing::{MORNING_US, OUTSIDE, now_us, set_now_us};
use service::{
    BatchView, Caller, Commission, NewBatch, NewEnterprise, NewKey, NewProduct, Role, Secrets,
    Selection, Service,
};
use store::Store;
use store::id::{BatchId, EnterpriseId, ProductId};
use verdict::Granularity;

/// One platform. The clock stands still unless a test moves it; each test has its own process.
pub(crate) struct House {
    pub(crate) service: Service,
    pub(crate) operator: Caller,
}

/// An enterprise with a product and a key.
pub(crate) struct Firm {
    pub(crate) enterprise_id: EnterpriseId,
    pub(crate) product_id: ProductId,
    pub(crate) caller: Caller,
}

impl House {
    pub(crate) async fn new(store: Store) -> Self {
        let service = Service::start(store, secrets(1), "https://t.example", OUTSIDE).await;
        let operator = Caller::console_of_machine();
        Self { service: service.expect("the service starts"), operator }
    }

    /// A producer with a product; `number` tells firms apart.
    pub(crate) async fn firm(&self, number: u32, gtin: Option<&str>) -> Firm {
        self.firm_in(number, gtin, None).await
    }

    /// The same, registered in a division.
    pub(crate) async fn firm_in(
        &self,
        number: u32,
        gtin: Option<&str>,
        division: Option<&str>,
    ) -> Firm {
        let new = NewEnterprise {
            name: format!("Firm {number}"),
            enterprise_type: "producer".into(),
            registration_scheme: "other".into(),
            registration_number: number.to_string(),
            division: division.map(str::to_owned),
            address: "1 Test Road".into(),
            contact: "+86 10 0000 0000".into(),
        };
        let service = &self.service;
        let enterprise = service.create_enterprise(&self.operator, new).await.expect("a firm");
        let enterprise_id = enterprise.enterprise_id;
        let caller = self.key(enterprise_id, Role::Enterprise).await;
        let new = NewProduct {
            enterprise_id: None,
            name: format!("Product {number}"),
            product_type: "test goods".into(),
            specification: "1 kg".into(),
            gtin: gtin.map(str::to_owned),
        };
        let product = service.create_product(&caller, new).await.expect("a product");
        Firm { enterprise_id, product_id: product.product_id, caller }
    }

    pub(crate) async fn key(&self, enterprise_id: EnterpriseId, role: Role) -> Caller {
        let new = NewKey {
            role,
            enterprise_id: Some(enterprise_id),
            jurisdiction: None,
            label: "test".into(),
        };
        let (_, secret) = self.service.create_key(&self.operator, new).await.expect("a key");
        self.service.authenticate(&secret).await.expect("the key is known")
    }

    /// A regulator of a part of the platform.
    pub(crate) async fn regulator(&self, jurisdiction: &str) -> Caller {
        let jurisdiction = Some(jurisdiction.to_owned());
        let label = "test".to_owned();
        let new = NewKey { role: Role::Regulator, enterprise_id: None, jurisdiction, label };
        let (_, secret) = self.service.create_key(&self.operator, new).await.expect("a key");
        self.service.authenticate(&secret).await.expect("the key is known")
    }

    pub(crate) async fn batch(&self, firm: &Firm, n_codes: u64) -> BatchView {
        let new = order(firm, n_codes);
        self.service.mint_batch(&firm.caller, new).await.expect("a batch")
    }

    /// Binds a whole batch to a lot of 20 November 2026, now.
    pub(crate) async fn commission(&self, firm: &Firm, id: BatchId, lot_number: &str) {
        let commission = Commission {
            codes: Selection::Whole(id),
            lot_number: lot_number.into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: None,
        };
        self.service.commission_codes(&firm.caller, commission).await.expect("commissioned");
    }

    /// A batch whose labels have a layer over the PIN.
    pub(crate) async fn covered_batch(&self, firm: &Firm, n_codes: u64) -> BatchView {
        let new = NewBatch { has_cover: true, ..order(firm, n_codes) };
        self.service.mint_batch(&firm.caller, new).await.expect("a batch")
    }

    /// Codes and PINs of a whole batch, read from its print file.
    pub(crate) async fn printed(&self, firm: &Firm, batch: &BatchView) -> Vec<(String, String)> {
        let range = service::PrintRange { first: 0, end: None, with_bom: false };
        let id = batch.batch.batch_id;
        let mut file = self.service.open_print_file(&firm.caller, id, range).await.expect("a file");
        let mut text = Vec::new();
        while let Some(chunk) = file.next_chunk().expect("codes are made") {
            text.extend(chunk);
        }
        file.finish().await.expect("the download is recorded");
        let text = String::from_utf8(text).expect("a print file is ASCII");
        let line = |line: &str| {
            let mut fields = line.split(',').map(str::to_owned);
            let code = fields.next().unwrap_or_default();
            (code, fields.nth(1).unwrap_or_default())
        };
        text.lines().skip(1).map(line).collect()
    }
}

/// Keys for `n_epochs` epochs.
pub(crate) fn secrets(n_epochs: usize) -> Secrets {
    testing::secrets(Path::new(env!("CARGO_TARGET_TMPDIR")), n_epochs)
}

/// An order of codes for single items.
pub(crate) fn order(firm: &Firm, n_codes: u64) -> NewBatch {
    NewBatch {
        product_id: firm.product_id,
        granularity: Granularity::Item,
        n_digits: None,
        n_codes,
        is_sample: false,
        has_cover: false,
    }
}

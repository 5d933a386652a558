//! A platform to test in: a service over a store, an operator, and subjects to work with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use mint::{CodeKey, ManifestKey, PinKey};
use service::{
    BatchView, Caller, NewBatch, NewEnterprise, NewKey, NewProduct, Outside, Role, Secrets, Service,
};
use store::Store;
use store::id::{EnterpriseId, ProductId};
use verdict::Granularity;

/// 2026-11-21T08:00:00Z.
pub(crate) const MORNING_US: i64 = 1_795_248_000_000_000;

pub(crate) const OUTSIDE: Outside = Outside { clock: now_us, random };

static NOW_US: AtomicI64 = AtomicI64::new(MORNING_US);
static RANDOM: AtomicU64 = AtomicU64::new(1);

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
        let new = NewEnterprise {
            name: format!("Firm {number}"),
            enterprise_type: "producer".into(),
            registration_scheme: "other".into(),
            registration_number: number.to_string(),
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
        let new = NewKey { role, enterprise_id: Some(enterprise_id), label: "test".into() };
        let (_, secret) = self.service.create_key(&self.operator, new).await.expect("a key");
        self.service.authenticate(&secret).await.expect("the key is known")
    }

    pub(crate) async fn batch(&self, firm: &Firm, n_codes: u64) -> BatchView {
        let new = NewBatch {
            product_id: firm.product_id,
            granularity: Granularity::Item,
            n_digits: None,
            n_codes,
            is_sample: false,
        };
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

/// Moves the clock of this process.
pub(crate) fn set_now_us(at_us: i64) {
    NOW_US.store(at_us, Ordering::SeqCst);
}

fn now_us() -> i64 {
    NOW_US.load(Ordering::SeqCst)
}

/// Not random at all, and never the same twice: enough for ids, salts and keys of a test.
fn random(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(8) {
        let mut word = RANDOM.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word ^= word >> 29;
        word = word.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        chunk.copy_from_slice(&word.to_be_bytes()[..chunk.len()]);
    }
}

/// Keys for `n_epochs` epochs, made once and kept in the build folder, since RSA keys take long.
pub(crate) fn secrets(n_epochs: usize) -> Secrets {
    let code = |n: usize| {
        let made = || CodeKey::generate().and_then(|key| key.to_pkcs8()).expect("a key").to_vec();
        CodeKey::from_pkcs8(&kept(&format!("code-{n}"), made)).expect("a code key")
    };
    let manifest =
        || ManifestKey::generate().and_then(|key| key.to_pkcs8()).expect("a key").to_vec();
    Secrets {
        code: (1..=n_epochs).map(code).collect(),
        manifest: ManifestKey::from_pkcs8(&kept("manifest", manifest)).expect("a manifest key"),
        pin: PinKey::from_bytes(&[7; 32]).expect("a PIN key"),
    }
}

fn kept(name: &str, make: impl Fn() -> Vec<u8>) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.test-key"));
    if let Ok(bytes) = std::fs::read(&path) {
        return bytes;
    }
    let bytes = make();
    let mine = path.with_extension(std::process::id().to_string());
    std::fs::write(&mine, bytes).expect("the build folder can be written");
    // Whoever comes first wins, and all read the same.
    let _ = std::fs::hard_link(&mine, &path);
    let _ = std::fs::remove_file(&mine);
    std::fs::read(&path).expect("the key was just kept")
}

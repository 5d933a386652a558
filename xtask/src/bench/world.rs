//! Worlds for the benches: a data folder with its keys, filled through the operations.
//!
//! A world is kept under `target/bench` by its size and the schema, and used again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use mint::{CodeKey, KeyRing, Length, ManifestKey, PinKey};
use service::{
    BatchView, Caller, Commission, NewBatch, NewEnterprise, NewKey, NewProduct, Outside, Role,
    Scan, Secrets, Selection, Service,
};
use store::id::{BatchId, EnterpriseId, ProductId};
use store::{Durability, Options, Store};
use verdict::Granularity;

/// How much a world holds.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) n_batches: u64,
    /// Codes of each batch.
    pub(crate) n_codes: u64,
    /// Of each batch, from position 0.
    pub(crate) n_commissioned: u64,
    /// Of each batch, from position 0.
    pub(crate) n_scanned: u64,
}

/// An open world.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) service: Service,
    ring: KeyRing,
}

/// A producer with its product.
pub(crate) struct Firm {
    pub(crate) product_id: ProductId,
    pub(crate) caller: Caller,
}

const N_AT_ONCE: u64 = 64;
const DONE: &str = "complete";

impl World {
    /// An empty world, whatever was there before.
    pub(crate) async fn empty(name: &str) -> Result<Self> {
        let folder = folder_of(name)?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        Self::open(&folder, Durability::Full).await
    }

    /// The folder of a world of this size, filled now unless it is there already.
    pub(crate) async fn filled(size: Size) -> Result<PathBuf> {
        let folder = folder_of(size.name)?;
        Self::made(&folder, async |world| world.fill(size).await).await?;
        Ok(folder)
    }

    /// Has `fill` make the world of a folder unless it is there, whole, already.
    pub(crate) async fn made(
        folder: &Path,
        fill: impl AsyncFnOnce(Arc<Self>) -> Result<()>,
    ) -> Result<()> {
        if folder.join(DONE).exists() {
            return Ok(());
        }
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        let world = Arc::new(Self::open(folder, Durability::UntilPowerFails).await?);
        fill(Arc::clone(&world)).await?;
        let world = Arc::into_inner(world).context("all tasks have ended")?;
        world.service.stop().await?;
        Ok(std::fs::write(folder.join(DONE), "")?)
    }

    /// The world in a folder; made if it is not there.
    pub(crate) async fn open(folder: &Path, durability: Durability) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut options = Options::new(now_us());
        options.durability = durability;
        Self::over(Store::open_sqlite(folder, options).await?, folder).await
    }

    /// The world of a store; its keys are in a folder, made if they are not there.
    pub(crate) async fn over(store: Store, folder: &Path) -> Result<Self> {
        let secrets = secrets(folder)?;
        let permutations = Length::ALL.map(|length| secrets.code[0].permutation(length, 1));
        let permutations = permutations.into_iter().collect::<Result<Vec<_>, _>>()?;
        let ring = KeyRing::first_epoch(permutations)?;
        let outside = Outside { clock: now_us, random };
        let service = Service::start(store, secrets, "https://t.example", outside).await?;
        Ok(Self { folder: folder.to_owned(), service, ring })
    }

    /// A new producer.
    pub(crate) async fn firm(&self, number: u64) -> Result<Firm> {
        let operator = Caller::console_of_machine();
        let new = NewEnterprise {
            name: format!("Firm {number}"),
            enterprise_type: "producer".into(),
            registration_scheme: "other".into(),
            registration_number: format!("{number}-{}", now_us()),
            division: None,
            address: "1 Bench Road".into(),
            contact: "bench@t.example".into(),
        };
        let enterprise_id = self.service.create_enterprise(&operator, new).await?.enterprise_id;
        let caller = self.caller(enterprise_id).await?.1;
        let new = NewProduct {
            enterprise_id: None,
            name: format!("Product {number}"),
            product_type: "bench goods".into(),
            specification: "1 kg".into(),
            gtin: None,
        };
        let product_id = self.service.create_product(&caller, new).await?.product_id;
        Ok(Firm { product_id, caller })
    }

    /// A key of an enterprise: its secret, and the caller it proves.
    pub(crate) async fn caller(&self, enterprise_id: EnterpriseId) -> Result<(String, Caller)> {
        let operator = Caller::console_of_machine();
        let id = Some(enterprise_id);
        let new = NewKey {
            role: Role::Enterprise,
            enterprise_id: id,
            jurisdiction: None,
            label: "bench".into(),
        };
        let (_, secret) = self.service.create_key(&operator, new).await?;
        let caller = self.service.authenticate(&secret).await?;
        Ok((secret, caller))
    }

    /// An order of 17 digits, a code an item.
    pub(crate) async fn batch(&self, firm: &Firm, n_codes: u64) -> Result<BatchView> {
        let new = NewBatch {
            product_id: firm.product_id,
            granularity: Granularity::Item,
            n_digits: Some(17),
            n_codes,
            is_sample: false,
            has_cover: false,
        };
        Ok(self.service.mint_batch(&firm.caller, new).await?)
    }

    /// The code at a position of a batch.
    pub(crate) fn code(&self, batch: &BatchView, position: u64) -> Result<String> {
        self.code_of(batch.batch.first_ordinal + position)
    }

    /// The code of 17 digits with an ordinal.
    pub(crate) fn code_of(&self, ordinal: u64) -> Result<String> {
        let code = self.ring.code_at(Length::D17, ordinal);
        Ok(code.context("the first epoch skips nothing")?.to_string())
    }

    /// Fills the world and writes one commissioned code of each of up to 10^5 batches to `codes`.
    async fn fill(self: Arc<Self>, size: Size) -> Result<()> {
        let mut codes = String::new();
        let mut firms = Vec::new();
        for number in 0..size.n_batches.min(10) {
            firms.push(Arc::new(self.firm(number).await?));
        }
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..size.n_batches {
            let firm = Arc::clone(&firms[(number % firms.len() as u64) as usize]);
            let world = Arc::clone(&self);
            tasks.spawn(async move { world.fill_batch(&firm, size, number).await });
            if tasks.len() as u64 >= N_AT_ONCE {
                codes.push_str(&tasks.join_next().await.context("a task runs")???);
            }
            if number % 10_000 == 9_999 {
                eprintln!("# {}: {} of {} batches", size.name, number + 1, size.n_batches);
            }
        }
        while let Some(code) = tasks.join_next().await {
            codes.push_str(&code??);
        }
        std::fs::write(self.folder.join("codes"), codes)?;
        Ok(())
    }

    async fn fill_batch(&self, firm: &Firm, size: Size, number: u64) -> Result<String> {
        let batch = self.batch(firm, size.n_codes).await?;
        let batch_id: BatchId = batch.batch.batch_id;
        let codes = Selection::Range { batch_id, first: 0, last: size.n_commissioned - 1 };
        let commission = Commission {
            codes,
            lot_number: format!("L{number}"),
            production_date: "2026-11-20".into(),
            shelf_life_days: Some(365),
            event_time_us: None,
        };
        self.service.commission_codes(&firm.caller, commission).await?;
        for position in 0..size.n_scanned {
            self.service.scan_code(&self.code(&batch, position)?, Scan::CHECK).await?;
        }
        let sampled = number % size.n_commissioned;
        Ok(format!("{}\n", self.code(&batch, sampled)?))
    }
}

/// Where a world of this name is kept, for this schema.
pub(crate) fn folder_of(name: &str) -> Result<PathBuf> {
    let schema = store::migrations().flat_map(str::bytes);
    let stamp = schema.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let exe = std::env::current_exe()?;
    let target = exe.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    let target = target.context("xtask runs from the build folder")?;
    Ok(target.join("bench").join(format!("{name}-{stamp:016x}")))
}

/// The keys in a folder; made if they are not there. They protect nothing.
fn secrets(folder: &Path) -> Result<Secrets> {
    let kept = |name: &str, make: &dyn Fn() -> Result<Vec<u8>>| -> Result<Vec<u8>> {
        let path = folder.join(name);
        if !path.exists() {
            std::fs::write(&path, make()?)?;
        }
        Ok(std::fs::read(&path)?)
    };
    let code = kept("code.key", &|| Ok(CodeKey::generate()?.to_pkcs8()?.to_vec()))?;
    let manifest = kept("manifest.key", &|| Ok(ManifestKey::generate()?.to_pkcs8()?.to_vec()))?;
    let pin = kept("pin.key", &|| Ok(PinKey::generate()?.to_bytes().to_vec()))?;
    Ok(Secrets {
        code: vec![CodeKey::from_pkcs8(&code)?],
        manifest: ManifestKey::from_pkcs8(&manifest)?,
        pin: PinKey::from_bytes(&pin)?,
    })
}

/// Now, in microseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "a bench is a process of its own")]
pub(crate) fn now_us() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as i64)
}

/// Fit for ids and salts of a bench, not for keys, which the cryptographic library makes.
fn random(bytes: &mut [u8]) {
    use std::hash::{BuildHasher, RandomState};
    for chunk in bytes.chunks_mut(8) {
        let word = RandomState::new().hash_one(0).to_be_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
}

/// Codes of a filled world.
pub(crate) fn codes(folder: &Path) -> Result<Vec<String>> {
    let codes = std::fs::read_to_string(folder.join("codes"))?;
    let codes: Vec<String> = codes.lines().map(str::to_owned).collect();
    ensure!(!codes.is_empty(), "the world has no codes; remove {} and try again", folder.display());
    Ok(codes)
}

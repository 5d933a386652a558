//! Plays a world through the operations of the product, each step at its own time.

use std::collections::HashMap;

use anyhow::{Context, Result};
use scenario::{Act, Guess, ItemRef, Run, Spelling, Step, World};
use service::{
    Caller, Commission, Device, NewBatch, NewEnterprise, NewKey, NewParty, NewProduct, PrintRange,
    Recording, Retire, Retirement, Role, Scan, Selection, Service,
};
use store::code_batches::CodeBatch;
use store::id::{EnterpriseId, ProductId};
use verdict::{Area, Confidence, DeviceId, Source, Spot};

use super::LogIn;
use super::tour::Places;
use crate::outside::tell_clock;
use crate::report::Progress;

/// How long before its first event the world is registered, in microseconds: a day.
const HEAD_START_US: i64 = 86_400_000_000;

/// What is left of the load.
pub(super) struct Loaded {
    pub(super) log_ins: Vec<LogIn>,
    pub(super) places: Places,
}

pub(super) struct Loader<'a> {
    pub(super) service: &'a Service,
    pub(super) world: &'a World,
    /// The time told last; each registration takes a millisecond, so that ids are apart.
    at_us: i64,
    enterprises: Vec<EnterpriseId>,
    pub(super) products: Vec<ProductId>,
    /// By index of the batch.
    batches: HashMap<usize, PrintedBatch>,
}

/// A batch as its print file shows it: what the owner of the labels knows.
struct PrintedBatch {
    batch: CodeBatch,
    /// Code and PIN by position.
    lines: Vec<(String, String)>,
}

/// Loads `world`; leaves the clock where its last step was.
pub(super) async fn load(service: &Service, world: &World) -> Result<Loaded> {
    let starts = world.batches.iter().map(|batch| batch.ordered_at_us);
    let starts = starts.chain(world.steps.iter().map(|step| step.at_us));
    let at_us = starts.min().context("the world is empty")? - HEAD_START_US;
    let (enterprises, products) = (Vec::new(), Vec::new());
    let batches = HashMap::new();
    let mut loader = Loader { service, world, at_us, enterprises, products, batches };
    loader.register().await?;
    let log_ins = loader.make_keys().await?;
    let mut progress = Progress::new("steps");
    let mut orders: Vec<usize> = (0..world.batches.len()).collect();
    orders.sort_by_key(|&batch| world.batches[batch].ordered_at_us);
    let mut orders = orders.into_iter().peekable();
    for (n_done, step) in world.steps.iter().enumerate() {
        while let Some(batch) =
            orders.next_if(|&batch| world.batches[batch].ordered_at_us <= step.at_us)
        {
            loader.order(batch).await.with_context(|| format!("batch {batch}"))?;
        }
        tell_clock(Some(step.at_us));
        loader.play(step).await.with_context(|| format!("step {n_done}"))?;
        progress.at(n_done as u64, world.steps.len() as u64);
    }
    for batch in orders {
        loader.order(batch).await.with_context(|| format!("batch {batch}"))?;
    }
    let recalled = loader.recall().await.context("the recall")?;
    let mut places = loader.places()?;
    places.others.extend(recalled.map(|code| ("recalled".to_owned(), code)));
    Ok(Loaded { log_ins, places })
}

impl Loader<'_> {
    async fn register(&mut self) -> Result<()> {
        let operator = Caller::console_of_machine();
        for enterprise in &self.world.enterprises {
            self.tick();
            let new = NewEnterprise {
                name: local_name(enterprise).to_owned(),
                enterprise_type: enterprise.enterprise_type.to_owned(),
                registration_scheme: enterprise.registration_scheme.to_owned(),
                registration_number: enterprise.registration_number.clone(),
                division: None,
                address: enterprise.address.to_owned(),
                contact: enterprise.contact.to_owned(),
            };
            let made = self.service.create_enterprise(&operator, new).await;
            let made = made.with_context(|| format!("enterprise {}", enterprise.names.en))?;
            self.enterprises.push(made.enterprise_id);
            // Events that name it are shown to it, and lead from one to the next of the chain.
            let new = NewParty {
                enterprise_id: made.enterprise_id.to_string(),
                identifier: format!("https://id.gs1.org/417/{}", enterprise.gln),
            };
            self.service.create_party(&operator, new).await?;
        }
        for product in &self.world.products {
            self.tick();
            let new = NewProduct {
                enterprise_id: Some(self.enterprises[product.enterprise]),
                name: product.names.zh.to_owned(),
                product_type: product.product_type.zh.to_owned(),
                specification: product.specification.to_owned(),
                gtin: product.gtin.clone(),
            };
            let made = self.service.create_product(&operator, new).await;
            let id = made.with_context(|| format!("product {}", product.names.en))?.product_id;
            self.service.set_picture(&operator, id, product.picture.png()).await?;
            self.products.push(id);
        }
        Ok(())
    }

    /// A key for the platform, one for the regulator, and one for each enterprise.
    async fn make_keys(&mut self) -> Result<Vec<LogIn>> {
        let mut wanted = vec![
            (Role::Operator, None, "the platform"),
            (Role::Regulator, None, "the market regulator"),
        ];
        for (index, enterprise) in self.world.enterprises.iter().enumerate() {
            let role = role_of(enterprise.enterprise_type);
            wanted.push((role, Some(self.enterprises[index]), enterprise.names.en));
        }
        let mut log_ins = Vec::new();
        for (role, enterprise_id, name) in wanted {
            self.tick();
            let new = NewKey { role, enterprise_id, jurisdiction: None, label: name.to_owned() };
            let (_, key) = self.service.create_key(&Caller::console_of_machine(), new).await?;
            log_ins.push(LogIn { role: role.name().to_owned(), name: name.to_owned(), key });
        }
        Ok(log_ins)
    }

    /// Orders the codes of a batch and takes its print file, as its owner would.
    async fn order(&mut self, index: usize) -> Result<()> {
        let plan = &self.world.batches[index];
        tell_clock(Some(plan.ordered_at_us));
        let owner = self.world.products[plan.product].enterprise;
        let caller = match plan.is_sample {
            true => Caller::console_of_machine(),
            false => self.caller(owner),
        };
        let new = NewBatch {
            product_id: self.products[plan.product],
            granularity: plan.granularity,
            n_digits: Some(plan.n_digits),
            n_codes: plan.n_codes,
            is_sample: plan.is_sample,
            has_cover: false,
        };
        let batch = self.service.mint_batch(&caller, new).await?.batch;
        let range = PrintRange { first: 0, end: None, with_bom: false };
        let mut printed = self.service.open_print_file(&caller, batch.batch_id, range).await?;
        let mut text = Vec::new();
        while let Some(chunk) = printed.next_chunk()? {
            text.extend(chunk);
        }
        printed.finish().await?;
        let lines = std::str::from_utf8(&text)?.lines().skip(1).map(parse_line);
        let lines = lines.collect::<Option<_>>().context("the print file has another form")?;
        self.batches.insert(index, PrintedBatch { batch, lines });
        Ok(())
    }

    async fn play(&self, step: &Step) -> Result<()> {
        let event_time_us = Some(step.at_us);
        match &step.act {
            Act::Commission { run, lot } => {
                let lot = &self.world.lots[*lot];
                let commission = Commission {
                    codes: self.selection(*run)?,
                    lot_number: lot.lot_number.clone(),
                    production_date: lot.production_date.clone(),
                    shelf_life_days: lot.shelf_life_days,
                    event_time_us,
                };
                self.service.commission_codes(&self.owner(*run), commission).await?;
            }
            Act::Capture { enterprise, events } => {
                let body = scenario::document(
                    step.at_us,
                    events,
                    &Spelling {
                        batch_id: &|batch| self.batches[&batch].batch.batch_id.to_string(),
                        epc: &|batch, position| self.batches[&batch].epc(position),
                    },
                );
                self.service.capture_document(&self.caller(*enterprise), body).await?;
            }
            Act::Void { run, reason } => self.retire(*run, Retirement::Void(*reason), step).await?,
            Act::Destroy { run, reason } => {
                self.retire(*run, Retirement::Destroy(*reason), step).await?;
            }
            Act::Scan { item, division, device } => {
                let (code, _) = self.line(*item)?;
                let recording = Recording::Record(Source::Consumer);
                let device = device.strip_prefix("device-");
                let device = device.and_then(|number| u64::from_str_radix(number, 16).ok());
                let device = device.map(|number| Device::Known(DeviceId(number)));
                let area = Area::parse(division);
                let confidence = Confidence::Middle;
                let spot = area.map(|area| Spot { area, position: None, confidence });
                let scan = Scan { recording, device, spot, ..Scan::CHECK };
                self.service.scan_code(code, scan).await?;
            }
            Act::TryPin { item, guess } => {
                let (code, pin) = self.line(*item)?;
                let pin = match guess {
                    Guess::Right => pin.to_owned(),
                    Guess::Wrong => another_pin(pin)?,
                };
                self.service.prove_pin(code, &pin, None).await?;
            }
        }
        Ok(())
    }

    async fn retire(&self, run: Run, how: Retirement, step: &Step) -> Result<()> {
        let codes = self.selection(run)?;
        let retire = Retire { codes, how, event_time_us: Some(step.at_us) };
        self.service.retire_codes(&self.owner(run), retire).await?;
        Ok(())
    }

    fn places(&self) -> Result<Places> {
        let tour = &self.world.tour;
        let code = |item| self.line(item).map(|(code, _)| code.to_owned());
        let covered = self.line(tour.scanned_before)?;
        let batch = &self.batches[&tour.first_scan.batch].batch;
        let owner =
            self.world.products[self.world.batches[tour.first_scan.batch].product].enterprise;
        Ok(Places {
            first_scan: code(tour.first_scan)?,
            copied: code(tour.copied)?,
            covered: covered.0.to_owned(),
            covered_pin: covered.1.to_owned(),
            history: code(tour.long_history)?,
            history_epc: self.batches[&tour.long_history.batch].epc(tour.long_history.position),
            batch_id: batch.batch_id.to_string(),
            batch_owner: self.world.enterprises[owner].names.en.to_owned(),
            others: vec![
                ("scanned before it was commissioned".into(), code(tour.scanned_early)?),
                ("taken out of use: stolen".into(), code(tour.voided)?),
                ("destroyed".into(), code(tour.destroyed)?),
                ("printed, not yet used".into(), code(tour.not_commissioned)?),
                ("PIN proved by its buyer".into(), code(tour.pin_proved)?),
                ("PIN locked after five wrong tries".into(), code(tour.pin_locked)?),
                ("sample of the public trial batch".into(), code(tour.sample)?),
                ("one code for a whole lot".into(), code(tour.same_for_lot)?),
                ("one code for a whole product".into(), code(tour.same_for_product)?),
            ],
        })
    }

    fn tick(&mut self) {
        self.at_us += 1_000;
        tell_clock(Some(self.at_us));
    }

    fn caller(&self, enterprise: usize) -> Caller {
        let enterprise_id = Some(self.enterprises[enterprise]);
        Caller { role: Role::Enterprise, enterprise_id, ..Caller::console_of_machine() }
    }

    pub(super) fn owner(&self, run: Run) -> Caller {
        self.caller(self.world.products[self.world.batches[run.batch].product].enterprise)
    }

    fn selection(&self, run: Run) -> Result<Selection> {
        let batch = self.batches.get(&run.batch).context("codes are used before their order")?;
        let batch_id = batch.batch.batch_id;
        Ok(Selection::Range { batch_id, first: run.first, last: run.last })
    }

    /// Code and PIN of an item.
    pub(super) fn line(&self, item: ItemRef) -> Result<(&str, &str)> {
        let batch = self.batches.get(&item.batch).context("a code is used before its order")?;
        let line = batch.lines.get(item.position as usize).context("a code outside its batch")?;
        Ok((&line.0, &line.1))
    }
}

impl PrintedBatch {
    /// The EPC that goods of this batch bear.
    fn epc(&self, position: u64) -> String {
        let code = &self.lines[position as usize].0;
        match (&self.batch.gtin, mint::Code::parse(code)) {
            (Some(gtin), Ok(code)) => format!("https://id.gs1.org/01/{gtin}/21/{}", code.serial()),
            _ => format!("{}/c/{code}", self.batch.public_url),
        }
    }
}

/// Code and PIN of `code,url,pin`.
fn parse_line(line: &str) -> Option<(String, String)> {
    let mut fields = line.split(',');
    let code = fields.next()?.to_owned();
    Some((code, fields.nth(1)?.to_owned()))
}

fn another_pin(pin: &str) -> Result<String> {
    let number: u32 = pin.parse()?;
    Ok(format!("{:06}", (number + 1) % 1_000_000))
}

fn local_name(enterprise: &scenario::Enterprise) -> &'static str {
    match enterprise.registration_scheme {
        "kr-brn" => enterprise.names.ko,
        "uscc" => enterprise.names.zh,
        _ => enterprise.names.en,
    }
}

fn role_of(enterprise_type: &str) -> Role {
    match enterprise_type {
        "dealer" | "logistics" => Role::Dealer,
        _ => Role::Enterprise,
    }
}

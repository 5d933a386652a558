//! `bench trace`: where an item came from, and who holds what an ingredient went into, beside the
//! same questions as recursive CTEs over tables with a row for each item.
//!
//! Both sides count the same holders and meet the same moves, which is checked here.

mod igraph;
mod rival;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use epcis::build::document;
use scenario::chain::{Chain, Feeding, Packing};
use service::{Caller, NewBatch, NewProduct, Service, TraceQuestion};
use store::Durability;
use trace::{Direction, State};
use verdict::Granularity;

use super::Options;
use super::line::emit;
use super::world::{World, now_us};
use crate::components;
use crate::postgres::Postgres;
use rival::Held;

const DECADES: [(&str, u64); 3] = [("1e5", 100_000), ("1e6", 1_000_000), ("1e7", 10_000_000)];
const FULL: (&str, u64) = ("1e8", 100_000_000);
/// The size at which rivals are asked.
const BESIDE: (&str, u64) = DECADES[1];
const EVENTS_A_DOCUMENT: usize = 1_000;
const DOCUMENTS_AT_ONCE: usize = 4;

const N_BACKWARD: u64 = 1_000;
const N_SMALL: u64 = 100;
const N_LARGE: u64 = 11;

/// Measures.
pub(crate) fn run(options: Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: Options) -> Result<()> {
    let mut growth = Vec::new();
    for (label, n_items) in DECADES.into_iter().chain(options.full.then_some(FULL)) {
        let chain = Chain { n_items, packing: Packing::Consecutive, feeding: Feeding::Runs };
        let asked = Asked::open(label, chain).await?;
        growth.push(asked.sizes(label).await?);
        if (label, n_items) == BESIDE {
            beside(&asked, "").await?;
        }
        asked.close().await?;
    }
    let worst = growth.windows(2).map(|two| two[1] / two[0]).fold(0.0, f64::max);
    let what = "a tenth of the items; the worst of the decades";
    emit("trace/backward/growth", growth[growth.len() - 1], "ms p50", Some(what), Some(worst))?;

    let (label, n_items) = BESIDE;
    let chain = Chain { n_items, packing: Packing::Consecutive, feeding: Feeding::Scattered };
    let asked = Asked::open(&format!("scatter-{label}"), chain).await?;
    beside(&asked, "scatter").await?;
    asked.close().await?;

    let chain = Chain { n_items, packing: Packing::Shuffled, feeding: Feeding::Runs };
    let asked = Asked::open(&format!("shuffled-{label}"), chain).await?;
    asked.bytes("shuffled")?;
    let mut taken: Vec<_> = asked.backwards(N_BACKWARD).await?.into_iter().map(|it| it.1).collect();
    emit("trace/backward/shuffled/p50_ms", quantile(&mut taken, 0.5), "ms", None, None)?;
    asked.close().await
}

/// A world that answers.
struct Asked {
    chain: Chain,
    folder: PathBuf,
    service: Service,
    caller: Caller,
    /// The first code of the batch, and a way to the others.
    world: Arc<World>,
    first_ordinal: u64,
}

impl Asked {
    async fn open(label: &str, chain: Chain) -> Result<Self> {
        let folder = super::world::folder_of(&format!("chain-{label}"))?;
        World::made(&folder, async |world| fill(world, chain).await).await?;
        let world = Arc::new(World::open(&folder, Durability::UntilPowerFails).await?);
        // A warm page cache: the file was read once, by whoever.
        std::io::copy(&mut std::fs::File::open(database(&folder))?, &mut std::io::sink())?;
        let first_ordinal = std::fs::read_to_string(folder.join("first"))?.trim().parse()?;
        let (service, caller) = (world.service.clone(), Caller::console_of_machine());
        Ok(Self { chain, folder, service, caller, world, first_ordinal })
    }

    async fn close(self) -> Result<()> {
        drop(self.service);
        let world = Arc::into_inner(self.world).context("nobody else has it")?;
        Ok(world.service.stop().await?)
    }

    /// Prints what it costs at this size; answers the median of backward, in milliseconds.
    async fn sizes(&self, label: &str) -> Result<f64> {
        let mut backward = Vec::new();
        for number in 0..N_BACKWARD {
            let question = TraceQuestion::backward(&self.code(self.some_item(number))?);
            let started = Instant::now();
            let told = self.service.trace(&self.caller, &question).await?;
            backward.push(started.elapsed());
            ensure!(told.steps.len() >= 11, "the way of {} is too short", question.subject);
            ensure!(told.cut.is_none(), "the way of {} is cut", question.subject);
        }
        let p50_ms = quantile(&mut backward, 0.5);
        emit(&format!("trace/backward/{label}/p50_ms"), p50_ms, "ms", None, None)?;
        let p99_ms = quantile(&mut backward, 0.99);
        emit(&format!("trace/backward/{label}/p99_ms"), p99_ms, "ms", None, None)?;

        let lots = self.chain.lots_of_one_run();
        let mut small = Vec::new();
        for number in 0..N_SMALL {
            let lot = lots.start + number % (lots.end - lots.start);
            let (held, taken) = self.recall(lot).await?;
            ensure!(n_held(&held) == scenario::chain::ITEMS_A_RUN as i64, "lot {lot}: {held:?}");
            small.push(taken);
        }
        let p50_ms = quantile(&mut small, 0.5);
        emit(&format!("trace/recall_3000/{label}/p50_ms"), p50_ms, "ms", None, None)?;

        let mut large = Vec::new();
        for _ in 0..N_LARGE {
            let (held, taken) = self.recall(0).await?;
            ensure!(n_held(&held) == self.chain.n_fed_by_lot_0() as i64, "lot 0: {held:?}");
            large.push(taken);
        }
        let n_items = self.chain.n_fed_by_lot_0() as f64;
        let unit = format!("ms for {n_items:e} items");
        let p50_ms = quantile(&mut large, 0.5);
        emit(&format!("trace/recall_1e6/{label}/p50_ms"), p50_ms, &unit, None, None)?;
        emit(&format!("trace/rss_mib/{label}"), rss_mib()?, "MiB", None, None)?;
        self.bytes(&format!("consecutive/{label}"))?;
        Ok(quantile(&mut backward, 0.5))
    }

    fn bytes(&self, name: &str) -> Result<()> {
        let n_bytes = std::fs::metadata(database(&self.folder))?.len();
        let bytes = n_bytes as f64 / self.chain.n_items as f64;
        Ok(emit(&format!("trace/bytes_per_item/{name}"), bytes, "bytes", None, None)?)
    }

    /// Who holds what was made of a lot: how many items at each place, in each state.
    async fn recall(&self, lot: u64) -> Result<(Held, Duration)> {
        let direction = Direction::Forward;
        let asked = TraceQuestion { direction, ..TraceQuestion::backward(&Chain::lot(lot)) };
        let started = Instant::now();
        let trail = self.service.follow(&self.caller, &asked).await?;
        let mut held: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for holding in &trail.holdings {
            let is_item =
                store::ident::class_and_number(holding.ids.first).0 < store::ident::INTERNED;
            if is_item {
                let n_ids = holding.ids.last - holding.ids.first + 1;
                let way = i64::from(holding.state != State::InTransit);
                *held.entry((holding.place.unwrap_or(-1), way)).or_default() += n_ids;
            }
        }
        let taken = started.elapsed();
        ensure!(trail.cut.is_none(), "the recall of lot {lot} is cut: {:?}", trail.cut);
        Ok((held.into_iter().map(|((place, way), n)| (place, way, n)).collect(), taken))
    }

    fn some_item(&self, number: u64) -> u64 {
        number.wrapping_mul(7_368_787_333) % self.chain.n_items
    }

    fn code(&self, item: u64) -> Result<String> {
        self.world.code_of(self.first_ordinal + item)
    }
}

fn n_held(held: &Held) -> i64 {
    held.iter().map(|(_, _, n)| n).sum()
}

/// The same questions on both sides, at one size.
async fn beside(asked: &Asked, scatter: &str) -> Result<()> {
    let rows = rival::Rows::of(asked.chain);
    let path = asked.folder.join("rival.db");
    let sqlite = rival::sqlite(&path, &rows)?;
    let n_bytes = std::fs::metadata(&path)?.len() as f64 / asked.chain.n_items as f64;
    if scatter.is_empty() {
        emit("trace/bytes_per_item/sqlite_rows", n_bytes, "bytes", None, None)?;
    }
    let on_sqlite = |sql: &'static str, number| {
        let started = Instant::now();
        rival::ask_sqlite(&sqlite, sql, number).map(|held| (held, started.elapsed()))
    };
    // Once unmeasured, as ours was.
    on_sqlite(rival::RECALL, asked.chain.lots_of_one_run().start)?;
    let small = |number| asked.chain.lots_of_one_run().start + number % 100;
    let what = "a recursive CTE on SQLite over a row for each item";
    let ours = asked.recalls(small, 20).await?;
    let theirs = (0..20).map(|number| on_sqlite(rival::RECALL, small(number)));
    let theirs = theirs.collect::<Result<Vec<_>>>()?;
    let name = if scatter.is_empty() { "recall_3000" } else { "scatter_3000" };
    compare(&format!("trace/{name}/sqlite_cte"), what, &ours, &theirs)?;
    if let Some(theirs) = igraph::ask(&asked.folder, &rows, (0..20).map(small))? {
        let what = "igraph in memory, asked in Python, nothing durable";
        compare(&format!("trace/{name}/igraph"), what, &ours, &theirs)?;
    }
    if !scatter.is_empty() {
        return Ok(());
    }
    let large = asked.recalls(|_| 0, 5).await?;
    let theirs = (0..3).map(|_| on_sqlite(rival::RECALL, 0)).collect::<Result<Vec<_>>>()?;
    compare("trace/recall_1e6/sqlite_cte", what, &large, &theirs)?;
    let back = asked.backwards(200).await?;
    let theirs = (0..200).map(|number| on_sqlite(rival::BACKWARD, asked.some_item(number)));
    let theirs = theirs.collect::<Result<Vec<_>>>()?;
    compare_ways("trace/backward/sqlite_cte", what, &back, &theirs)?;

    let Some(programs) = components::postgres_programs() else {
        eprintln!("# no PostgreSQL here; `cargo xtask setup` installs it");
        return Ok(());
    };
    let postgres = Postgres::start(&programs)?;
    let client = rival::postgres(&postgres.url(), &rows).await?;
    let what = "a recursive CTE on PostgreSQL over a row for each item, jit off";
    let recall = client.prepare(rival::RECALL).await?;
    let backward = client.prepare(rival::BACKWARD).await?;
    let on_postgres = async |statement: &tokio_postgres::Statement, numbers: Vec<u64>| {
        let mut answers = Vec::new();
        for number in numbers {
            let started = Instant::now();
            let held = rival::ask_postgres(&client, statement, number).await?;
            answers.push((held, started.elapsed()));
        }
        anyhow::Ok(answers)
    };
    let theirs = on_postgres(&recall, (0..20).map(small).collect()).await?;
    compare("trace/recall_3000/postgres_cte", what, &ours, &theirs)?;
    let theirs = on_postgres(&recall, vec![0; 3]).await?;
    compare("trace/recall_1e6/postgres_cte", what, &large, &theirs)?;
    let theirs = on_postgres(&backward, (0..200).map(|it| asked.some_item(it)).collect()).await?;
    compare_ways("trace/backward/postgres_cte", what, &back, &theirs)
}

type Answers = Vec<(Held, Duration)>;

impl Asked {
    async fn recalls(&self, lot: impl Fn(u64) -> u64, times: u64) -> Result<Answers> {
        let mut answers = Vec::new();
        for number in 0..times {
            answers.push(self.recall(lot(number)).await?);
        }
        Ok(answers)
    }

    /// Backward of items: times of their moves, and how long it took.
    async fn backwards(&self, times: u64) -> Result<Answers> {
        let mut answers = Vec::new();
        for number in 0..times {
            let question = TraceQuestion::backward(&self.code(self.some_item(number))?);
            let started = Instant::now();
            let told = self.service.trace(&self.caller, &question).await?;
            let taken = started.elapsed();
            let moves = told.steps.iter().filter(|step| !step.documents.is_empty());
            answers.push((moves.map(|step| (step.event_time_us, 0, 0)).collect(), taken));
        }
        Ok(answers)
    }
}

/// Both name as many items in as many places.
fn compare(name: &str, what: &str, ours: &Answers, theirs: &Answers) -> Result<()> {
    for ((our, _), (their, _)) in ours.iter().zip(theirs) {
        let counts = |held: &Held| {
            let mut counts: Vec<_> = held.iter().map(|&(_, way, n)| (way, n)).collect();
            counts.sort_unstable();
            counts
        };
        ensure!(counts(our) == counts(their), "{name}: {our:?} here, {their:?} there");
    }
    ratio(name, what, ours, theirs)
}

/// Both tell the same moves.
fn compare_ways(name: &str, what: &str, ours: &Answers, theirs: &Answers) -> Result<()> {
    for ((our, _), (their, _)) in ours.iter().zip(theirs) {
        let our: Vec<i64> = our.iter().map(|step| step.0).collect();
        let their = their.iter().filter(|(_, way, _)| *way >= 0);
        let their: Vec<i64> = their.map(|(at_us, ..)| *at_us).collect();
        ensure!(our == their, "{name}: {our:?} here, {their:?} there");
    }
    ratio(name, what, ours, theirs)
}

fn ratio(name: &str, what: &str, ours: &Answers, theirs: &Answers) -> Result<()> {
    let median = |answers: &Answers| {
        quantile(&mut answers.iter().map(|(_, taken)| *taken).collect::<Vec<_>>(), 0.5)
    };
    let (ours, theirs) = (median(ours), median(theirs));
    Ok(emit(name, ours, "ms p50", Some(what), Some(theirs / ours))?)
}

fn quantile(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    let place = ((times.len() - 1) as f64 * part).round() as usize;
    times[place].as_secs_f64() * 1e3
}

fn database(folder: &Path) -> PathBuf {
    folder.join("suyuan.db")
}

/// Memory of this process that lies in no file, in mebibytes: pages of the database that are
/// mapped are the system's to take back.
fn rss_mib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib: f64 =
        line.context("Linux says how much memory")?.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}

/// Captures the chain by documents.
async fn fill(world: Arc<World>, chain: Chain) -> Result<()> {
    let mut firm = world.firm(1).await?;
    let new = NewProduct {
        enterprise_id: None,
        name: "Chain".into(),
        product_type: "bench goods".into(),
        specification: "1 kg".into(),
        gtin: Some(Chain::gtin()),
    };
    firm.product_id = world.service.create_product(&firm.caller, new).await?.product_id;
    let new = NewBatch {
        product_id: firm.product_id,
        granularity: Granularity::Item,
        n_digits: Some(17),
        n_codes: chain.n_items,
        is_sample: false,
        has_cover: false,
    };
    let batch = world.service.mint_batch(&firm.caller, new).await?.batch;
    std::fs::write(world.folder.join("first"), batch.first_ordinal.to_string())?;
    let code_batch = batch.batch_id.to_string();
    let mut facts = chain.facts();
    let mut tasks = tokio::task::JoinSet::new();
    let mut n_events = 0;
    loop {
        let drafts: Vec<_> = facts
            .by_ref()
            .take(EVENTS_A_DOCUMENT)
            .map(|(at_us, fact)| fact.draft(at_us, &code_batch))
            .collect();
        if drafts.is_empty() {
            break;
        }
        n_events += drafts.len();
        let (world, caller) = (Arc::clone(&world), firm.caller.clone());
        tasks.spawn(async move {
            world.service.capture_document(&caller, document(now_us(), &drafts)).await
        });
        if tasks.len() >= DOCUMENTS_AT_ONCE {
            tasks.join_next().await.context("a task runs")???;
        }
        if n_events % 100_000 == 0 {
            eprintln!("# {n_events} events");
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

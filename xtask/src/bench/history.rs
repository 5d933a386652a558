//! The second half of `bench scan`: scans with every rule on, with the place of each address, over
//! a long history of scans in the store; and hits while others guess codes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use epcis::build::{Draft, When, document};
use epcis::{Action, Role};
use mint::Length;
use service::{Caller, NewRules, Page};
use store::Durability;
use tokio::task::JoinSet;

use super::client::Connection;
use super::geo::Draw;
use super::line::emit;
use super::scan::{BROWSER, LARGE, N_ROUNDS, PREVIEW, cpu_us, median};
use super::server::Server;
use super::world::{self, World};

/// Scans of each item that has a history.
const N_SCANS: u64 = 10;
/// Items of each batch that have one: 10^7 scans in all, or 10^8.
const SHORT: u64 = 10;
const LONG: u64 = 100;
/// Codes that nobody was given, beyond all that were.
const N_GUESSES: u64 = 400_000;
const FAR: u64 = 1_000_000_000_000;

/// Measures recorded scans over 10^7 scans, and with `full` over 10^8 as well.
pub(super) async fn measure(is_full: bool) -> Result<()> {
    let short = filled("scan-history-1e7", SHORT).await?;
    let worlds = match is_full {
        true => vec![short, filled("scan-history-1e8", LONG).await?],
        false => vec![short],
    };
    let servers = worlds.iter().map(|it| Server::judging(it)).collect::<Result<Vec<_>>>()?;
    let (folder, server) = worlds.last().zip(servers.last()).context("there is a world")?;
    let page = folder.join("page.html");
    let mut connection = Connection::open(&server.address).await?;
    std::fs::write(&page, connection.ask(&requests(folder, PREVIEW)?[0]).await?)?;
    let bare = Server::bare(&page)?;
    let asked = worlds.iter().map(|it| requests(it, BROWSER)).collect::<Result<Vec<_>>>()?;
    let (mut bare_us, mut ours_us) = (Vec::new(), vec![Vec::new(); worlds.len()]);
    let mut p99_ms = Vec::new();
    for _ in 0..N_ROUNDS {
        bare_us.push(cpu_us(&bare, &asked[0]).await?.0);
        for ((server, asked), us) in servers.iter().zip(&asked).zip(&mut ours_us) {
            let (each_us, load_p99_ms) = cpu_us(server, asked).await?;
            us.push(each_us);
            p99_ms.push(load_p99_ms);
        }
    }
    let bare_us = median(bare_us);
    let ours_us: Vec<f64> = ours_us.into_iter().map(median).collect();
    let (unit, rival) = ("us CPU/request", "server CPU of a bare handler, same bytes");
    for (us, n_scans) in ours_us.iter().zip(["1e7", "1e8"]) {
        let name = format!("scan/rules_recorded/{n_scans}");
        emit(&name, *us, unit, Some(rival), Some(bare_us / us))?;
    }
    emit("scan/rules_p99_ms", median(p99_ms), "ms, 64 connections", None, None)?;
    if let [short_us, long_us] = ours_us[..] {
        let (rival, ratio) = ("a tenth of the scans in the store", Some(long_us / short_us));
        emit("scan/history_growth", long_us, unit, Some(rival), ratio)?;
    }
    sold(&bare).await?;
    beside_misses(server, folder).await
}

/// The same where every producer told of a sale, so that each scan asks how its goods were sold.
async fn sold(bare: &Server) -> Result<()> {
    let folder = filled("scan-sold-1e7", SHORT).await?;
    let done = folder.join("sold");
    if !done.exists() {
        let world = World::open(&folder, Durability::UntilPowerFails).await?;
        let now_us = world::now_us();
        let when = When { event_time_us: now_us, offset: "+08:00".to_owned() };
        let operator = Caller::console_of_machine();
        for firm in world.service.list_enterprises(&operator, &Page::first()).await?.items {
            let enterprise_id = firm.enterprise_id;
            let caller = world.caller(enterprise_id).await?.1;
            let sale = Draft::object(Action::Observe, when.clone())
                .biz_step("retail_selling")
                .epc(Role::Epc, &format!("https://t.example/sold/{enterprise_id}"));
            world.service.capture_document(&caller, document(now_us, &[sale])).await?;
        }
        world.service.stop().await?;
        std::fs::write(done, "")?;
    }
    let (server, asked) = (Server::judging(&folder)?, requests(&folder, BROWSER)?);
    let (mut bare_us, mut ours_us) = (Vec::new(), Vec::new());
    for _ in 0..N_ROUNDS {
        bare_us.push(cpu_us(bare, &asked).await?.0);
        ours_us.push(cpu_us(&server, &asked).await?.0);
    }
    let (bare_us, ours_us) = (median(bare_us), median(ours_us));
    let rival = Some("server CPU of a bare handler, same bytes");
    emit("scan/sold_recorded", ours_us, "us CPU/request", rival, Some(bare_us / ours_us))?;
    Ok(())
}

/// The large world with a history: every scan in its place, as scans keep it.
async fn filled(name: &str, n_items: u64) -> Result<PathBuf> {
    let large = World::filled(LARGE).await?;
    let folder = world::folder_of(name)?;
    let done = folder.join("complete");
    if done.exists() {
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for file in std::fs::read_dir(&large)? {
        let file = file?;
        if file.file_name() != "complete" {
            std::fs::copy(file.path(), folder.join(file.file_name()))?;
        }
    }
    // Each batch has one code in the list; here they are of the items that have a history.
    let world = World::open(&folder, Durability::UntilPowerFails).await?;
    let areas = ["330000", "310000", "320000", "340000", "440000", "510000", "KR", "JP"];
    let rules = NewRules {
        bounds: [("density".into(), Some(1_000)), ("sold".into(), Some(30))].into(),
        sold_in: areas.map(str::to_owned).into(),
        ..NewRules::default()
    };
    world.service.set_rules(&Caller::console_of_machine(), &rules).await?;
    let db = rusqlite::Connection::open(folder.join("suyuan.db"))?;
    let mut codes = String::new();
    // All of them are of one length.
    let class = i64::from(Length::D17.class());
    let ordinals = db
        .prepare("select first_ordinal from code_batches where class = ?1 order by first_ordinal")?
        .query_map([class], |row| row.get::<_, i64>(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    for (nth, first) in ordinals.iter().enumerate() {
        codes.push_str(&world.code_of(*first as u64 + nth as u64 % n_items)?);
        codes.push('\n');
    }
    std::fs::write(folder.join("codes"), codes)?;
    // Well formed, and given to nobody: no guesser does as well.
    let guesses = (0..N_GUESSES).map(|nth| world.code_of(FAR + nth * 1_009));
    let guesses = guesses.collect::<Result<Vec<String>>>()?;
    std::fs::write(folder.join("guesses"), guesses.join("\n"))?;
    world.service.stop().await?;
    let started = Instant::now();
    // Those that earlier benches recorded go. Then a hundred batches at a time, so that the journal
    // stays small.
    db.execute_batch("pragma synchronous = off; delete from scans")?;
    let sql = format!(
        "with recursive items (n) as (
           select 0 union all select n + 1 from items where n + 1 < {n_items}),
         scans_of (n) as (select 0 union all select n + 1 from scans_of where n < {N_SCANS}),
         ids (id) as (
           select (class << 60 | first_ordinal) + items.n from code_batches, items
           where class = ?4 and first_ordinal between ?1 and ?2)
         insert or replace into scans
           (block, item_id, n_scan, scanned_at, n_scans, n_aside, device, place, confidence)
         select id >> 20, id, n, ?3 + n * 86400000000 + id % 1000000007,
           iif(n = 0, {N_SCANS}, null), iif(n = 0, 0, null),
           iif(n = 0, null, printf('%016x', (id * 31 + n) * 668265263)),
           iif(n = 0, null, iif(n % 3 = 0, '330100', '310000')), iif(n = 0, null, 1)
         from ids, scans_of order by id, n"
    );
    let began_us = world::now_us() - 30 * 86_400_000_000;
    let mut insert = db.prepare(&sql)?;
    for chunk in ordinals.chunks(100) {
        insert.execute([chunk[0], chunk[chunk.len() - 1], began_us, class])?;
    }
    eprintln!("# {name}: filled in {:.0} s", started.elapsed().as_secs_f64());
    drop(insert);
    std::fs::write(done, "")?;
    Ok(folder)
}

/// Requests for the codes of a world, each from an address of its own.
fn requests(folder: &Path, user_agent: &str) -> Result<Arc<Vec<Vec<u8>>>> {
    let mut draw = Draw::new(7);
    let codes = world::codes(folder)?;
    let asked = codes.iter().map(|code| request(code, &address(&mut draw), user_agent));
    Ok(Arc::new(asked.collect()))
}

/// An address that may be anybody's.
fn address(draw: &mut Draw) -> String {
    let bits = draw.next();
    let part = |nth: u64| (bits >> (8 * nth)) & 255;
    format!("{}.{}.{}.{}", 110 + part(0) % 14, part(1), part(2), 1 + part(3) % 254)
}

fn request(code: &str, address: &str, user_agent: &str) -> Vec<u8> {
    format!(
        "GET /c/{code} HTTP/1.1\r\nHost: t.example\r\nUser-Agent: {user_agent}\r\n\
         X-Forwarded-For: {address}\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\n\r\n"
    )
    .into_bytes()
}

/// Hits a second, from so many connections, while misses come.
const HITS_PER_S: u32 = 500;
const N_HITTERS: u32 = 16;
/// A million a minute.
const MISSES_PER_S: u32 = 16_667;
const N_MISSERS: u32 = 10_000;
const N_ADDRESSES: usize = 10_000;
const LASTS: Duration = Duration::from_secs(20);

/// How much later hits are answered while 10^4 addresses guess codes, a million a minute.
///
/// Misses are sent at their pace by as many connections as their delays need, from a thread of
/// their own, so that hits wait for the server and not for guessers; all that came is told beside
/// the figure. Guessers and server share the machine.
async fn beside_misses(server: &Server, folder: &Path) -> Result<()> {
    let hits = requests(folder, BROWSER)?;
    let alone_ms = paced(&server.address, &hits, (HITS_PER_S, N_HITTERS)).await?.p50_ms;
    let mut draw = Draw::new(11);
    let addresses: Vec<String> = (0..N_ADDRESSES).map(|_| address(&mut draw)).collect();
    let guesses = std::fs::read_to_string(folder.join("guesses"))?;
    let senders = addresses.iter().cycle();
    let misses = guesses.lines().zip(senders).map(|(code, from)| request(code, from, BROWSER));
    let misses: Arc<Vec<Vec<u8>>> = Arc::new(misses.collect());
    let address = server.address.clone();
    let guessers = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(paced(&address, &misses, (MISSES_PER_S, N_MISSERS)))
    });
    let beside = paced(&server.address, &hits, (HITS_PER_S, N_HITTERS)).await?;
    let guessed = guessers.join().map_err(|_| anyhow!("the guessers panicked"))??;
    let ratio = Some(beside.p50_ms / alone_ms);
    emit("scan/beside_misses", beside.p50_ms, "ms p50 of hits", Some("no misses"), ratio)?;
    let per_min = guessed.n_answers as f64 * 60.0 / LASTS.as_secs_f64();
    Ok(emit("scan/beside_misses/misses", per_min, "misses answered a minute", None, None)?)
}

struct Paced {
    p50_ms: f64,
    n_answers: usize,
}

/// Sends requests at a pace over so many connections, whatever their answers say.
async fn paced(
    address: &str,
    requests: &Arc<Vec<Vec<u8>>>,
    (per_s, n_connections): (u32, u32),
) -> Result<Paced> {
    let mut tasks = JoinSet::new();
    let pause = Duration::from_secs(1) * n_connections / per_s;
    for nth in 0..n_connections as usize {
        let mut connection = Connection::open(address).await?;
        let requests = Arc::clone(requests);
        tasks.spawn(async move {
            tokio::time::sleep(pause * nth as u32 / n_connections).await;
            let mut ticks = tokio::time::interval(pause);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            let (begun, mut took) = (Instant::now(), Vec::new());
            let mut next = nth;
            while begun.elapsed() < LASTS {
                ticks.tick().await;
                let asked = Instant::now();
                connection.ask_any(&requests[next % requests.len()]).await?;
                took.push(asked.elapsed());
                next += n_connections as usize;
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = tasks.join_next().await {
        took.extend(done??);
    }
    took.sort_unstable();
    let p50 = took.get(took.len() / 2).context("somebody was answered")?;
    Ok(Paced { p50_ms: p50.as_secs_f64() * 1e3, n_answers: took.len() })
}

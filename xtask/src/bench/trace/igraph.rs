//! A rival that holds the chain in memory: a graph of igraph, asked in Python, nothing durable.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::rival::{ALWAYS, Held, Rows, UNIT};
use crate::{components, shell};

/// What `graph_in_memory.py` says.
#[derive(serde::Deserialize)]
struct Told {
    graph_kib: f64,
    answers: Vec<Answer>,
}

#[derive(serde::Deserialize)]
struct Answer {
    seconds: f64,
    held: Held,
}

/// The answers for some lots, each with the time it took; nothing where igraph is not there.
pub(super) fn ask(
    folder: &Path,
    rows: &Rows,
    lots: impl Iterator<Item = u64>,
) -> Result<Option<Vec<(Held, Duration)>>> {
    let Some(python) = components::python_with_igraph() else {
        eprintln!("# no igraph here; `cargo xtask setup` installs it");
        return Ok(None);
    };
    let graph = Graph::of(rows);
    let path = folder.join("igraph.bin");
    graph.write(&path)?;
    let mut command = Command::new(python);
    command.arg(shell::root().join("xtask/src/bench/trace/graph_in_memory.py")).arg(&path);
    command.args(lots.map(|lot| graph.lot(lot).to_string()));
    let told: Told = serde_json::from_str(&shell::read(&mut command)?)?;
    std::fs::remove_file(&path)?;
    let bytes = told.graph_kib * 1024.0 / graph.n_items as f64;
    eprintln!("# igraph holds {bytes:.0} bytes an item, beside what Python keeps of containers");
    let answer = |it: Answer| (it.held, Duration::from_secs_f64(it.seconds));
    Ok(Some(told.answers.into_iter().map(answer).collect()))
}

/// Things in one sequence: items, then units, then lots.
struct Graph {
    n_items: i64,
    n_units: i64,
    n_lots: i64,
    arrows: Vec<[i64; 2]>,
    /// The last move of each: thing, site, way.
    moves: Vec<[i64; 3]>,
}

impl Graph {
    fn of(rows: &Rows) -> Self {
        let end = |numbers: &mut dyn Iterator<Item = i64>| numbers.max().map_or(0, |it| it + 1);
        let n_items = end(&mut rows.made.iter().map(|[item, ..]| *item));
        let units = rows.parts.iter().map(|[_, parent, ..]| *parent - UNIT as i64);
        let n_units = end(&mut units.into_iter());
        let n_lots = end(&mut rows.made.iter().map(|[_, lot, _]| *lot));
        let mut graph = Self { n_items, n_units, n_lots, arrows: Vec::new(), moves: Vec::new() };
        for &[item, lot, _] in &rows.made {
            graph.arrows.push([graph.lot(lot as u64), item]);
        }
        for &[child, parent, _, to_us] in &rows.parts {
            if to_us == ALWAYS {
                graph.arrows.push([graph.thing(child), graph.thing(parent)]);
            }
        }
        let mut last: HashMap<i64, [i64; 3]> = HashMap::new();
        for &[thing, at_us, way, site] in &rows.moves {
            let kept = last.entry(thing).or_insert([at_us, way, site]);
            if kept[0] <= at_us {
                *kept = [at_us, way, site];
            }
        }
        let moves = last.into_iter().map(|(thing, [_, way, site])| [graph.thing(thing), site, way]);
        graph.moves = moves.collect();
        graph
    }

    fn thing(&self, number: i64) -> i64 {
        let unit = number - UNIT as i64;
        if unit < 0 { number } else { self.n_items + unit }
    }

    fn lot(&self, lot: u64) -> i64 {
        self.n_items + self.n_units + lot as i64
    }

    fn write(&self, path: &Path) -> Result<()> {
        let mut file = BufWriter::new(File::create(path).context("cannot write the graph")?);
        let n_things = self.n_items + self.n_units + self.n_lots;
        let counts = [self.n_items, n_things, self.arrows.len() as i64, self.moves.len() as i64];
        let numbers = counts.iter().chain(self.arrows.iter().flatten());
        for number in numbers.chain(self.moves.iter().flatten()) {
            file.write_all(&number.to_ne_bytes())?;
        }
        Ok(file.flush()?)
    }
}

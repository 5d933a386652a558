//! The parts of `cargo metadata` that our checks read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell;

/// Packages of the workspace and everything they use.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Resolve,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) rename: Option<String>,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl Metadata {
    /// Asks cargo about this workspace, for the platform at hand.
    pub(crate) fn load() -> Result<Self> {
        let version = shell::read(&mut shell::command("rustc", &["--version", "--verbose"]))?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("`rustc -vV` names no host")?;
        let args = ["metadata", "--format-version=1", "--filter-platform", host];
        Self::parse(&shell::read(&mut shell::command("cargo", &args))?)
    }

    /// Reads what `cargo metadata --format-version=1` printed.
    pub(crate) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("cannot read the output of `cargo metadata`")
    }

    /// Our own crates by name.
    pub(crate) fn members(&self) -> BTreeMap<&str, &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
            .map(|package| (package.name.as_str(), package))
            .collect()
    }

    /// What this platform builds, for us or for our tests.
    pub(crate) fn built(&self) -> impl Iterator<Item = &Package> {
        let ids: BTreeSet<&str> = self.resolve.nodes.iter().map(|node| node.id.as_str()).collect();
        self.packages.iter().filter(move |package| ids.contains(package.id.as_str()))
    }

    /// All that is built into the given packages, themselves included: normal and build
    /// dependencies, without those of tests.
    pub(crate) fn closure(&self, from: &[&str]) -> BTreeSet<&str> {
        let edges: HashMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<&str> = self
            .packages
            .iter()
            .filter(|package| from.contains(&package.name.as_str()))
            .map(|package| package.id.as_str())
            .collect();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let shipped = |edge: &&Edge| {
                edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
            };
            let next = edges.get(id).into_iter().flat_map(|node| node.deps.iter().filter(shipped));
            waiting.extend(next.map(|edge| edge.pkg.as_str()));
        }
        let named = |package: &&Package| seen.contains(package.id.as_str());
        self.packages.iter().filter(named).map(|package| package.name.as_str()).collect()
    }
}

//! Trace: what a thing is made of and came through, and what became of it, as far as the caller may
//! see the events that tell of it.

mod gather;
mod names;
mod public;
mod way;

use std::collections::{HashMap, HashSet};

use store::code_batches;
use store::event_spans;
use store::id::{EnterpriseId, Scope};
use store::page::Order;
use store::walk::Step;
use trace::{AsOf, Direction, Holding, Ids, Question, Rest, State, Trail};

use self::gather::Whose;
use self::names::Names;
use crate::{Caller, Error, Result, Service};

pub use public::{PublicTrace, PublicTrail};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceQuestion {
    /// An EPC URN or class, a Digital Link, the digits of one of our codes, or anything that is
    /// bound to an item.
    pub subject: String,
    /// Which way.
    pub direction: Direction,
    /// Events after this do not count, microseconds since the epoch.
    pub event_time_us: Option<i64>,
    /// What was captured after this does not count, microseconds since the epoch.
    pub record_time_us: Option<i64>,
    /// To go on where an answer to the same question was cut: [`TraceCut::on`], with
    /// [`TraceCut::at`] as the subject.
    pub on: Option<Rest>,
}

impl TraceQuestion {
    /// Backward, as of now.
    pub fn backward(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            direction: Direction::Backward,
            event_time_us: None,
            record_time_us: None,
            on: None,
        }
    }

    fn of(&self, subjects: Vec<Ids>) -> Question {
        Question { subjects, direction: self.direction, as_of: self.as_of(), rest: self.on }
    }

    fn as_of(&self) -> AsOf {
        AsOf {
            event_time_us: self.event_time_us.unwrap_or(AsOf::NOW.event_time_us),
            record_time_us: self.record_time_us.unwrap_or(AsOf::NOW.record_time_us),
        }
    }
}

/// How an event belongs to the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// It names the item.
    Own,
    /// It names what the item was in at the time.
    Inside {
        /// EPC of the container.
        container: String,
        /// 1 for the item's own case, 2 for the pallet of that case.
        depth: u16,
    },
    /// It belongs to something the item was made of, or to its lot.
    Source {
        /// EPC of the input or class of the lot.
        input: String,
        /// 1 for the item's own inputs.
        depth: u16,
    },
    /// It belongs to something that was inside the item, or inside what it was made of.
    Content {
        /// EPC of the content.
        content: String,
        /// 1 for what was directly inside the item.
        depth: u16,
    },
    /// It belongs to something that was made of the item.
    Product {
        /// EPC of the output.
        output: String,
        /// 1 for what was made of the item directly.
        depth: u16,
    },
}

/// The part of the way from raw material to the end that an event belongs to, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 原料.
    RawMaterial,
    /// 加工: made into something on the way.
    Processing,
    /// 生产: the item itself is made.
    Production,
    /// 仓储.
    Storage,
    /// 物流.
    Logistics,
    /// 渠道: dealers.
    Channel,
    /// 门店.
    Shop,
    /// 终端: whoever uses it.
    Terminal,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 8] = [
        Self::RawMaterial,
        Self::Processing,
        Self::Production,
        Self::Storage,
        Self::Logistics,
        Self::Channel,
        Self::Shop,
        Self::Terminal,
    ];

    /// Stable name, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::RawMaterial => "raw_material",
            Self::Processing => "processing",
            Self::Production => "production",
            Self::Storage => "storage",
            Self::Logistics => "logistics",
            Self::Channel => "channel",
            Self::Shop => "shop",
            Self::Terminal => "terminal",
        }
    }
}

/// One event of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// The eventID, else the event hash as `ni:` URI.
    pub event_id: String,
    /// The standard's name of its type.
    pub event_type: &'static str,
    /// Business step as a URI, or empty.
    pub biz_step: String,
    /// Disposition as a URI.
    pub disposition: Option<String>,
    /// Microseconds since the epoch.
    pub event_time_us: i64,
    /// Where on the way it stands.
    pub stage: Stage,
    /// Who captured it.
    pub enterprise_name: String,
    /// Where it was read.
    pub read_point: Option<String>,
    /// Where the item was afterwards.
    pub biz_location: Option<String>,
    /// Ids of the business transactions that it names: orders, invoices, dispatch advices.
    pub documents: Vec<String>,
    /// How much of each class it speaks of, with the unit.
    pub quantities: Vec<String>,
    /// How it belongs to the item.
    pub via: Via,
    /// What moves, so that one event after the other is a way.
    pub line: Line,
    event_key: [u8; 16],
    reporter: EnterpriseId,
}

/// What moves in an event. One thing stays itself whatever it is in; of many things each container
/// goes its own way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// The subject.
    Subject,
    /// A thing or a container, by its EPC.
    Of(String),
    /// Some of many things, which nothing holds together.
    Loose,
}

/// A run of identifiers, by its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// EPC of the first.
    pub first: String,
    /// EPC of the last; the same if there is one.
    pub last: String,
    /// How many there are.
    pub n_ids: u64,
}

/// A step of the goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Where it comes from.
    pub from: Run,
    /// Where it goes.
    pub to: Run,
    /// Why.
    pub kind: trace::EdgeKind,
    /// The event that says so, by its place in [`Trace::steps`].
    pub step: Option<usize>,
}

/// Who has some of it, as the last event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What it is.
    pub run: Run,
    /// What became of it.
    pub state: State,
    /// The last event, by its place in [`Trace::steps`]; none if nothing tells, or the caller may
    /// not know.
    pub step: Option<usize>,
    /// EPC of the outermost container.
    pub container: Option<String>,
}

/// Two events that cannot both be true, by their places in [`Trace::steps`] where they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Which.
    pub kind: trace::FindingKind,
    /// What it is about.
    pub run: Run,
    /// The earlier event.
    pub first: Option<usize>,
    /// The later event.
    pub second: Option<usize>,
}

/// What share of something may come from the subject, fractions of 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareOf {
    /// What was made.
    pub run: Run,
    /// The numbers.
    pub share: trace::Share,
}

/// An event that moves a class by amount and names no items.
#[derive(Debug, Clone, PartialEq)]
pub struct AmountMoved {
    /// EPC of the class.
    pub class: String,
    /// The event, by its place in [`Trace::steps`].
    pub step: Option<usize>,
    /// How much of it may be the subject.
    pub moved: trace::ClassStep,
}

/// Who has how much of a class that moved by amounts.
#[derive(Debug, Clone, PartialEq)]
pub struct PartHolder {
    /// EPC of the class.
    pub class: String,
    /// The last event, by its place in [`Trace::steps`]; none if the caller may not know.
    pub step: Option<usize>,
    /// EPC of the container.
    pub container: Option<String>,
    /// At least and at most.
    pub part: trace::LotPart,
}

/// A limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceCut {
    /// `events`, `identifiers` or `depth`.
    pub limit: &'static str,
    /// EPC of the place where there is more, or of the first of a run.
    pub at: String,
    /// What goes on there; none for a run of places.
    pub on: Option<Rest>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Canonical EPC of the subject.
    pub epc: String,
    /// Which way.
    pub direction: Direction,
    /// Its events, oldest first.
    pub steps: Vec<TraceStep>,
    /// What it speaks of: the subject, and its sources, contents or products.
    pub things: Vec<(Run, Via)>,
    /// How they hang together.
    pub flows: Vec<Flow>,
    /// Where the subject, and forward what was made of it, is.
    pub holders: Vec<Holder>,
    /// What contradicts itself.
    pub contradictions: Vec<Contradiction>,
    /// What went into each transformation and what came out; events by their places in `steps`.
    pub balances: Vec<(Vec<usize>, trace::Balance)>,
    /// Forward: what share of what was made may come from the subject.
    pub shares: Vec<ShareOf>,
    /// Forward: the events that move a class by amount.
    pub amounts_moved: Vec<AmountMoved>,
    /// Forward: who has how much of what moved by amounts.
    pub parts: Vec<PartHolder>,
    /// Events that belong to the answer and that the caller may not see.
    pub n_hidden: usize,
    /// Set if there is more: where the walk ended, or the first place too far away.
    pub cut: Option<TraceCut>,
    /// Other places where there is more, as many as there is room for.
    pub further_cuts: Vec<TraceCut>,
}

/// An answer before it has names.
struct Told {
    direction: Direction,
    trail: Trail,
    steps: Vec<TraceStep>,
}

/// What a question is about.
struct Subject {
    id: i64,
    /// Ids of all that the caller may know it by; the id is one of them.
    names: Vec<i64>,
    /// It is a code of an enterprise inside the caller's scope.
    is_own: bool,
}

impl Service {
    /// What a thing is made of and came through, or what became of it, as far as the caller may
    /// see the events; the others are counted.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the subject is no identifier, [`Error::NotFound`] if the caller knows
    /// nothing of it.
    pub async fn trace(&self, caller: &Caller, asked: &TraceQuestion) -> Result<Trace> {
        let scope = caller.business()?;
        let Subject { id, names, is_own } = self.subject(scope, &asked.subject).await?;
        let subjects = names.into_iter().map(Ids::one).collect();
        let question = match asked.on {
            None => asked.of(subjects),
            Some(_) => asked.of(vec![Ids::one(self.id_of_subject(&asked.subject).await?)]),
        };
        let trail = self.trail(scope, question.clone(), Whose::All).await?;
        if trail.entries.is_empty() && !is_own {
            let now = Question { as_of: AsOf::NOW, rest: None, ..question.clone() };
            let now = self.trail(scope, now, Whose::All).await?;
            if now.entries.is_empty() {
                // Whatever others may know of it, to this caller it does not exist.
                self.canonical_epc(&asked.subject).await?;
                return Err(Error::NotFound);
            }
        }
        let mut n_hidden = 0;
        if scope != Scope::PLATFORM {
            let whole = self.trail(Scope::PLATFORM, question, Whose::All).await?;
            let told: HashSet<[u8; 16]> = trail.entries.iter().map(|it| it.event).collect();
            n_hidden = whole.entries.iter().filter(|it| !told.contains(&it.event)).count();
        }
        let mut names = Names::of(self, &trail);
        let steps = self.steps(scope.to_read(), &trail, &mut names).await?;
        let told = Told { direction: asked.direction, trail, steps };
        Ok(Trace { n_hidden, ..self.told(id, told, names).await? })
    }

    /// The trail of a question as far as the caller may see the events, by ids instead of names
    /// and within the limits of a recall: up to 200,000 events, to be counted rather than read.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the subject is no identifier, [`Error::NotFound`] if no event names
    /// it.
    pub async fn follow(&self, caller: &Caller, asked: &TraceQuestion) -> Result<Trail> {
        let scope = caller.business()?;
        let Subject { names, .. } = self.subject(scope, &asked.subject).await?;
        let subjects = names.into_iter().map(Ids::one).collect();
        let question = asked.of(subjects);
        self.trail_within(scope, question, Whose::All, gather::TO_COUNT).await
    }

    /// Ids of all that a text names to the caller: the thing and what is bound to it.
    ///
    /// # Errors
    /// As [`Service::trace`].
    pub(crate) async fn ids_of_subject(&self, scope: Scope, text: &str) -> Result<Vec<i64>> {
        let Subject { id, names, is_own } = self.subject(scope, text).await?;
        if is_own || self.is_seen(scope, id).await? { Ok(names) } else { Err(Error::NotFound) }
    }

    /// Whether an event inside the scope names the id.
    pub(crate) async fn is_seen(&self, scope: Scope, id: i64) -> Result<bool> {
        let step = Step {
            after: None,
            from_us: i64::MIN,
            until_us: i64::MAX,
            order: Order::OldestFirst,
            limit: 1,
        };
        let seen = event_spans::walk_identifier(self.store(), scope, id, &step).await?;
        Ok(!seen.marks.is_empty())
    }

    /// The id that a text stands for, and those of all names of the same thing: bound numbers lead
    /// only its owner, and the platform, to the code and to each other.
    async fn subject(&self, scope: Scope, text: &str) -> Result<Subject> {
        if let Some((_, id)) = self.item_behind(text).await?
            && self.is_own(scope, id).await?
        {
            return Ok(Subject { id, names: self.names_of(id).await?, is_own: true });
        }
        let id = self.id_of_subject(text).await?;
        let is_own = self.is_own(scope, id).await?;
        let names = if is_own { self.names_of(id).await? } else { vec![id] };
        Ok(Subject { id, names, is_own })
    }

    /// True if the id is of a code of an enterprise inside the scope.
    async fn is_own(&self, scope: Scope, id: i64) -> Result<bool> {
        let (class, ordinal) = store::ident::class_and_number(id);
        if class == store::ident::INTERNED {
            return Ok(false);
        }
        let batch = code_batches::by_ordinal(self.store(), scope, class, ordinal).await?;
        Ok(batch.is_some())
    }

    /// The id of an identifier that events have named; some name what no standard knows.
    async fn id_of_subject(&self, text: &str) -> Result<i64> {
        match self.canonical_epc(text).await {
            Ok(epc) => self.id_of_epc(&epc).await?.ok_or(Error::NotFound),
            Err(error @ Error::Rejected(_)) => self.id_of_epc(text.trim()).await?.ok_or(error),
            Err(error) => Err(error),
        }
    }

    /// The answer with names instead of ids.
    async fn told(&self, id: i64, told: Told, mut names: Names<'_>) -> Result<Trace> {
        let Told { direction, trail, steps } = told;
        names.learn_all(&trail).await?;
        let keys = steps.iter().enumerate().map(|(index, step)| (step.event_key, index));
        let keys: HashMap<[u8; 16], usize> = keys.collect();
        let step_of = |key: [u8; 16]| keys.get(&key).copied();
        let mut things = Vec::new();
        for reached in &trail.reached {
            things.push((names.run(reached.ids).await?, names.via(reached.via).await?));
        }
        let mut flows = Vec::new();
        for edge in &trail.edges {
            let (from, to) = (names.run(edge.from).await?, names.run(edge.to).await?);
            flows.push(Flow { from, to, kind: edge.kind, step: step_of(edge.event) });
        }
        let mut holders = Vec::new();
        for holding in &trail.holdings {
            let Holding { ids, state, event, container, .. } = *holding;
            let run = names.run(ids).await?;
            let container = match container {
                Some(container) => Some(names.epc(container).await?),
                None => None,
            };
            holders.push(Holder { run, state, step: event.and_then(step_of), container });
        }
        let mut contradictions = Vec::new();
        for finding in &trail.findings {
            let run = names.run(finding.ids).await?;
            let (first, second) = (step_of(finding.first), step_of(finding.second));
            contradictions.push(Contradiction { kind: finding.kind, run, first, second });
        }
        let mut shares = Vec::new();
        for share in trail.shares {
            shares.push(ShareOf { run: names.run(share.ids).await?, share });
        }
        let amounts_moved = names.amounts_moved(&trail.class_steps, step_of).await?;
        let parts = names.parts(&trail.parts, step_of).await?;
        let mut cuts = names.cuts(trail.cut.iter().chain(&trail.further_cuts)).await?.into_iter();
        let balances = trail.balances.into_iter().map(|balance| {
            (balance.events.iter().filter_map(|key| step_of(*key)).collect(), balance)
        });
        Ok(Trace {
            epc: names.epc(id).await?,
            direction,
            things,
            flows,
            holders,
            contradictions,
            balances: balances.collect(),
            shares,
            amounts_moved,
            parts,
            n_hidden: 0,
            cut: cuts.next(),
            further_cuts: cuts.collect(),
            steps,
        })
    }

    /// The canonical EPC of what a person typed or a program sent.
    pub(crate) async fn canonical_epc(&self, text: &str) -> Result<String> {
        let text = text.trim();
        if let Ok(code) = mint::Code::parse(text) {
            let found = self.batch_of_code(Scope::PLATFORM, &code).await?;
            let (batch, _) = found.ok_or(Error::NotFound)?;
            return Ok(crate::scan::epc_of(batch.gtin.as_deref(), &batch.public_url, &code));
        }
        let canonical = gs1::epc::canonical(text).map_err(|error| {
            let message =
                format!("send an EPC URI, a Digital Link or the digits of a code: {error}");
            Error::rejected("/epc", "bad-epc", message)
        })?;
        Ok(canonical.uri)
    }
}

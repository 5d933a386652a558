//! The top-level resources of EPCIS 2.0 §12: what is named by the events that a caller may see, and
//! for business steps and dispositions the words of the CBV before them. Beside them the company
//! prefixes that those events show.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use store::event_words;
use store::id::{EnterpriseId, Scope, Viewer};

use crate::limits::{MAX_COMPANY_PREFIXES, MAX_IDENTIFIER_BYTES, MAX_KEPT, MAX_PAGE_ROWS};
use crate::{Caller, Error, Result, Service};

/// A list of words or places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    /// `bizStep`.
    BizSteps,
    /// `disposition`.
    Dispositions,
    /// `readPoint`.
    ReadPoints,
    /// `bizLocation`.
    BizLocations,
}

impl Vocabulary {
    /// The name of its field in an event.
    pub fn field(self) -> &'static str {
        match self {
            Self::BizSteps => "bizStep",
            Self::Dispositions => "disposition",
            Self::ReadPoints => "readPoint",
            Self::BizLocations => "bizLocation",
        }
    }

    /// The words of the CBV, in order.
    fn standard(self) -> BTreeSet<String> {
        match self {
            Self::BizSteps => epcis::cbv_biz_steps().collect(),
            Self::Dispositions => epcis::cbv_dispositions().collect(),
            Self::ReadPoints | Self::BizLocations => BTreeSet::new(),
        }
    }
}

/// Where the words are that are company prefixes.
const COMPANY_PREFIX: &str = "companyPrefix";

/// One page of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyPage {
    /// URIs in canonical form.
    pub words: Vec<String>,
    /// What to ask for as `after` to get the next page; none at the end.
    pub next: Option<String>,
}

impl Service {
    /// The words of the CBV, then others that events name which the caller may see: up to `limit`
    /// after one of them.
    pub async fn list_vocabulary(
        &self,
        caller: &Caller,
        vocabulary: Vocabulary,
        after: Option<&str>,
        limit: u32,
    ) -> Result<VocabularyPage> {
        let limit = limit.clamp(1, MAX_PAGE_ROWS);
        let standard = vocabulary.standard();
        let is_standard = after.is_none_or(|after| standard.contains(after));
        let first = standard.iter().filter(|_| is_standard);
        let first = first.filter(|word| after.is_none_or(|after| word.as_str() > after));
        let mut words: Vec<String> = first.take(limit as usize + 1).cloned().collect();
        if words.len() <= limit as usize {
            let after = after.filter(|_| !is_standard).unwrap_or_default();
            // Those of the standard that events name are among them and were told before.
            let n_rows = limit + 1 + standard.len() as u32;
            let field = vocabulary.field();
            let found =
                event_words::list(self.store(), caller.scope(), field, after, n_rows).await?;
            words.extend(found.into_iter().filter(|word| !standard.contains(word)));
        }
        let has_more = words.len() > limit as usize;
        words.truncate(limit as usize);
        let next = words.last().cloned().filter(|_| has_more);
        Ok(VocabularyPage { words, next })
    }

    /// Fails with `NotFound` unless the CBV has the word, or an event that the caller may see names
    /// it.
    pub async fn find_word(
        &self,
        caller: &Caller,
        vocabulary: Vocabulary,
        word: &str,
    ) -> Result<()> {
        if vocabulary.standard().contains(word) {
            return Ok(());
        }
        let field = vocabulary.field();
        let is_known = event_words::is_known(self.store(), caller.scope(), field, word).await?;
        if is_known { Ok(()) } else { Err(Error::NotFound) }
    }

    /// GS1 company prefixes that are shown by the EPC URNs of events which the caller captured, and
    /// by its own identifiers as a party, in order; the first ten thousand. What others show it
    /// proves nothing: their events show their own.
    pub async fn company_prefixes(&self, caller: &Caller) -> Result<Vec<String>> {
        self.prefixes_inside(caller.scope()).await
    }

    pub(crate) async fn prefixes_inside(&self, scope: Scope) -> Result<Vec<String>> {
        let limit = MAX_COMPANY_PREFIXES;
        let mut found = event_words::list_own(self.store(), scope, COMPANY_PREFIX, limit).await?;
        // The order of the database may be of a language.
        found.sort_unstable();
        Ok(found)
    }

    /// Notes the company prefix of an identifier that belongs to an enterprise, if it shows one.
    pub(crate) async fn note_prefix(&self, owner: EnterpriseId, identifier: &str) -> Result<()> {
        let quoted = format!("\"{identifier}\"");
        let shown = epcis::company_prefixes(quoted.as_bytes()).into_iter();
        let noted = shown.map(|it| event_words::insert(owner.into(), COMPANY_PREFIX, it)).collect();
        self.store().write("note prefix", noted).await?;
        Ok(())
    }
}

/// Company prefixes noted of one event: more are not of a supply chain.
const MAX_EVENT_PREFIXES: usize = 16;

/// What an event names, with the field in which it is noted.
fn words_of(event: &epcis::Event) -> impl Iterator<Item = (&'static str, &str)> {
    let single = [
        (Vocabulary::BizSteps, &event.biz_step),
        (Vocabulary::Dispositions, &event.disposition),
        (Vocabulary::ReadPoints, &event.read_point),
        (Vocabulary::BizLocations, &event.biz_location),
    ];
    let single = single.into_iter().flat_map(|(of, word)| word.iter().map(move |it| (of, it)));
    let persistent = &event.persistent_disposition;
    let persistent = persistent.set.iter().chain(&persistent.unset);
    let persistent = persistent.map(|word| (Vocabulary::Dispositions, word));
    let words = single.chain(persistent).map(|(of, word)| (of.field(), word.as_str()));
    let prefixes = epcis::company_prefixes(&event.body).into_iter().take(MAX_EVENT_PREFIXES);
    words.chain(prefixes.map(|prefix| (COMPANY_PREFIX, prefix)))
}

/// Words that this process knows to be stored, so that a capture writes new ones only.
#[derive(Default)]
pub(crate) struct Words {
    known: RwLock<HashMap<(Viewer, &'static str), HashSet<String>>>,
}

impl Words {
    /// Those of the events' words that may not be stored yet, in one order for all writers.
    pub(crate) fn unknown<'e>(
        &self,
        viewer: Viewer,
        events: impl Iterator<Item = &'e epcis::Event>,
    ) -> BTreeSet<(&'static str, String)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = BTreeSet::new();
        for event in events {
            for (field, word) in words_of(event) {
                let is_known =
                    known.get(&(viewer, field)).is_some_and(|words| words.contains(word));
                // Longer ones fit into no index; events are found by them all the same.
                if !is_known && word.len() <= MAX_IDENTIFIER_BYTES {
                    unknown.insert((field, word.to_owned()));
                }
            }
        }
        unknown
    }

    /// Remembers words that were committed.
    pub(crate) fn note(&self, viewer: Viewer, words: BTreeSet<(&'static str, String)>) {
        if words.is_empty() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.values().map(HashSet::len).sum::<usize>() + words.len() > MAX_KEPT {
            known.clear();
        }
        for (field, word) in words {
            known.entry((viewer, field)).or_default().insert(word);
        }
    }
}

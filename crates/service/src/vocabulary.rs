//! The top-level resources of EPCIS 2.0 §12: what is named by the events that a caller may see.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use store::event_words;
use store::id::Viewer;

use crate::limits::{MAX_IDENTIFIER_BYTES, MAX_KEPT, MAX_PAGE_ROWS};
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
}

/// One page of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyPage {
    /// URIs in canonical form.
    pub words: Vec<String>,
    /// What to ask for as `after` to get the next page; none at the end.
    pub next: Option<String>,
}

impl Service {
    /// The words that events name which the caller may see: up to `limit` after one of them.
    pub async fn list_vocabulary(
        &self,
        caller: &Caller,
        vocabulary: Vocabulary,
        after: Option<&str>,
        limit: u32,
    ) -> Result<VocabularyPage> {
        let limit = limit.clamp(1, MAX_PAGE_ROWS);
        let (field, after) = (vocabulary.field(), after.unwrap_or_default());
        let found =
            event_words::list(self.store(), caller.scope(), field, after, limit + 1).await?;
        let mut words = found;
        let has_more = words.len() > limit as usize;
        words.truncate(limit as usize);
        let next = words.last().cloned().filter(|_| has_more);
        Ok(VocabularyPage { words, next })
    }

    /// Fails with `NotFound` unless an event that the caller may see names the word.
    pub async fn find_word(
        &self,
        caller: &Caller,
        vocabulary: Vocabulary,
        word: &str,
    ) -> Result<()> {
        let field = vocabulary.field();
        let is_known = event_words::is_known(self.store(), caller.scope(), field, word).await?;
        if is_known { Ok(()) } else { Err(Error::NotFound) }
    }
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
            for (vocabulary, word) in [
                (Vocabulary::BizSteps, &event.biz_step),
                (Vocabulary::Dispositions, &event.disposition),
                (Vocabulary::ReadPoints, &event.read_point),
                (Vocabulary::BizLocations, &event.biz_location),
            ] {
                let field = vocabulary.field();
                // Longer ones fit into no index; events are found by them all the same.
                let Some(word) = word.as_ref().filter(|it| it.len() <= MAX_IDENTIFIER_BYTES) else {
                    continue;
                };
                if !known.get(&(viewer, field)).is_some_and(|words| words.contains(word)) {
                    unknown.insert((field, word.clone()));
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

//! What a cut left out, and how to go on there.

use std::fmt;

use crate::{Ids, Moment, Via, Window};

/// How much of something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// When what is told of it belongs to the answer.
    pub(crate) window: Window,
    /// What was made of something after this did not become part of the answer's subject; backward
    /// only.
    pub(crate) made_until: Moment,
    /// When it matters which items begin of it, if it is a lot.
    pub(crate) items: Window,
    /// When what is inside it matters.
    pub(crate) contents: Option<Window>,
}

impl Span {
    /// True if nothing of it matters.
    pub(crate) fn is_empty(self) -> bool {
        self.window.from >= self.window.until && self.contents.is_none()
    }

    /// What is known of it before `until`, and the rest if there is more.
    pub(crate) fn cut_at(self, until: Moment) -> (Self, Option<Self>) {
        let (window, after) = self.window.cut_at(until);
        let contents = self.contents.map(|contents| contents.cut_at(until));
        let before = contents.and_then(|(before, _)| before.intersection(before));
        let contents_after = contents.and_then(|(_, after)| after);
        let never = Window { from: self.window.until.max(until), until: self.window.until };
        let rest = Self { window: after.unwrap_or(never), contents: contents_after, ..self };
        let is_more = after.is_some() || contents_after.is_some();
        (Self { window, contents: before, ..self }, is_more.then_some(rest))
    }
}

/// What is left to tell of the place where an answer was cut; a question with it goes on there, and
/// both answers together are whole at that place. Its text is a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    pub(crate) span: Span,
    pub(crate) role: Place,
    /// Of a container, when the stay in it began: the first event after this that lets all out ends
    /// it.
    pub(crate) stay_from: Option<Moment>,
}

/// What the place is in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The subject.
    Subject,
    /// A source or a content.
    Source,
    /// Made of the subject.
    Product,
    /// Something that another thing was in.
    Carrier,
}

const PLACES: [(Place, &str); 4] = [
    (Place::Subject, "subject"),
    (Place::Source, "source"),
    (Place::Product, "product"),
    (Place::Carrier, "carrier"),
];

impl Rest {
    /// What is left of something that belongs to the answer in this way.
    pub(crate) fn of(span: Span, via: Via) -> Self {
        let role = match via {
            Via::Own => Place::Subject,
            Via::Inside { .. } => Place::Carrier,
            Via::Source { .. } | Via::Content { .. } => Place::Source,
            Via::Product { .. } => Place::Product,
        };
        Self { span, role, stay_from: None }
    }

    /// What is left of a container: nothing of what it was made of, and nothing of what was in it.
    pub(crate) fn of_carrier(window: Window, stay: Window) -> Self {
        let (made_until, items) = (Moment::BEGIN, Window::NEVER);
        let span = Span { window, made_until, items, contents: None };
        Self { span, role: Place::Carrier, stay_from: Some(stay.from) }
    }

    pub(crate) fn is_of_subject(self) -> bool {
        self.role == Place::Subject
    }

    /// How the place belongs to the answer that goes on there.
    pub(crate) fn via(self, ids: Ids) -> Via {
        let (first, container, depth) = (ids.first, None, 0);
        match self.role {
            Place::Subject => Via::Own,
            Place::Source => Via::Source { input: first, container, depth },
            Place::Product => Via::Product { output: first, container, depth },
            Place::Carrier => Via::Inside { container: first, depth },
        }
    }

    /// Reads what was written as a text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let name = parts.next()?;
        let (role, _) = PLACES.iter().find(|(_, known)| *known == name)?;
        let mut moments = [None; 8];
        for moment in &mut moments {
            *moment = match parts.next()? {
                "" => None,
                text => Some(Moment::parse(text)?),
            };
        }
        let [from, until, made_until, items_from, items_until, in_from, in_until, stay_from] =
            moments;
        let window = |from, until| Some(Window { from: from?, until: until? });
        let span = Span {
            window: window(from, until)?,
            made_until: made_until?,
            items: window(items_from, items_until)?,
            contents: window(in_from, in_until),
        };
        parts.next().is_none().then_some(Self { span, role: *role, stay_from })
    }
}

impl fmt::Display for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { window, made_until, items, contents } = self.span;
        let named = PLACES.iter().find(|(role, _)| *role == self.role);
        let (_, name) = named.expect("each place has a name");
        f.write_str(name)?;
        let contents = [contents.map(|it| it.from), contents.map(|it| it.until)];
        let whole = [window.from, window.until, made_until, items.from, items.until];
        for moment in whole.into_iter().map(Some).chain(contents).chain([self.stay_from]) {
            f.write_str(".")?;
            if let Some(moment) = moment {
                write!(f, "{moment}")?;
            }
        }
        Ok(())
    }
}

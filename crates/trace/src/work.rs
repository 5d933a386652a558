//! Steps of a closure that are still to be taken.

use std::ops::Range;

use crate::rest::{Rest, Span};
use crate::{Ids, Via, Window};

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// The thing itself, with its containers, its sources or products.
    Subject { ids: Ids, span: Box<Span>, via: Via },
    /// A container while a stay in it matters.
    Carrier(Carrier),
    /// All events of a transformation that `made` is an output of (backward) or input (forward);
    /// with `rest` its way leads here again.
    Join { transformation: i64, made: Ids, rest: Box<Rest>, via: Via },
}

/// A container while a stay in it matters.
#[derive(Debug, Clone)]
pub(crate) struct Carrier {
    pub(crate) container: i64,
    /// When something was in it.
    pub(crate) stay: Window,
    /// When that matters.
    pub(crate) window: Window,
    pub(crate) via: Via,
    /// What was in it, as places in the list of all that was packed; nothing where an answer goes
    /// on.
    pub(crate) packed: Range<usize>,
}

impl Carrier {
    /// True if both are one step but for what was packed.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.container == other.container
            && self.stay == other.stay
            && self.window == other.window
            && self.via == other.via
    }
}

impl Work {
    /// What goes on where an answer was cut, or begins.
    pub(crate) fn going_on(ids: Ids, rest: Rest) -> Self {
        let (span, via) = (rest.span, rest.via(ids));
        match rest.stay_from {
            None => Self::Subject { ids, span: Box::new(span), via },
            Some(from) => {
                let (container, window) = (ids.first, span.window);
                let stay = Window { from, until: window.until };
                Self::Carrier(Carrier { container, stay, window, via, packed: 0..0 })
            }
        }
    }

    pub(crate) fn via(&self) -> Via {
        match self {
            Self::Subject { via, .. } | Self::Join { via, .. } => *via,
            Self::Carrier(carrier) => carrier.via,
        }
    }

    /// The place of it, and what is left to tell there.
    pub(crate) fn rest(&self) -> (Ids, Rest) {
        match self {
            Self::Subject { ids, span, via } => (*ids, Rest::of(**span, *via)),
            Self::Carrier(Carrier { container, stay, window, .. }) => {
                (Ids::one(*container), Rest::of_carrier(*window, *stay))
            }
            Self::Join { made, rest, .. } => (*made, **rest),
        }
    }
}

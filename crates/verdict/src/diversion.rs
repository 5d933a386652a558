//! Territories of dealers (销售区域), and where a place lies by them.
//!
//! A territory is a division of GB/T 2260 with all that is in it, or another country, for a time.
//! A place is known as far down as its source tells: a city whose county nobody knows is neither
//! inside a territory of one of its counties nor outside of it.

mod judge;

pub use judge::{Sighting, Suspicion, Thresholds, judge, sighting};

use crate::Area;

/// What a dealer may do in a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TerritoryKind {
    /// It sells there, and nobody beside it.
    Sole,
    /// It sells there, as others do.
    Shared,
    /// A neighbouring county where its goods may turn up: no sign of anything.
    Border,
}

impl TerritoryKind {
    /// Every kind, in the order in which they are kept.
    pub const ALL: [Self; 3] = [Self::Sole, Self::Shared, Self::Border];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sole => "sole",
            Self::Shared => "shared",
            Self::Border => "border",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Where a dealer sells, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Territory {
    /// Where.
    pub area: Area,
    /// What it may do there.
    pub kind: TerritoryKind,
    /// The first day, in days since the epoch; none is always.
    pub from_day: Option<i32>,
    /// The last day; none is for good.
    pub until_day: Option<i32>,
}

impl Territory {
    /// Whether it counts on a day.
    pub fn is_of_day(&self, day: i32) -> bool {
        self.from_day.is_none_or(|it| it <= day) && self.until_day.is_none_or(|it| day <= it)
    }

    /// Whether two dealers of whom neither is above the other cannot have both: in one place at one
    /// time, unless both share it, or one only borders on it.
    pub fn excludes(&self, other: &Self) -> bool {
        let is_border = |it: &Self| it.kind == TerritoryKind::Border;
        let is_shared = self.kind == TerritoryKind::Shared && other.kind == TerritoryKind::Shared;
        let ends_before = |a: &Self, b: &Self| match (a.until_day, b.from_day) {
            (Some(until), Some(from)) => until < from,
            _ => false,
        };
        (self.area.is_in(other.area) || other.area.is_in(self.area))
            && !is_shared
            && !is_border(self)
            && !is_border(other)
            && !ends_before(self, other)
            && !ends_before(other, self)
    }
}

/// Where a place lies by the territories of a dealer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// In one of them.
    Inside,
    /// In a county that borders on them.
    Border,
    /// Perhaps inside: the place is not known well enough, or the dealer has no territory.
    Unknown,
    /// In none.
    Outside,
}

/// Where a place lies by `territories` on a day since the epoch.
pub fn standing(territories: &[Territory], place: Area, day: i32) -> Standing {
    let of_day = || territories.iter().filter(|it| it.is_of_day(day));
    let within = |is_wanted: fn(TerritoryKind) -> bool| {
        of_day().any(|it| is_wanted(it.kind) && place.is_in(it.area))
    };
    if within(|kind| kind != TerritoryKind::Border) {
        Standing::Inside
    } else if within(|kind| kind == TerritoryKind::Border) {
        Standing::Border
    } else if !of_day().any(|it| it.kind != TerritoryKind::Border)
        || of_day().any(|it| it.area.is_in(place))
    {
        Standing::Unknown
    } else {
        Standing::Outside
    }
}

#[cfg(test)]
mod tests;

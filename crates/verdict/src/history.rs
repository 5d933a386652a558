//! What is known of the scans of an item: counts of all, and the newest one by one.

use crate::Spot;

/// Scans that a history holds one by one: enough for each rule, so that a verdict costs the same
/// however often an item was scanned.
pub const MAX_RECENT: usize = 32;

/// A browser that came before, by the random number in its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u64);

/// Who scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Somebody without a name: a buyer.
    Consumer,
    /// Who makes, carries or sells the goods, signed in.
    Logistics,
    /// An authority or who runs the platform, signed in.
    Inspection,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Consumer, Self::Logistics, Self::Inspection];

    /// Stable name: `consumer`, `logistics`, `inspection`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Logistics => "logistics",
            Self::Inspection => "inspection",
        }
    }
}

/// One scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seen {
    /// When, microseconds since the epoch by the clock of that moment: a clock may have stepped
    /// back since.
    pub at_us: i64,
    /// By which device, if it can be told from others.
    pub device: Option<DeviceId>,
    /// Where, if it is known.
    pub spot: Option<Spot>,
}

/// Consumers' scans of an item that counted, up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct History<'a> {
    /// How many, this one included if it counts.
    pub n_scans: u64,
    /// The first of all; none if there was none.
    pub first: Option<Seen>,
    /// The newest, at most [`MAX_RECENT`], the newest first; this one included if it counts.
    pub recent: &'a [Seen],
}

/// What this look at an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// A consumer's scan, the newest of the history.
    Counted,
    /// A consumer's, whose device was counted a short time ago: the same check once more.
    Again,
    /// Nobody's: a link preview, a test.
    Aside,
    /// Of somebody who makes, carries or sells the goods, signed in.
    Seller,
    /// Of an authority, signed in.
    Inspector,
}

impl Look {
    /// Whether a consumer looks.
    pub(crate) fn is_consumers(self) -> bool {
        matches!(self, Self::Counted | Self::Again)
    }
}

impl History<'_> {
    /// The scans before this look, the newest first.
    pub(crate) fn before(&self, look: Look) -> &[Seen] {
        match look {
            Look::Counted => self.recent.get(1..).unwrap_or_default(),
            _ => self.recent,
        }
    }

    /// What `device` did before this look: its earliest scan that is known, and how many.
    pub(crate) fn own(&self, device: Option<DeviceId>, look: Look) -> Option<Own> {
        let device = device?;
        let is_own = |seen: &&Seen| seen.device == Some(device);
        let mut own: Option<Own> = None;
        let before = self.before(look);
        // The first of all is perhaps not among the newest.
        let far = self.first.filter(|_| self.n_scans > self.recent.len() as u64);
        for seen in before.iter().chain(far.as_ref()).filter(is_own) {
            let n_scans = own.map_or(0, |it| it.n_scans) + 1;
            own = Some(Own { first_at_us: seen.at_us, n_scans });
        }
        // Where all that is known is its own, what is not known is not said to be others'.
        let n_known = before.len() as u64 + u64::from(far.is_some());
        let n_before = self.n_scans - u64::from(look == Look::Counted).min(self.n_scans);
        own.map(|own| if own.n_scans == n_known { Own { n_scans: n_before, ..own } } else { own })
    }
}

/// Scans of one device before this look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    /// When the earliest was.
    pub(crate) first_at_us: i64,
    pub(crate) n_scans: u64,
}

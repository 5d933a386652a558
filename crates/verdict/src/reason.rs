//! Why a code was taken out of use or its goods destroyed: two closed lists with stable names.

/// Why an enterprise took a code out of use (`decommissioning`, CBV 2.0 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoidReason {
    /// The label is badly printed.
    Misprint,
    /// The label or the pack is damaged.
    Damaged,
    /// Labels or goods are lost.
    Lost,
    /// Labels or goods are stolen.
    Stolen,
    /// The goods will not be sold.
    NotSold,
    /// The goods came back.
    Returned,
    /// The code was found on goods that it does not belong to.
    Copied,
    /// Anything else.
    Other,
}

impl VoidReason {
    /// Every reason, in the order in which pages offer them.
    pub const ALL: [Self; 8] = [
        Self::Misprint,
        Self::Damaged,
        Self::Lost,
        Self::Stolen,
        Self::NotSold,
        Self::Returned,
        Self::Copied,
        Self::Other,
    ];

    /// Stable name, such as `not-sold`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Misprint => "misprint",
            Self::Damaged => "damaged",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::NotSold => "not-sold",
            Self::Returned => "returned",
            Self::Copied => "copied",
            Self::Other => "other",
        }
    }

    /// The reason of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Why goods were destroyed (`destroying`, CBV 2.0 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DestroyReason {
    /// Past their shelf life.
    Expired,
    /// Damaged beyond sale.
    Damaged,
    /// Failed an inspection.
    Defective,
    /// Called back.
    Recalled,
    /// Came back and cannot be sold again.
    Returned,
    /// Ordered by an authority.
    Ordered,
    /// Anything else.
    Other,
}

impl DestroyReason {
    /// Every reason, in the order in which pages offer them.
    pub const ALL: [Self; 7] = [
        Self::Expired,
        Self::Damaged,
        Self::Defective,
        Self::Recalled,
        Self::Returned,
        Self::Ordered,
        Self::Other,
    ];

    /// Stable name, such as `expired`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Damaged => "damaged",
            Self::Defective => "defective",
            Self::Recalled => "recalled",
            Self::Returned => "returned",
            Self::Ordered => "ordered",
            Self::Other => "other",
        }
    }

    /// The reason of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

//! A seed becomes enterprises, products, batches, a supply chain, scans and frauds.
//!
//! A [`World`] is a plan, not a database: things refer to each other by index, and whoever loads
//! it learns the real ids and codes and hands them back to [`document`].
//! The same seed, size and moment always make the same world.
//!
//! Three trades: a Korean exporter of cosmetics, a maker of electric bicycles, an importer of
//! dairy, with the suppliers, carriers, dealers and shops around them.
//! All names are invented. GTINs, GLNs and SSCCs carry the prefix 952, which GS1 keeps for
//! demonstrations, so that they are valid and nobody's.

mod builder;
mod cast;
pub mod chain;
mod city;
mod number;
mod packing;
pub mod people;
mod picture;
mod plan;
mod random;
mod scans;
mod trades;

pub use city::{CITIES, City};
pub use picture::Picture;
pub use plan::{EventPlan, Items, Spelling, document};

use verdict::{DestroyReason, Granularity, VoidReason};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Some 4,600 items and 500 scans, for people to walk around in.
    Demo,
    /// Some 290 items and 40 scans, for tests.
    Small,
}

/// One text in the languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// Simplified Chinese.
    pub zh: &'static str,
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

impl Names {
    /// The text in a language: `zh`, `ko`, else English.
    pub fn text(&self, language: &str) -> &'static str {
        match language {
            "zh" => self.zh,
            "ko" => self.ko,
            _ => self.en,
        }
    }
}

/// A number that an authority gave, in its printed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licence {
    /// Food production licence (SC).
    FoodProduction(String),
    /// Industrial production licence (XK).
    IndustrialProduction(String),
    /// CCC certificate.
    Ccc(String),
}

/// Somebody who makes, carries, certifies or sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    /// Registered name.
    pub names: Names,
    /// `producer`, `producer-high-value`, `importer`, `dealer`, `logistics`, `certifier` or
    /// `platform`.
    pub enterprise_type: &'static str,
    /// `uscc`, `kr-brn` or `other`.
    pub registration_scheme: &'static str,
    /// The number in that scheme, valid by its check digits.
    pub registration_number: String,
    /// Address in the language of the place.
    pub address: &'static str,
    /// Telephone or mail.
    pub contact: &'static str,
    /// GLN of its site, 13 digits.
    pub gln: String,
    /// Hours that its clocks are ahead of UTC.
    pub utc_offset_hours: i8,
    /// Its licences and certificates.
    pub licences: Vec<Licence>,
}

/// A kind of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Index of its enterprise.
    pub enterprise: usize,
    /// Name (产品名称).
    pub names: Names,
    /// Type (产品类型).
    pub product_type: Names,
    /// Specification (规格型号).
    pub specification: &'static str,
    /// 14 digits; one product has none.
    pub gtin: Option<String>,
    /// Shelf life, where it applies.
    pub shelf_life_days: Option<u32>,
    /// What it looks like.
    pub picture: Picture,
}

/// An order of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Index of its product.
    pub product: usize,
    /// 15, 17 or 21.
    pub n_digits: u8,
    /// How many goods carry one code.
    pub granularity: Granularity,
    /// Codes ordered.
    pub n_codes: u64,
    /// True for the public trial batch.
    pub is_sample: bool,
    /// When it is ordered, microseconds since the epoch; before everything else of it.
    pub ordered_at_us: i64,
}

/// Goods made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Index of its product.
    pub product: usize,
    /// As printed.
    pub lot_number: String,
    /// `YYYY-MM-DD`.
    pub production_date: String,
    /// Shelf life, where it applies.
    pub shelf_life_days: Option<u32>,
}

/// One item: a position in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRef {
    /// Index of the batch.
    pub batch: usize,
    /// Position of its code in the batch, 0-based.
    pub position: u64,
}

/// A run of items of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Index of the batch.
    pub batch: usize,
    /// First position.
    pub first: u64,
    /// Last position, included.
    pub last: u64,
}

/// Something that somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The owner of the batch binds codes to a lot.
    Commission {
        /// Which codes.
        run: Run,
        /// Index of the lot.
        lot: usize,
    },
    /// An enterprise captures a document of events.
    Capture {
        /// Index of the enterprise.
        enterprise: usize,
        /// Its events, in order of time.
        events: Vec<EventPlan>,
    },
    /// The owner of the batch takes codes out of use.
    Void {
        /// Which codes.
        run: Run,
        /// Why.
        reason: VoidReason,
    },
    /// The owner of the batch destroys goods.
    Destroy {
        /// Which codes.
        run: Run,
        /// Why.
        reason: DestroyReason,
    },
    /// A consumer scans a code.
    Scan {
        /// Which.
        item: ItemRef,
        /// Where: a GB/T 2260 division of a city.
        division: &'static str,
        /// Token of the device.
        device: String,
    },
    /// A consumer types a PIN.
    TryPin {
        /// Of which code.
        item: ItemRef,
        /// Whether it is the one under the coating.
        guess: Guess,
    },
}

/// Whether a typed PIN is the printed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It is.
    Right,
    /// It is any other.
    Wrong,
}

/// An act and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When, microseconds since the epoch. Events of a capture happened before.
    pub at_us: i64,
    /// What.
    pub act: Act,
}

/// Where a visitor should look; each is an item of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tour {
    /// Sold and never scanned: the visitor's scan is the first.
    pub first_scan: ItemRef,
    /// Scanned once by its buyer.
    pub scanned_before: ItemRef,
    /// A copied code: scanned in five cities within two days.
    pub copied: ItemRef,
    /// Scanned before it was commissioned: its label was copied from the print shop.
    pub scanned_early: ItemRef,
    /// Taken out of use because the goods were stolen.
    pub voided: ItemRef,
    /// Destroyed with damaged goods.
    pub destroyed: ItemRef,
    /// Printed and not yet used.
    pub not_commissioned: ItemRef,
    /// Made out of traced ingredients, packed, repacked onto a mixed pallet, carried over three
    /// hops and sold.
    pub long_history: ItemRef,
    /// Its PIN was proved once by its buyer.
    pub pin_proved: ItemRef,
    /// Its PIN was guessed at until it locked, in the last day.
    pub pin_locked: ItemRef,
    /// A code of the public trial batch.
    pub sample: ItemRef,
    /// One code for a whole lot.
    pub same_for_lot: ItemRef,
    /// One code for a whole product.
    pub same_for_product: ItemRef,
}

/// Everything that there is and that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Who.
    pub enterprises: Vec<Enterprise>,
    /// What.
    pub products: Vec<Product>,
    /// With which codes.
    pub batches: Vec<Batch>,
    /// Made when.
    pub lots: Vec<Lot>,
    /// What happens, in order of time; all before the moment of the world.
    pub steps: Vec<Step>,
    /// What to look at.
    pub tour: Tour,
}

/// The world of a seed, ending at `now_us` (microseconds since the epoch, years 1971 to 9000).
pub fn world(seed: u64, size: Size, now_us: i64) -> World {
    let mut builder = builder::Builder::new(seed, size, now_us);
    let serum = trades::cosmetics::play(&mut builder);
    let bicycles = trades::bicycles::play(&mut builder);
    let dairy = trades::dairy::play(&mut builder);
    let tour = scans::play(&mut builder, &serum, &bicycles, &dairy);
    builder.finish(tour)
}

#[cfg(test)]
mod tests;

//! Identification schemes beside GS1: USCC, SC and XK licences, CCC certificates, Ecode, MA codes,
//! drug and veterinary codes, Korean numbers, GB/T 2260.
//!
//! Each scheme is a type whose `parse` is the only way to it, whose `Display` is the usual
//! spelling, and whose `warnings` tell what looks wrong by rules that nobody has verified.
//! Such rules never reject: a real licence that breaks a rule we only remember stays usable.
//! Nothing here asks an authority whether a number is in force.
//!
//! - [`Registry`]: a row for each scheme, with what people want to know of it.
//! - [`recognize`]: what any scanned text is.

mod ccc;
mod check;
mod division;
mod drug;
mod ecode;
mod error;
mod escape;
mod korea;
mod ma;
mod mod11_10;
mod recognize;
mod registry;
mod sc;
mod uscc;
mod xk;

pub use ccc::CccNumber;
pub use check::Check;
pub use division::{Division, DivisionLevel, PROVINCES, Province};
pub use drug::{DrugCode, VeterinaryCode};
pub use ecode::{Ecode, EcodeCharset, EcodeLayout, LAYOUTS};
pub use error::{Error, Warning};
pub use korea::{BusinessNumber, CorporateNumber};
pub use ma::MaCode;
pub use recognize::{MAX_SCAN_BYTES, Number, Platform, Reading, recognize};
pub use registry::{Names, Reader, Registry, RegistryError, Scheme, SchemeTexts};
pub use sc::{FoodKind, ScLicence};
pub use uscc::Uscc;
pub use xk::XkLicence;

#[cfg(test)]
mod tests;

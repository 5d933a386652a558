//! Identification schemes beside GS1: USCC, SC and XK licences, CCC certificates, Korean business
//! numbers, GB/T 2260.
//!
//! Each scheme is a type whose `parse` is the only way to it, whose `Display` is the usual
//! spelling, and whose `warnings` tell what looks wrong by rules that nobody has verified.
//! Such rules never reject: a real licence that breaks a rule we only remember stays usable.
//! Nothing here asks an authority whether a number is in force.

mod ccc;
mod division;
mod error;
mod korea;
mod mod11_10;
mod sc;
mod uscc;
mod xk;

pub use ccc::CccNumber;
pub use division::{Division, DivisionLevel, PROVINCES, Province};
pub use error::{Error, Warning};
pub use korea::{BusinessNumber, CorporateNumber};
pub use sc::{FoodKind, ScLicence};
pub use uscc::Uscc;
pub use xk::XkLicence;

#[cfg(test)]
mod tests;

//! GS1 identifiers as values: keys with check digits, Digital Link URIs, and the canonical form
//! of any EPC.
//!
//! Text in, value out: no I/O, no tables that age (there is no company prefix lookup), and
//! nothing about events.
//! The sources are the GS1 General Specifications (keys, character sets), the EPC Tag Data
//! Standard (URNs), the GS1 Digital Link URI syntax, and CBV 2.0 §8.9.2 (the form that is
//! hashed).
//!
//! - [`dictionary`]: every application identifier, from the GS1 syntax dictionary.
//! - [`lint`]: the GS1 syntax tests.
//! - [`element_string`]: identifiers with their values, bracketed or with FNC1.
//! - [`scan`]: what readers of symbols send; [`tag`]: what RFID tags hold.
//! - [`Gtin`], [`Sscc`], [`Gln`]: the keys the product itself speaks of.
//! - [`digital_link`]: a key with its qualifiers and attributes, fully checked.
//! - [`epc`]: what the spellings of one identifier have in common.

mod bits;
mod charset;
pub mod check_digit;
pub mod dictionary;
pub mod digital_link;
pub mod element_string;
pub mod epc;
mod error;
mod escape;
mod key;
pub mod lint;
pub mod scan;
pub mod tag;

pub use charset::Charset;
pub use error::Error;
pub use key::{Gln, Gtin, Sscc};

#[cfg(test)]
mod tests;

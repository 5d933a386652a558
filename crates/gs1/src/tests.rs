//! Data in, text out; the published vectors where they are at hand.

mod dictionary;
mod digital_link;
mod element_string;
mod epc;
mod fuzz;
mod identifiers;
mod key;
mod scan;
mod tag;
mod vectors;

//! Data in, text out; the published vectors where they are at hand.

mod digital_link;
mod epc;
mod key;
mod vectors;

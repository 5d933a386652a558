//! The crate from outside: tables of violations, properties, and other people's examples.

mod conformance;

//! The only SQL: two engines, one text.
//!
//! A noun is a module of free functions: reads take a [`Store`], writes return [`Statement`]s.
//! [`Store::write`] applies a list of them, all or none, and answers after the commit.
//! Below that seam the engines differ, and `engine` lists how.

pub mod alerts;
pub mod api_keys;
mod backup;
pub mod bindings;
mod bodies;
pub mod capture_jobs;
pub mod capture_walk;
pub mod captures;
pub mod certificates;
pub mod code_batches;
mod codec;
pub mod dealers;
pub mod deliveries;
pub mod disclosures;
pub mod diversions;
pub mod doctor;
pub mod domains;
mod engine;
pub mod enterprises;
mod error;
pub mod event_facts;
pub mod event_spans;
pub mod event_terms;
pub mod event_words;
pub mod events;
pub mod fake_reports;
pub mod feedback;
pub mod id;
pub mod ident;
pub mod identifiers;
pub mod item_resets;
pub mod items;
pub mod links;
mod lock;
pub mod log_queue;
pub mod lots;
mod many;
pub mod master_data;
mod migrate;
pub mod miss_reports;
pub mod named_queries;
pub mod names;
pub mod page;
pub mod page_tokens;
pub mod place_positions;
mod postgres;
pub mod products;
mod queue;
pub mod recall_alerts;
pub mod recall_letters;
pub mod recall_notices;
pub mod recall_tasks;
pub mod recalled;
pub mod recalls;
pub mod scans;
pub mod settings;
pub mod shares;
mod sheets;
pub mod sightings;
mod sqlite;
mod store;
pub mod subscriptions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod value;
pub mod vouchers;
pub mod walk;

pub use backup::{backup_folder, restore};
pub use engine::{Durability, Engine};
pub use error::{Cause, Error, Result};
pub use migrate::migrations;
pub use queue::Counters;
pub use sqlite::FILE as DATABASE_FILE;
pub use store::{Options, Store};
pub(crate) use value::{Row, Rows, Value};
pub use value::{Statement, Written};

//! The operations on real stores of both engines.

mod anchors;
mod bad_input;
mod epochs;
mod house;
mod identifiers;
mod jobs;
mod jurisdictions;
mod letters;
mod main_job;
mod master_data;
mod order;
mod pictures;
mod queries;
mod recalls;
mod recalls_after;
mod recalls_later;
mod shares;
mod stories;
mod subscriptions;
mod viewers;

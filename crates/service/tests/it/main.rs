//! The operations on real stores of both engines.

mod anchors;
mod bad_input;
mod dealers;
mod epochs;
mod goods;
mod house;
mod identifiers;
mod jobs;
mod jurisdictions;
mod letters;
mod main_job;
mod master_data;
mod misses;
mod order;
mod pictures;
mod queries;
mod recalls;
mod recalls_after;
mod recalls_contested;
mod recalls_later;
mod rules;
mod scans;
mod shares;
mod stories;
mod subscriptions;
mod viewers;

//! The binary as people meet it: its commands, its files, its signals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod clients;
mod commands;
mod demo;
mod durability;
mod http;
mod jobs;
mod mail;
mod place;
mod postgres;
mod refusals;
mod secrets;
mod subscriptions;

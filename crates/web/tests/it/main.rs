//! The site over the real operations on a real store: requests in, answers as text.

mod alerts;
mod api;
mod browser;
mod checklist;
mod dealers;
mod drawing;
mod edge;
mod epcis;
mod exports;
mod feedback;
mod house;
mod misses;
mod notices;
mod pages;
mod places;
mod portals;
mod queries;
mod race;
mod recalls;
mod resolver;
mod schemes;
mod serve;
mod shares;
mod subscriptions;
mod verdicts;
mod vouchers;

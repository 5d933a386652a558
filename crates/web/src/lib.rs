//! The only HTTP: EPCIS REST, our API, the consumer page, the console.
//!
//! The edge is thin: it reads a request, calls one operation of `service`, and renders one answer.
//! It knows no SQL, no clock and no environment. [`router()`] is the whole site; [`Edge`] is what
//! every request passes, public so that a bench can put a bare handler behind the same.

mod api;
mod app;
mod bots;
mod caller;
mod chain;
mod client;
mod edge;
mod epcis;
mod extract;
mod fonts;
mod gate;
mod health;
mod language;
mod listing;
mod mail;
mod metrics;
mod moment;
mod notices;
mod pages;
mod problem;
mod reply;
mod resolver;
mod router;
mod serve;
mod text;
mod visit;
mod webhooks;
mod xml;

pub use api::recalls::report::RecallReport;
pub use api::traces::{TraceReport, trace_json};
pub use client::{Proxies, ProxyHeader};
pub use edge::Edge;
pub use fonts::Fonts;
pub use language::Language;
pub use mail::{MailSettings, MailTls, Mailer};
pub use notices::tell;
pub use router::{Site, router, router_with};
pub use serve::{serve, serve_within};
pub use webhooks::{Lookup, Webhooks, deliver, domains::verify_domains};

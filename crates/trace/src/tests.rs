//! Stories in a small language, a slow model on random worlds, and the limits.

mod amounts;
mod findings;
mod forward;
mod limits;
mod lots;
mod model;
mod range_map;
mod stories;
mod story;

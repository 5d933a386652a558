//! One story for each trade, from the raw material to the shop.

pub(crate) mod bicycles;
pub(crate) mod cosmetics;
pub(crate) mod dairy;

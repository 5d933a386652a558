//! The only SQL: two engines, one text.

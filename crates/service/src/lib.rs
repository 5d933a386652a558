//! The operations of the product; knows neither HTTP nor SQL.

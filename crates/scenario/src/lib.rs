//! A seed becomes enterprises, products, batches, a supply chain, scans and frauds.

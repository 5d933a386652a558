//! Leaves of the transparency log: canonical bytes and RFC 6962 leaf hashes.

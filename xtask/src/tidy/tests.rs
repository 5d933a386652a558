//! Each rule catches its breach: files in, findings out.

//! The suyuan binary: configuration, wiring, telemetry and the command line.
fn main() {}

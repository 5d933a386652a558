//! What a scan means: states, reasons, precedence and the PIN's allowance of tries.

//! Identification schemes beside GS1: USCC, SC and XK licences, Korean business numbers, GB/T 2260.

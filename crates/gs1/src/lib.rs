//! GS1 keys, check digits, element strings, EPC URIs and Digital Link URIs.

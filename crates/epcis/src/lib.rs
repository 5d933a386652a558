//! EPCIS 2.0 and CBV 2.0 documents, events, validation and the event hash.

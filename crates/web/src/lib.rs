//! The only HTTP: EPCIS REST, our API, the consumer page, the console.

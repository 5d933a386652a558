//! Codes as a keyed permutation of ordinals, covered PINs and signed batch manifests.

//! The published conversions of the reference implementation of the CBV event hash.

use super::each;
use crate::epc::canonical;

/// "Not a GS1 identifier" is `null` in the vectors; here the URI stays as it is.
#[test]
fn published_conversions_agree() {
    let file = "epc_urn_to_digital_link.jsonl";
    each("RalphTro_epcis-event-hash-generator", file, |vector| {
        let ours = vector["input"].as_str().and_then(|input| canonical(input).ok());
        let ours = ours.filter(|canonical| canonical.key.is_some()).map(|canonical| canonical.uri);
        assert_eq!(ours.as_deref(), vector["expect"].as_str(), "{vector}");
    });
}

//! Known values of RFC 6962 leaves, as other implementations of the tree publish them.

use crate::{Kind, Record, leaf_hash};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn known_leaves_of_rfc_6962() {
    let known = [
        (&b""[..], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (&[0], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        (&[0x10], "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"),
        (&[0x20, 0x21], "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"),
        (&[0x30, 0x31], "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    ];
    for (canonical, expected) in known {
        assert_eq!(hex(&leaf_hash(canonical)), expected, "leaf {canonical:?}");
    }
}

#[test]
fn the_leaf_covers_the_canonical_bytes_alone() {
    let record = Record { kind: Kind::Event, key: b"a", canonical: b"bytes" };
    assert_eq!(record.leaf_hash(), leaf_hash(b"bytes"));
    assert_eq!(record.leaf_hash(), Record { key: b"b", ..record }.leaf_hash());
    assert_ne!(record.leaf_hash(), leaf_hash(b"Bytes"));
}

#[test]
fn names_are_stable_and_come_back() {
    let names: Vec<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
    assert_eq!(names, ["event", "code-batch", "binding"]);
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(Kind::from_name("Event"), None);
}

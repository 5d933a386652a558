//! Known values of RFC 6962 leaves, as other implementations of the tree publish them.

use crate::{Kind, Record, leaf_hash, root_hash};

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
fn known_trees_of_rfc_6962() {
    let leaves: [&[u8]; 8] = [
        &[],
        &[0],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];
    let known = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    for (n_leaves, expected) in known.iter().enumerate() {
        let hashes = leaves[..n_leaves].iter().map(|leaf| leaf_hash(leaf));
        assert_eq!(hex(&root_hash(hashes)), *expected, "{n_leaves} leaves");
    }
}

/// RFC 6962 §2.1 as it is written: split at the largest power of two below the number of leaves.
fn defined(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => root_hash([]),
        [leaf] => *leaf,
        _ => {
            let at = leaves.len().next_power_of_two() / 2;
            let halves = [defined(&leaves[..at]), defined(&leaves[at..])];
            root_hash(halves)
        }
    }
}

#[test]
fn the_tree_is_the_one_that_is_defined() {
    let leaves: Vec<[u8; 32]> = (0..200u8).map(|n| leaf_hash(&[n])).collect();
    for n_leaves in 0..=leaves.len() {
        assert_eq!(root_hash(leaves[..n_leaves].iter().copied()), defined(&leaves[..n_leaves]));
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
    assert_eq!(names, ["event", "code-batch", "binding", "recall"]);
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(Kind::from_name("Event"), None);
}

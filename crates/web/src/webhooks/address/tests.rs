use super::{Allowed, is_public};

#[test]
fn only_what_anyone_may_have_is_public() {
    let private = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1
        127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1
        192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
        240.0.0.1 255.255.255.255
        :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1
        64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:0:5ef5:79fd::1 2001:10::1 2001:db8::1
        2002:7f00:1::1 2002:808:808::1 3fff::1 3fff:fff::1 4000::1 fc00::1 fd12:3456::1 fe80::1
        fec0::1 ff02::1";
    for address in private.split_whitespace() {
        assert!(!is_public(address.parse().expect(address)), "{address}");
    }
    let public = "1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255
        128.0.0.1 169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1
        198.17.255.255 198.20.0.1 223.255.255.255 ::ffff:1.1.1.1 64:ff9b::101:101 2000::1
        2001:200::1 2606:4700::1111 3ffe::1";
    for address in public.split_whitespace() {
        assert!(is_public(address.parse().expect(address)), "{address}");
    }
}

#[test]
fn an_operator_allows_names_ports_addresses_and_ranges() {
    let allowed = Allowed::parse("erp.local, mes.local:8443,10.1.0.0/16 , ::1, 127.0.0.1");
    let allowed = allowed.expect("a list");
    let has = |host: &str, port, address: &str| allowed.has(host, port, address.parse().unwrap());
    assert!(has("ERP.local", 80, "10.9.9.9"));
    assert!(has("mes.local", 8443, "10.9.9.9"));
    assert!(!has("mes.local", 443, "10.9.9.9"));
    assert!(!has("other.local", 443, "10.9.9.9"));
    assert!(has("other.local", 443, "10.1.255.1"));
    assert!(has("other.local", 443, "::ffff:10.1.0.1"));
    assert!(has("other.local", 443, "::1"));
    assert!(!has("other.local", 443, "::2"));
    assert!(has("other.local", 443, "127.0.0.1"));
    assert!(!Allowed::parse("").expect("none").has("a", 1, "127.0.0.1".parse().unwrap()));
    assert!(Allowed::parse("0.0.0.0/0").expect("all").has("a", 1, "9.9.9.9".parse().unwrap()));
    for wrong in ["10.0.0.0/33", "10.0.0.0/x", "a b", "host/8", "host:x", ":80", "http://a"] {
        assert!(Allowed::parse(wrong).is_err(), "{wrong}");
    }
}

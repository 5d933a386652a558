use super::Allowed;

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

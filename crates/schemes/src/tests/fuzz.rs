//! Recognition under mutated inputs: whatever it reads, it reads again as the same.

use fuzz::{Outcome, text};

use super::recognize::check_readings;

#[test]
fn scans() {
    let seeds = [
        "https://t.example/c/123456789012345",
        "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345",
        "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234",
        "GTIN (01) 06901234567892 (10) A213B1",
        "]d2010469025752852321G+mgsHw<DiLN_\u{1d}91EE05\u{1d}92x",
        "urn:epc:id:sgtin:4023333.000055.1A",
        "urn:epc:tag:[att=x01]:sgtin-198:3.0614141.712345.32a%2Fb",
        "urn:epc:raw:96.x3074257BF7194E4000001A85",
        "FB342CDE795211411234538566CB0AFC4",
        "https://www.iotroot.com/E=1000100000000000000000001",
        "MA.156.M0.100204.13351764",
        "SC10744030704994",
        "(粤)XK16-204-00397",
        "91350100M000100Y43",
        "2022221101000119(B0)",
        "202611010000112345678901",
        "110111-0062432",
        "xk:(%E7%B2%A4)XK16-204-00397",
    ];
    text(&seeds, |input| Outcome::from(check_readings(input) > 0));
}

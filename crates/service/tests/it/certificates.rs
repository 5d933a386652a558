//! Tests and certificates that enterprises show of their goods: which pages show them, and who may.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use service::limits::{GOODS_US, MAX_CERTIFICATES, SMALL_PICTURE_PX};
use service::{
    Caller, Error, NewCertificate, Page, Retire, Retirement, Role, Scan, ScanAnswer, Selection,
};
use store::id::CertificateId;
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, set_now_us};

/// Clear but for one stroke.
fn paper(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut drawn = RgbaImage::new(width, height);
    drawn.put_pixel(0, 0, Rgba([0, 0, 0, 255]));
    drawn.write_to(&mut file, ImageFormat::Png).expect("it is encoded");
    file.into_inner()
}

fn new(title: &str, lot_number: &str, valid_until: &str) -> NewCertificate {
    NewCertificate {
        lot_number: lot_number.into(),
        title: title.into(),
        number: "No. 1/2026".into(),
        issuer: "TÜV 中国检验认证集团".into(),
        valid_until: valid_until.into(),
    }
}

/// Codes of two lots of one product.
async fn of_two_lots(house: &House, firm: &Firm) -> [String; 2] {
    let mut codes = Vec::new();
    for lot_number in ["L1", "L2"] {
        let batch = house.batch(firm, 1).await;
        codes.push(house.printed(firm, &batch).await.remove(0).0);
        house.commission(firm, batch.batch.batch_id, lot_number).await;
    }
    codes.try_into().expect("two")
}

/// Titles on the page of a code, those that are over in brackets, once what is kept is old.
async fn shown(house: &House, code: &str) -> String {
    set_now_us(crate::house::now_us() + GOODS_US);
    let answer = house.service.scan_code(code, Scan::LOOK).await.expect("an answer");
    titles(&answer)
}

fn titles(answer: &ScanAnswer) -> String {
    let title = |it: &service::ShownCertificate| match it.is_expired {
        true => format!("({})", it.title),
        false => it.title.clone(),
    };
    answer.certificates().iter().map(title).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn pages_show_what_is_of_their_product_and_lot() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let [one, two] = of_two_lots(&house, &firm).await;
        let (caller, product) = (&firm.caller, Some(firm.product_id));
        let add = async |certificate| {
            set_now_us(crate::house::now_us() + 1_000);
            service.add_certificate(caller, product, &certificate, paper(400, 300)).await
        };
        let of_lot = add(new("test-of-L1", "L1", "")).await.expect("added");
        add(new("organic", "", "2026-11-01")).await.expect("added, though it is over");
        let halal = add(new("halal", "", "2027-11-01")).await.expect("added");
        assert_eq!(shown(&house, &one).await, "test-of-L1 halal (organic)");
        assert_eq!(shown(&house, &two).await, "halal (organic)");
        // The last day is a day on which it is valid, in China.
        set_now_us(
            "2027-11-01T15:59:54Z".parse::<jiff::Timestamp>().expect("a time").as_microsecond(),
        );
        assert_eq!(shown(&house, &two).await, "halal (organic)");
        assert_eq!(shown(&house, &two).await, "(organic) (halal)");
        // Both pictures are ours, and what was clear is white.
        for (size, width) in [("small", SMALL_PICTURE_PX), ("large", 400)] {
            let file = service.certificate_picture(halal.certificate_id, size).await;
            let read =
                image::load_from_memory_with_format(&file.expect("public"), ImageFormat::Jpeg);
            let read = read.expect("a JPEG").into_rgb8();
            assert_eq!(read.width(), width);
            let middle = read.get_pixel(width / 2, read.height() / 2).0;
            assert!(middle.iter().all(|it| *it > 250), "{middle:?}");
        }
        let neither = service.certificate_picture(halal.certificate_id, "huge").await;
        assert!(matches!(neither, Err(Error::NotFound)), "{neither:?}");
        // Twice is once; the pictures are gone, and the list says who did what.
        for _ in 0..2 {
            let removed = service.remove_certificate(caller, product, of_lot.certificate_id).await;
            removed.expect("taken back");
        }
        assert_eq!(shown(&house, &one).await, "(organic) (halal)");
        for size in ["small", "large"] {
            let gone = service.certificate_picture(of_lot.certificate_id, size).await;
            assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        }
        let all = service.list_certificates(caller, product, &Page::first()).await.expect("list");
        let told: Vec<_> = all.items.iter().map(|it| (&*it.title, it.removed.is_some())).collect();
        assert_eq!(told, [("test-of-L1", true), ("organic", false), ("halal", false)]);
        let removed = all.items[0].removed.as_ref().map(|it| it.1.as_str());
        assert_eq!((&*all.items[0].added_by, removed), ("test", Some("test")));
        assert_eq!((&*all.items[0].lot_number, &*all.items[1].lot_number), ("L1", ""));
        // Nothing of it stands beside what warns of the goods.
        let retire = Retire {
            codes: Selection::List(vec![two.clone()]),
            how: Retirement::Void(verdict::VoidReason::Stolen),
            event_time_us: None,
        };
        service.retire_codes(caller, retire).await.expect("void");
        assert_eq!(shown(&house, &two).await, "");
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_shows_its_own_on_its_page_and_not_on_those_of_codes() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let [code, _] = of_two_lots(&house, &firm).await;
        let add = async |caller, certificate| {
            service.add_certificate(caller, None, &certificate, paper(4, 4)).await
        };
        let licence = add(&firm.caller, new("食品生产许可证", "", "2020-01-01")).await;
        let licence = licence.expect("added").certificate_id;
        for title in ["营业执照", "ISO 22000"] {
            add(&firm.caller, new(title, "", "")).await.expect("added");
        }
        // Places are those of each enterprise.
        add(&other.caller, new("business licence", "", "")).await.expect("added");
        let of_lot = add(&firm.caller, new("a", "L1", "")).await;
        assert!(matches!(of_lot, Err(Error::Rejected(_))), "{of_lot:?}");
        let titles = async |id| {
            let shown = service.own_certificates(id).await.expect("a list");
            shown.into_iter().map(|it| (it.title, it.is_expired)).collect::<Vec<_>>()
        };
        let own = ["营业执照", "ISO 22000"].map(|it| (it.to_owned(), false)).into_iter();
        let own: Vec<_> = own.chain([("食品生产许可证".to_owned(), true)]).collect();
        assert_eq!(titles(firm.enterprise_id).await, own);
        assert_eq!(shown(&house, &code).await, "");
        let page = Page::first();
        let listed = service.list_certificates(&firm.caller, None, &page).await.expect("a list");
        assert_eq!(listed.items.len(), 3);
        let of_product =
            service.list_certificates(&firm.caller, Some(firm.product_id), &page).await;
        assert!(of_product.expect("a list").items.is_empty());
        let foreign = service.remove_certificate(&other.caller, None, licence).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
        let wrong = service.remove_certificate(&firm.caller, Some(firm.product_id), licence).await;
        assert!(matches!(wrong, Err(Error::NotFound)), "{wrong:?}");
        service.remove_certificate(&firm.caller, None, licence).await.expect("taken back");
        assert_eq!(titles(firm.enterprise_id).await.len(), 2);
        let platform = Caller::console_of_machine();
        let nobodys = add(&platform, new("a", "", "")).await;
        assert!(matches!(nobodys, Err(Error::NotFound)), "{nobodys:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_or_too_much_changes_nothing() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let product = Some(firm.product_id);
        let [code, _] = of_two_lots(&house, &firm).await;
        let add = async |certificate, body| {
            service.add_certificate(&firm.caller, product, &certificate, body).await
        };
        let long = "字".repeat(61);
        for (certificate, rule) in [
            (new("", "", ""), "required"),
            (new(&long, "", ""), "too-long"),
            (new("正品证书", "", ""), "claims-genuine"),
            (new("Authèntic", "", ""), "claims-genuine"),
            (new("a\u{202e}b", "", ""), "unseen-character"),
            (new("see www.example.com", "", ""), "link-in-text"),
            (new("a", "L9", ""), "no-lot"),
            (new("a", "", "2026-13-01"), "bad-date"),
            (NewCertificate { issuer: String::new(), ..new("a", "", "") }, "required"),
        ] {
            let Err(Error::Rejected(found)) = add(certificate.clone(), paper(4, 4)).await else {
                panic!("accepted: {certificate:?}");
            };
            assert_eq!(found[0].rule, rule, "{certificate:?}");
        }
        let Err(Error::Rejected(found)) = add(new("a", "", ""), b"%PDF-1.7".to_vec()).await else {
            panic!("accepted a PDF");
        };
        assert_eq!(found[0].rule, "bad-picture");
        let made = add(new("a", "", ""), paper(4, 4)).await.expect("added");
        let regulator = house.regulator("31").await;
        let dealer = house.key(firm.enterprise_id, Role::Dealer).await;
        for caller in [&other.caller, &regulator, &dealer] {
            let body = paper(4, 4);
            let added = service.add_certificate(caller, product, &new("b", "", ""), body).await;
            assert!(matches!(added, Err(Error::NotFound | Error::Forbidden)), "{added:?}");
            let id = made.certificate_id;
            let removed = service.remove_certificate(caller, product, id).await;
            assert!(matches!(removed, Err(Error::NotFound | Error::Forbidden)), "{removed:?}");
        }
        let list = service.list_certificates(&other.caller, product, &Page::first()).await;
        assert!(matches!(list, Err(Error::NotFound)), "{list:?}");
        // A certificate is of its product alone.
        let id: CertificateId = made.certificate_id;
        let foreign = service.remove_certificate(&other.caller, Some(other.product_id), id).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
        assert_eq!(shown(&house, &code).await, "a");
        // All at once, and still no more than there are places for.
        let mut adding = tokio::task::JoinSet::new();
        for n in 0..MAX_CERTIFICATES + 2 {
            let (service, caller) = (service.clone(), firm.caller.clone());
            let certificate = new(&format!("c{n}"), "", "");
            adding.spawn(async move {
                service.add_certificate(&caller, product, &certificate, paper(4, 4)).await.is_ok()
            });
        }
        let added = adding.join_all().await.into_iter().filter(|it| *it).count();
        let places = shown(&house, &code).await.split(' ').count();
        assert_eq!(places, added + 1);
        assert!(places <= MAX_CERTIFICATES, "{places}");
        for n in places..=MAX_CERTIFICATES {
            let more = add(new(&format!("d{n}"), "", ""), paper(4, 4)).await;
            let is_full = matches!(more, Err(Error::TooLarge { .. }));
            assert_eq!(is_full, n == MAX_CERTIFICATES, "{more:?}");
        }
        // A lot has places of its own, and one taken back makes room.
        add(new("of-lot", "L1", ""), paper(4, 4)).await.expect("added");
        service.remove_certificate(&firm.caller, product, made.certificate_id).await.expect("gone");
        add(new("last", "", ""), paper(4, 4)).await.expect("there is room again");
    })
    .await;
}

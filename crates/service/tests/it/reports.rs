//! Reports of suspected fakes: what strangers send, who sees it, what comes back.

use std::io::Cursor;
use std::net::IpAddr;

use image::{ImageFormat, RgbImage};
use service::limits::{MAX_REPORT_PHOTOS, MAX_REPORTS_OF_ADDRESS, MAX_REPORTS_OF_CODE};
use service::{AlertQuestion, Error, NewReport, Page, ReportEdit};
use store::id::ReportId;
use store::testing::each_engine;

use crate::house::House;

const TOLD: &str = "+86 138 0000 0000";

fn report(code: &str) -> NewReport {
    NewReport {
        code: code.to_owned(),
        place: "杭州市解放路小店".into(),
        price: "198 元".into(),
        words: "字印得糊\n气味不对".into(),
        contact: TOLD.into(),
        language: "zh-CN",
        photos: Vec::new(),
    }
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut file, format).expect("it is encoded");
    file.into_inner()
}

fn refused<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Rejected(found)) => format!("{} {}", found[0].pointer, found[0].rule),
        Err(other) => other.to_string(),
        Ok(_) => "taken".into(),
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|it| it == part)
}

#[tokio::test]
async fn a_report_reaches_its_enterprise_and_regulator_and_an_answer_comes_back() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm_in(1, None, Some("330106")).await;
        let other = house.firm(2, None).await;
        let batch = house.batch(&firm, 1).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let photos = vec![picture(60, 40, ImageFormat::Png)];
        let new = NewReport { photos, ..report(&code) };
        let number = service.report_fake(new, None).await.expect("it is taken");
        let told = service.follow_report(&number).await.expect("it is there");
        assert_eq!(
            (told.state, told.finding, told.n_photos, told.has_contact),
            ("new", "none", 1, true)
        );
        let list = async |caller| {
            service.list_reports(caller, &Page::newest()).await.expect("a list").items
        };
        let own = list(&firm.caller).await;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].contact.as_deref(), Some(TOLD));
        let id: ReportId = own[0].report_id.parse().expect("an id");
        // The regulator sees the case, and not how to reach who reported.
        let here = house.regulator("33").await;
        let watched = list(&here).await;
        assert_eq!(
            (watched.len(), watched[0].contact.clone(), watched[0].has_contact),
            (1, None, true)
        );
        assert!(service.report_photo(&here, id, 1).await.is_ok());
        for stranger in [&other.caller, &house.regulator("44").await] {
            assert!(list(stranger).await.is_empty());
            assert!(matches!(service.report_photo(stranger, id, 1).await, Err(Error::NotFound)));
        }
        let seen = service.edit_report(&other.caller, id, &ReportEdit::Seen).await;
        assert!(matches!(seen, Err(Error::NotFound)));
        let seen = service.edit_report(&here, id, &ReportEdit::Seen).await;
        assert!(matches!(seen, Err(Error::Forbidden)));
        service.edit_report(&firm.caller, id, &ReportEdit::Seen).await.expect("it is seen");
        assert_eq!(service.follow_report(&number).await.expect("it is there").state, "seen");
        let answer = |finding: &str, words: &str| ReportEdit::Answer(finding.into(), words.into());
        for (bad, why) in [
            (answer("none", "x"), "/finding unknown-name"),
            (answer("fake", " "), "/answer required"),
            (answer("fake", "真\u{202e}的"), "/answer unseen-character"),
        ] {
            assert_eq!(refused(service.edit_report(&firm.caller, id, &bad).await), why);
        }
        let words = answer("not_fake", "新包装");
        service.edit_report(&firm.caller, id, &words).await.expect("it is answered");
        let told = service.follow_report(&number).await.expect("it is there");
        assert_eq!(
            (told.state, told.finding, told.answer.as_str()),
            ("answered", "not_fake", "新包装")
        );
        // It was an alert as well, one for the item.
        service.report_fake(report(&code), None).await.expect("it is taken");
        let question = AlertQuestion::default();
        let alerts = service.list_queue(&firm.caller, &question, &Page::newest()).await;
        let alerts = alerts.expect("a list").items;
        let told: Vec<_> = alerts.iter().map(|it| (it.reason, it.grade, it.n_times)).collect();
        assert_eq!(told, [("reported_fake", "important", 2)]);
        // Whoever has the number erases the contact, and it is gone for everybody.
        service.erase_own_contact(&number).await.expect("it is erased");
        let after = service.find_report(&firm.caller, id).await.expect("it is there");
        assert!(after.contact.is_none() && !after.has_contact && after.erased.is_some());
        assert!(!service.follow_report(&number).await.expect("it is there").has_contact);
    })
    .await;
}

#[tokio::test]
async fn image_bombs_and_polyglots_as_report_photos() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 1).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let send = async |photos: Vec<Vec<u8>>| {
            service.report_fake(NewReport { photos, ..report(&code) }, None).await
        };
        // A header that says 65,000 × 65,000 pixels over a few bytes.
        let mut bomb = picture(8, 8, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xfd, 0xe8, 0, 0, 0xfd, 0xe8]);
        let wide = picture(4097, 1, ImageFormat::Png);
        let cut = picture(50, 50, ImageFormat::Jpeg)[..100].to_vec();
        for bad in [
            bomb,
            wide,
            cut,
            b"GIF89a<script>".to_vec(),
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            b"%PDF-1.7".to_vec(),
        ] {
            assert_eq!(refused(send(vec![bad]).await), "/photos bad-picture");
        }
        let many = vec![picture(8, 8, ImageFormat::Png); MAX_REPORT_PHOTOS + 1];
        assert_eq!(refused(send(many).await), "/photos too-many");
        let nothing = service.list_reports(&firm.caller, &Page::newest()).await.expect("a list");
        assert!(nothing.items.is_empty(), "what is refused leaves nothing behind");
        // A picture that is a page and an archive as well, and says where it was taken and which
        // way up it is.
        let mut polyglot = with_exif(&picture(60, 40, ImageFormat::Jpeg));
        polyglot.extend(b"PK\x03\x04<script>alert(1)</script>");
        send(vec![polyglot]).await.expect("it is taken");
        let found = service.list_reports(&firm.caller, &Page::newest()).await.expect("a list");
        let id = found.items[0].report_id.parse().expect("an id");
        let kept = service.report_photo(&firm.caller, id, 1).await.expect("a photo");
        for part in [&b"<script>"[..], b"PK\x03\x04", b"Exif", b"GPS-SECRET"] {
            assert!(!contains(&kept, part), "{}", String::from_utf8_lossy(part));
        }
        let shown = image::load_from_memory_with_format(&kept, ImageFormat::Jpeg).expect("a JPEG");
        assert_eq!((shown.width(), shown.height()), (40, 60), "it was turned upright");
    })
    .await;
}

/// A JPEG with an Exif segment: orientation 6, and a comment that nobody may read.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    // Tag 0x0112 (orientation), type 3, one value: 6; no further directory.
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"GPS-SECRET");
    let length = u16::try_from(tiff.len() + 2).expect("it is short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &tiff, &jpeg[2..]].concat()
}

#[tokio::test]
async fn nobody_floods_an_enterprise_with_reports() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 2).await;
        let printed = house.printed(&firm, &batch).await;
        let from = |n: u64| -> Option<IpAddr> { Some(format!("9.9.{n}.9").parse().expect("one")) };
        let send = async |code: &str, n: u64| service.report_fake(report(code), from(n)).await;
        for n in 0..MAX_REPORTS_OF_ADDRESS {
            // Of whatever codes, also such as are none.
            send(&format!("no code {n}"), 0).await.expect("it is taken");
        }
        assert_eq!(refused(send(&printed[0].0, 0).await), "/code too-many-reports");
        for n in 0..MAX_REPORTS_OF_CODE {
            send(&printed[0].0, n + 1).await.expect("it is taken");
        }
        assert_eq!(refused(send(&printed[0].0, 200).await), "/code too-many-reports");
        send(&printed[1].0, 200).await.expect("another item is another matter");
        // Codes that are none of ours are the operator's to look at, and told alike.
        let own = service.list_reports(&firm.caller, &Page::newest()).await.expect("a list").items;
        assert_eq!(own.len() as u64, MAX_REPORTS_OF_CODE + 1);
        let all =
            service.list_reports(&house.operator, &Page::first()).await.expect("a list").items;
        let (theirs, ours): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.enterprise_id.is_some());
        assert_eq!(ours.len() as u64, MAX_REPORTS_OF_ADDRESS);
        assert!(ours.iter().all(|it| it.contact.as_deref() == Some(TOLD)));
        assert!(theirs.iter().all(|it| it.contact.is_none()), "theirs are not the operator's");
    })
    .await;
}

#[tokio::test]
async fn a_number_cannot_be_guessed_and_bad_input_changes_nothing() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let number = service.report_fake(report("1"), None).await.expect("it is taken");
        let other = service.report_fake(report("1"), None).await.expect("it is taken");
        assert!(number.len() == 24 && number != other);
        let mut wrong = number.clone();
        wrong.replace_range(..1, if number.starts_with('2') { "3" } else { "2" });
        for guess in [wrong.as_str(), "", "1", "' or 1=1 --", &number.to_uppercase(), &number[1..]]
        {
            let found = service.follow_report(guess).await;
            assert!(matches!(found, Err(Error::NotFound)), "{guess}");
            assert!(service.erase_own_contact(guess).await.is_err());
        }
        for (bad, why) in [
            (NewReport { place: " ".into(), ..report("1") }, "/place required"),
            (NewReport { code: String::new(), ..report("1") }, "/code required"),
            (NewReport { place: "字".repeat(301), ..report("1") }, "/place too-long"),
            (NewReport { words: "x".repeat(2001), ..report("1") }, "/words too-long"),
            (
                NewReport { contact: "a\r\nBcc: b@c".into(), ..report("1") },
                "/contact control-character",
            ),
            (NewReport { words: "\u{200b}".into(), ..report("1") }, "/words unseen-character"),
        ] {
            assert_eq!(refused(service.report_fake(bad, None).await), why);
        }
        let all = service.list_reports(&house.operator, &Page::first()).await.expect("a list");
        assert_eq!(all.items.len(), 2);
    })
    .await;
}

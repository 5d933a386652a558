//! Pictures from strangers, and how soon a page shows a new one.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use service::limits::{GOODS_US, MAX_PICTURE_BYTES, STORED_PICTURE_PX};
use service::{Error, Scan, Service};
use store::testing::each_engine;

use crate::house::{House, MORNING_US, OUTSIDE, secrets, set_now_us};

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut file, format).expect("it is encoded");
    file.into_inner()
}

#[tokio::test]
async fn a_picture_is_checked_and_encoded_anew() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let set = async |body: Vec<u8>| {
            house.service.set_picture(&firm.caller, firm.product_id, body).await
        };
        let wide = set(picture(4096, 100, ImageFormat::Jpeg)).await.expect("as wide as may be");
        assert_eq!((wide.media_type.as_str(), wide.width), ("image/png", STORED_PICTURE_PX));
        let stored = house.service.picture(firm.product_id).await.expect("it is public");
        assert_eq!(stored, wide);

        let cut = picture(50, 50, ImageFormat::Png)[..60].to_vec();
        let too_wide = picture(4097, 1, ImageFormat::Png);
        for bad in [b"<svg/>".to_vec(), b"GIF89a".to_vec(), Vec::new(), cut, too_wide] {
            let refused = set(bad).await;
            let Err(Error::Rejected(found)) = refused else { panic!("accepted: {refused:?}") };
            assert_eq!(found[0].rule, "bad-picture");
        }
        let too_large = set(vec![0; MAX_PICTURE_BYTES + 1]).await;
        assert!(matches!(too_large, Err(Error::TooLarge { .. })), "{too_large:?}");
        let stored = house.service.picture(firm.product_id).await.expect("the good one stays");
        assert_eq!(stored, wide);
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_another_server_took_shows_within_seconds() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store.clone()).await;
        let started = Service::start(store, secrets(1), "https://t.example", OUTSIDE).await;
        let other = started.expect("a second server");
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 1).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let shows = async |service: &Service| {
            let look = Scan::LOOK;
            let answer = service.scan_code(&code, look).await.expect("a verdict");
            answer.item.expect("a printed code").goods.has_picture
        };
        assert!(!shows(&house.service).await && !shows(&other).await);
        let body = picture(10, 10, ImageFormat::Png);
        other.set_picture(&firm.caller, firm.product_id, body).await.expect("a picture");
        assert!(shows(&other).await, "who took it shows it at once");
        assert!(!shows(&house.service).await, "the other keeps what it read");
        set_now_us(MORNING_US + GOODS_US);
        assert!(shows(&house.service).await, "but not for long");
    })
    .await;
}

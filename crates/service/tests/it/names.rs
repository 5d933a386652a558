//! Search by names: who is found, who is not, and how it goes on.

use service::{Error, NewDisclosure, NewPageSettings, NewProduct, Order, Page};
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, set_now_us};

async fn product(house: &House, firm: &Firm, name: &str, is_made: bool) {
    let new = NewProduct {
        enterprise_id: None,
        name: name.into(),
        product_type: "茶".into(),
        specification: "250 g".into(),
        gtin: None,
    };
    let product = house.service.create_product(&firm.caller, new).await.expect("registered");
    if !is_made {
        return;
    }
    let Firm { enterprise_id, caller, .. } = firm;
    let (enterprise_id, caller) = (*enterprise_id, caller.clone());
    let firm = Firm { enterprise_id, product_id: product.product_id, caller };
    let batch = house.batch(&firm, 1).await;
    house.commission(&firm, batch.batch.batch_id, "L1").await;
}

/// The names on each page, until there is no next.
async fn found(house: &House, text: &str, limit: u32) -> Vec<Vec<String>> {
    let mut page = Page { after: None, limit, order: Order::NewestFirst };
    let mut pages = Vec::new();
    loop {
        let paged = house.service.search_products(text, &page).await.expect("searched");
        pages.push(paged.items.into_iter().map(|it| it.name).collect());
        page.after = paged.next;
        if page.after.is_none() || pages.len() > 9 {
            return pages;
        }
    }
}

#[tokio::test]
async fn goods_are_found_by_parts_of_their_names_once_they_were_made() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        for (name, is_made) in [("安溪铁观音", true), ("武夷大红袍", true), ("铁观音新品", false)]
        {
            product(&house, &firm, name, is_made).await;
        }
        set_now_us(MORNING_US + 1_000_000);
        product(&house, &other, "Tieguanyin 铁观音 (礼盒)", true).await;
        // Newest first, and a product that nobody made yet is nobody's business.
        let all = [["Tieguanyin 铁观音 (礼盒)"], ["安溪铁观音"]];
        assert_eq!(found(&house, "铁观音", 1).await, all);
        assert_eq!(found(&house, "铁观音", 9).await, [all.concat()]);
        assert_eq!(found(&house, "ＴＩＥ 礼盒", 9).await, [["Tieguanyin 铁观音 (礼盒)"]]);
        assert_eq!(found(&house, "观音铁", 9).await, [[""; 0]]);
        let short = house.service.search_products("茶", &Page::newest()).await;
        assert!(matches!(short, Err(Error::Rejected(_))), "{short:?}");
        // Kept out by its owner, and seen again.
        for (is_listed, n_found) in [(false, 1), (true, 2)] {
            let (named, hidden_stages) = (Vec::new(), Vec::new());
            let new = NewDisclosure { named, hidden_stages, is_listed: Some(is_listed) };
            house.service.set_disclosure(&firm.caller, new).await.expect("chosen");
            assert_eq!(found(&house, "铁观音", 9).await.concat().len(), n_found);
            let shown = house.service.public_products(firm.enterprise_id, &Page::newest()).await;
            assert_eq!(shown.expect("listed").items.len(), if is_listed { 2 } else { 0 });
        }
        // A choice from before there was a search changes nothing of it.
        for (is_listed, n_found) in [(Some(false), 0), (None, 0), (Some(true), 2), (None, 2)] {
            let (named, hidden_stages) = (Vec::new(), Vec::new());
            let new = NewDisclosure { named, hidden_stages, is_listed };
            house.service.set_disclosure(&firm.caller, new).await.expect("chosen");
            let shown = house.service.public_products(firm.enterprise_id, &Page::newest()).await;
            assert_eq!(shown.expect("listed").items.len(), n_found);
        }
        let told = house.service.public_enterprise(firm.enterprise_id).await.expect("found");
        assert!(!told.address.is_empty() && !told.contact.is_empty());
        let hidden = vec!["address".into(), "contact".into(), "registration".into()];
        let new = NewPageSettings { hidden, ..NewPageSettings::default() };
        house.service.set_page(&firm.caller, &new).await.expect("set");
        let told = house.service.public_enterprise(firm.enterprise_id).await.expect("found");
        assert_eq!([told.address, told.contact, told.registration_number], [""; 3]);
        let name = told.name;
        let firms = house.service.search_enterprises(&name, &Page::newest()).await.expect("found");
        assert!(firms.items.iter().any(|it| it.enterprise_id == firm.enterprise_id));
    })
    .await;
}

#[tokio::test]
async fn names_from_before_there_was_a_search_are_found() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, None).await;
        product(&house, &firm, "安溪铁观音", true).await;
        store::testing::forget_names(&store).await;
        assert_eq!(found(&house, "铁观音", 9).await, [[""; 0]]);
        let later = House::new(store).await;
        assert_eq!(found(&later, "铁观音", 9).await, [["安溪铁观音"]]);
    })
    .await;
}

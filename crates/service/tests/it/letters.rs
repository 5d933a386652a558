//! Letters of recalls: to whom, by what, how often, and how long.

use service::limits::MAX_MAILS_OF_ADDRESS;
use service::{
    Answer, Caller, DueLetter, Error, LetterMessage, LetterTopic, LetterWay, NewContact, Page,
};
use service::{RecallStart, Role, Service};
use store::id::{LetterId, RecallId};
use store::recall_letters;
use store::testing::each_engine;

use crate::house::{House, MORNING_US, set_now_us};
use crate::recalls::{Chain, order};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

fn contact(email: &str, webhook: &str) -> NewContact {
    NewContact {
        email: email.to_owned(),
        language: "ko".to_owned(),
        webhook: webhook.to_owned(),
        signature_token: Some("key".to_owned()),
        mail_grade: "urgent".to_owned(),
        webhook_grade: "none".to_owned(),
    }
}

async fn ordered(chain: &Chain) -> RecallId {
    let new = order(RecallStart::Thing(chain.lot_id.clone()), "t");
    chain.service().order_recall(&chain.maker.caller, &new).await.expect("an order").recall_id
}

async fn states(service: &Service, caller: &Caller) -> Vec<(&'static str, &'static str)> {
    let found = service.list_letters(caller, &Page::first()).await.expect("a list").items;
    let told = found.into_iter().filter(|it| it.kind != "confirm");
    told.map(|it| (it.channel, it.state)).collect()
}

/// Names an address, and confirms it with the link of its letter.
async fn named(service: &Service, caller: &Caller, new: &NewContact) {
    service.set_recall_contact(caller, new).await.expect("it is kept");
    for letter in service.claim_letters(LetterTopic::Recalls, 100).await.expect("what is due") {
        let token = letter.confirm_token().expect("a link").to_owned();
        service.settle_letter(&letter, &Answer::Taken).await.expect("it is noted");
        service.confirm_address(&token).await.expect("it is confirmed");
    }
}

async fn claimed(service: &Service) -> Vec<DueLetter> {
    service.address_notices(LetterTopic::Recalls).await.expect("letters");
    service.claim_letters(LetterTopic::Recalls, 100).await.expect("what is due")
}

/// What each letter says, by which way, to which address.
fn told(due: &[DueLetter]) -> Vec<(LetterMessage, LetterWay, &str)> {
    let mut all = Vec::new();
    for it in due {
        let to = match it.way() {
            LetterWay::Mail => it.contact.email.as_str(),
            LetterWay::Webhook => it.contact.webhook.as_str(),
        };
        all.push((it.message(), it.way(), to));
    }
    all.sort_by_key(|(message, way, to)| (message.name(), *way == LetterWay::Webhook, *to));
    all
}

#[tokio::test]
async fn each_reader_is_told_once_by_what_it_named() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        let dealer = chain.house.key(chain.shop.enterprise_id, Role::Dealer).await;
        let hook = "https://hook.example/r";
        for (caller, email, webhook) in [
            (&chain.maker.caller, "qa@maker.cn", ""),
            (&dealer, "shop@shop.cn", hook),
            (&chain.house.regulator("33").await, "province@gov.cn", ""),
            (&chain.house.regulator("330106").await, "district@gov.cn", ""),
            (&chain.house.regulator("3302").await, "elsewhere@gov.cn", ""),
        ] {
            let new = contact(email, webhook);
            named(service, caller, &new).await;
        }
        let recall = ordered(&chain).await;
        let due = claimed(service).await;
        use LetterMessage::{Ordered, Overdue, Reminder, Task, Withdrawn};
        use LetterWay::{Mail, Webhook};
        assert_eq!(
            told(&due),
            [
                (Ordered, Mail, "qa@maker.cn"),
                (Task, Mail, "qa@maker.cn"),
                (Task, Mail, "shop@shop.cn"),
                (Task, Webhook, hook),
            ]
        );
        let signed = due.iter().find(|it| it.way() == Webhook).expect("one");
        assert!(
            signed
                .signature(b"{}", MORNING_US)
                .is_some_and(|it| it.starts_with("t=1795248000,v1="))
        );
        assert!(claimed(service).await.is_empty(), "nobody sends them beside us");
        for letter in &due {
            service.settle_letter(letter, &Answer::Taken).await.expect("it is noted");
        }
        set_now_us(MORNING_US + 2 * DAY_US);
        service.escalate_tasks().await.expect("a look");
        let due = claimed(service).await;
        assert_eq!(
            told(&due),
            [
                (Overdue, Mail, "district@gov.cn"),
                (Overdue, Mail, "province@gov.cn"),
                (Overdue, Mail, "qa@maker.cn"),
                (Reminder, Mail, "qa@maker.cn"),
                (Reminder, Mail, "shop@shop.cn"),
                (Reminder, Webhook, hook),
            ]
        );
        for letter in &due {
            service.settle_letter(letter, &Answer::Taken).await.expect("it is noted");
        }
        let maker = &chain.maker.caller;
        service.withdraw_recall(maker, recall, "it was a mistake").await.expect("it ends");
        let due = claimed(service).await;
        assert_eq!(due.len(), 3);
        assert!(due.iter().all(|it| it.message() == Withdrawn));
        // Others read nothing of it, and nobody replays what was told.
        assert_eq!(states(service, &chain.supplier.caller).await, []);
        let own = service.list_letters(&dealer, &Page::newest()).await.expect("a list").items;
        let id: LetterId = own.last().expect("one").letter_id.parse().expect("an id");
        let stranger = service.replay_letter(&chain.supplier.caller, id).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        assert!(matches!(service.replay_letter(&dealer, id).await, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn what_fails_is_repeated_for_a_day_and_then_waits_for_an_operator() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let operator = &chain.house.operator;
        let new = contact("gone@shop.cn", "https://hook.example/r");
        named(service, shop, &new).await;
        ordered(&chain).await;
        let mut now_us = service.now_us();
        let down = Answer::Unreachable("no route".into());
        let due = claimed(service).await;
        let mail = due.iter().find(|it| it.way() == LetterWay::Mail).expect("mail");
        let hook = due.iter().find(|it| it.way() == LetterWay::Webhook).expect("a webhook");
        // A mailbox that is refused is not asked again; a webhook is.
        let refused = Answer::Refused("550 no such user".into());
        service.settle_letter(mail, &refused).await.expect("it is noted");
        service.settle_letter(hook, &refused).await.expect("it is noted");
        assert_eq!(states(service, shop).await, [("mail", "failed"), ("webhook", "waiting")]);
        let (mut n_attempts, mut pauses_us) = (1, Vec::new());
        let begun_us = now_us;
        loop {
            assert!(claimed(service).await.is_empty(), "it rests");
            let mut pause_us = 0;
            let due = loop {
                pause_us += 1_000_000;
                set_now_us(now_us + pause_us);
                let due = claimed(service).await;
                if !due.is_empty() {
                    break due;
                }
            };
            now_us += pause_us;
            pauses_us.push(pause_us);
            n_attempts += 1;
            assert_eq!((due.len(), due[0].letter.n_attempts), (1, n_attempts));
            // Whoever took so long that another may have it notes nothing.
            if n_attempts == 3 {
                now_us += HOUR_US;
                set_now_us(now_us);
                let again = claimed(service).await;
                assert_eq!(again[0].letter.n_attempts, 4);
                service.settle_letter(&due[0], &Answer::Taken).await.expect("nothing to note");
                assert_eq!(states(service, shop).await[1], ("webhook", "waiting"));
                service.settle_letter(&again[0], &down).await.expect("it is noted");
                // The rest of the day in one step.
                now_us = begun_us + DAY_US;
                set_now_us(now_us);
                let last = claimed(service).await;
                service.settle_letter(&last[0], &down).await.expect("it is noted");
                break;
            }
            service.settle_letter(&due[0], &down).await.expect("it is noted");
        }
        assert!(pauses_us[0] <= 5_000_000 && pauses_us[1] > pauses_us[0], "{pauses_us:?}");
        assert_eq!(states(service, shop).await, [("mail", "failed"), ("webhook", "failed")]);
        let failed = service.list_failed_letters(operator, &Page::newest()).await.expect("a list");
        let errors: Vec<_> = failed.items.iter().map(|it| it.last_error.as_str()).collect();
        assert_eq!(errors, ["no route", "550 no such user"]);
        let others = service.list_failed_letters(shop, &Page::newest()).await;
        assert!(matches!(others, Err(Error::Forbidden)));
        // The address was wrong; the letter goes to the right one.
        let right = contact("here@shop.cn", "");
        named(service, shop, &right).await;
        for it in &failed.items {
            let id = it.letter_id.parse().expect("an id");
            service.replay_letter(operator, id).await.expect("it is due");
        }
        let due = claimed(service).await;
        assert_eq!(told(&due), [(LetterMessage::Task, LetterWay::Mail, "here@shop.cn")]);
        assert_eq!(due[0].letter.n_attempts, 1);
        service.leave_letter(&due[0], "no mail here").await.expect("it is noted");
        assert_eq!(states(service, shop).await, [("mail", "unsent"), ("webhook", "unsent")]);
    })
    .await;
}

#[tokio::test]
async fn what_is_old_is_forgotten_as_new_ones_come() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        ordered(&chain).await;
        assert!(claimed(service).await.is_empty());
        assert_eq!(states(service, shop).await, [("console", "unsent")]);
        set_now_us(service.now_us() + 91 * DAY_US);
        service.escalate_tasks().await.expect("a look");
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let kept = service.list_letters(shop, &Page::first()).await.expect("a list").items;
        assert_eq!(kept.iter().map(|it| it.kind).collect::<Vec<_>>(), ["overdue"]);
    })
    .await;
}

#[tokio::test]
async fn a_slow_receiver_has_few_letters_at_once() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, maker) = (chain.service(), &chain.maker.caller);
        named(service, maker, &contact("qa@maker.cn", "")).await;
        for n in 0..4 {
            let new = order(RecallStart::Thing(chain.lot_id.clone()), &format!("t{n}"));
            service.order_recall(maker, &new).await.expect("an order");
        }
        // Eight letters to one reader: of the order and of its task.
        let first = claimed(service).await;
        assert_eq!(first.len(), 4);
        assert!(claimed(service).await.is_empty());
        service.settle_letter(&first[0], &Answer::Taken).await.expect("it is noted");
        assert_eq!(claimed(service).await.len(), 1);
        // A server that was killed had the rest; another life of it goes on with the same.
        service.begin_letters().await.expect("what was taken is let go");
        let n_claimed = claimed(service).await.len();
        let is_alone = service.engine() == store::Engine::Sqlite;
        assert_eq!(n_claimed, if is_alone { 4 } else { 0 });
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_checked_and_its_key_is_kept() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let hook = "https://hook.example/r";
        for (email, webhook, language, rule) in [
            ("a@b.cn\r\nBcc: c@d.cn", "", "en", "bad-email"),
            ("a@b.cn,c@d.cn", "", "en", "bad-email"),
            ("", "", "fr", "unknown-language"),
            ("", "https://a.example/\n", "en", "control-character"),
        ] {
            let new = NewContact { language: language.to_owned(), ..contact(email, webhook) };
            let refused = service.set_recall_contact(shop, &new).await;
            let Err(Error::Rejected(violations)) = refused else { panic!("{email} {webhook}") };
            assert_eq!(violations[0].rule, rule);
        }
        let token = async || {
            let kept = service.recall_contact(shop).await.expect("it is read").expect("one");
            kept.signature_token
        };
        for (webhook, given, expected) in [
            (hook, Some("one"), "one"),
            (hook, None, "one"),
            (hook, Some(""), ""),
            (hook, Some("two"), "two"),
            ("https://other.example/", None, ""),
        ] {
            let given = given.map(str::to_owned);
            let new = NewContact { signature_token: given, ..contact("", webhook) };
            service.set_recall_contact(shop, &new).await.expect("it is kept");
            assert_eq!(token().await, expected);
        }
        // Whoever regulates the whole platform reads what operators read, and sets nothing there.
        let whole = service::NewKey {
            role: Role::Regulator,
            enterprise_id: None,
            jurisdiction: None,
            label: "test".into(),
        };
        let (_, secret) = service.create_key(&chain.house.operator, whole).await.expect("a key");
        let whole = service.authenticate(&secret).await.expect("the key is known");
        let refused = service.set_recall_contact(&whole, &contact("a@b.cn", "")).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    })
    .await;
}

/// Who carries the maker's goods does not turn its letters to itself.
#[tokio::test]
async fn a_dealers_key_does_not_say_where_its_maker_hears_of_recalls() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        ordered(&chain).await;
        let of_maker = chain.house.key(chain.maker.enterprise_id, Role::Dealer).await;
        let theirs = contact("qa@maker.cn", "https://theirs.example/r");
        let refused = service.set_recall_contact(&of_maker, &theirs).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let found = service.recall_contact(&chain.maker.caller).await.expect("it is read");
        assert!(found.is_none());
    })
    .await;
}

/// A letter that waited while its recall was withdrawn would call goods back that are fine.
#[tokio::test]
async fn a_task_of_a_recall_that_has_ended_is_not_sent_any_more() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        named(service, shop, &contact("shop@shop.cn", "")).await;
        let recall = ordered(&chain).await;
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let maker = &chain.maker.caller;
        service.withdraw_recall(maker, recall, "it was a mistake").await.expect("it ends");
        let due = claimed(service).await;
        let said: Vec<LetterMessage> = due.iter().map(DueLetter::message).collect();
        assert_eq!(said, [LetterMessage::Withdrawn]);
        assert!(states(service, shop).await.contains(&("mail", "unsent")));
    })
    .await;
}

/// Why each letter about a recall was not told.
async fn reasons(service: &Service, caller: &Caller) -> Vec<(&'static str, String)> {
    let found = service.list_letters(caller, &Page::first()).await.expect("a list").items;
    let told = found.into_iter().filter(|it| it.kind != "confirm");
    told.map(|it| (it.state, it.last_error)).collect()
}

#[tokio::test]
async fn an_address_hears_nothing_until_whoever_reads_it_confirms_it() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let hook = "https://hook.example/r";
        service.set_recall_contact(shop, &contact("a@shop.cn", hook)).await.expect("it is kept");
        ordered(&chain).await;
        use LetterMessage::{Confirm, Task};
        use LetterWay::{Mail, Webhook};
        let due = claimed(service).await;
        assert_eq!(told(&due), [(Confirm, Mail, "a@shop.cn"), (Task, Webhook, hook)]);
        let waits = ("unsent", "not_confirmed".to_owned());
        assert_eq!(reasons(service, shop).await[0], waits);
        let first = due.iter().find_map(|it| it.confirm_token()).expect("a link").to_owned();
        for letter in &due {
            service.settle_letter(letter, &Answer::Taken).await.expect("it is noted");
        }
        // Sent again by hand it waits all the same.
        let list = service.list_letters(shop, &Page::newest()).await.expect("a list").items;
        let held = list.iter().find(|it| it.last_error == "not_confirmed").expect("one");
        let held: LetterId = held.letter_id.parse().expect("an id");
        service.replay_letter(shop, held).await.expect("it is due");
        assert!(claimed(service).await.is_empty());
        assert_eq!(reasons(service, shop).await[0], waits);
        let found = service.address_to_confirm(&first).await.expect("it answers").expect("one");
        assert_eq!((&found.email[..], &found.reader[..]), ("a@shop.cn", "Firm 2"));
        assert_eq!(service.address_to_confirm("").await.expect("it answers"), None);
        // Another address makes the link one of nothing.
        let new = contact("b@shop.cn", "");
        service.set_recall_contact(shop, &new).await.expect("it is kept");
        assert!(matches!(service.confirm_address(&first).await, Err(Error::NotFound)));
        let second = claimed(service).await.swap_remove(0);
        service.settle_letter(&second, &Answer::Taken).await.expect("it is noted");
        let second = second.confirm_token().expect("a link").to_owned();
        set_now_us(service.now_us() + 3 * DAY_US);
        assert_eq!(service.address_to_confirm(&second).await.expect("it answers"), None);
        assert!(matches!(service.confirm_address(&second).await, Err(Error::NotFound)));
        service.ask_to_confirm_again(shop).await.expect("it is written");
        let third = claimed(service).await.swap_remove(0);
        let third = third.confirm_token().expect("a link").to_owned();
        service.confirm_address(&third).await.expect("it is confirmed");
        assert!(matches!(service.confirm_address(&third).await, Err(Error::NotFound)));
        // What waited for that goes out.
        let due = claimed(service).await;
        assert_eq!(told(&due), [(Task, Mail, "b@shop.cn")]);
        assert!(matches!(service.ask_to_confirm_again(shop).await, Err(Error::Conflict(_))));
        // The same address with another webhook stays confirmed.
        let new = contact("b@shop.cn", hook);
        service.set_recall_contact(shop, &new).await.expect("it is kept");
        let known = service.recall_contact(shop).await.expect("it is read").expect("one");
        assert!(known.confirmed_at_us.is_some());
    })
    .await;
}

#[tokio::test]
async fn nobody_has_this_platform_fill_a_mailbox() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store.clone()).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let victim = contact("victim@example.cn", "");
        service.set_recall_contact(&chain.maker.caller, &victim).await.expect("it is kept");
        service.set_recall_contact(shop, &victim).await.expect("it is kept");
        service.ask_to_confirm_again(shop).await.expect("it is written");
        for caller in [shop, &chain.maker.caller] {
            let refused = service.ask_to_confirm_again(caller).await;
            let Err(Error::Rejected(violations)) = refused else { panic!("{refused:?}") };
            assert_eq!(violations[0].rule, "too-many-letters");
        }
        let refused = service.set_recall_contact(&chain.supplier.caller, &victim).await;
        assert!(matches!(refused, Err(Error::Rejected(_))));
        set_now_us(service.now_us() + DAY_US);
        service.ask_to_confirm_again(shop).await.expect("it is written");

        for it in claimed(service).await {
            service.settle_letter(&it, &Answer::Taken).await.expect("it is noted");
        }
        named(service, shop, &contact("shop@shop.cn", "")).await;
        let day = service.now_us().div_euclid(DAY_US);
        for n in 0..MAX_MAILS_OF_ADDRESS {
            let limit = MAX_MAILS_OF_ADDRESS;
            let count = recall_letters::count(day, "limit_of_address shop@shop.cn", limit);
            store.write("test", vec![count]).await.unwrap_or_else(|error| panic!("{n} {error}"));
        }
        ordered(&chain).await;
        assert!(claimed(service).await.iter().all(|it| it.contact.email != "shop@shop.cn"));
        let held = vec![("failed", "limit_of_address".to_owned())];
        assert_eq!(reasons(service, shop).await, held);
        let operator = &chain.house.operator;
        let failed = service.list_failed_letters(operator, &Page::newest()).await.expect("a list");
        let id: LetterId = failed.items[0].letter_id.parse().expect("an id");
        service.replay_letter(shop, id).await.expect("it is due");
        assert!(claimed(service).await.iter().all(|it| it.contact.email != "shop@shop.cn"));
        assert_eq!(reasons(service, shop).await, held);
        set_now_us(service.now_us() + DAY_US);
        service.replay_letter(shop, id).await.expect("it is due");
        let due = claimed(service).await;
        assert!(due.iter().any(|it| it.contact.email == "shop@shop.cn"));
    })
    .await;
}

#[tokio::test]
async fn one_letter_tells_of_all_tasks_of_a_recall_that_are_overdue() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        let province = chain.house.regulator("33").await;
        named(service, &province, &contact("province@gov.cn", "")).await;
        named(service, &chain.shop.caller, &contact("shop@shop.cn", "")).await;
        ordered(&chain).await;
        for letter in claimed(service).await {
            service.settle_letter(&letter, &Answer::Taken).await.expect("it is noted");
        }
        set_now_us(MORNING_US + 2 * DAY_US);
        service.escalate_tasks().await.expect("a look");
        let due = claimed(service).await;
        for (email, n_overdue) in [("province@gov.cn", 2), ("shop@shop.cn", 0)] {
            let mut to = due.iter().filter(|it| it.contact.email == email);
            let letter = to.next().expect("one");
            assert!(to.next().is_none());
            assert_eq!((letter.n_overdue, letter.overdue.len()), (n_overdue, n_overdue));
        }
        // Who named no address reads the same among its notices.
        let city = chain.house.regulator("3301").await;
        assert_eq!(states(service, &city).await, [("console", "unsent")]);
        let elsewhere = chain.house.regulator("32").await;
        assert_eq!(states(service, &elsewhere).await, []);
    })
    .await;
}

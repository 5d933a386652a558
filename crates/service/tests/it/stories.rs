//! Stories: what happens, one event a line, then questions and their answers.
//!
//! `A1`, `A2`, … are our own items, other names are somebody's cases, pallets and lots.
//! `STEP WHAT PLACE TIME` is an ObjectEvent, `STEP P > A1 A2` puts children into a parent,
//! `STEP P < A1` takes them out, `STEP M1 M2 = A1 A2` makes outputs of inputs.
//! `void A1` and `destroy A1` end a life; `scan A1` asks for the verdict, `trace A1` for the
//! history; what comes back is compared as text.

use std::collections::BTreeMap;

use epcis::build::{Draft, When, document};
use epcis::{Action, Role};
use expect_test::{Expect, expect};
use service::{Commission, Error, Retire, Retirement, Scan, Selection, TraceQuestion, Via};
use store::testing::each_engine;
use verdict::{DestroyReason, VoidReason};

use crate::house::{Firm, House, MORNING_US, set_now_us};

const MIDNIGHT_US: i64 = MORNING_US - 8 * 3_600_000_000;

/// A platform while a story is told.
struct Telling {
    house: House,
    firm: Firm,
    /// Digits of `A0`, `A1`, ….
    codes: Vec<String>,
    /// Names behind EPCs, for the answers.
    names: BTreeMap<String, String>,
}

async fn check(story: &str, expected: Expect) {
    let answers = std::sync::Mutex::new(Vec::new());
    each_engine(async |store| {
        let told = tell(House::new(store).await, story).await;
        answers.lock().expect("one engine at a time").push(told);
    })
    .await;
    for answer in answers.into_inner().expect("one engine at a time") {
        expected.assert_eq(&answer);
    }
}

async fn tell(house: House, story: &str) -> String {
    let firm = house.firm(1, Some("06901234567892")).await;
    let batch = house.batch(&firm, 100).await;
    let codes = house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code).collect();
    let mut telling = Telling { house, firm, codes, names: BTreeMap::new() };
    let mut answers = String::new();
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = telling.line(&words).await.unwrap_or_else(|error| Some(error.to_string()));
        if let Some(answer) = answer {
            answers.push_str(&format!("{line}: {answer}\n"));
        }
    }
    for (index, code) in telling.codes.iter().enumerate() {
        answers = answers.replace(code, &format!("A{index}"));
    }
    answers
}

impl Telling {
    async fn line(&mut self, words: &[&str]) -> Result<Option<String>, Error> {
        let service = self.house.service.clone();
        match words {
            ["scan", item] => {
                let code = self.code(item);
                let scan = Scan::CHECK;
                let answer = service.scan_code(&code, scan).await?;
                Ok(Some(answer.verdict.state.name().to_owned()))
            }
            ["trace", item] => {
                let epc = self.epc(item);
                let trace =
                    service.trace(&self.house.operator, &TraceQuestion::backward(&epc)).await?;
                let steps = trace.steps.iter().map(|step| self.step(step));
                Ok(Some(steps.collect::<Vec<_>>().join(", ")))
            }
            ["commission", items @ .., lot, time] => {
                set_now_us(at(time));
                let commission = Commission {
                    codes: self.listed(items),
                    lot_number: (*lot).to_owned(),
                    production_date: "2026-11-20".into(),
                    shelf_life_days: None,
                    event_time_us: None,
                };
                service.commission_codes(&self.firm.caller, commission).await?;
                Ok(None)
            }
            ["void", items @ ..] => self.retire(items, Retirement::Void(VoidReason::Lost)).await,
            ["destroy", items @ ..] => {
                self.retire(items, Retirement::Destroy(DestroyReason::Expired)).await
            }
            [step, names @ .., place, time] => {
                let draft = self.draft(step, names, place, time);
                let body = document(at(time), &[draft]);
                let capture = service.capture_document(&self.firm.caller, body).await?;
                Ok((capture.n_known > 0).then(|| format!("{} known", capture.n_known)))
            }
            _ => panic!("no sense in {words:?}"),
        }
    }

    async fn retire(&self, items: &[&str], how: Retirement) -> Result<Option<String>, Error> {
        let retire = Retire { codes: self.listed(items), how, event_time_us: None };
        self.house.service.retire_codes(&self.firm.caller, retire).await?;
        Ok(None)
    }

    fn draft(&mut self, step: &str, names: &[&str], place: &str, time: &str) -> Draft {
        let when = When { event_time_us: at(time), offset: "+08:00".into() };
        let place = format!("https://example.com/place/{place}");
        let mark = names.iter().position(|name| ["<", ">", "="].contains(name));
        let Some(mark) = mark else {
            let draft = Draft::object(Action::Observe, when).biz_step(step).read_point(&place);
            return names.iter().fold(draft, |draft, name| draft.epc(Role::Epc, &self.epc(name)));
        };
        let (left, right) = (&names[..mark], &names[mark + 1..]);
        let (draft, left_role, right_role) = match names[mark] {
            ">" => (Draft::aggregation(Action::Add, when), Role::Parent, Role::Child),
            "<" => (Draft::aggregation(Action::Delete, when), Role::Parent, Role::Child),
            _ => (Draft::transformation(when), Role::Input, Role::Output),
        };
        let draft = draft.biz_step(step).read_point(&place);
        let draft = left.iter().fold(draft, |draft, name| draft.epc(left_role, &self.epc(name)));
        right.iter().fold(draft, |draft, name| draft.epc(right_role, &self.epc(name)))
    }

    fn step(&self, step: &service::TraceStep) -> String {
        let (_, word) = step.biz_step.rsplit_once('-').unwrap_or(("", ""));
        let name = |epc: &String| self.names.get(epc).cloned().unwrap_or_else(|| epc.clone());
        match &step.via {
            Via::Own => word.to_owned(),
            Via::Inside { container, .. } => format!("in {} {word}", name(container)),
            Via::Source { input, .. } => format!("of {} {word}", name(input)),
            Via::Content { content, .. } => format!("with {} {word}", name(content)),
            Via::Product { output, .. } => format!("to {} {word}", name(output)),
        }
    }

    fn listed(&self, items: &[&str]) -> Selection {
        Selection::List(items.iter().map(|item| self.code(item)).collect())
    }

    fn code(&self, item: &str) -> String {
        let index: usize = item[1..].parse().expect("an item is A and a number");
        self.codes[index].clone()
    }

    /// The EPC of a name: ours for `A1`, else one of a made-up scheme.
    fn epc(&mut self, name: &str) -> String {
        let epc = match name.strip_prefix('A') {
            Some(_) => {
                let code = self.code(name);
                format!("https://id.gs1.org/01/06901234567892/21/{code}")
            }
            None => format!("https://example.com/thing/{name}"),
        };
        self.names.insert(epc.clone(), name.to_owned());
        epc
    }
}

fn at(time: &str) -> i64 {
    let (hours, minutes) = time.split_once(':').expect("a time is hh:mm");
    let number = |text: &str| text.parse::<i64>().expect("a time is hh:mm");
    MIDNIGHT_US + (number(hours) * 60 + number(minutes)) * 60_000_000
}

#[tokio::test]
async fn a_case_carries_its_items_only_while_they_are_in_it() {
    check(
        "commission A1 A2 L1 08:00
         packing P > A1 A2 factory 09:00
         shipping P factory 10:00
         receiving P shop 17:00
         unpacking P < A1 shop 18:00
         shipping P shop 19:00
         retail_selling A1 shop 20:00
         trace A1
         trace A2
         trace A3",
        expect![[r#"
            trace A1: commissioning, packing, in P shipping, in P receiving, unpacking, retail_selling
            trace A2: commissioning, packing, in P shipping, in P receiving, in P unpacking, in P shipping
            trace A3: 
        "#]],
    )
    .await;
}

#[tokio::test]
async fn cases_on_pallets_and_what_goods_were_made_of() {
    check(
        "receiving M1 factory 06:00
         receiving M2 factory 06:30
         creating_class_instance M1 = A1 A2 factory 07:00
         commission A1 A2 L1 08:00
         packing C > A1 factory 09:00
         packing D > A2 factory 09:00
         loading P > C D factory 10:00
         shipping P factory 11:00
         unloading P < C shop 12:00
         receiving P shop 13:00
         trace A1
         trace A2",
        expect![[r#"
            trace A1: of M1 receiving, creating_class_instance, commissioning, packing, in C loading, in P shipping, in C unloading
            trace A2: of M1 receiving, creating_class_instance, commissioning, packing, in D loading, in P shipping, in P unloading, in P receiving
        "#]],
    )
    .await;
}

#[tokio::test]
async fn the_same_event_is_stored_once() {
    check(
        "shipping A1 P factory 10:00
         shipping A1 P factory 10:00
         shipping A1 factory 10:00
         trace A1",
        expect![[r#"
            shipping A1 P factory 10:00: 1 known
            trace A1: shipping, shipping
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_life_begins_once_and_ends_once() {
    check(
        "scan A1
         commission A1 A2 A3 L1 08:00
         commission A0 A3 A4 L1 09:00
         scan A0
         scan A1
         void A2
         void A5
         scan A2
         scan A5
         commission A5 L1 09:00
         void A2 A6
         destroy A2 A3
         scan A2
         destroy A3
         void A3",
        expect![[r#"
            scan A1: not-commissioned
            commission A0 A3 A4 L1 09:00: code A3 is commissioned already
            scan A0: not-commissioned
            scan A1: scanned-before
            scan A2: voided
            scan A5: voided
            commission A5 L1 09:00: code A5 is void already
            void A2 A6: code A2 is void already
            scan A2: destroyed
            destroy A3: code A3 is destroyed already
            void A3: code A3 is destroyed already
        "#]],
    )
    .await;
}

/// The runs begin at one item and are of one length class, and differ in the last item alone.
#[tokio::test]
async fn what_is_repaired_may_come_out_of_itself() {
    check(
        "commission A1 A2 A3 A4 L1 05:00
         repairing A1 A2 A3 A4 = A1 A2 A3 plant 06:00
         trace A1
         trace A4",
        expect![[r#"
            trace A1: commissioning, repairing
            trace A4: commissioning, repairing
        "#]],
    )
    .await;
}

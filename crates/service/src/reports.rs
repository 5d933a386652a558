//! Reports of suspected fakes: from whoever scanned a code to the enterprise behind it, and to who
//! watches over it; and back, an answer under a number that only the reporter has.
//!
//! What a stranger sends is bounded, counted for each address and code and day, and kept as text
//! and as pictures that were encoded anew. Whether a code exists is told to nobody.

use std::net::IpAddr;

use mint::Code;
use store::alerts::{Grade, Reason, SubjectKind};
use store::fake_reports::{self, FINDINGS, Finding, Report, State};
use store::id::{EnterpriseId, ReportId, Scope};
use store::recall_letters;

use crate::alerts::Raise;
use crate::error::Violations;
use crate::limits::{
    MAX_LINE_CHARS, MAX_REPORT_CHARS, MAX_REPORT_PHOTOS, MAX_REPORTS_OF_ADDRESS,
    MAX_REPORTS_OF_CODE, MAX_REPORTS_OF_DAY,
};
use crate::scan::Printed;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Role, Service, pictures};

/// What somebody reports.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewReport {
    /// The code, as it was scanned or typed.
    pub code: String,
    /// Where it was bought: a shop, a site.
    pub place: String,
    /// For how much.
    pub price: String,
    /// What else there is to say.
    pub words: String,
    /// How to reach the reporter; empty if that is not wished.
    pub contact: String,
    /// The language of the page.
    pub language: &'static str,
    /// Files of pictures, not looked at yet.
    pub photos: Vec<Vec<u8>>,
}

/// What a number tells: nothing of who reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedReport {
    /// The number.
    pub number: String,
    /// The code that was reported.
    pub code: String,
    /// `new`, `seen` or `answered`.
    pub state: &'static str,
    /// `none`, `fake`, `not_fake` or `unclear`.
    pub finding: &'static str,
    /// The answer in words.
    pub answer: String,
    /// How many photos came with it.
    pub n_photos: u32,
    /// Whether a way to reach the reporter is still kept.
    pub has_contact: bool,
    /// Microseconds since the epoch.
    pub reported_at_us: i64,
    /// When somebody looked.
    pub seen_at_us: Option<i64>,
    /// When it was answered.
    pub answered_at_us: Option<i64>,
}

/// A report as whoever deals with it sees it. No `Debug`: it has how to reach a person.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportCase {
    /// Its id.
    pub report_id: String,
    /// Whose goods; none where the code is none of ours.
    pub enterprise_id: Option<String>,
    /// Its name.
    pub enterprise_name: String,
    /// Name of the product.
    pub product_name: String,
    /// The code.
    pub code: String,
    /// Where it was bought.
    pub place: String,
    /// For how much.
    pub price: String,
    /// What else was said.
    pub words: String,
    /// How to reach the reporter; for whose goods it is alone.
    pub contact: Option<String>,
    /// Whether it was given, and is still kept.
    pub has_contact: bool,
    /// The language it was written on a page of.
    pub language: String,
    /// How many photos came with it.
    pub n_photos: u32,
    /// `new`, `seen` or `answered`.
    pub state: &'static str,
    /// `none`, `fake`, `not_fake` or `unclear`.
    pub finding: &'static str,
    /// What the reporter is told.
    pub answer: String,
    /// Microseconds since the epoch.
    pub reported_at_us: i64,
    /// When and by whom it was looked at.
    pub seen: Option<(i64, String)>,
    /// When and by whom it was answered.
    pub answered: Option<(i64, String)>,
    /// When and by whom the contact was erased; by nobody if it was the reporter.
    pub erased: Option<(i64, String)>,
}

/// What is done with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportEdit {
    /// Somebody looked.
    Seen,
    /// It is answered: the name of a finding, and words for the reporter.
    Answer(String, String),
    /// How to reach the reporter is erased.
    Erase,
}

impl From<Report> for FollowedReport {
    fn from(it: Report) -> Self {
        Self {
            has_contact: !it.contact.is_empty(),
            number: it.number,
            code: it.code,
            state: it.state.name(),
            finding: it.finding.name(),
            answer: it.answer,
            n_photos: it.n_photos,
            reported_at_us: it.reported_at_us,
            seen_at_us: it.seen.map(|it| it.0),
            answered_at_us: it.answered.map(|it| it.0),
        }
    }
}

impl NewReport {
    fn check(&self) -> Result<()> {
        let mut violations = Violations::default();
        violations.check_text("/code", self.code.trim(), MAX_LINE_CHARS);
        violations.check_text("/place", self.place.trim(), MAX_LINE_CHARS);
        for (pointer, text) in [("/price", &self.price), ("/contact", &self.contact)] {
            if !text.trim().is_empty() {
                violations.check_text(pointer, text.trim(), MAX_LINE_CHARS);
            }
        }
        check_words(&mut violations, "/words", &self.words);
        if self.photos.len() > MAX_REPORT_PHOTOS {
            let message = format!("{MAX_REPORT_PHOTOS} photos at most");
            violations.add("/photos", "too-many", message);
        }
        violations.finish()
    }
}

/// Words of several lines.
fn check_words(violations: &mut Violations, pointer: &str, words: &str) {
    let n_chars = words.chars().count();
    if n_chars > MAX_REPORT_CHARS {
        let message = format!("{n_chars} characters; {MAX_REPORT_CHARS} at most");
        violations.add(pointer, "too-long", message);
    }
    if words.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\r' | '\t')) {
        violations.add(pointer, "control-character", "remove the control characters");
    }
    if words.chars().any(is_unseen) {
        violations.add(pointer, "unseen-character", "remove what changes the direction of text");
    }
}

/// Characters that hide text or turn its direction (Unicode TR 36 §2.10, UAX 9 §2).
fn is_unseen(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}')
}

/// Letters and digits of a number: none that looks like another.
const DIGITS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz0";

/// Characters of a number: 120 bits.
const NUMBER_CHARS: usize = 24;

impl Service {
    /// Keeps a report with its photos and tells of it; answers the number that follows it. The same
    /// is answered for codes that are none of ours.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, also if enough was reported today from the
    /// address, about the code, or in all.
    pub async fn report_fake(&self, mut new: NewReport, from: Option<IpAddr>) -> Result<String> {
        new.check()?;
        let printed = match Code::parse(new.code.trim()) {
            Ok(code) => self.printed(&code).await?,
            Err(_) => None,
        };
        let code = match Code::parse(new.code.trim()) {
            Ok(code) => code.to_string(),
            Err(_) => new.code.trim().to_owned(),
        };
        let counted = self.counted_reports(&code, from);
        // Before anything is decoded: a flood costs look-ups.
        for (subject, limit) in &counted {
            if recall_letters::n_of_day(self.store(), self.day(), subject).await? >= *limit {
                return Err(enough());
            }
        }
        let mut photos = Vec::with_capacity(new.photos.len());
        for (nth, body) in (1..).zip(std::mem::take(&mut new.photos)) {
            photos.push(self.photo_anew(nth, body).await?);
        }
        let n_photos = photos.len() as u32;
        let report = Report { code, n_photos, ..self.new_report(&new, printed.as_ref()).await? };
        let number = report.number.clone();
        // Of one item one alert, however many report it.
        let subject = match report.item_id {
            Some(item_id) => (SubjectKind::Item, item_id.to_string()),
            None => (SubjectKind::Report, report.report_id.to_string()),
        };
        let mut statements: Vec<_> = counted
            .iter()
            .map(|(subject, limit)| recall_letters::count(self.day(), subject, *limit))
            .collect();
        statements.extend(self.raise_alert(&Raise {
            enterprise_id: report.enterprise_id,
            reason: Reason::ReportedFake,
            detail: "",
            subject,
            grade: Grade::Important,
            product_id: report.product_id,
        }));
        statements.extend(fake_reports::insert(&report, photos));
        match self.store().write("report fake", statements).await {
            Ok(_) => Ok(number),
            Err(store::Error::Conflict { .. }) => Err(enough()),
            Err(error) => Err(error.into()),
        }
    }

    /// A report as it is kept, without code and photos.
    async fn new_report(&self, new: &NewReport, printed: Option<&Printed>) -> Result<Report> {
        let goods = match printed {
            Some(printed) => Some(self.goods_of(printed.label.product_id).await?),
            None => None,
        };
        let now_us = self.now_us();
        Ok(Report {
            enterprise_id: goods.as_ref().map_or(EnterpriseId::NOBODY, |it| it.enterprise_id),
            report_id: ReportId::new(now_us, self.random_bits()),
            number: self.report_number(),
            code: String::new(),
            item_id: printed.map(|it| it.item_id),
            product_id: goods.as_ref().map(|it| it.product_id),
            place: new.place.trim().to_owned(),
            price: new.price.trim().to_owned(),
            words: new.words.trim().to_owned(),
            contact: new.contact.trim().to_owned(),
            has_contact: !new.contact.trim().is_empty(),
            language: new.language.to_owned(),
            n_photos: 0,
            state: State::New,
            finding: Finding::None,
            answer: String::new(),
            revision: 0,
            reported_at_us: now_us,
            seen: None,
            answered: None,
            erased: None,
        })
    }

    /// What there is a daily limit of reports for.
    fn counted_reports(&self, code: &str, from: Option<IpAddr>) -> Vec<(String, u64)> {
        let mut counted = vec![
            ("reports".to_owned(), MAX_REPORTS_OF_DAY),
            (format!("reports of {code}"), MAX_REPORTS_OF_CODE),
        ];
        if let Some(address) = from {
            // A number that nobody can turn back into the address.
            let sender = self.sender_number(address);
            counted.push((format!("reports from {sender:016x}"), MAX_REPORTS_OF_ADDRESS));
        }
        counted
    }

    /// A photo as it is kept.
    async fn photo_anew(&self, nth: usize, body: Vec<u8>) -> Result<Vec<u8>> {
        match pictures::in_turn(move || pictures::photo_anew(&body)).await {
            Ok(photo) => Ok(photo),
            Err(Error::Rejected(found)) => {
                let why = found.into_iter().next().map(|it| it.message).unwrap_or_default();
                let message = format!("photo {nth}: {why}");
                Err(Error::rejected("/photos", "bad-picture", message))
            }
            Err(error) => Err(error),
        }
    }

    fn report_number(&self) -> String {
        let random: [u8; NUMBER_CHARS] = self.random();
        random.iter().map(|it| char::from(DIGITS[usize::from(it & 31)])).collect()
    }

    /// What became of the report of a number.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a number that is none.
    pub async fn follow_report(&self, number: &str) -> Result<FollowedReport> {
        self.report_of(number).await.map(FollowedReport::from)
    }

    /// Erases how to reach the reporter, for who has the number.
    pub async fn erase_own_contact(&self, number: &str) -> Result<()> {
        let id = self.report_of(number).await?.report_id;
        self.change_report(Scope::PLATFORM, id, "", &ReportEdit::Erase).await
    }

    async fn report_of(&self, number: &str) -> Result<Report> {
        let is_number =
            number.len() == NUMBER_CHARS && number.bytes().all(|it| DIGITS.contains(&it));
        let found = match is_number {
            true => fake_reports::by_number(self.store(), number).await?,
            false => None,
        };
        found.ok_or(Error::NotFound)
    }

    /// Reports about the caller's goods, or inside what it watches over.
    pub async fn list_reports(&self, caller: &Caller, page: &Page) -> Result<Paged<ReportCase>> {
        caller.watches()?;
        let after = page.after_id(ReportId::number)?;
        let rows = fake_reports::list(self.store(), caller.scope(), page.to_store(after)).await?;
        let paged = page.paged(rows, |it| it.report_id.to_string());
        let mut items = Vec::with_capacity(paged.items.len());
        for it in paged.items {
            items.push(self.case_of_report(caller, it).await?);
        }
        Ok(Paged { items, next: paged.next })
    }

    /// One of them.
    pub async fn find_report(&self, caller: &Caller, id: ReportId) -> Result<ReportCase> {
        caller.watches()?;
        let found = fake_reports::find(self.store(), caller.scope(), id).await?;
        self.case_of_report(caller, found.ok_or(Error::NotFound)?).await
    }

    /// A photo of a report: JPEG.
    pub async fn report_photo(
        &self,
        caller: &Caller,
        id: ReportId,
        photo_no: u32,
    ) -> Result<Vec<u8>> {
        caller.watches()?;
        let found = fake_reports::find(self.store(), caller.scope(), id).await?;
        let report = found.ok_or(Error::NotFound)?;
        let photo = fake_reports::photo(self.store(), report.report_id, photo_no).await?;
        photo.ok_or(Error::NotFound)
    }

    /// Looks at, answers, or erases the contact of a report: whose goods it is about, or an
    /// operator where the code is none of ours.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`] for who only looks, [`Error::Rejected`].
    pub async fn edit_report(
        &self,
        caller: &Caller,
        id: ReportId,
        edit: &ReportEdit,
    ) -> Result<()> {
        let scope = match (caller.role, caller.enterprise_id) {
            (Role::Enterprise, Some(id)) => Scope::enterprise(id),
            (Role::Operator, _) => Scope::enterprise(EnterpriseId::NOBODY),
            _ => return Err(Error::Forbidden),
        };
        if let ReportEdit::Answer(finding, words) = edit {
            let mut violations = Violations::default();
            if finding_of(finding).is_none() {
                let names = FINDINGS.map(Finding::name)[1..].join(", ");
                violations.add("/finding", "unknown-name", format!("one of {names}"));
            }
            if words.trim().is_empty() {
                violations.add("/answer", "required", "fill this in");
            }
            check_words(&mut violations, "/answer", words);
            violations.finish()?;
        }
        self.change_report(scope, id, &caller.label, edit).await
    }

    async fn change_report(
        &self,
        scope: Scope,
        id: ReportId,
        by: &str,
        edit: &ReportEdit,
    ) -> Result<()> {
        let mut attempts = Attempts::of("change report");
        loop {
            let found = fake_reports::find(self.store(), scope, id).await?;
            let mut report = found.ok_or(Error::NotFound)?;
            let now = || Some((self.now_us(), by.to_owned()));
            match edit {
                ReportEdit::Seen if report.state != State::New => return Ok(()),
                ReportEdit::Seen => (report.state, report.seen) = (State::Seen, now()),
                ReportEdit::Answer(finding, words) => {
                    report.state = State::Answered;
                    report.finding = finding_of(finding).unwrap_or(Finding::Unclear);
                    words.trim().clone_into(&mut report.answer);
                    report.seen = report.seen.or_else(now);
                    report.answered = now();
                }
                ReportEdit::Erase if report.contact.is_empty() => return Ok(()),
                ReportEdit::Erase => {
                    report.contact.clear();
                    report.erased = now();
                }
            }
            let statements = vec![fake_reports::change(&report, report.revision)];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(());
            }
        }
    }

    async fn case_of_report(&self, caller: &Caller, it: Report) -> Result<ReportCase> {
        let goods = match it.product_id {
            Some(id) => Some(self.goods_of(id).await?),
            None => None,
        };
        let is_platforms = it.enterprise_id == EnterpriseId::NOBODY;
        let is_own = match caller.role {
            Role::Enterprise => caller.enterprise_id == Some(it.enterprise_id),
            Role::Operator => is_platforms,
            Role::Dealer | Role::Regulator => false,
        };
        let has_contact = !it.contact.is_empty();
        Ok(ReportCase {
            report_id: it.report_id.to_string(),
            enterprise_id: (!is_platforms).then(|| it.enterprise_id.to_string()),
            enterprise_name: goods
                .as_ref()
                .map(|it| it.enterprise_name.clone())
                .unwrap_or_default(),
            product_name: goods.map(|it| it.product_name.clone()).unwrap_or_default(),
            code: it.code,
            place: it.place,
            price: it.price,
            words: it.words,
            contact: Some(it.contact).filter(|_| is_own && has_contact),
            has_contact,
            language: it.language,
            n_photos: it.n_photos,
            state: it.state.name(),
            finding: it.finding.name(),
            answer: it.answer,
            reported_at_us: it.reported_at_us,
            seen: it.seen,
            answered: it.answered,
            erased: it.erased,
        })
    }
}

fn finding_of(name: &str) -> Option<Finding> {
    FINDINGS[1..].iter().copied().find(|it| it.name() == name)
}

fn enough() -> Error {
    let message = "enough was reported from here, or about this code, today; try again tomorrow, \
                   or call 12315";
    Error::rejected("/code", "too-many-reports", message)
}

//! Feedback: what visitors say of a page, of goods or of the service, for whoever is responsible.
//!
//! Nothing is kept of who said it. It is about the goods of a code if it names one, and reaches
//! their enterprise; the operator reads all.

use mint::Code;
use store::feedback::{self, Feedback};
use store::id::{EnterpriseId, FeedbackId};

use crate::error::Violations;
use crate::limits::MAX_FEEDBACK_CHARS;
use crate::{Caller, Error, Miss, Page, Paged, Payer, Result, Service};

/// What feedback is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The page that was read.
    Page,
    /// The goods.
    Product,
    /// The platform.
    Service,
}

impl About {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Page, Self::Product, Self::Service];

    /// Stable name: `page`, `product`, `service`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Product => "product",
            Self::Service => "service",
        }
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What has this number.
    pub fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Page)
    }
}

/// Feedback as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct NewFeedback<'a> {
    /// The code that was looked at; empty if none was.
    pub code: &'a str,
    /// `page`, `product` or `service`.
    pub about: &'a str,
    /// From one, the worst, to five.
    pub rating: Option<u8>,
    /// May be empty if there is a rating.
    pub words: &'a str,
    /// The language of the page.
    pub language: &'static str,
}

/// What became of feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is kept.
    Kept,
    /// It is kept, and its code is none of ours.
    Missed(Miss),
    /// The sender said too much lately.
    TooMuch,
}

impl Service {
    /// Keeps what a visitor says.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong.
    pub async fn send_feedback(&self, from: Option<Payer>, new: NewFeedback<'_>) -> Result<Sent> {
        let mut violations = Violations::default();
        let about = About::from_name(new.about);
        if about.is_none() {
            violations.add("/about", "no-subject", "page, product or service");
        }
        if new.rating.is_some_and(|it| !(1..=5).contains(&it)) {
            violations.add("/rating", "out-of-bounds", "from 1 to 5");
        }
        let words = new.words.replace("\r\n", "\n");
        let words = words.trim();
        if words.is_empty() && new.rating.is_none() {
            violations.add("/words", "required", "rate it, or write something");
        } else if !words.is_empty() {
            // Lines are welcome, other control characters are not.
            violations.check_text("/words", &words.replace('\n', " "), MAX_FEEDBACK_CHARS);
        }
        violations.finish()?;
        if from.is_some_and(|payer| !self.may_tell(payer)) {
            return Ok(Sent::TooMuch);
        }
        let code = Code::parse(new.code).ok();
        let printed = match &code {
            Some(code) => self.printed(code).await?,
            None => None,
        };
        let goods = match &printed {
            Some(printed) => Some(self.goods_of(printed.label.product_id).await?),
            None => None,
        };
        let row = Feedback {
            feedback_id: FeedbackId::new(self.now_us(), self.random_bits()),
            enterprise_id: goods.as_ref().map_or(EnterpriseId::LEAST, |it| it.enterprise_id),
            product_id: goods.as_ref().map(|it| it.product_id),
            code: code.filter(|_| goods.is_some()).map(|it| it.to_string()).unwrap_or_default(),
            about: about.map_or(0, |it| it as u8),
            rating: new.rating,
            words: words.to_owned(),
            language: new.language.to_owned(),
            sent_at_us: self.now_us(),
            handled_at_us: None,
            handled_by: String::new(),
        };
        self.store().write("send feedback", feedback::insert(&row)).await?;
        Ok(match (new.code.is_empty(), code, goods) {
            (false, None, _) => Sent::Missed(Miss::Mistyped),
            (_, Some(_), None) => Sent::Missed(Miss::Unknown),
            _ => Sent::Kept,
        })
    }

    /// What was said of the caller's goods; an operator reads all.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever may change nothing.
    pub async fn list_feedback(&self, caller: &Caller, page: &Page) -> Result<Paged<Feedback>> {
        let after = page.after_id(FeedbackId::number)?;
        let rows = feedback::list(self.store(), caller.writes()?, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.feedback_id.to_string()))
    }

    /// Marks it as handled.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there, or was handled before.
    pub async fn handle_feedback(&self, caller: &Caller, id: FeedbackId) -> Result<()> {
        let marked = feedback::handle(caller.writes()?, id, &caller.label, self.now_us());
        match self.store().write("handle feedback", marked).await {
            Ok(_) => Ok(()),
            // Of others, never there, or handled: all alike.
            Err(store::Error::Conflict { .. }) => Err(Error::NotFound),
            Err(error) => Err(error.into()),
        }
    }
}

//! Where readers hear of recalls: an address of e-mail is confirmed by whoever reads it before
//! anything else goes there, and there is a limit for each day. So nobody has this platform write
//! to people who did not ask for it.

use store::alerts::{GRADES, Grade};
use store::id::{EnterpriseId, LetterId, Viewer};
use store::page::{Order, Page as StorePage};
use store::recall_letters::{self, Channel, Contact, Letter, LetterState};
use store::recall_notices::NoticeKind;
use store::{Error as StoreError, Statement, recalls};

use super::holders::HolderKey;
use super::letters::{DAY_US, NewContact};
use crate::error::Violations;
use crate::limits::{
    CONFIRM_US, MAX_ALERT_MAILS, MAX_ALERT_POSTS, MAX_CONFIRMATIONS_OF_ADDRESS,
    MAX_CONFIRMATIONS_OF_READER, MAX_EMAIL_CHARS, MAX_MAILS_OF_ADDRESS,
    MAX_MAILS_OF_ADDRESS_AND_ENTERPRISE, MAX_MAILS_OF_ENTERPRISE, MAX_SIGNATURE_TOKEN_BYTES,
    MAX_URL_BYTES,
};
use crate::{Attempts, Caller, Error, Result, Service};

/// An address that somebody is asked to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToConfirm {
    /// The address.
    pub email: String,
    /// The enterprise whose notices would go there; empty of a jurisdiction or the platform.
    pub reader: String,
    /// Until when it may be confirmed, microseconds since the epoch.
    pub until_us: i64,
}

/// What there is a daily limit of letters for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Letters to one address.
    Address,
    /// Letters to one address about the goods of one enterprise: none may use up what others need.
    AddressOfEnterprise,
    /// Letters about the goods of one enterprise.
    Enterprise,
    /// Letters that ask one address to be confirmed.
    ConfirmAddress,
    /// Letters that one reader has addresses asked with.
    ConfirmReader,
    /// Letters about alerts that one reader gets by e-mail.
    AlertMails,
    /// Alerts that the webhook of one reader gets.
    AlertPosts,
}

impl Limit {
    /// Stable name, in snake case.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Address => "limit_of_address",
            Self::AddressOfEnterprise => "limit_of_address_from_enterprise",
            Self::Enterprise => "limit_of_enterprise",
            Self::ConfirmAddress => "limit_of_confirmations",
            Self::ConfirmReader => "limit_of_reader",
            Self::AlertMails => "limit_of_alert_mails",
            Self::AlertPosts => "limit_of_alert_posts",
        }
    }

    fn n_letters(self) -> u64 {
        match self {
            Self::Address => MAX_MAILS_OF_ADDRESS,
            Self::AddressOfEnterprise => MAX_MAILS_OF_ADDRESS_AND_ENTERPRISE,
            Self::Enterprise => MAX_MAILS_OF_ENTERPRISE,
            Self::ConfirmAddress => MAX_CONFIRMATIONS_OF_ADDRESS,
            Self::ConfirmReader => MAX_CONFIRMATIONS_OF_READER,
            Self::AlertMails => MAX_ALERT_MAILS,
            Self::AlertPosts => MAX_ALERT_POSTS,
        }
    }
}

/// A limit and whose it is.
pub(super) struct Counted(pub(super) Limit, pub(super) String);

impl Counted {
    fn subject(&self) -> String {
        format!("{} {}", self.0.name(), self.1)
    }
}

impl Service {
    /// Where the caller hears of recalls, if it said so.
    pub async fn recall_contact(&self, caller: &Caller) -> Result<Option<Contact>> {
        Ok(recall_letters::contact(self.store(), caller.scope().viewer()).await?)
    }

    /// Has the caller's enterprise, or its jurisdiction, hear of recalls there from now on; for the
    /// platform operators say so. A dealer's key does not say where an enterprise that orders
    /// recalls hears of them: it would learn who holds the goods.
    ///
    /// An address that is new gets a letter that asks to confirm it, and nothing else until then.
    pub async fn set_recall_contact(&self, caller: &Caller, new: &NewContact) -> Result<()> {
        let viewer = self.viewer_to_set(caller).await?;
        check(new)?;
        let before = recall_letters::contact(self.store(), viewer).await?;
        let kept = before.as_ref().filter(|it| it.webhook == new.webhook.trim());
        let kept = kept.map(|it| it.signature_token.clone()).unwrap_or_default();
        let same = before.filter(|it| it.email == new.email.trim());
        let is_new = same.is_none() && !new.email.trim().is_empty();
        let contact = Contact {
            viewer,
            email: new.email.trim().to_owned(),
            language: new.language.clone(),
            webhook: new.webhook.trim().to_owned(),
            signature_token: new.signature_token.clone().unwrap_or(kept),
            changed_at_us: self.now_us(),
            confirmed_at_us: same.as_ref().and_then(|it| it.confirmed_at_us),
            confirm_token: same.as_ref().map(|it| it.confirm_token.clone()).unwrap_or_default(),
            confirm_until_us: same.as_ref().map_or(0, |it| it.confirm_until_us),
            mail_grade: Grade::from_name(&new.mail_grade),
            webhook_grade: Grade::from_name(&new.webhook_grade),
        };
        if is_new {
            return self.ask_to_confirm(contact).await;
        }
        let statements = vec![recall_letters::set_contact(&contact)];
        self.store().write("set recall contact", statements).await?;
        Ok(())
    }

    /// Has the letter sent again that asks to confirm the address of the caller's notices.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is nothing to confirm, [`Error::Rejected`] if enough such
    /// letters went out today.
    pub async fn ask_to_confirm_again(&self, caller: &Caller) -> Result<()> {
        let viewer = self.viewer_to_set(caller).await?;
        let contact = recall_letters::contact(self.store(), viewer).await?;
        match contact.filter(|it| !it.email.is_empty() && it.confirmed_at_us.is_none()) {
            Some(contact) => self.ask_to_confirm(contact).await,
            None => Err(Error::Conflict("there is no address that waits to be confirmed".into())),
        }
    }

    /// What a link of a letter confirms; none if it was used, is too old, or the address changed.
    pub async fn address_to_confirm(&self, token: &str) -> Result<Option<ToConfirm>> {
        let Some(contact) = self.contact_of_token(token).await? else { return Ok(None) };
        let reader = match contact.viewer.enterprise() {
            Some(id) => self.holder_name(HolderKey::Enterprise(id)).await?.name,
            None => String::new(),
        };
        let Contact { email, confirm_until_us: until_us, .. } = contact;
        Ok(Some(ToConfirm { email, reader, until_us }))
    }

    /// Confirms an address with the token of its letter: letters go there from now on, also those
    /// that waited for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where [`Service::address_to_confirm`] finds nothing.
    pub async fn confirm_address(&self, token: &str) -> Result<()> {
        let mut attempts = Attempts::of("confirm address");
        loop {
            let contact = self.contact_of_token(token).await?.ok_or(Error::NotFound)?;
            let statements = recall_letters::confirm(&contact, self.now_us());
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(());
            }
        }
    }

    async fn contact_of_token(&self, token: &str) -> Result<Option<Contact>> {
        if token.len() != 32 || !token.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let found = recall_letters::contact_of_token(self.store(), token).await?;
        Ok(found.filter(|it| it.confirm_until_us > self.now_us()))
    }

    /// Whose contact the caller may set.
    async fn viewer_to_set(&self, caller: &Caller) -> Result<Viewer> {
        let viewer = caller.scope().viewer();
        if viewer == Viewer::PLATFORM {
            caller.operates()?;
        }
        let newest = StorePage { after: None, limit: 1, order: Order::NewestFirst };
        let ordered = recalls::list(self.store(), caller.scope(), newest).await?;
        if !ordered.is_empty() {
            caller.watches()?;
        }
        Ok(viewer)
    }

    /// Keeps a contact with a new token and writes the letter with its link.
    async fn ask_to_confirm(&self, contact: Contact) -> Result<()> {
        let now_us = self.now_us();
        let token: [u8; 16] = self.random();
        let contact = Contact {
            confirmed_at_us: None,
            confirm_token: super::order::hex(&token),
            confirm_until_us: now_us + CONFIRM_US,
            ..contact
        };
        let (address, reader) = (contact.email.to_ascii_lowercase(), contact.viewer.number());
        let counted = [
            Counted(Limit::ConfirmAddress, address),
            Counted(Limit::ConfirmReader, reader.to_string()),
        ];
        if self.reached_limit(&counted).await?.is_some() {
            let message = "enough letters asked for that today; try again tomorrow, or look for \
                           the one that was sent";
            return Err(Error::rejected("/email", "too-many-letters", message));
        }
        let mut statements = vec![recall_letters::set_contact(&contact)];
        statements.extend(self.counts(&counted));
        statements.push(recall_letters::insert(&Letter {
            viewer: contact.viewer,
            letter_id: LetterId::new(now_us, self.random_bits()),
            enterprise_id: contact.viewer.enterprise().unwrap_or(EnterpriseId::NOBODY),
            recall_id: None,
            task_id: None,
            alert_id: None,
            kind: NoticeKind::Confirm,
            channel: Channel::Mail,
            state: LetterState::Waiting,
            created_at_us: now_us,
            waits_since_us: now_us,
            due_at_us: now_us,
            sender_until_us: 0,
            n_attempts: 0,
            told_at_us: None,
            address: String::new(),
            last_error: String::new(),
        }));
        match self.store().write("ask to confirm address", statements).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                Err(Error::Conflict("somebody changed it at the same time; try again".into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What the first attempt of a letter by e-mail counts for; nothing where it asks to confirm an
    /// address or tells of an alert, which is counted when it is written.
    pub(super) fn counted_of(&self, letter: &Letter, contact: &Contact) -> Vec<Counted> {
        let is_counted = letter.channel == Channel::Mail
            && !matches!(letter.kind, NoticeKind::Confirm | NoticeKind::Raised)
            && letter.n_attempts == 0;
        if !is_counted {
            return Vec::new();
        }
        let (address, about) = (contact.email.to_ascii_lowercase(), letter.enterprise_id);
        vec![
            Counted(Limit::AddressOfEnterprise, format!("{address} {about}")),
            Counted(Limit::Address, address),
            Counted(Limit::Enterprise, about.to_string()),
        ]
    }

    /// The first limit at which no more letters go out today.
    pub(super) async fn reached_limit(&self, counted: &[Counted]) -> Result<Option<Limit>> {
        for it in counted {
            let n = recall_letters::n_of_day(self.store(), self.day(), &it.subject()).await?;
            if n >= it.0.n_letters() {
                return Ok(Some(it.0));
            }
        }
        Ok(None)
    }

    /// Statements that count one letter more of each.
    pub(super) fn counts(&self, counted: &[Counted]) -> Vec<Statement> {
        let count =
            |it: &Counted| recall_letters::count(self.day(), &it.subject(), it.0.n_letters());
        counted.iter().map(count).collect()
    }

    /// Days since the epoch, UTC.
    pub(crate) fn day(&self) -> i64 {
        self.now_us().div_euclid(DAY_US)
    }
}

fn check(new: &NewContact) -> Result<()> {
    let mut violations = Violations::default();
    let email = new.email.trim();
    if !email.is_empty() && !is_email(email) {
        let message = "write one address like recalls@example.com, a name of a domain in its \
                       ASCII form";
        violations.add("/email", "bad-email", message);
    }
    if !["zh-CN", "ko", "en"].contains(&new.language.as_str()) {
        violations.add("/language", "unknown-language", "must be zh-CN, ko or en");
    }
    for (pointer, name) in
        [("/mail_grade", &new.mail_grade), ("/webhook_grade", &new.webhook_grade)]
    {
        if name != "none" && Grade::from_name(name).is_none() {
            let message = format!("one of none, {}", GRADES.map(Grade::name).join(", "));
            violations.add(pointer, "unknown-name", message);
        }
    }
    if !new.webhook.trim().is_empty() {
        violations.check_text("/webhook", &new.webhook, MAX_URL_BYTES);
    }
    let n_bytes = new.signature_token.as_ref().map_or(0, String::len);
    if n_bytes > MAX_SIGNATURE_TOKEN_BYTES {
        let message = format!("{MAX_SIGNATURE_TOKEN_BYTES} bytes at most");
        violations.add("/signature_token", "bad-token", message);
    }
    violations.finish()
}

/// Whether a text is one address as most mail has them: a dot-atom, `@`, names of a domain (RFC
/// 5321 §4.1.2), so without anything that could end a line or begin another address.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&it))
    };
    let is_label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= MAX_EMAIL_CHARS
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_is_one_and_nothing_else() {
        for good in ["a@b.cn", "recall+1@qa.example.com", "o'neil@xn--fsq.com", "a.b@c-d.kr"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@b",
            "@b.cn",
            "a@",
            "a@.cn",
            "a@b..cn",
            ".a@b.cn",
            "a@b.cn, c@d.cn",
            "a@b.cn\r\nBcc: c@d.cn",
            "a b@c.cn",
            "<a@b.cn>",
            "a@b.cn\n",
            "\"a\"@b.cn",
            "召回@b.cn",
            "a@-b.cn",
            "a@[127.0.0.1]",
            &long,
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}

//! Domains of enterprises: whoever has a domain can put a token there, and then the public page of
//! the enterprise names it, so that people can tell it from look-alikes.
//!
//! A domain is looked at each day. One whose token is missing stays verified for a week, for a
//! site may be down, and then is not any more. It says who has the domain, and nothing of goods.

use store::domains;
use store::id::{EnterpriseId, Scope};

use crate::limits::{DOMAIN_CHECKED_US, DOMAIN_LASTS_US, DOMAIN_PAUSE_US, MAX_DOMAINS};
use crate::{Caller, Error, Result, Service};

pub use store::domains::Domain;

/// Where the token is looked for, behind the domain.
pub const DOMAIN_PATH: &str = "/.well-known/suyuan-domain.txt";

/// Characters that the reason of a failed look keeps.
const MAX_REASON_CHARS: usize = 200;

/// How sure it is whose a domain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The token was never there.
    Waiting,
    /// It was there within the last week.
    Verified,
    /// It was there before that, and is not now.
    Lapsed,
}

impl Proof {
    /// How sure it is at a time.
    pub fn of(domain: &Domain, now_us: i64) -> Self {
        match domain.proved_at_us {
            0 => Self::Waiting,
            at_us if at_us + DOMAIN_LASTS_US > now_us => Self::Verified,
            _ => Self::Lapsed,
        }
    }

    /// Stable name: `waiting`, `verified`, `lapsed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Verified => "verified",
            Self::Lapsed => "lapsed",
        }
    }
}

impl Service {
    /// Adds a domain to those of the caller's enterprise; its token is to be put there.
    ///
    /// # Errors
    /// [`Error::Rejected`] for what is no name of a domain or is one too many,
    /// [`Error::Conflict`] for one that is there.
    pub async fn add_domain(&self, caller: &Caller, text: &str) -> Result<Domain> {
        caller.writes()?;
        let enterprise_id = caller.captures_for()?;
        let name = name_of(text).ok_or_else(|| {
            let message = "write a domain like shop.example.com, without https:// and path; \
                           one in other letters in its ASCII form (xn--…)";
            Error::rejected("/domain", "bad-domain", message)
        })?;
        let listed = self.list_domains(caller).await?;
        if listed.iter().any(|it| it.domain == name) {
            return Err(Error::Conflict(format!("{name} is in your list already")));
        }
        if listed.len() >= MAX_DOMAINS as usize {
            let message = format!("an enterprise has {MAX_DOMAINS} domains at most; remove one");
            return Err(Error::rejected("/domain", "too-many", message));
        }
        let token: String = (0..4).map(|_| format!("{:08x}", self.random_bits())).collect();
        let domain = Domain {
            enterprise_id,
            domain: name,
            token: format!("suyuan-domain={token}"),
            added_at_us: self.now_us(),
            added_by: caller.label.clone(),
            checked_at_us: 0,
            proved_at_us: 0,
            says: String::new(),
        };
        self.store().write("add domain", vec![domains::insert(&domain)]).await?;
        Ok(domain)
    }

    /// The domains of the caller's enterprise.
    pub async fn list_domains(&self, caller: &Caller) -> Result<Vec<Domain>> {
        let id = caller.captures_for()?;
        Ok(domains::list(self.store(), caller.business()?, id, MAX_DOMAINS).await?)
    }

    /// Takes a domain back.
    pub async fn remove_domain(&self, caller: &Caller, domain: &str) -> Result<()> {
        caller.writes()?;
        let id = caller.captures_for()?;
        match self.store().write("remove domain", vec![domains::remove(id, domain)]).await {
            Ok(_) => Ok(()),
            Err(store::Error::Conflict { .. }) => Err(Error::NotFound),
            Err(error) => Err(error.into()),
        }
    }

    /// The domains that an enterprise has proved to be its own, and lately.
    pub async fn verified_domains(&self, id: EnterpriseId) -> Result<Vec<Domain>> {
        let now_us = self.now_us();
        let mut all = domains::list(self.store(), Scope::enterprise(id), id, MAX_DOMAINS).await?;
        all.retain(|it| Proof::of(it, now_us) == Proof::Verified);
        Ok(all)
    }

    /// Takes up a look at a domain of the caller now.
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Conflict`] if somebody looked seconds ago.
    pub async fn begin_domain_check(&self, caller: &Caller, domain: &str) -> Result<Domain> {
        caller.writes()?;
        let all = self.list_domains(caller).await?;
        let found = all.into_iter().find(|it| it.domain == domain).ok_or(Error::NotFound)?;
        let soon = || Error::Conflict("it was looked at just now; try again in a minute".into());
        if found.checked_at_us + DOMAIN_PAUSE_US > self.now_us() {
            return Err(soon());
        }
        self.claimed(found).await?.ok_or_else(soon)
    }

    /// Takes up looks at domains that nobody looked at for a day.
    pub async fn claim_domain_checks(&self, limit: u32) -> Result<Vec<Domain>> {
        let since_us = self.now_us() - DOMAIN_CHECKED_US;
        let mut claimed = Vec::new();
        for found in domains::due(self.store(), since_us, limit).await? {
            claimed.extend(self.claimed(found).await?);
        }
        Ok(claimed)
    }

    async fn claimed(&self, found: Domain) -> Result<Option<Domain>> {
        let statement = domains::claim(&found, self.now_us());
        match self.store().write("claim domain", vec![statement]).await {
            Ok(_) => Ok(Some(found)),
            Err(store::Error::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes what a look found: the text that is there, or why nothing is.
    pub async fn settle_domain(
        &self,
        it: &Domain,
        found: std::result::Result<&[u8], &str>,
    ) -> Result<()> {
        let (proved_at_us, says) = match found {
            Ok(text) if holds(text, &it.token) => (self.now_us(), String::new()),
            Ok(_) => (it.proved_at_us, "the file does not hold the token".to_owned()),
            Err(why) => (it.proved_at_us, why.chars().take(MAX_REASON_CHARS).collect()),
        };
        let statement = domains::settle(it, proved_at_us, &says);
        self.store().write("settle domain", vec![statement]).await?;
        Ok(())
    }
}

/// Whether one of the lines of a text is the token.
fn holds(text: &[u8], token: &str) -> bool {
    text.split(|it| *it == b'\n').any(|line| line.trim_ascii() == token.as_bytes())
}

/// The name of a domain in lower case (RFC 1123 §2.1): two labels or more, and no address.
fn name_of(text: &str) -> Option<String> {
    let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let is_label = |label: &str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next()?;
    let is_name = name.len() <= 253
        && name.contains('.')
        && name.split('.').all(is_label)
        && !last.bytes().all(|it| it.is_ascii_digit());
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_domains_and_nothing_else() {
        let long = format!("{}.example", "a".repeat(64));
        for (text, name) in [
            (" Shop.Example.COM. ", Some("shop.example.com")),
            ("xn--fiq228c.cn", Some("xn--fiq228c.cn")),
            ("https://shop.example", None),
            ("shop.example/path", None),
            ("shop.example:8443", None),
            ("localhost", None),
            ("192.168.0.1", None),
            ("-a.example", None),
            ("a..example", None),
            ("商店.cn", None),
            ("user@shop.example", None),
            (&long, None),
        ] {
            assert_eq!(name_of(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_token_stands_on_a_line_of_its_own() {
        assert!(holds(b"other\r\nsuyuan-domain=1\r\n", "suyuan-domain=1"));
        assert!(!holds(b"suyuan-domain=12", "suyuan-domain=1"));
        assert!(!holds(b"", "suyuan-domain=1"));
    }
}

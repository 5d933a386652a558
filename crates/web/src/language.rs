//! The three languages of the product and how one is chosen for a request.
//!
//! Order of choice: the `lang` link just followed, the cookie it left, then `Accept-Language`
//! (RFC 9110 §12.5.4), then English.

use crate::text::{
    CERTIFICATE_EN, CERTIFICATE_KO, CERTIFICATE_ZH, CONSOLE_EN, CONSOLE_KO, CONSOLE_ZH,
    CertificateTexts, ConsoleTexts, DEALER_EN, DEALER_KO, DEALER_ZH, DOMAIN_EN, DOMAIN_KO,
    DOMAIN_ZH, DealerTexts, DomainTexts, EN, FEEDBACK_EN, FEEDBACK_KO, FEEDBACK_ZH, FeedbackTexts,
    KO, NOTICE_EN, NOTICE_KO, NOTICE_ZH, NoticeTexts, PAGE_EN, PAGE_KO, PAGE_ZH, PASS_EN, PASS_KO,
    PASS_ZH, PageTexts, PassTexts, RECALL_EN, RECALL_KO, RECALL_ZH, RecallTexts, Texts, VOUCHER_EN,
    VOUCHER_KO, VOUCHER_ZH, VoucherTexts, ZH,
};

/// A language in which every page exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// Korean.
    Ko,
    /// English.
    #[default]
    En,
}

impl Language {
    /// All languages, in the order of the language links.
    pub(crate) const ALL: [Self; 3] = [Self::Zh, Self::Ko, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and in `?lang=`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The name on the language link, in the language itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::Ko => "한국어",
            Self::En => "English",
        }
    }

    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::Zh => &ZH,
            Self::Ko => &KO,
            Self::En => &EN,
        }
    }

    pub(crate) fn console_texts(self) -> &'static ConsoleTexts {
        match self {
            Self::Zh => &CONSOLE_ZH,
            Self::Ko => &CONSOLE_KO,
            Self::En => &CONSOLE_EN,
        }
    }

    /// Its table of the sentences of what a producer adds to its page.
    pub(crate) fn page_texts(self) -> &'static PageTexts {
        match self {
            Self::Zh => &PAGE_ZH,
            Self::Ko => &PAGE_KO,
            Self::En => &PAGE_EN,
        }
    }

    /// Its table of the sentences of domains.
    pub(crate) fn domain_texts(self) -> &'static DomainTexts {
        match self {
            Self::Zh => &DOMAIN_ZH,
            Self::Ko => &DOMAIN_KO,
            Self::En => &DOMAIN_EN,
        }
    }

    /// Its table of the sentences of tests and certificates.
    pub(crate) fn certificate_texts(self) -> &'static CertificateTexts {
        match self {
            Self::Zh => &CERTIFICATE_ZH,
            Self::Ko => &CERTIFICATE_KO,
            Self::En => &CERTIFICATE_EN,
        }
    }

    /// Its table of the sentences of vouchers.
    pub(crate) fn voucher_texts(self) -> &'static VoucherTexts {
        match self {
            Self::Zh => &VOUCHER_ZH,
            Self::Ko => &VOUCHER_KO,
            Self::En => &VOUCHER_EN,
        }
    }

    /// Its table of the sentences of recalls.
    pub(crate) fn recall_texts(self) -> &'static RecallTexts {
        match self {
            Self::Zh => &RECALL_ZH,
            Self::Ko => &RECALL_KO,
            Self::En => &RECALL_EN,
        }
    }

    /// Its table of the sentences of dealers.
    pub(crate) fn dealer_texts(self) -> &'static DealerTexts {
        match self {
            Self::Zh => &DEALER_ZH,
            Self::Ko => &DEALER_KO,
            Self::En => &DEALER_EN,
        }
    }

    /// Its table of the sentences of notices.
    pub(crate) fn notice_texts(self) -> &'static NoticeTexts {
        match self {
            Self::Zh => &NOTICE_ZH,
            Self::Ko => &NOTICE_KO,
            Self::En => &NOTICE_EN,
        }
    }

    /// What is said of feedback.
    pub(crate) fn feedback_texts(self) -> &'static FeedbackTexts {
        match self {
            Self::Zh => &FEEDBACK_ZH,
            Self::Ko => &FEEDBACK_KO,
            Self::En => &FEEDBACK_EN,
        }
    }

    /// What is said at a closed door.
    pub(crate) fn pass_texts(self) -> &'static PassTexts {
        match self {
            Self::Zh => &PASS_ZH,
            Self::Ko => &PASS_KO,
            Self::En => &PASS_EN,
        }
    }

    /// The language of a tag, by its primary subtag; `None` where we have no pages in it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let known = [("zh", Self::Zh), ("ko", Self::Ko), ("en", Self::En)];
        known.into_iter().find(|(name, _)| primary.eq_ignore_ascii_case(name)).map(|(_, it)| it)
    }

    /// The best of an `Accept-Language` field; the first one wins among equals.
    pub(crate) fn of_accept(field: &str) -> Option<Self> {
        let mut best = None;
        for range in field.split(',').take(32) {
            let (tag, quality) = split_quality(range);
            let Some(language) = Self::of_tag(tag) else { continue };
            if quality > 0 && best.is_none_or(|(_, other)| quality > other) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// Splits `name;q=0.8` into the name and its weight in thousandths (RFC 9110 §12.4.2).
pub(crate) fn split_quality(range: &str) -> (&str, u32) {
    let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
    let quality = parameters.split(';').find_map(|it| it.trim().strip_prefix("q="));
    let weight = quality.and_then(|it| it.trim().parse::<f32>().ok()).unwrap_or(1.0);
    // Clamped to 0..=1, so that the product is 0..=1000 and the cast is exact enough.
    (name.trim(), (weight.clamp(0.0, 1.0) * 1000.0) as u32)
}

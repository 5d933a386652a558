//! Every sentence that a person reads, in three languages side by side.
//!
//! A table is a list of `key: Chinese, Korean, English`; a key without one of the three does not
//! compile. No sentence says that goods are genuine: a code proves the code (DESIGN.md, idea 5).

pub(crate) mod alerts;
mod certificates;
mod console;
mod dealers;
mod diversions;
mod domains;
pub(crate) mod feedback;
mod notices;
pub(crate) mod page_settings;
mod pass;
mod public;
pub(crate) mod recalls;
pub(crate) mod reports;
pub(crate) mod rules;
mod steps;
#[cfg(test)]
mod tests;
pub(crate) mod traces;
mod vouchers;

pub(crate) use certificates::{CERTIFICATE_EN, CERTIFICATE_KO, CERTIFICATE_ZH, CertificateTexts};
pub(crate) use console::{CONSOLE_EN, CONSOLE_KO, CONSOLE_ZH, ConsoleTexts};
pub(crate) use dealers::{DEALER_EN, DEALER_KO, DEALER_ZH, DealerTexts};
pub(crate) use diversions::DiversionTexts;
pub(crate) use domains::{DOMAIN_EN, DOMAIN_KO, DOMAIN_ZH, DomainTexts};
pub(crate) use feedback::{FEEDBACK_EN, FEEDBACK_KO, FEEDBACK_ZH, FeedbackTexts};
pub(crate) use notices::{NOTICE_EN, NOTICE_KO, NOTICE_ZH, NoticeTexts};
pub(crate) use page_settings::{PAGE_EN, PAGE_KO, PAGE_ZH, PageTexts};
pub(crate) use pass::{PASS_EN, PASS_KO, PASS_ZH, PassTexts};
pub(crate) use public::{EN, KO, Texts, ZH};
pub(crate) use recalls::{RECALL_EN, RECALL_KO, RECALL_ZH, RecallTexts};
pub(crate) use steps::biz_step;
pub(crate) use vouchers::{VOUCHER_EN, VOUCHER_KO, VOUCHER_ZH, VoucherTexts};

use std::fmt::Write;

/// Makes one table: a struct with a field a key, and one static of it for each language.
///
/// A macro, so that the three translations of a sentence stand together for whoever reviews them
/// while the compiler still checks that none is missing.
macro_rules! texts {
    ($name:ident, $zh_name:ident, $ko_name:ident, $en_name:ident:
     $($key:ident: $zh:literal, $ko:literal, $en:literal;)*) => {
        /// The sentences of one language; `{}` marks where a value goes.
        pub(crate) struct $name { $(pub(crate) $key: &'static str,)* }
        pub(crate) static $zh_name: $name = $name { $($key: $zh,)* };
        pub(crate) static $ko_name: $name = $name { $($key: $ko,)* };
        pub(crate) static $en_name: $name = $name { $($key: $en,)* };
        #[cfg(test)]
        pub(crate) const ROWS: &[(&str, [&str; 3])] =
            &[$((stringify!($key), [$zh, $ko, $en]),)*];
    };
}
use texts;

/// Puts `value` where the sentence has `{}`.
pub(crate) fn fill(sentence: &str, value: impl std::fmt::Display) -> String {
    let at = sentence.find('{').unwrap_or(sentence.len());
    let (before, after) = sentence.split_at(at);
    // Room for a point in time, so that it grows once at most.
    let mut filled = String::with_capacity(sentence.len() + 48);
    filled.push_str(before);
    write!(filled, "{value}").expect("writing to a String cannot fail");
    filled.push_str(after.strip_prefix("{}").unwrap_or(after));
    filled
}

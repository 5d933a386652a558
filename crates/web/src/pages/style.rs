//! Style sheets and the content security policies that allow them and nothing else.

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Style of the public pages, carried inside each of them.
pub(crate) const PUBLIC: &str =
    concat!(include_str!("style/tokens.css"), include_str!("style/public.css"));

/// Style of the console, served as `/assets/console.css`.
pub(crate) const CONSOLE: &str =
    concat!(include_str!("style/tokens.css"), include_str!("style/console.css"));

/// Changes with the style sheet, so that browsers may keep it for ever.
pub(crate) static CONSOLE_VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(CONSOLE);
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
});

/// The icon of the site, served as `/assets/icon.svg`.
pub(crate) const ICON: &str = include_str!("style/icon.svg");

/// No script, no frame, nothing from elsewhere, and exactly the one style.
pub(crate) static PUBLIC_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| public_policy(""));

/// The same for pages with a script of ours in a file of its own.
pub(crate) static SCRIPT_POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| public_policy("script-src 'self'; "));

fn public_policy(more: &str) -> HeaderValue {
    let digest = STANDARD.encode(Sha256::digest(PUBLIC));
    let policy = format!(
        "default-src 'none'; {more}style-src 'sha256-{digest}'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    // Once a process; a clone of what is static counts nothing.
    HeaderValue::from_static(policy.leak())
}

/// No script, no frame, nothing from elsewhere.
pub(crate) const CONSOLE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

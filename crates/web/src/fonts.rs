//! The font of printed reports. It is looked for when the first report is asked for, and again
//! until there is one, so that whoever installs it need not start anew.

use crate::problem::Problem;
use label::report::Font;
use std::sync::{Arc, OnceLock};

type Find = dyn Fn() -> Result<Font, String> + Send + Sync;

/// Where the font comes from. Clones share it.
#[derive(Clone)]
pub struct Fonts(Arc<Shared>);

struct Shared {
    find: Box<Find>,
    found: OnceLock<Font>,
}

impl Fonts {
    /// A font that `find` finds, or says why there is none and what brings one.
    pub fn new(find: impl Fn() -> Result<Font, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared { find: Box::new(find), found: OnceLock::new() }))
    }

    /// The font; reads a file the first time.
    pub(crate) fn font(&self) -> Result<Font, Problem> {
        if let Some(font) = self.0.found.get() {
            return Ok(font.clone());
        }
        let font = (self.0.find)().map_err(Problem::unavailable)?;
        Ok(self.0.found.get_or_init(|| font).clone())
    }
}

/// No font: whoever asks for pages hears so.
impl Default for Fonts {
    fn default() -> Self {
        Self::new(|| Err("this server has no font to print with: name one with --font".to_owned()))
    }
}

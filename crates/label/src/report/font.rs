//! A font: which characters it has and how wide they are.

use std::collections::HashMap;
use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::Error;

/// One character of each script that a report is written in.
const NEEDED: [char; 5] = ['a', '溯', '源', '추', '적'];

/// A font for reports. Clones share its bytes.
#[derive(Clone)]
pub struct Font {
    bytes: Arc<Vec<u8>>,
    index: u32,
    pub(super) drawn: krilla::text::Font,
}

impl Font {
    /// Reads a font, TrueType or OpenType; `index` counts the fonts of a collection from 0.
    ///
    /// # Errors
    /// [`Error::Font`] if it is none, or has no Latin, Chinese or Korean characters.
    pub fn parse(bytes: Vec<u8>, index: u32) -> Result<Self, Error> {
        let bytes = Arc::new(bytes);
        let font = FontRef::from_index(&bytes, index)
            .map_err(|_| Error::Font("these are not the bytes of a font"))?;
        if NEEDED.iter().any(|character| font.charmap().map(*character).is_none()) {
            return Err(Error::Font("it lacks Latin, Chinese or Korean characters"));
        }
        let drawn = krilla::text::Font::new(bytes.clone().into(), index)
            .ok_or(Error::Font("its tables cannot be read"))?;
        Ok(Self { bytes, index, drawn })
    }

    /// What measures text in it.
    pub(super) fn measure(&self) -> Measure<'_> {
        let font = FontRef::from_index(&self.bytes, self.index)
            .expect("the bytes were read as a font when it was made");
        Measure { font, glyphs: HashMap::new() }
    }
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Font({} bytes)", self.bytes.len())
    }
}

/// The picture of one character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) id: GlyphId,
    /// Width in parts of the font size.
    pub(super) advance: f32,
}

/// Widths of characters, each looked up once.
pub(super) struct Measure<'f> {
    font: FontRef<'f>,
    glyphs: HashMap<char, Option<Glyph>>,
}

impl Measure<'_> {
    /// The picture of a character, if the font has one.
    pub(super) fn glyph(&mut self, character: char) -> Option<Glyph> {
        let font = &self.font;
        *self.glyphs.entry(character).or_insert_with(|| {
            let id = font.charmap().map(character).filter(|id| id.to_u32() != 0)?;
            let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
            Some(Glyph { id, advance: metrics.advance_width(id)? })
        })
    }

    /// Width of a text in parts of the font size.
    pub(super) fn width(&mut self, text: &str) -> f32 {
        text.chars().filter_map(|it| self.glyph(it)).map(|it| it.advance).sum()
    }

    /// The text in characters that the font has: one that it has not is told by its number, and
    /// controls are left out.
    pub(super) fn shown(&mut self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\n' => shown.push('\n'),
                '\t' | '\u{a0}' => shown.push(' '),
                it if it.is_control() || is_invisible(it) => {}
                it if self.glyph(it).is_some() => shown.push(it),
                it => shown.push_str(&format!("[U+{:04X}]", u32::from(it))),
            }
        }
        shown
    }
}

/// Marks of direction and joining, which have no picture and could make a text read otherwise than
/// it is (Unicode 16 §23.2 and §23.3).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

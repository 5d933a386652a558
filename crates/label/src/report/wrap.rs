//! Lines of a width: Chinese breaks between any two characters, everything else at spaces and
//! behind the marks that divide identifiers; a word without either is broken where it must.

use super::font::Measure;

/// Breaks a text into lines no wider than `width` parts of the font size. There is one line at
/// least, and a character stands on each whatever the width.
pub(super) fn lines(measure: &mut Measure<'_>, text: &str, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in measure.shown(text).split('\n') {
        wrap(measure, paragraph, width, &mut lines);
    }
    lines
}

fn wrap(measure: &mut Measure<'_>, text: &str, width: f32, lines: &mut Vec<String>) {
    let text: Vec<char> = text.chars().collect();
    let mut start = 0;
    while start < text.len() || start == 0 {
        let end = end_of_line(measure, &text[start..], width) + start;
        let line: String = text[start..end].iter().collect();
        lines.push(line.trim_end().to_owned());
        start = end;
        while text.get(start) == Some(&' ') {
            start += 1;
        }
        if text.is_empty() {
            break;
        }
    }
}

/// How many characters of a text stand on its first line.
fn end_of_line(measure: &mut Measure<'_>, text: &[char], width: f32) -> usize {
    let mut room = width;
    let mut last_break = 0;
    for (at, &character) in text.iter().enumerate() {
        room -= measure.glyph(character).map_or(0.0, |it| it.advance);
        if room < 0.0 && character != ' ' && at > 0 {
            return if last_break > 0 { last_break } else { at };
        }
        if text.get(at + 1).is_some_and(|next| may_break(character, *next)) {
            last_break = at + 1;
        }
    }
    text.len()
}

/// Whether a line may end between two characters.
fn may_break(before: char, after: char) -> bool {
    if after == ' ' || is_closing(after) || is_opening(before) {
        return false;
    }
    matches!(before, ' ' | '/' | ':' | ';' | ',' | '?' | '&' | '=' | '-' | '…')
        || is_ideograph(before)
        || is_ideograph(after)
        || is_closing(before)
}

/// Han and kana, and punctuation of their width; Korean breaks at its spaces.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{30ff}' | '\u{31c0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks that begin no line (GB/T 15834 §5.1).
fn is_closing(character: char) -> bool {
    "，。、；：？！）》」』】〉”’…".contains(character)
}

/// Marks that end no line (GB/T 15834 §5.1).
fn is_opening(character: char) -> bool {
    "（《「『【〈“‘".contains(character)
}

//! Words under a symbol, in dots: the domain of its address, so that whoever scans can compare it
//! with where the page is read.
//!
//! Drawn from a table and no font, so a label looks the same on each printer and at each width.
//! Lower case alone, as browsers show domains; what is not in the table is a box.

/// Dots of a letter, with the gap beside it and the gap under it.
const LETTER: (usize, usize) = (5, 8);
const STEP: (usize, usize) = (LETTER.0 + 1, LETTER.1 + 2);

/// A row of dark dots: its line, its first column, how many.
pub(crate) type Run = (usize, usize, usize);

/// Words laid out in dots, centred.
pub(crate) struct Caption {
    lines: Vec<String>,
    dots_wide: usize,
}

impl Caption {
    /// `text` in as many lines as it takes, each broken behind a full stop or hyphen where it can.
    pub(crate) fn new(text: &str, dots_wide: usize) -> Self {
        let a_line = ((dots_wide + 1) / STEP.0).max(1);
        let mut rest: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let mut lines = Vec::new();
        while rest.len() > a_line {
            let at = rest[..a_line].iter().rposition(|it| matches!(it, '.' | '-'));
            let behind = rest.split_off(at.map_or(a_line, |at| at + 1));
            lines.push(rest.into_iter().collect());
            rest = behind;
        }
        lines.push(rest.into_iter().collect());
        Self { lines, dots_wide }
    }

    pub(crate) fn n_lines(&self) -> usize {
        self.lines.len()
    }

    /// Height in dots, with the gap under the last line.
    pub(crate) fn dots_high(&self) -> usize {
        self.lines.len() * STEP.1
    }

    /// Its dark dots, row by row.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for (nth, line) in self.lines.iter().enumerate() {
            let width = line.chars().count() * STEP.0 - 1;
            let left = self.dots_wide.saturating_sub(width) / 2;
            for row in 0..LETTER.1 {
                for (at, letter) in line.chars().enumerate() {
                    let (y, x) = (nth * STEP.1 + row, left + at * STEP.0);
                    put(&mut runs, y, x, drawn(letter)[row]);
                }
            }
        }
        runs
    }
}

/// The runs of one row of a letter.
fn put(runs: &mut Vec<Run>, y: usize, left: usize, dots: u8) {
    let dark = (0..LETTER.0).filter(|it| dots & (1 << (LETTER.0 - 1 - it)) != 0);
    for x in dark.map(|it| left + it) {
        match runs.last_mut() {
            Some((line, first, width)) if *line == y && *first + *width == x => *width += 1,
            _ => runs.push((y, x, 1)),
        }
    }
}

fn drawn(letter: char) -> [u8; LETTER.1] {
    const BOX: [u8; LETTER.1] = [31, 17, 17, 17, 17, 17, 31, 0];
    LETTERS.iter().find(|(it, _)| *it == letter).map_or(BOX, |(_, rows)| *rows)
}

/// What a domain and a port are written with, five dots a row.
#[rustfmt::skip]
pub(crate) const LETTERS: [(char, [u8; LETTER.1]); 39] = [
    ('a', [0b00000, 0b00000, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111, 0b00000]),
    ('b', [0b10000, 0b10000, 0b10110, 0b11001, 0b10001, 0b10001, 0b11110, 0b00000]),
    ('c', [0b00000, 0b00000, 0b01110, 0b10000, 0b10000, 0b10001, 0b01110, 0b00000]),
    ('d', [0b00001, 0b00001, 0b01101, 0b10011, 0b10001, 0b10001, 0b01111, 0b00000]),
    ('e', [0b00000, 0b00000, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110, 0b00000]),
    ('f', [0b00110, 0b01001, 0b01000, 0b11100, 0b01000, 0b01000, 0b01000, 0b00000]),
    ('g', [0b00000, 0b00000, 0b01111, 0b10001, 0b10001, 0b01111, 0b00001, 0b01110]),
    ('h', [0b10000, 0b10000, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001, 0b00000]),
    ('i', [0b00100, 0b00000, 0b01100, 0b00100, 0b00100, 0b00100, 0b01110, 0b00000]),
    ('j', [0b00010, 0b00000, 0b00110, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100]),
    ('k', [0b10000, 0b10000, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b00000]),
    ('l', [0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110, 0b00000]),
    ('m', [0b00000, 0b00000, 0b11010, 0b10101, 0b10101, 0b10001, 0b10001, 0b00000]),
    ('n', [0b00000, 0b00000, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001, 0b00000]),
    ('o', [0b00000, 0b00000, 0b01110, 0b10001, 0b10001, 0b10001, 0b01110, 0b00000]),
    ('p', [0b00000, 0b00000, 0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000]),
    ('q', [0b00000, 0b00000, 0b01101, 0b10011, 0b10001, 0b01111, 0b00001, 0b00001]),
    ('r', [0b00000, 0b00000, 0b10110, 0b11001, 0b10000, 0b10000, 0b10000, 0b00000]),
    ('s', [0b00000, 0b00000, 0b01110, 0b10000, 0b01110, 0b00001, 0b11110, 0b00000]),
    ('t', [0b01000, 0b01000, 0b11100, 0b01000, 0b01000, 0b01001, 0b00110, 0b00000]),
    ('u', [0b00000, 0b00000, 0b10001, 0b10001, 0b10001, 0b10011, 0b01101, 0b00000]),
    ('v', [0b00000, 0b00000, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100, 0b00000]),
    ('w', [0b00000, 0b00000, 0b10001, 0b10001, 0b10101, 0b10101, 0b01010, 0b00000]),
    ('x', [0b00000, 0b00000, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b00000]),
    ('y', [0b00000, 0b00000, 0b10001, 0b10001, 0b10001, 0b01111, 0b00001, 0b01110]),
    ('z', [0b00000, 0b00000, 0b11111, 0b00010, 0b00100, 0b01000, 0b11111, 0b00000]),
    ('0', [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110, 0b00000]),
    ('1', [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110, 0b00000]),
    ('2', [0b01110, 0b10001, 0b00001, 0b00010, 0b00100, 0b01000, 0b11111, 0b00000]),
    ('3', [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110, 0b00000]),
    ('4', [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010, 0b00000]),
    ('5', [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110, 0b00000]),
    ('6', [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110, 0b00000]),
    ('7', [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000, 0b00000]),
    ('8', [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110, 0b00000]),
    ('9', [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100, 0b00000]),
    ('.', [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100, 0b00000]),
    ('-', [0b00000, 0b00000, 0b00000, 0b11111, 0b00000, 0b00000, 0b00000, 0b00000]),
    (':', [0b00000, 0b01100, 0b01100, 0b00000, 0b01100, 0b01100, 0b00000, 0b00000]),
];

//! A Rust file taken apart just far enough: code, comments and string literals.
//!
//! It is not a parser. It knows comments (nested), strings (raw, byte and C strings too),
//! characters and lifetimes, and nothing else of the language.

/// A Rust file by lines, with its string literals apart.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) lines: Vec<Line>,
    pub(crate) literals: Vec<Literal>,
}

/// One line of a file.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// The line as it stands.
    pub(crate) raw: String,
    /// Without comments; a string literal is `"n"` (a raw one too), its index in
    /// [`Source::literals`].
    pub(crate) code: String,
    /// What comments say on this line.
    pub(crate) comment: String,
    /// Whether a string literal goes over the line's start or end.
    pub(crate) is_in_literal: bool,
}

/// One string literal.
#[derive(Debug)]
pub(crate) struct Literal {
    /// The line on which it begins, 1-based.
    pub(crate) line: usize,
    /// Its text, escapes as written.
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn parse(text: &str) -> Self {
        let mut scanner = Scanner {
            chars: text.chars().collect(),
            at: 0,
            source: Self { lines: vec![Line::default()], literals: Vec::new() },
        };
        scanner.scan();
        scanner.source
    }

    /// The code of the whole file.
    pub(crate) fn code(&self) -> String {
        self.lines.iter().map(|line| line.code.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Lines with their numbers, 1-based.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().map(|(index, line)| (index + 1, line))
    }
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    source: Source,
}

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Literal,
}

impl Scanner {
    fn scan(&mut self) {
        while self.at < self.chars.len() {
            if self.starts_with("//") {
                while self.at < self.chars.len() && self.chars[self.at] != '\n' {
                    self.take(Part::Comment);
                }
            } else if self.starts_with("/*") {
                self.block_comment();
            } else if let Some(n_hashes) = self.raw_string_ahead() {
                self.raw_string(n_hashes);
            } else if self.starts_with("\"") {
                self.string();
            } else if self.starts_with("'") {
                self.character_or_lifetime();
            } else {
                self.take(Part::Code);
            }
        }
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c))
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Moves over one character, which belongs to `part`.
    fn take(&mut self, part: Part) {
        let c = self.chars[self.at];
        self.at += 1;
        let line = self.source.lines.last_mut().expect("there is always a line");
        if c == '\n' {
            line.is_in_literal |= part == Part::Literal;
            let is_in_literal = part == Part::Literal;
            self.source.lines.push(Line { is_in_literal, ..Line::default() });
            return;
        }
        line.raw.push(c);
        match part {
            Part::Code => line.code.push(c),
            Part::Comment => line.comment.push(c),
            Part::Literal => {}
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            if self.starts_with("/*") {
                depth += 1;
                self.take(Part::Comment);
            } else if self.starts_with("*/") {
                depth -= 1;
                self.take(Part::Comment);
            }
            self.take(Part::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    /// The number of hashes of a raw string that begins at its `r`.
    fn raw_string_ahead(&self) -> Option<usize> {
        if self.peek(0) != Some('r') {
            return None;
        }
        // `r` may follow the prefix of a byte or C string, but no other word.
        let before = |n: usize| self.at.checked_sub(n).map(|index| self.chars[index]);
        let is_prefix = matches!(before(1), Some('b' | 'c')) && !before(2).is_some_and(is_word);
        if before(1).is_some_and(is_word) && !is_prefix {
            return None;
        }
        let n_hashes = (1..).take_while(|&i| self.peek(i) == Some('#')).count();
        (self.peek(1 + n_hashes) == Some('"')).then_some(n_hashes)
    }

    fn raw_string(&mut self, n_hashes: usize) {
        let line = self.begin_literal();
        for _ in 0..n_hashes + 2 {
            self.take(Part::Literal);
        }
        let end = format!("\"{}", "#".repeat(n_hashes));
        let start = self.at;
        while self.at < self.chars.len() && !self.starts_with(&end) {
            self.take(Part::Literal);
        }
        self.end_literal(line, start, end.len());
    }

    fn string(&mut self) {
        let line = self.begin_literal();
        self.take(Part::Literal);
        let start = self.at;
        while self.at < self.chars.len() && !self.starts_with("\"") {
            if self.starts_with("\\") && self.peek(1).is_some() {
                self.take(Part::Literal);
            }
            self.take(Part::Literal);
        }
        self.end_literal(line, start, 1);
    }

    /// Leaves the mark of the literal in the code and returns its line.
    fn begin_literal(&mut self) -> usize {
        let mark = format!("\"{}\"", self.source.literals.len());
        let n_lines = self.source.lines.len();
        self.source.lines.last_mut().expect("there is always a line").code.push_str(&mark);
        n_lines
    }

    fn end_literal(&mut self, line: usize, start: usize, n_closing: usize) {
        let text = self.chars[start..self.at].iter().collect();
        self.source.literals.push(Literal { line, text });
        for _ in 0..n_closing.min(self.chars.len() - self.at) {
            self.take(Part::Literal);
        }
    }

    fn character_or_lifetime(&mut self) {
        let is_escape = self.peek(1) == Some('\\');
        if !is_escape && self.peek(2) != Some('\'') {
            return self.take(Part::Code);
        }
        // The quote, then what it quotes (a backslash takes its follower along), then the rest.
        let n_fixed = if is_escape { 3 } else { 2 };
        for _ in 0..n_fixed.min(self.chars.len() - self.at) {
            self.take(Part::Literal);
        }
        while self.at < self.chars.len() && !self.starts_with("'") {
            self.take(Part::Literal);
        }
        if self.at < self.chars.len() {
            self.take(Part::Literal);
        }
    }
}

/// Whether a character may stand in an identifier.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The offsets at which `word` stands in `text` as a word of its own.
pub(crate) fn find_words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let is_word_before = text[..at].chars().next_back().is_some_and(is_word);
        let is_word_after = text[at + word.len()..].chars().next().is_some_and(is_word);
        !is_word_before && !is_word_after
    })
}

/// Whether `word` stands in `text` as a word of its own.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    find_words(text, word).next().is_some()
}

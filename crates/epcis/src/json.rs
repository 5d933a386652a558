//! A JSON tree that forgets nothing (RFC 8259): members in order, numbers as their text, and the
//! source text of each member.
//!
//! The parser is ours because an event is stored as it was received, a duplicate member must be
//! found, and depth must be bounded.
//! It borrows from the text and copies only strings with escapes.

use std::{borrow::Cow, fmt::Write as _};

/// A value and all that it holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    /// The text as written, which is a valid JSON number.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<Member<'a>>),
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Json<'a>,
    /// The source from the quote of the name to the end of the value.
    pub(crate) text: &'a str,
    /// The source of the value.
    pub(crate) value_text: &'a str,
}

impl<'a> Json<'a> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn members(&self) -> Option<&[Member<'a>]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// JSON-LD makes no difference between one value and an array of one.
    pub(crate) fn as_list(&self) -> &[Json<'a>] {
        match self {
            Json::Array(items) => items,
            one => std::slice::from_ref(one),
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// The member of this name.
pub(crate) fn find<'m, 'a>(members: &'m [Member<'a>], name: &str) -> Option<&'m Member<'a>> {
    members.iter().find(|member| member.name == name)
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) too_deep: bool,
    pub(crate) message: String,
}

/// Reads a whole text. `depth` bounds nesting, and so the stack.
pub(crate) fn parse(text: &str, depth: usize) -> Result<Json<'_>, Fault> {
    let mut parser = Parser { text, at: 0, depth };
    // RFC 8259 §8.1: a byte order mark may be ignored.
    if text.starts_with('\u{feff}') {
        parser.at = '\u{feff}'.len_utf8();
    }
    parser.skip_space();
    let value = parser.value()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(parser.fault("there is text after the end of the document"));
    }
    Ok(value)
}

/// Removes white space between tokens from a text that is valid JSON.
pub(crate) fn compact(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            byte if is_space(byte) => {
                out.extend_from_slice(&bytes[start..at]);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    out.extend_from_slice(&bytes[start..]);
}

/// The text without white space between tokens.
pub(crate) fn compacted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    compact(text, &mut out);
    String::from_utf8(out).expect("only white space was taken away")
}

/// Whether the text is a JSON number and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.number().is_ok() && parser.at == text.len()
}

/// Where the string ends that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        at += plain_length(&bytes[at..]);
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            _ => return at + 1,
        }
    }
}

/// The number of bytes before the first quote, backslash or control character.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    // Blocks without a branch inside, so that the compiler looks at 16 bytes at once.
    let is_special = |byte: u8| (byte == b'"') | (byte == b'\\') | (byte < b' ');
    let is_plain = |block: &&[u8; 16]| !block.iter().fold(false, |any, &it| any | is_special(it));
    let start = 16 * bytes.as_chunks().0.iter().take_while(is_plain).count();
    let rest = &bytes[start..];
    start + rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len())
}

/// Writes a text as a JSON string.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32).expect("a string takes any text"),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a value; strings in their shortest escapes, numbers as they are.
pub(crate) fn print(json: &Json<'_>, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                print(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&compacted(member.text));
            }
            out.push('}');
        }
    }
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

struct Parser<'a> {
    text: &'a str,
    /// Always on a character boundary.
    at: usize,
    /// How many levels may still be opened.
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Takes one byte if it is this one.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn fault(&self, message: &str) -> Fault {
        let before = &self.text.as_bytes()[..self.at];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        let message = format!("{message} at line {line}, column {column}");
        Fault { too_deep: false, message }
    }

    fn value(&mut self) -> Result<Json<'a>, Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'{') => self.nested(Parser::object),
            Some(b'[') => self.nested(Parser::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(self.fault("expected a value")),
            None => Err(self.fault("the document ends early")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Json<'a>, Fault>,
    ) -> Result<Json<'a>, Fault> {
        if self.depth == 0 {
            return Err(Fault { too_deep: true, ..self.fault("nested too deep") });
        }
        self.depth -= 1;
        self.at += 1;
        self.skip_space();
        let value = read(self);
        self.depth += 1;
        value
    }

    fn object(&mut self) -> Result<Json<'a>, Fault> {
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            members.push(self.member()?);
            self.skip_space();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.fault("expected a comma or the end of the object"));
            }
            self.skip_space();
        }
    }

    fn member(&mut self) -> Result<Member<'a>, Fault> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.fault("expected the name of a member"));
        }
        let name = self.string()?;
        self.skip_space();
        if !self.take(b':') {
            return Err(self.fault("expected a colon"));
        }
        self.skip_space();
        let value_start = self.at;
        let value = self.value()?;
        let text = &self.text[start..self.at];
        Ok(Member { name, value, text, value_text: &self.text[value_start..self.at] })
    }

    fn array(&mut self) -> Result<Json<'a>, Fault> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::Array(items));
            }
            if !self.take(b',') {
                return Err(self.fault("expected a comma or the end of the array"));
            }
            self.skip_space();
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Fault> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("expected a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Json<'a>, Fault> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Json::Number(&self.text[start..self.at]))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("expected a digit")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let start = self.at;
        self.plain()?;
        let head = &self.text[start..self.at];
        if self.take(b'"') {
            return Ok(Cow::Borrowed(head));
        }
        let mut text = head.to_owned();
        loop {
            if self.take(b'"') {
                return Ok(Cow::Owned(text));
            }
            text.push(self.escape()?);
            let start = self.at;
            self.plain()?;
            text.push_str(&self.text[start..self.at]);
        }
    }

    /// Goes to the next quote or backslash.
    fn plain(&mut self) -> Result<(), Fault> {
        self.at += plain_length(&self.text.as_bytes()[self.at..]);
        match self.peek() {
            Some(b'"' | b'\\') => Ok(()),
            Some(_) => Err(self.fault("a control character stands in a string")),
            None => Err(self.fault("the document ends in a string")),
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.fault("unknown escape")),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Fault> {
        let high = self.hex()?;
        let scalar = match high {
            0xd800..0xdc00 if self.take(b'\\') => match self.hex()? {
                low @ 0xdc00..0xe000 => 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00),
                _ => high,
            },
            _ => high,
        };
        char::from_u32(scalar).ok_or_else(|| self.fault("half a surrogate pair"))
    }

    /// `u` and four hexadecimal digits.
    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|_| self.peek() == Some(b'u'));
        let digits = digits.filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = digits.and_then(|it| u32::from_str_radix(it, 16).ok());
        let value = value.ok_or_else(|| self.fault("expected four hexadecimal digits"))?;
        self.at += 5;
        Ok(value)
    }
}

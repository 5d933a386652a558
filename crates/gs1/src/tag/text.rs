//! Text on tags: the alphabets of the `+` schemes (EPC Tag Data Standard 2.3 §14.5.6), hosts
//! (§14.5.16), and the seven and six bits of the older schemes (§14.3.2, §14.3.7 to §14.3.9).

use crate::bits::{BitReader, BitWriter};

/// The alphabets, in the order of their indicators (table E).
const ENCODINGS: [Encoding; 6] = [
    Encoding::Integer,
    Encoding::UpperHex,
    Encoding::LowerHex,
    Encoding::Base64,
    Encoding::Ascii,
    Encoding::UrnCode40,
];

#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Integer,
    UpperHex,
    LowerHex,
    Base64,
    Ascii,
    UrnCode40,
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The first character pads.
const URN_CODE_40: &[u8; 40] = b"\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789";

impl Encoding {
    /// The characters, and the bits of each; the integer and code 40 group them.
    fn alphabet(self) -> (&'static [u8], usize) {
        match self {
            Encoding::Integer => (b"0123456789", 0),
            Encoding::UpperHex => (b"0123456789ABCDEF", 4),
            Encoding::LowerHex => (b"0123456789abcdef", 4),
            Encoding::Base64 => (BASE64, 6),
            Encoding::Ascii => (&[], 7),
            Encoding::UrnCode40 => (URN_CODE_40.split_at(1).1, 0),
        }
    }

    fn can_write(self, text: &str) -> bool {
        let alphabet = self.alphabet().0;
        match self {
            Encoding::Ascii => text.is_ascii(),
            _ => text.bytes().all(|byte| alphabet.contains(&byte)),
        }
    }

    fn n_bits(self, n_characters: usize) -> usize {
        match self {
            Encoding::Integer => number_bits(n_characters),
            Encoding::UrnCode40 => n_characters.div_ceil(3) * 16,
            _ => self.alphabet().1 * n_characters,
        }
    }
}

/// Bits of a number of so many digits (table B).
pub(super) fn number_bits(n_digits: usize) -> usize {
    // log2(10) = 3.321928095, rounded up; 20 digits have 67 bits.
    (n_digits * 3_321_928_095).div_ceil(1_000_000_000)
}

/// Indicator, length of `n_length` bits, and the text in the alphabet that takes the fewest bits;
/// `None` if no alphabet has its characters.
pub(super) fn write(bits: &mut BitWriter, text: &str, n_length: usize) -> Option<()> {
    let fitting = (0_u64..).zip(ENCODINGS).filter(|(_, encoding)| encoding.can_write(text));
    let (indicator, encoding) = fitting.min_by_key(|(_, encoding)| encoding.n_bits(text.len()))?;
    bits.number(indicator, 3);
    bits.number(text.len() as u64, n_length);
    let (alphabet, n_bits) = encoding.alphabet();
    match encoding {
        Encoding::Integer => bits.decimal(text, number_bits(text.len())),
        Encoding::Ascii => text.bytes().for_each(|byte| bits.number(u64::from(byte), n_bits)),
        Encoding::UrnCode40 => write_code_40(bits, text),
        _ => write_of(bits, text, alphabet, n_bits)?,
    }
    Some(())
}

/// What [`write`] wrote.
pub(super) fn read(bits: &mut BitReader, n_length: usize) -> Option<String> {
    let encoding = *ENCODINGS.get(bits.small(3)?)?;
    let n_characters = bits.small(n_length)?;
    let (alphabet, n_bits) = encoding.alphabet();
    match encoding {
        Encoding::Integer => bits.decimal(number_bits(n_characters), n_characters),
        Encoding::UrnCode40 => read_code_40(bits, n_characters),
        Encoding::Ascii => (0..n_characters)
            .map(|_| Some(char::from(u8::try_from(bits.number(n_bits)?).ok()?)))
            .collect(),
        _ => read_of(bits, n_characters, alphabet, n_bits),
    }
}

/// Letters of a country.
pub(super) fn write_base64(bits: &mut BitWriter, text: &str) -> Option<()> {
    write_of(bits, text, BASE64, 6)
}

/// What [`write_base64`] wrote.
pub(super) fn read_base64(bits: &mut BitReader, n_characters: usize) -> Option<String> {
    read_of(bits, n_characters, BASE64, 6)
}

fn write_of(bits: &mut BitWriter, text: &str, alphabet: &[u8], n_bits: usize) -> Option<()> {
    for byte in text.bytes() {
        bits.number(alphabet.iter().position(|known| *known == byte)? as u64, n_bits);
    }
    Some(())
}

fn read_of(
    bits: &mut BitReader,
    n_characters: usize,
    alphabet: &[u8],
    n_bits: usize,
) -> Option<String> {
    let character = |at: usize| alphabet.get(at).map(|byte| char::from(*byte));
    (0..n_characters).map(|_| bits.small(n_bits).and_then(character)).collect()
}

/// Three characters in 16 bits.
fn write_code_40(bits: &mut BitWriter, text: &str) {
    let value = |byte: u8| URN_CODE_40.iter().position(|known| *known == byte).unwrap_or(0) as u64;
    for three in text.as_bytes().chunks(3) {
        let at = |nth: usize| three.get(nth).map_or(0, |byte| value(*byte));
        bits.number(1600 * at(0) + 40 * at(1) + at(2) + 1, 16);
    }
}

fn read_code_40(bits: &mut BitReader, n_characters: usize) -> Option<String> {
    let mut text = String::new();
    for _ in 0..n_characters.div_ceil(3) {
        let group = bits.small(16)?.checked_sub(1)?;
        for at in [group / 1600, group / 40 % 40, group % 40] {
            text.push(char::from(*URN_CODE_40.get(at)?));
        }
    }
    let text = text.trim_end_matches('\0');
    (text.len() == n_characters && !text.contains('\0')).then(|| text.to_owned())
}

/// Text of seven bits a character, zeros behind it; `n_bits` in all.
pub(super) fn write_ascii(bits: &mut BitWriter, text: &str, n_bits: usize) -> Option<()> {
    let n_zeros = n_bits.checked_sub(7 * text.len())?;
    text.bytes().for_each(|byte| bits.number(u64::from(byte), 7));
    bits.number(0, n_zeros);
    text.is_ascii().then_some(())
}

/// What [`write_ascii`] wrote.
pub(super) fn read_ascii(bits: &mut BitReader, n_bits: usize) -> Option<String> {
    let characters = (0..n_bits / 7).map(|_| bits.small(7));
    let bytes: Vec<u8> =
        characters.map(|at| at.and_then(|at| u8::try_from(at).ok())).collect::<Option<_>>()?;
    bits.zeros(n_bits % 7)?;
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_end_matches('\0');
    (!text.contains('\0')).then(|| text.to_owned())
}

/// Letters, digits, `#`, `-` and `/` of six bits each (table G-1): the low bits of their ASCII.
pub(super) fn write_six(bits: &mut BitWriter, text: &str) -> Option<()> {
    for byte in text.bytes() {
        if !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'#' | b'-' | b'/') {
            return None;
        }
        bits.number(u64::from(byte & 0x3F), 6);
    }
    Some(())
}

/// One character of [`write_six`]; `Some(None)` for six zeros.
pub(super) fn read_six(bits: &mut BitReader) -> Option<Option<char>> {
    let value = u8::try_from(bits.number(6)?).ok()?;
    Some(match value {
        0 => None,
        1..=26 => Some(char::from(b'A' - 1 + value)),
        b'0'..=b'9' | b'#' | b'-' | b'/' => Some(char::from(value)),
        _ => return None,
    })
}

/// Text of six bits a character up to six zeros, at most `max` characters.
pub(super) fn read_terminated(bits: &mut BitReader, max: usize) -> Option<String> {
    let mut text = String::new();
    while let Some(character) = read_six(bits)? {
        if text.len() == max {
            return None;
        }
        text.push(character);
    }
    Some(text)
}

/// The most characters of a host, and bits of its length.
const MAX_HOST: usize = 63;
const HOST_LENGTH_BITS: usize = 6;

/// Seven bits that stand for more than one character (table 14-11).
const WORDS: [(u64, &str); 13] = [
    (0x1E, "qr."),
    (0x1F, "www."),
    (0x20, "id."),
    (0x5B, ".com"),
    (0x5C, ".org"),
    (0x5D, ".net"),
    (0x5E, ".int"),
    (0x60, ".edu"),
    (0x7B, ".gov"),
    (0x7C, ".mil"),
    (0x7D, ".biz"),
    (0x7E, ".eco"),
    (0x7F, ".med"),
];

/// Top-level domains, 14 bits each: the first seven say which list, the others where in it
/// (tables 14-12 to 14-15; the prefixes of `org.cn` and `net.cn` as those around them).
const DOMAINS: [&str; 4] = [
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo bq br \
     bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec \
     ee eg eh er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy \
     hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz \
     la lb lc li",
    "lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc \
     ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw \
     sa sb sc sd se sg sh si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to \
     tr tt tv tw tz ua ug us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw",
    "com.au net.au org.au co.at com.bd co.bd com.br net.br co.nz com.ng com.pk co.in com.in co.il \
     co.jp co.za co.kr com.es com.lk co.th co.tt com.tt com.tr biz.tr com.ua co.uk co.zm com.zm \
     com.cn org.cn net.cn gov.cn",
    "tech",
];

/// Writes a host in whichever of its two forms is shorter.
pub(super) fn write_host(bits: &mut BitWriter, host: &str) -> Option<()> {
    if host.is_empty() || host.len() > MAX_HOST || !host.bytes().all(|it| it.is_ascii_graphic()) {
        return None;
    }
    let mut groups = Vec::new();
    let mut rest = host;
    while let Some(first) = rest.bytes().next() {
        let n_taken = word_at(host, host.len() - rest.len(), &mut groups);
        if n_taken == 0 {
            groups.push(u64::from(first));
        }
        rest = &rest[n_taken.max(1)..];
    }
    let code_40 = Encoding::UrnCode40;
    if code_40.can_write(host) && code_40.n_bits(host.len()) < 7 * groups.len() {
        bits.number(0, 1);
        bits.number(host.len() as u64, HOST_LENGTH_BITS);
        write_code_40(bits, host);
        return Some(());
    }
    bits.number(1, 1);
    bits.number(groups.len() as u64, HOST_LENGTH_BITS);
    groups.into_iter().for_each(|group| bits.number(group, 7));
    Some(())
}

/// Adds the groups of the longest word or domain at a place, if there is one; how many characters
/// they stand for. Subdomains are looked for at the start only and countries at the end, where they
/// are not parts of other names.
fn word_at(host: &str, at: usize, groups: &mut Vec<u64>) -> usize {
    let text = &host[at..];
    let is_word = |word: &str| text.starts_with(word) && (at == 0 || word.starts_with('.'));
    let words = WORDS.iter().filter(|(_, word)| is_word(word));
    let words = words.map(|(code, word)| (word.len(), vec![*code]));
    let domains = (0_u64..).zip(DOMAINS).flat_map(|(list, names)| {
        let names = (0_u64..).zip(names.split_whitespace());
        let at_end = names.filter(|(_, name)| text.strip_prefix('.') == Some(*name));
        at_end.map(move |(nth, name)| (name.len() + 1, vec![list, nth]))
    });
    let (n_taken, found) =
        words.chain(domains).max_by_key(|(n_taken, _)| *n_taken).unwrap_or_default();
    groups.extend(found);
    n_taken
}

/// What [`write_host`] wrote.
pub(super) fn read_host(bits: &mut BitReader) -> Option<String> {
    let is_ascii = bits.number(1)? == 1;
    let length = bits.small(HOST_LENGTH_BITS)?;
    if !is_ascii {
        return read_code_40(bits, length).filter(|host| !host.is_empty());
    }
    let mut host = String::new();
    let mut n_left = length;
    while n_left > 0 {
        n_left -= 1;
        let group = bits.number(7)?;
        let word = WORDS.iter().find(|(code, _)| *code == group).map(|(_, word)| *word);
        match (word, group) {
            (Some(word), _) => host.push_str(word),
            (None, 0..=3) => {
                n_left = n_left.checked_sub(1)?;
                let mut names = DOMAINS[usize::try_from(group).ok()?].split_whitespace();
                host.push('.');
                host.push_str(names.nth(bits.small(7)?)?);
            }
            (None, byte) => {
                let byte = u8::try_from(byte).ok().filter(u8::is_ascii_graphic)?;
                host.push(char::from(byte));
            }
        }
    }
    Some(host).filter(|host| !host.is_empty() && host.len() <= MAX_HOST)
}

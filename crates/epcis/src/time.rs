//! `xsd:dateTimeStamp` and time zone offsets (EPCIS 2.0 §7.2, XML Schema 1.1 §3.4.28).

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// A moment in microseconds since the Unix epoch; finer digits are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) i64);

/// Why a text is not a moment that we accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not `yyyy-mm-ddThh:mm:ss[.fraction](Z|±hh:mm)`, or a day that does not exist.
    Malformed,
    /// No time zone.
    NoZone,
    /// The zone lies beyond ±14:00.
    Zone,
    /// Before 1970 or after 9998.
    OutOfRange,
}

impl Moment {
    /// Reads a time between 1970-01-01T00:00:00Z and 9998-12-31T23:59:59.999999Z.
    pub(crate) fn parse(text: &str) -> Result<Moment, Fault> {
        let moment = Moment::parse_bound(text)?;
        let year_9999 = 253_370_764_800_000_000;
        if (0..year_9999).contains(&moment.0) { Ok(moment) } else { Err(Fault::OutOfRange) }
    }

    /// Reads a time that bounds others, of the years 1 to 9999.
    pub(crate) fn parse_bound(text: &str) -> Result<Moment, Fault> {
        let bytes = text.as_bytes();
        if bytes.len() < 19 || !text.is_ascii() {
            return Err(Fault::Malformed);
        }
        let shape = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if shape.iter().any(|&(at, separator)| bytes[at] != separator) {
            return Err(Fault::Malformed);
        }
        let year = digits(&text[..4])?;
        let (month, day) = (digits(&text[5..7])?, digits(&text[8..10])?);
        let (hour, minute, second) =
            (digits(&text[11..13])?, digits(&text[14..16])?, digits(&text[17..19])?);
        let (fraction_us, zone) = fraction(&text[19..])?;
        let offset_s = zone_seconds(zone)?;
        if year == 0 {
            return Err(Fault::OutOfRange);
        }
        // 24:00:00 is the end of the day.
        let end_of_day = (hour, minute, second, fraction_us) == (24, 0, 0, 0);
        let hour = if end_of_day { 0 } else { hour };
        let civil = civil([year, month, day, hour, minute, second]).ok_or(Fault::Malformed)?;
        // The last two days of the year 9999 are none of its; nothing lies beyond them either.
        let utc = Offset::UTC.to_timestamp(civil).unwrap_or(Timestamp::MAX);
        let seconds = utc.as_second() + if end_of_day { 86_400 } else { 0 } - offset_s;
        Ok(Moment(seconds * 1_000_000 + fraction_us))
    }

    /// UTC with milliseconds, the fourth decimal rounded up from 5 (CBV 2.0 §8.9, rules 8 and 9).
    pub(crate) fn to_pre_hash(self) -> String {
        let ms = (self.0 + 500).div_euclid(1_000);
        let rounded = Timestamp::from_millisecond(ms).expect("years 1970 to 9999 fit");
        format!("{rounded:.3}")
    }

    /// UTC with as many decimals as are needed.
    pub(crate) fn to_text(self) -> Option<String> {
        Timestamp::from_microsecond(self.0).ok().map(|it| it.to_string())
    }
}

/// Whether the text is `±hh:mm` and not beyond ±14:00.
pub(crate) fn is_zone_offset(text: &str) -> bool {
    text != "Z" && zone_seconds(text).is_ok()
}

fn civil([year, month, day, hour, minute, second]: [i64; 6]) -> Option<DateTime> {
    let small = |number: i64| i8::try_from(number).ok();
    let year = i16::try_from(year).ok()?;
    let (month, day) = (small(month)?, small(day)?);
    DateTime::new(year, month, day, small(hour)?, small(minute)?, small(second)?, 0).ok()
}

/// The number of one to six digits.
fn digits(text: &str) -> Result<i64, Fault> {
    text.bytes().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' => Ok(number * 10 + i64::from(byte - b'0')),
        _ => Err(Fault::Malformed),
    })
}

/// The fraction in microseconds, and what follows it.
fn fraction(text: &str) -> Result<(i64, &str), Fault> {
    let Some(rest) = text.strip_prefix('.') else { return Ok((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return Err(Fault::Malformed);
    }
    let six = format!("{:0<6}", &rest[..length.min(6)]);
    Ok((digits(&six)?, &rest[length..]))
}

fn zone_seconds(zone: &str) -> Result<i64, Fault> {
    let sign = match zone.as_bytes() {
        [] => return Err(Fault::NoZone),
        b"Z" => return Ok(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return Err(Fault::Malformed),
    };
    if !zone.is_ascii() {
        return Err(Fault::Malformed);
    }
    let (hours, minutes) = (digits(&zone[1..3])?, digits(&zone[4..6])?);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return Err(Fault::Zone);
    }
    Ok(sign * (hours * 60 + minutes) * 60)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Moment, is_zone_offset};

    fn pre_hash(text: &str) -> String {
        Moment::parse(text).unwrap().to_pre_hash()
    }

    #[test]
    fn moments() {
        assert_eq!(pre_hash("2020-03-04T11:00:30+01:00"), "2020-03-04T10:00:30.000Z");
        assert_eq!(pre_hash("2023-01-18T11:04:03.1415Z"), "2023-01-18T11:04:03.142Z");
        assert_eq!(pre_hash("2023-01-18T11:04:03.14149999Z"), "2023-01-18T11:04:03.141Z");
        assert_eq!(pre_hash("2023-12-31T23:59:59.9995Z"), "2024-01-01T00:00:00.000Z");
        assert_eq!(pre_hash("2023-12-31T24:00:00Z"), "2024-01-01T00:00:00.000Z");
        assert_eq!(pre_hash("2024-02-29T00:00:00-14:00"), "2024-02-29T14:00:00.000Z");
        assert_eq!(Moment::parse("1970-01-01T00:00:00.0000019Z"), Ok(Moment(1)));
    }

    #[test]
    fn faults() {
        let check = |text: &str, fault| assert_eq!(Moment::parse(text), Err(fault), "{text}");
        check("", Fault::Malformed);
        check("2023-02-29T00:00:00Z", Fault::Malformed);
        check("2023-01-01 00:00:00Z", Fault::Malformed);
        check("2023-01-01T24:00:01Z", Fault::Malformed);
        check("2023-01-01T00:00:60Z", Fault::Malformed);
        check("2023-01-01T00:00:00.Z", Fault::Malformed);
        check("2023-01-01T00:00:00+1:00", Fault::Malformed);
        check("20２3-01-01T00:00:00Z", Fault::Malformed);
        check("2023-01-01T00:00:00", Fault::NoZone);
        check("2023-01-01T00:00:00+14:01", Fault::Zone);
        check("0000-01-01T00:00:00Z", Fault::OutOfRange);
        check("1969-12-31T23:59:59Z", Fault::OutOfRange);
        check("9999-01-01T00:00:00Z", Fault::OutOfRange);
        check("9998-12-31T23:59:59-01:00", Fault::OutOfRange);
    }

    #[test]
    fn bounds() {
        let bound = |text: &str| Moment::parse_bound(text).map(|moment| moment.0);
        assert_eq!(bound("1969-12-31T23:59:59Z"), Ok(-1_000_000));
        assert_eq!(bound("1900-01-01T00:00:00Z"), Ok(-2_208_988_800_000_000));
        assert_eq!(bound("2020-01-01T00:00:00Z"), Ok(1_577_836_800_000_000));
        assert!(bound("0001-01-01T00:00:00+14:00").unwrap() < 0);
        assert!(bound("9999-12-31T23:59:59Z").unwrap() > 253_370_764_800_000_000);
        assert_eq!(bound("0000-01-01T00:00:00Z"), Err(Fault::OutOfRange));
        assert_eq!(bound("1969-02-29T00:00:00Z"), Err(Fault::Malformed));
    }

    #[test]
    fn zone_offsets() {
        for text in ["+00:00", "-00:00", "+14:00", "-14:00", "+05:45"] {
            assert!(is_zone_offset(text), "{text}");
        }
        for text in ["", "Z", "+14:01", "-15:00", "+1:00", "+01:60", "01:00", "+0100", "+０1:00"] {
            assert!(!is_zone_offset(text), "{text}");
        }
    }
}

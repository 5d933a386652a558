//! What a trace must know of an event beside type, time and ranges, as one short column.
//!
//! Layout: step, flags, then what the flags announce in the order of the fields, then the amounts.
//! Numbers are big-endian.

use trace::{Amount, EventFacts, Position, Role, RoleRange, Step};

use crate::events::{ACTIONS, Event, KINDS, ROLES, listed, number_of};
use crate::{Error, Result, Row, ident};

/// Step, place, amounts and declared error of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Circumstances {
    /// What its business step says.
    pub step: Step,
    /// Where: any number, the same for the same place.
    pub place: Option<i64>,
    /// Where on the earth that is.
    pub position: Option<Position>,
    /// How much of the classes that it names.
    pub amounts: Vec<Amount>,
    /// Key of the event that it declares to be wrong.
    pub declares: Option<[u8; 16]>,
}

impl Default for Circumstances {
    fn default() -> Self {
        Self { step: Step::Other, place: None, position: None, amounts: Vec::new(), declares: None }
    }
}

/// Numbers in the column are places in this list; new ones go to the end.
const STEPS: [Step; 9] = [
    Step::Other,
    Step::Commissioning,
    Step::Leaving,
    Step::Receiving,
    Step::Selling,
    Step::Consuming,
    Step::Destroying,
    Step::Decommissioning,
    Step::Shipping,
];

const HAS_PLACE: u8 = 1;
const HAS_POSITION: u8 = 2;
const HAS_DECLARED: u8 = 4;
const HAS_QUANTITY: u8 = 1;
const HAS_UOM: u8 = 2;

pub(crate) fn encode(told: &Circumstances) -> Vec<u8> {
    let flag = |has: bool, flag: u8| if has { flag } else { 0 };
    let mut bytes = vec![
        number_of(&STEPS, told.step) as u8,
        flag(told.place.is_some(), HAS_PLACE)
            | flag(told.position.is_some(), HAS_POSITION)
            | flag(told.declares.is_some(), HAS_DECLARED),
    ];
    if let Some(place) = told.place {
        bytes.extend(place.to_be_bytes());
    }
    if let Some(position) = told.position {
        bytes.extend(position.latitude.to_be_bytes());
        bytes.extend(position.longitude.to_be_bytes());
    }
    bytes.extend(told.declares.iter().flatten());
    for Amount { role, class, quantity, uom } in &told.amounts {
        bytes.push(number_of(&ROLES, *role) as u8);
        bytes.push(flag(quantity.is_some(), HAS_QUANTITY) | flag(uom.is_some(), HAS_UOM));
        bytes.extend(class.to_be_bytes());
        if let Some(quantity) = quantity {
            bytes.extend(quantity.to_be_bytes());
        }
        bytes.extend(uom.iter().flatten());
    }
    bytes
}

/// Reads what [`encode`] wrote; nothing is known of events that were captured before there was
/// the column.
pub(crate) fn decode(row: Row<'_>, column: usize) -> Result<Circumstances> {
    row.opt_bytes(column)?.map_or(Ok(Circumstances::default()), |bytes| decode_all(Rest(bytes)))
}

fn decode_all(mut rest: Rest<'_>) -> Result<Circumstances> {
    let step = listed(&STEPS, rest.byte()?.into())?;
    let flags = rest.byte()?;
    let place = (flags & HAS_PLACE != 0).then(|| rest.long()).transpose()?;
    let position = match flags & HAS_POSITION != 0 {
        true => Some(Position { latitude: rest.int()?, longitude: rest.int()? }),
        false => None,
    };
    let declares = (flags & HAS_DECLARED != 0).then(|| rest.take()).transpose()?;
    let mut amounts = Vec::new();
    while !rest.0.is_empty() {
        let role: Role = listed(&ROLES, rest.byte()?.into())?;
        let flags = rest.byte()?;
        let class = rest.long()?;
        let quantity = match flags & HAS_QUANTITY != 0 {
            true => Some(f64::from_be_bytes(rest.take()?)),
            false => None,
        };
        let uom = (flags & HAS_UOM != 0).then(|| rest.take()).transpose()?;
        amounts.push(Amount { role, class, quantity, uom });
    }
    Ok(Circumstances { step, place, position, amounts, declares })
}

/// Longer facts stand with the event alone.
const MAX_WHOLE_BYTES: usize = 256;
/// In the place of an action's number.
const NO_ACTION: u8 = 0xff;

/// All that a trace must know of an event but its key and event time: type, action, record time,
/// place in its capture, ranges, and the rest as [`encode`] writes it. Nothing if that is long.
pub(crate) fn whole(event: &Event) -> Option<Vec<u8>> {
    let action = event.action.map_or(NO_ACTION, |action| number_of(&ACTIONS, action) as u8);
    let mut bytes = vec![number_of(&KINDS, event.kind) as u8, action];
    bytes.extend(event.record_time_us.to_be_bytes());
    put_number(&mut bytes, event.capture_index.into());
    put_number(&mut bytes, event.ranges.len() as u64);
    for RoleRange { role, first, last } in &event.ranges {
        let (class, number) = ident::class_and_number(*first);
        bytes.push(class << 4 | number_of(&ROLES, *role) as u8);
        put_number(&mut bytes, number);
        put_number(&mut bytes, last.abs_diff(*first));
        if bytes.len() > MAX_WHOLE_BYTES {
            return None;
        }
    }
    bytes.extend(encode(&event.circumstances));
    (bytes.len() <= MAX_WHOLE_BYTES).then_some(bytes)
}

/// Reads what [`whole`] wrote.
pub(crate) fn read(bytes: &[u8], key: [u8; 16], event_time_us: i64) -> Result<EventFacts> {
    let mut rest = Rest(bytes);
    let kind = listed(&KINDS, rest.byte()?.into())?;
    let action = match rest.byte()? {
        NO_ACTION => None,
        number => Some(listed(&ACTIONS, number.into())?),
    };
    let record_time_us = rest.long()?;
    let cut = |_| Error::corrupt("a place in a capture is too large");
    let index_in_capture = u32::try_from(rest.number()?).map_err(cut)?;
    let n_ranges = rest.number()?;
    let mut ranges = Vec::with_capacity(n_ranges.min(MAX_WHOLE_BYTES as u64) as usize);
    for _ in 0..n_ranges {
        let packed = rest.byte()?;
        let role = listed(&ROLES, (packed & 0xf).into())?;
        let first = i64::from(packed >> 4) << 60 | rest.number()? as i64;
        ranges.push(RoleRange { role, first, last: first.saturating_add_unsigned(rest.number()?) });
    }
    let Circumstances { step, place, position, amounts, declares } = decode_all(rest)?;
    Ok(EventFacts {
        key,
        kind,
        action,
        event_time_us,
        record_time_us,
        index_in_capture,
        ranges,
        step,
        place,
        position,
        amounts,
        declares,
    })
}

/// Seven bits a byte, the low ones first; the highest bit says that more follows.
fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let cut = || Error::corrupt("what a trace must know of an event is cut");
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take::<1>()?[0])
    }

    fn int(&mut self) -> Result<i32> {
        Ok(i32::from_be_bytes(self.take()?))
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Error::corrupt("a number has no end"))
    }

    fn long(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.take()?))
    }
}

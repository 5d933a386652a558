//! What a trace must know of an event beside type, time and ranges, as one short column.
//!
//! Layout: step, flags, then what the flags announce in the order of the fields, then the amounts.
//! Numbers are big-endian.

use trace::{Amount, Position, Role, Step};

use crate::events::{ROLES, listed, number_of};
use crate::{Error, Result, Row};

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
    let Some(bytes) = row.opt_bytes(column)? else { return Ok(Circumstances::default()) };
    let mut rest = Rest(bytes);
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

    fn long(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.take()?))
    }
}

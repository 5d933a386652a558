//! What a trace must know of an event, in bytes.
//!
//! The column of an event holds what stands in no other column of it: step, flags, then what the
//! flags announce in the order of the fields, then the amounts. Numbers are big-endian.
//! A sheet holds all of it in two parts: the *shape*, which many events of a capture share, and
//! what is its own.

use trace::{Action, Amount, EventFacts, EventKind, Position, Role, RoleRange, Step};

use crate::codec::{Rest, put_difference, put_number};
use crate::events::{ACTIONS, Event, KINDS, ROLES, listed, number_of};
use crate::walk::Mark;
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
    let mut bytes = Vec::new();
    put_place(&mut bytes, told);
    bytes.extend(told.declares.iter().flatten());
    put_amounts(&mut bytes, &told.amounts);
    bytes
}

fn flag(has: bool, flag: u8) -> u8 {
    if has { flag } else { 0 }
}

fn put_place(bytes: &mut Vec<u8>, told: &Circumstances) {
    bytes.extend(step_and_flags(told));
    put_site(bytes, told);
}

fn step_and_flags(told: &Circumstances) -> [u8; 2] {
    let flags = flag(told.place.is_some(), HAS_PLACE)
        | flag(told.position.is_some(), HAS_POSITION)
        | flag(told.declares.is_some(), HAS_DECLARED);
    [number_of(&STEPS, told.step) as u8, flags]
}

fn put_site(bytes: &mut Vec<u8>, told: &Circumstances) {
    if let Some(place) = told.place {
        bytes.extend(place.to_be_bytes());
    }
    if let Some(position) = told.position {
        bytes.extend(position.latitude.to_be_bytes());
        bytes.extend(position.longitude.to_be_bytes());
    }
}

fn put_amounts(bytes: &mut Vec<u8>, amounts: &[Amount]) {
    for Amount { role, class, quantity, uom } in amounts {
        bytes.push(number_of(&ROLES, *role) as u8);
        bytes.push(flag(quantity.is_some(), HAS_QUANTITY) | flag(uom.is_some(), HAS_UOM));
        bytes.extend(class.to_be_bytes());
        if let Some(quantity) = quantity {
            bytes.extend(quantity.to_be_bytes());
        }
        bytes.extend(uom.iter().flatten());
    }
}

/// Reads what [`encode`] wrote; nothing is known of events that were captured before there was
/// the column.
pub(crate) fn decode(row: Row<'_>, column: usize) -> Result<Circumstances> {
    let Some(bytes) = row.opt_bytes(column)? else { return Ok(Circumstances::default()) };
    let mut rest = Rest(bytes);
    let Place { step, place, position, has_declared } = place(&mut rest)?;
    let declares = has_declared.then(|| rest.take()).transpose()?;
    let mut amounts = Vec::new();
    read_amounts(rest, &mut amounts)?;
    Ok(Circumstances { step, place, position, declares, amounts })
}

/// What [`put_place`] wrote.
#[derive(Debug, Clone, Copy)]
struct Place {
    step: Step,
    place: Option<i64>,
    position: Option<Position>,
    has_declared: bool,
}

fn place(rest: &mut Rest<'_>) -> Result<Place> {
    let [step, flags] = rest.take()?;
    site(rest, step, flags)
}

/// What [`put_site`] wrote.
fn site(rest: &mut Rest<'_>, step: u8, flags: u8) -> Result<Place> {
    let step = listed(&STEPS, step.into())?;
    let place = (flags & HAS_PLACE != 0).then(|| rest.long()).transpose()?;
    let position = match flags & HAS_POSITION != 0 {
        true => Some(Position { latitude: rest.int()?, longitude: rest.int()? }),
        false => None,
    };
    Ok(Place { step, place, position, has_declared: flags & HAS_DECLARED != 0 })
}

fn read_amounts(mut rest: Rest<'_>, amounts: &mut Vec<Amount>) -> Result<()> {
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
    Ok(())
}

/// In the place of an action's number.
const NO_ACTION: u8 = 7;
/// Sheets from before shapes were packed have type, action, record time, step and flags apart.
const IS_PACKED: u8 = 0x80;
const NO_ACTION_APART: u8 = 0xff;

/// What many events of a capture share: type, action, record time, step, place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    kind: EventKind,
    action: Option<Action>,
    record_time_us: i64,
    place: Place,
}

/// The shape of an event: type and action, step and flags, how much later than `since_us` it was
/// recorded, then the place.
pub(crate) fn shape(event: &Event, since_us: i64) -> Vec<u8> {
    let action = event.action.map_or(NO_ACTION, |action| number_of(&ACTIONS, action) as u8);
    let [step, flags] = step_and_flags(&event.circumstances);
    let mut bytes =
        vec![IS_PACKED | action << 3 | number_of(&KINDS, event.kind) as u8, flags << 4 | step];
    put_difference(&mut bytes, event.record_time_us.wrapping_sub(since_us));
    put_site(&mut bytes, &event.circumstances);
    bytes
}

/// Reads what [`shape`] wrote.
pub(crate) fn read_shape(rest: &mut Rest<'_>, since_us: i64) -> Result<Shape> {
    let packed = rest.byte()?;
    if packed & IS_PACKED == 0 {
        let action = rest.byte()?;
        return Ok(Shape {
            kind: listed(&KINDS, packed.into())?,
            action: action_of(action, NO_ACTION_APART)?,
            record_time_us: rest.long()?,
            place: place(rest)?,
        });
    }
    let step_and_flags = rest.byte()?;
    Ok(Shape {
        kind: listed(&KINDS, (packed & 7).into())?,
        action: action_of(packed >> 3 & 0xf, NO_ACTION)?,
        record_time_us: since_us.wrapping_add(rest.difference()?),
        place: site(rest, step_and_flags & 0xf, step_and_flags >> 4)?,
    })
}

fn action_of(number: u8, none: u8) -> Result<Option<Action>> {
    (number != none).then(|| listed(&ACTIONS, number.into())).transpose()
}

/// What numbers are counted from, so that those of neighbours are short.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Base {
    /// An identifier.
    pub(crate) id: i64,
    /// A place in a capture.
    pub(crate) index: u32,
}

impl Base {
    /// Numbers of each class that come before those of an event.
    fn numbers(self) -> [i64; 8] {
        let (class, number) = ident::class_and_number(self.id);
        let mut numbers = [0; 8];
        numbers[usize::from(class & 7)] = number as i64;
        numbers
    }
}

/// What no other event shares: place in its capture, ranges, declared error, amounts.
pub(crate) fn own(event: &Event, base: Base) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_difference(&mut bytes, i64::from(event.capture_index) - i64::from(base.index));
    put_ranges(&mut bytes, &event.ranges, base);
    bytes.extend(event.circumstances.declares.iter().flatten());
    put_amounts(&mut bytes, &event.circumstances.amounts);
    bytes
}

/// All that a trace must know of an event, from its shape and what [`own`] wrote; `room` is what
/// lists of another event can leave behind.
pub(crate) fn read(
    shape: Shape,
    mut own: Rest<'_>,
    base: Base,
    (event_time_us, key): Mark,
    room: Room,
) -> Result<EventFacts> {
    let Room { mut ranges, mut amounts } = room;
    let index = own.difference()?.wrapping_add(base.index.into());
    let Shape { kind, action, record_time_us, place } = shape;
    read_ranges(&mut own, base, &mut ranges)?;
    let declares = place.has_declared.then(|| own.take()).transpose()?;
    read_amounts(own, &mut amounts)?;
    Ok(EventFacts {
        key,
        kind,
        action,
        event_time_us,
        record_time_us,
        index_in_capture: u32::try_from(index)
            .map_err(|_| Error::corrupt("no place in a capture"))?,
        ranges,
        declares,
        amounts,
        step: place.step,
        place: place.place,
        position: place.position,
    })
}

/// Empty lists with room in them, so that what is read in vain costs no memory.
#[derive(Debug, Default)]
pub(crate) struct Room {
    ranges: Vec<RoleRange>,
    amounts: Vec<Amount>,
}

impl Room {
    /// The room of an event that nobody wants.
    pub(crate) fn of(facts: EventFacts) -> Self {
        let EventFacts { mut ranges, mut amounts, .. } = facts;
        ranges.clear();
        amounts.clear();
        Self { ranges, amounts }
    }
}

/// How many, then of each class and role, how far its first number is from that of the range of its
/// class before, and how many more identifiers follow.
pub(crate) fn put_ranges(bytes: &mut Vec<u8>, ranges: &[RoleRange], base: Base) {
    put_number(bytes, ranges.len() as u64);
    let mut before = base.numbers();
    for RoleRange { role, first, last } in ranges {
        let (class, number) = ident::class_and_number(*first);
        bytes.push(class << 4 | number_of(&ROLES, *role) as u8);
        let before = &mut before[usize::from(class & 7)];
        put_difference(bytes, number as i64 - *before);
        put_number(bytes, last.abs_diff(*first));
        *before = number as i64;
    }
}

/// Reads what [`put_ranges`] wrote.
pub(crate) fn ranges(rest: &mut Rest<'_>, base: Base) -> Result<Vec<RoleRange>> {
    let mut ranges = Vec::new();
    read_ranges(rest, base, &mut ranges)?;
    Ok(ranges)
}

fn read_ranges(rest: &mut Rest<'_>, base: Base, ranges: &mut Vec<RoleRange>) -> Result<()> {
    let n_ranges = rest.small()?;
    // A range is three bytes at least.
    ranges.reserve_exact(n_ranges.min(rest.0.len() / 3));
    let mut before = base.numbers();
    for _ in 0..n_ranges {
        let packed = rest.byte()?;
        let role = listed(&ROLES, (packed & 0xf).into())?;
        let before = &mut before[usize::from(packed >> 4 & 7)];
        *before = before.wrapping_add(rest.difference()?);
        let first = i64::from(packed >> 4) << 60 | *before;
        ranges.push(RoleRange { role, first, last: first.saturating_add_unsigned(rest.number()?) });
    }
    Ok(())
}

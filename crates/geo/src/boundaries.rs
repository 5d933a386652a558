//! The divisions of a dated table: their names, their outlines, and which one a position is in.
//!
//! Both come from GeoJSON (RFC 7946) whose features carry `gb`, 156 and the code of GB/T 2260: one
//! file of cities, of which only names are read, and one of counties. Provinces are those of
//! [`schemes`], so that there is one list of them.

use std::collections::HashMap;

use schemes::{Division, DivisionLevel, PROVINCES, Province};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::{Error, Names, Position};

/// Names and outlines of divisions.
#[derive(Default)]
pub(crate) struct Divisions {
    /// Cities and counties, in the order of their codes.
    rows: Vec<Row>,
    shapes: Vec<Shape>,
    /// Outlines, one after the other, each closed: longitude and latitude.
    points: Vec<[f32; 2]>,
    /// Which shapes reach into a cell.
    grid: HashMap<(i16, i16), Vec<u16>>,
    /// Middles of all divisions that have an outline or lie over some.
    centers: HashMap<Division, Position>,
}

struct Row {
    division: Division,
    zh: Box<str>,
    is_city: bool,
}

/// One county.
struct Shape {
    division: Division,
    /// Where its rings end in `points`; the first begins at `from`.
    from: usize,
    rings: Vec<Ring>,
    bounds: Bounds,
}

struct Ring {
    to: usize,
    bounds: Bounds,
}

/// West, south, east, north.
#[derive(Clone, Copy)]
struct Bounds([f32; 4]);

/// Cells a degree: a county reaches into about sixteen.
const CELLS: f32 = 4.0;

#[derive(Deserialize)]
struct Collection<G> {
    features: Vec<Feature<G>>,
}

#[derive(Deserialize)]
struct Feature<G> {
    properties: Properties,
    geometry: G,
}

#[derive(Deserialize)]
struct Properties {
    name: Box<str>,
    gb: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f32; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f32; 2]>>>),
    /// Borders that are drawn and contain nothing.
    LineString(IgnoredAny),
    MultiLineString(IgnoredAny),
}

impl Divisions {
    /// Reads the names of cities, and the names and outlines of counties.
    pub(crate) fn parse(cities: &[u8], counties: &[u8]) -> Result<Self, Error> {
        let mut read = Self::default();
        for Feature { properties, .. } in features::<IgnoredAny>(cities)? {
            if let Some(division) = coded(&properties)? {
                read.rows.push(Row { division, zh: properties.name, is_city: true });
            }
        }
        let mut centers = HashMap::new();
        for Feature { properties, geometry } in features::<Geometry>(counties)? {
            let Some(division) = coded(&properties)? else { continue };
            let polygons = match geometry {
                Geometry::Polygon(rings) => vec![rings],
                Geometry::MultiPolygon(polygons) => polygons,
                Geometry::LineString(_) | Geometry::MultiLineString(_) => continue,
            };
            read.rows.push(Row { division, zh: properties.name, is_city: false });
            read.add_shape(division, polygons, &mut centers)?;
        }
        // The city of a code that both files have comes first and stays.
        read.rows.sort_by_key(|row| (row.division, !row.is_city));
        read.rows.dedup_by_key(|row| row.division);
        read.centers =
            centers.into_iter().filter_map(|(at, sum)| Some((at, middle(sum)?))).collect();
        Ok(read)
    }

    /// How many cities and counties are known.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The division in which a position lies: a county, where there is one.
    pub(crate) fn at(&self, position: &Position) -> Option<Division> {
        let (x, y) = (position.longitude() as f32, position.latitude() as f32);
        let shapes = self.grid.get(&(cell(x), cell(y)))?;
        let shapes = shapes.iter().map(|at| &self.shapes[usize::from(*at)]);
        shapes.into_iter().find(|shape| self.contains(shape, x, y)).map(|shape| shape.division)
    }

    /// The middle of a division.
    pub(crate) fn center(&self, division: &Division) -> Option<Position> {
        self.centers.get(division).copied()
    }

    /// The province, or the city inside one, whose Chinese name begins so; none if several do.
    pub(crate) fn named(&self, name: &str, within: Option<&Division>) -> Option<Division> {
        let Some(province) = within else {
            let mut found = PROVINCES.iter().filter(|province| province.zh.starts_with(name));
            let first = found.next().map(whole)?;
            return found.next().is_none().then_some(first);
        };
        if province.province().is_some_and(|it| it.zh.starts_with(name)) {
            return Some(*province);
        }
        let mut found = self.cities_of(province).filter(|row| row.zh.starts_with(name));
        let first = found.next()?.division;
        found.next().is_none().then_some(first)
    }

    /// The city that a division is or lies in; the county itself where a province governs it, and
    /// the province where there are no cities.
    pub(crate) fn city_of(&self, division: &Division) -> Division {
        let city = division.at(DivisionLevel::City);
        if self.row(&city).is_some_and(|row| row.is_city) {
            city
        } else if self.row(division).is_some_and(|row| row.is_city) {
            *division
        } else {
            division.at(DivisionLevel::Province)
        }
    }

    /// The names of a division in full; below provinces only Chinese ones are known.
    pub(crate) fn names(&self, division: &Division) -> Names {
        let mut below = String::new();
        let (city, province) = (self.city_of(division), division.at(DivisionLevel::Province));
        for (part, over) in [(&city, &province), (division, &city)] {
            if let Some(row) = self.row(part).filter(|_| part != over) {
                below.push_str(&row.zh);
            }
        }
        let Some(Province { zh, ko, en, .. }) = division.province() else {
            let code = division.to_string();
            return Names { zh: code.clone(), ko: code.clone(), en: code };
        };
        let gap = if below.is_empty() { "" } else { " " };
        Names {
            zh: format!("{zh}{below}"),
            ko: format!("{ko}{gap}{below}"),
            en: format!("{en}{gap}{below}"),
        }
    }

    /// The divisions that have an outline.
    #[cfg(test)]
    pub(crate) fn all(&self) -> Vec<Division> {
        self.shapes.iter().map(|shape| shape.division).collect()
    }

    fn row(&self, division: &Division) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(division, |row| row.division).ok()?;
        Some(&self.rows[at])
    }

    fn cities_of(&self, province: &Division) -> impl Iterator<Item = &Row> {
        let from = self.rows.partition_point(|row| row.division < *province);
        let province = *province;
        let inside = move |row: &&Row| row.division.at(DivisionLevel::Province) == province;
        self.rows[from..].iter().take_while(inside).filter(|row| row.is_city)
    }

    fn add_shape(
        &mut self,
        division: Division,
        polygons: Vec<Vec<Vec<[f32; 2]>>>,
        centers: &mut HashMap<Division, Sum>,
    ) -> Result<(), Error> {
        let Ok(number) = u16::try_from(self.shapes.len()) else {
            return Err(Error::NotBoundaries { why: "it has more than 65,536 outlines".into() });
        };
        let from = self.points.len();
        let mut rings = Vec::new();
        let mut bounds = Bounds::NONE;
        for ring in polygons.into_iter().flatten() {
            let mut around = Bounds::NONE;
            ring.iter().for_each(|point| around.add(point));
            bounds.add(&[around.0[0], around.0[1]]);
            bounds.add(&[around.0[2], around.0[3]]);
            for level in [DivisionLevel::County, DivisionLevel::City, DivisionLevel::Province] {
                add_area(centers.entry(division.at(level)).or_default(), &ring, level, &division);
            }
            self.points.extend(ring);
            rings.push(Ring { to: self.points.len(), bounds: around });
        }
        let Bounds([west, south, east, north]) = bounds;
        let is_on_earth = west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
        if !is_on_earth || rings.is_empty() {
            return Err(Error::NotBoundaries { why: format!("{division} lies nowhere") });
        }
        for x in cell(west)..=cell(east) {
            for y in cell(south)..=cell(north) {
                self.grid.entry((x, y)).or_default().push(number);
            }
        }
        self.shapes.push(Shape { division, from, rings, bounds });
        Ok(())
    }

    /// Whether a ray to the east crosses the outlines an odd number of times; holes count too.
    fn contains(&self, shape: &Shape, x: f32, y: f32) -> bool {
        if !shape.bounds.reaches(x, y) {
            return false;
        }
        let mut from = shape.from;
        let mut is_inside = false;
        for ring in &shape.rings {
            let points = &self.points[from..ring.to];
            from = ring.to;
            if ring.bounds.reaches(x, y) {
                is_inside ^= crosses_oddly(points, x, y);
            }
        }
        is_inside
    }
}

/// Twice the area of rings, and that times their middle.
type Sum = (f64, [f64; 2]);

/// A county whose code ends in 00 is a city as well and counts once, and so on.
fn add_area(sum: &mut Sum, ring: &[[f32; 2]], level: DivisionLevel, division: &Division) {
    if level != DivisionLevel::County && division.at(level) == *division {
        return;
    }
    // Twice the area is relative to the first point, so that small rings keep their digits.
    let Some(first) = ring.first() else { return };
    let to = |point: &[f32; 2]| [f64::from(point[0] - first[0]), f64::from(point[1] - first[1])];
    let (mut area, mut moment) = (0.0, [0.0; 2]);
    for pair in ring.windows(2) {
        let (a, b) = (to(&pair[0]), to(&pair[1]));
        let cross = a[0] * b[1] - b[0] * a[1];
        area += cross;
        moment[0] += cross * (a[0] + b[0]) / 3.0;
        moment[1] += cross * (a[1] + b[1]) / 3.0;
    }
    let turn = if area < 0.0 { -1.0 } else { 1.0 };
    sum.0 += turn * area;
    for axis in 0..2 {
        sum.1[axis] += turn * (moment[axis] + area * f64::from(first[axis]));
    }
}

fn middle((area, moment): Sum) -> Option<Position> {
    Position::new(moment[1] / area, moment[0] / area).ok()
}

fn crosses_oddly(ring: &[[f32; 2]], x: f32, y: f32) -> bool {
    let crosses = |pair: &&[[f32; 2]]| {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

impl Bounds {
    const NONE: Self = Self([f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY]);

    fn add(&mut self, point: &[f32; 2]) {
        let [west, south, east, north] = &mut self.0;
        (*west, *south) = (west.min(point[0]), south.min(point[1]));
        (*east, *north) = (east.max(point[0]), north.max(point[1]));
    }

    fn reaches(&self, x: f32, y: f32) -> bool {
        let [west, south, east, north] = self.0;
        (west..=east).contains(&x) && (south..=north).contains(&y)
    }
}

fn cell(degrees: f32) -> i16 {
    (degrees * CELLS).floor() as i16
}

/// The division of a whole province.
pub(crate) fn whole(province: &Province) -> Division {
    Division::parse(&format!("{}0000", province.code)).expect("two digits and four")
}

fn features<'a, G: Deserialize<'a>>(bytes: &'a [u8]) -> Result<Vec<Feature<G>>, Error> {
    let read: Result<Collection<G>, _> = serde_json::from_slice(bytes);
    let wrong = |error: serde_json::Error| Error::NotBoundaries { why: error.to_string() };
    read.map(|it| it.features).map_err(wrong)
}

/// The division of a feature; lines have none.
fn coded(properties: &Properties) -> Result<Option<Division>, Error> {
    if properties.gb.is_empty() {
        return Ok(None);
    }
    let division = properties.gb.strip_prefix("156").and_then(|code| Division::parse(code).ok());
    let known = division.filter(|division| division.province().is_some());
    known.map(Some).ok_or_else(|| Error::NotBoundaries {
        why: format!("{} is not 156 and a code of GB/T 2260", properties.gb),
    })
}

//! Product pictures, drawn out of a few shapes: nobody's photograph, nobody's rights.

use Shape::{Bar, Box, Disc, Ring, Triangle};

/// Pixels of a side.
const SIDE: u16 = 320;
/// Samples of a pixel in each direction, for soft edges.
const SAMPLES: u16 = 3;

/// A picture that is drawn when somebody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture(pub(crate) Motif);

impl Picture {
    /// The picture as PNG of 320 × 320 pixels.
    pub fn png(self) -> Vec<u8> {
        draw(self.0)
    }
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motif {
    Bottle,
    Tube,
    Bicycle,
    Helmet,
    Carton,
    Cheese,
    Tag,
}

type Colour = [u8; 3];

/// Shapes on a square of 100 units.
enum Shape {
    /// Centre and radius.
    Disc(f32, f32, f32),
    /// Centre, outer radius, width.
    Ring(f32, f32, f32, f32),
    /// Two ends and width.
    Bar([f32; 2], [f32; 2], f32),
    /// Left, top, right, bottom.
    Box(f32, f32, f32, f32),
    /// Three corners.
    Triangle([f32; 2], [f32; 2], [f32; 2]),
}

impl Shape {
    fn covers(&self, x: f32, y: f32) -> bool {
        match *self {
            Self::Disc(cx, cy, radius) => square(x - cx, y - cy) <= radius * radius,
            Self::Ring(cx, cy, radius, width) => {
                let inner = radius - width;
                (inner * inner..=radius * radius).contains(&square(x - cx, y - cy))
            }
            Self::Bar(a, b, width) => {
                let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                let along = ((x - a[0]) * dx + (y - a[1]) * dy) / square(dx, dy);
                let along = along.clamp(0.0, 1.0);
                let beside = square(x - a[0] - along * dx, y - a[1] - along * dy);
                beside <= width * width / 4.0
            }
            Self::Box(left, top, right, bottom) => {
                (left..=right).contains(&x) && (top..=bottom).contains(&y)
            }
            Self::Triangle(a, b, c) => {
                let side = |p: [f32; 2], q: [f32; 2]| {
                    (x - q[0]) * (p[1] - q[1]) - (p[0] - q[0]) * (y - q[1]) >= 0.0
                };
                let sides = [side(a, b), side(b, c), side(c, a)];
                sides == [true; 3] || sides == [false; 3]
            }
        }
    }
}

/// Square of a distance.
fn square(dx: f32, dy: f32) -> f32 {
    dx * dx + dy * dy
}

fn draw(motif: Motif) -> Vec<u8> {
    let (background, shapes) = shapes(motif);
    let colour = |x: f32, y: f32| {
        let top = shapes.iter().rev().find(|(shape, _)| shape.covers(x, y));
        top.map_or(background, |(_, colour)| *colour)
    };
    let mut pixels = Vec::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            pixels.extend(mean(column, row, &colour));
        }
    }
    write_png(&pixels)
}

/// Mean colour of a pixel's samples.
fn mean(column: u16, row: u16, colour: &impl Fn(f32, f32) -> Colour) -> Colour {
    let place = |pixel: u16, sample: u16| {
        let samples = pixel * SAMPLES + sample;
        (f32::from(samples) + 0.5) * 100.0 / f32::from(SIDE * SAMPLES)
    };
    let mut sums = [0u16; 3];
    for i in 0..SAMPLES {
        for j in 0..SAMPLES {
            let sample = colour(place(column, i), place(row, j));
            for (sum, channel) in sums.iter_mut().zip(sample) {
                *sum += u16::from(channel);
            }
        }
    }
    sums.map(|sum| u8::try_from(sum / (SAMPLES * SAMPLES)).expect("a mean of bytes is a byte"))
}

fn write_png(pixels: &[u8]) -> Vec<u8> {
    const FITS: &str = "320 rows of 320 pixels are written to memory";
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, u32::from(SIDE), u32::from(SIDE));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect(FITS);
    writer.write_image_data(pixels).expect(FITS);
    writer.finish().expect(FITS);
    bytes
}

const INK: Colour = [44, 52, 60];
const WHITE: Colour = [255, 255, 255];

/// Background and shapes, later ones on top.
fn shapes(motif: Motif) -> (Colour, Vec<(Shape, Colour)>) {
    match motif {
        Motif::Bottle => (
            [232, 240, 236],
            vec![
                (Box(36.0, 42.0, 64.0, 88.0), [49, 100, 100]),
                (Disc(42.0, 42.0, 6.0), [49, 100, 100]),
                (Disc(58.0, 42.0, 6.0), [49, 100, 100]),
                (Box(42.0, 36.0, 58.0, 44.0), [49, 100, 100]),
                (Box(44.0, 26.0, 56.0, 36.0), INK),
                (Bar([50.0, 14.0], [50.0, 26.0], 7.0), INK),
                (Box(40.0, 54.0, 60.0, 76.0), WHITE),
                (Triangle([50.0, 57.0], [44.0, 69.0], [56.0, 69.0]), [49, 100, 100]),
                (Box(49.0, 69.0, 51.0, 73.0), [49, 100, 100]),
            ],
        ),
        Motif::Tube => (
            [246, 238, 232],
            vec![
                (Triangle([30.0, 14.0], [70.0, 14.0], [50.0, 150.0]), [214, 138, 106]),
                (Box(28.0, 11.0, 72.0, 17.0), [190, 112, 82]),
                (Box(30.0, 88.0, 70.0, 100.0), [246, 238, 232]),
                (Box(40.0, 74.0, 60.0, 90.0), INK),
                (Disc(50.0, 38.0, 9.0), WHITE),
            ],
        ),
        Motif::Bicycle => ([235, 240, 246], bicycle()),
        Motif::Helmet => ([240, 240, 234], helmet()),
        Motif::Carton => (
            [230, 238, 246],
            vec![
                (Box(34.0, 26.0, 66.0, 90.0), [70, 140, 200]),
                (Triangle([34.0, 26.0], [66.0, 26.0], [50.0, 10.0]), [52, 112, 168]),
                (Box(34.0, 60.0, 66.0, 90.0), WHITE),
                (Disc(42.0, 60.0, 8.0), WHITE),
                (Disc(58.0, 60.0, 8.0), [70, 140, 200]),
                (Bar([58.0, 10.0], [62.0, 24.0], 2.5), [212, 24, 25]),
            ],
        ),
        Motif::Cheese => (
            [244, 240, 228],
            vec![
                (Triangle([14.0, 56.0], [86.0, 34.0], [86.0, 56.0]), [250, 214, 110]),
                (Box(14.0, 56.0, 86.0, 78.0), [240, 190, 70]),
                (Disc(34.0, 68.0, 5.0), [214, 160, 44]),
                (Disc(58.0, 64.0, 4.0), [214, 160, 44]),
                (Disc(74.0, 70.0, 6.0), [214, 160, 44]),
            ],
        ),
        Motif::Tag => (
            [236, 236, 236],
            vec![
                (Box(24.0, 30.0, 84.0, 70.0), WHITE),
                (Triangle([24.0, 30.0], [24.0, 70.0], [8.0, 50.0]), WHITE),
                (Ring(24.0, 50.0, 5.0, 2.0), INK),
                (Box(40.0, 40.0, 76.0, 44.0), [150, 156, 162]),
                (Box(40.0, 49.0, 70.0, 53.0), [150, 156, 162]),
                (Box(40.0, 58.0, 74.0, 62.0), [150, 156, 162]),
            ],
        ),
    }
}

fn bicycle() -> Vec<(Shape, Colour)> {
    const FRAME: Colour = [49, 100, 100];
    vec![
        (Ring(26.0, 66.0, 19.0, 3.5), INK),
        (Ring(76.0, 66.0, 19.0, 3.5), INK),
        (Disc(26.0, 66.0, 5.0), INK),
        (Disc(76.0, 66.0, 3.0), INK),
        (Bar([26.0, 66.0], [48.0, 64.0], 3.0), FRAME),
        (Bar([48.0, 64.0], [66.0, 40.0], 5.0), FRAME),
        (Bar([26.0, 66.0], [40.0, 42.0], 3.0), FRAME),
        (Bar([40.0, 42.0], [66.0, 40.0], 3.0), FRAME),
        (Bar([48.0, 64.0], [38.0, 34.0], 3.0), FRAME),
        (Bar([76.0, 66.0], [64.0, 28.0], 3.0), FRAME),
        (Bar([64.0, 28.0], [72.0, 24.0], 3.0), INK),
        (Bar([31.0, 33.0], [45.0, 33.0], 5.0), INK),
        (Disc(48.0, 64.0, 6.0), INK),
        (Box(20.0, 40.0, 36.0, 46.0), [255, 204, 0]),
    ]
}

fn helmet() -> Vec<(Shape, Colour)> {
    vec![
        (Disc(50.0, 56.0, 33.0), [212, 24, 25]),
        (Box(0.0, 62.0, 100.0, 100.0), [240, 240, 234]),
        (Box(13.0, 58.0, 92.0, 63.0), INK),
        (Bar([34.0, 34.0], [28.0, 54.0], 4.0), WHITE),
        (Bar([50.0, 30.0], [50.0, 54.0], 4.0), WHITE),
        (Bar([66.0, 34.0], [72.0, 54.0], 4.0), WHITE),
        (Bar([30.0, 64.0], [46.0, 84.0], 2.5), INK),
        (Bar([70.0, 64.0], [54.0, 84.0], 2.5), INK),
    ]
}

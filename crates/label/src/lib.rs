//! The QR symbol of one code with the domain of its address under it, as SVG and as PNG; in
//! [`report`], reports as PDF and as XLSX.
//!
//! Model 2 of ISO/IEC 18004 in byte mode with error correction M, black on white, with the quiet
//! zone of four modules that §9.1 of it asks for: a coloured or inverted symbol is not read by
//! half of the scanners, so a colour can only be a frame that somebody draws around this.
//! Labels with more than that, other symbols and ZPL are not here yet.

mod caption;
pub mod report;

use std::fmt::Write as _;

use fast_qr::qr::QRCodeError;
use fast_qr::{ECL, QRBuilder, QRCode};

use self::caption::Caption;

/// Longest payload in bytes; with error correction M it makes a symbol of version 18, 89 modules.
/// A code's URL has about 40 bytes, and a symbol beyond this is not read from a label.
pub const MAX_PAYLOAD_BYTES: usize = 512;

/// Light modules on each side of the symbol.
pub const QUIET_ZONE_MODULES: usize = 4;

/// Widest module of a PNG in pixels.
pub const MAX_MODULE_PX: u32 = 64;

/// Why there is no symbol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to encode.
    #[error("the payload is empty")]
    Empty,
    /// The payload is longer than [`MAX_PAYLOAD_BYTES`].
    #[error("the payload has {n_bytes} bytes, at most {MAX_PAYLOAD_BYTES} fit")]
    TooLong {
        /// Length of the payload.
        n_bytes: usize,
    },
    /// The module width is not within 1 to [`MAX_MODULE_PX`] pixels.
    #[error("a module is 1 to {MAX_MODULE_PX} pixels wide, not {module_px}")]
    ModuleSize {
        /// The width asked for.
        module_px: u32,
    },
}

/// Dots of words in a module: two where the words fit into one line, else three. On a label with
/// modules of 0.4 mm three make letters 0.9 mm high, which is as small as people read.
const DOTS_A_MODULE: [u32; 2] = [2, 3];

/// How an SVG says its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SvgOptions {
    /// Width of the picture in thousandths of a millimetre, quiet zone included; words under the
    /// symbol make it higher. `None` leaves the size to the page.
    pub side_um: Option<u32>,
    /// Words under the symbol: a domain.
    pub caption: Option<String>,
    /// Name for screen readers; without one the picture is decoration.
    pub title: Option<String>,
}

/// The symbol as an SVG element, one unit a module, that draws itself without style sheets.
///
/// # Errors
/// [`Error::Empty`] and [`Error::TooLong`].
pub fn qr_svg(payload: &str, options: &SvgOptions) -> Result<String, Error> {
    let code = encode(payload)?;
    let side = code.size + 2 * QUIET_ZONE_MODULES;
    let caption = options.caption.as_deref().map(|it| captioned(it, |dots| side * dots as usize));
    let caption = caption.transpose()?;
    let high = caption.as_ref().map_or(0, |(it, dots)| it.dots_high().div_ceil(*dots as usize));
    let high = side + high;
    let mut svg = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"");
    if let Some(side_um) = options.side_um {
        let high_um = u64::from(side_um) * high as u64 / side as u64;
        for (name, um) in [("width", side_um.into()), ("height", high_um)] {
            push(&mut svg, format_args!(" {name}=\"{}.{:03}mm\"", um / 1000, um % 1000));
        }
    }
    push(&mut svg, format_args!(" viewBox=\"0 0 {side} {high}\" shape-rendering=\"crispEdges\""));
    match &options.title {
        Some(title) => {
            push(&mut svg, format_args!(" role=\"img\"><title>{}</title>", Escaped(title)));
        }
        None => svg.push_str(" aria-hidden=\"true\">"),
    }
    push(&mut svg, format_args!("<path fill=\"#fff\" d=\"M0 0h{side}v{high}H0z\"/>"));
    if let Some((caption, dots)) = &caption {
        let scale = 1.0 / f64::from(*dots);
        push(&mut svg, format_args!("<path transform=\"translate(0 {side}) scale({scale:.4})\""));
        svg.push_str(" d=\"");
        for (y, x, width) in caption.runs() {
            push(&mut svg, format_args!("M{x} {y}h{width}v1h-{width}z"));
        }
        svg.push_str("\"/>");
    }
    svg.push_str("<path d=\"");
    for y in 0..code.size {
        for (x, width) in dark_runs(&code, y) {
            let (left, top) = (x + QUIET_ZONE_MODULES, y + QUIET_ZONE_MODULES);
            push(&mut svg, format_args!("M{left} {top}h{width}v1h-{width}z"));
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

/// Words under a symbol that is so many dots wide, by how many a module has; and how many it has.
fn captioned(text: &str, dots_wide: impl Fn(u32) -> usize) -> Result<(Caption, u32), Error> {
    if text.len() > MAX_PAYLOAD_BYTES {
        return Err(Error::TooLong { n_bytes: text.len() });
    }
    let [large, small] = DOTS_A_MODULE;
    let caption = Caption::new(text, dots_wide(large));
    Ok(match caption.n_lines() {
        1 => (caption, large),
        _ => (Caption::new(text, dots_wide(small)), small),
    })
}

/// The symbol as a PNG of one bit a pixel, each module `module_px` pixels wide, with words under it
/// if there are any.
///
/// # Errors
/// [`Error::Empty`], [`Error::TooLong`] and [`Error::ModuleSize`].
pub fn qr_png(payload: &str, module_px: u32, caption: Option<&str>) -> Result<Vec<u8>, Error> {
    if !(1..=MAX_MODULE_PX).contains(&module_px) {
        return Err(Error::ModuleSize { module_px });
    }
    let code = encode(payload)?;
    let scale = module_px as usize;
    let side = (code.size + 2 * QUIET_ZONE_MODULES) * scale;
    let dot_px = |dots: u32| (module_px / dots).max(1) as usize;
    let caption = caption.map(|it| captioned(it, |dots| side / dot_px(dots))).transpose()?;
    let below = caption.as_ref().map_or(0, |(it, dots)| it.dots_high() * dot_px(*dots));
    let row_bytes = side.div_ceil(8);
    let mut pixels = vec![0xff; row_bytes * (side + below)];
    for y in 0..code.size {
        let row = pixel_row(&code, y, scale, row_bytes);
        let top = (y + QUIET_ZONE_MODULES) * scale;
        for line in top..top + scale {
            pixels[line * row_bytes..(line + 1) * row_bytes].copy_from_slice(&row);
        }
    }
    if let Some((caption, dots)) = caption {
        let dot = dot_px(dots);
        for (y, x, width) in caption.runs() {
            for line in (side + y * dot..).take(dot) {
                darken(&mut pixels[line * row_bytes..][..row_bytes], x * dot, width * dot);
            }
        }
    }
    Ok(write_png(side, side + below, &pixels))
}

/// One line of pixels through row `y` of modules, 1 = white.
fn pixel_row(code: &QRCode, y: usize, scale: usize, row_bytes: usize) -> Vec<u8> {
    let mut row = vec![0xff; row_bytes];
    for (x, width) in dark_runs(code, y) {
        darken(&mut row, (x + QUIET_ZONE_MODULES) * scale, width * scale);
    }
    row
}

/// Makes pixels of one line dark; what lies beyond its end is left out.
fn darken(row: &mut [u8], left: usize, width: usize) {
    for pixel in left..(left + width).min(8 * row.len()) {
        row[pixel / 8] &= !(0x80 >> (pixel % 8));
    }
}

fn write_png(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
    const FITS: &str = "97 × 64 pixels a side and some lines of words are written to memory";
    let [width, height] = [width, height].map(|it| u32::try_from(it).expect(FITS));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().expect(FITS);
    writer.write_image_data(pixels).expect(FITS);
    writer.finish().expect(FITS);
    bytes
}

/// Runs of dark modules in row `y`: (first column, width).
fn dark_runs(code: &QRCode, y: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for x in (0..code.size).filter(|&x| code[y][x].value()) {
        match runs.last_mut() {
            Some((first, width)) if *first + *width == x => *width += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

fn encode(payload: &str) -> Result<QRCode, Error> {
    if payload.is_empty() {
        return Err(Error::Empty);
    }
    let n_bytes = payload.len();
    if n_bytes > MAX_PAYLOAD_BYTES {
        return Err(Error::TooLong { n_bytes });
    }
    QRBuilder::new(payload).ecl(ECL::M).build().map_err(|error| match error {
        QRCodeError::EncodedData | QRCodeError::SpecifiedVersion => Error::TooLong { n_bytes },
    })
}

/// Writing into a string cannot fail.
fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes every text");
}

/// Text between the tags of XML.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                // XML 1.0 §2.2 has no place for other control characters.
                c if c.is_control() && !matches!(c, '\t' | '\n') => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! Symbols are read back by an independent reader, from the PNG and from the SVG's paths.

use crate::caption::{Caption, LETTERS};
use crate::{
    Error, MAX_MODULE_PX, MAX_PAYLOAD_BYTES, QUIET_ZONE_MODULES, SvgOptions, qr_png, qr_svg,
};

const URL: &str = "https://t.example/c/00000000000000017";

/// A picture as rows of "is dark".
type Picture = Vec<Vec<bool>>;

fn decode_png(png: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Grayscale);
    let lines = pixels[..frame.buffer_size()].chunks(frame.line_size);
    lines.map(|line| line.iter().map(|&pixel| pixel < 128).collect()).collect()
}

/// Paints the runs `M{x} {y}h{w}v1h-{w}z` of the SVG, `scale` pixels a module.
fn paint_svg(svg: &str, scale: usize) -> Picture {
    let side: usize = between(svg, "viewBox=\"0 0 ", " ").parse().unwrap();
    let mut picture = vec![vec![false; side * scale]; side * scale];
    let path = between(svg.rsplit_once("<path").unwrap().1, "d=\"", "\"");
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let width: usize = rest.split_once('v').unwrap().0.parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for line in &mut picture[y * scale..(y + 1) * scale] {
            line[x * scale..(x + width) * scale].fill(true);
        }
    }
    picture
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

fn read(picture: &Picture) -> String {
    let (side, height) = (picture[0].len(), picture.len());
    let luma = |x: usize, y: usize| if picture[y][x] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, height, luma);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one symbol in the picture");
    let (meta, content) = grids[0].decode().unwrap();
    assert_eq!(meta.ecc_level, 0, "level M is written as 00, ISO/IEC 18004 table 12");
    content
}

/// The first and last dark row and column lie exactly inside the quiet zone.
fn assert_quiet_zone(picture: &Picture, scale: usize) {
    let side = picture.len();
    assert_eq!(picture[0].len(), side);
    let quiet = QUIET_ZONE_MODULES * scale;
    let inside = quiet..side - quiet;
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for (y, line) in picture.iter().enumerate() {
        for x in line.iter().enumerate().filter_map(|(x, dark)| dark.then_some(x)) {
            rows.push(y);
            columns.push(x);
        }
    }
    for places in [rows, columns] {
        assert_eq!(places.iter().min(), Some(&inside.start));
        assert_eq!(places.iter().max(), Some(&(inside.end - 1)));
    }
}

#[test]
fn a_png_is_read_back_at_every_width() {
    for module_px in [2, 3, 4, 5, 7, 8, 10, 16] {
        let picture = decode_png(&qr_png(URL, module_px, None).unwrap());
        assert_eq!(read(&picture), URL, "{module_px} pixels a module");
        assert_quiet_zone(&picture, module_px as usize);
    }
}

#[test]
fn an_svg_is_read_back() {
    let svg = qr_svg(URL, &SvgOptions::default()).unwrap();
    let picture = paint_svg(&svg, 5);
    assert_eq!(read(&picture), URL);
    assert_quiet_zone(&picture, 5);
    assert_eq!(picture, decode_png(&qr_png(URL, 5, None).unwrap()));
}

#[test]
fn codes_of_all_lengths_and_scripts_are_read_back() {
    let payloads = [
        "7".to_owned(),
        "https://t.example/c/000000000000017".to_owned(),
        "https://id.gs1.org/01/09521234543213/21/00000000000000000017".to_owned(),
        "HTTPS://T.EXAMPLE/Q/7F3K9Q2M0001".to_owned(),
        "https://溯源.example/c/1".to_owned(),
        "x".repeat(MAX_PAYLOAD_BYTES),
    ];
    for payload in payloads {
        assert_eq!(read(&decode_png(&qr_png(&payload, 6, None).unwrap())), payload);
    }
}

#[test]
fn an_svg_says_its_size_and_its_name() {
    let title = Some("a<b & \"c\"\u{1}".to_owned());
    let options = SvgOptions { side_um: Some(18_050), title, ..SvgOptions::default() };
    let svg = qr_svg(URL, &options).unwrap();
    assert!(svg.contains(" width=\"18.050mm\" height=\"18.050mm\""), "{svg}");
    assert!(svg.contains(" role=\"img\"><title>a&lt;b &amp; \"c\"</title>"), "{svg}");
    let bare = qr_svg(URL, &SvgOptions::default()).unwrap();
    assert!(!bare.contains("width=\"") && bare.contains("aria-hidden"), "{bare}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let long = "x".repeat(MAX_PAYLOAD_BYTES + 1);
    let too_long = Error::TooLong { n_bytes: 513 };
    assert_eq!(qr_png(&long, 4, None), Err(too_long.clone()));
    assert_eq!(qr_svg(&long, &SvgOptions::default()), Err(too_long));
    assert_eq!(qr_png("", 4, None), Err(Error::Empty));
    for module_px in [0, MAX_MODULE_PX + 1, u32::MAX] {
        assert_eq!(qr_png(URL, module_px, None), Err(Error::ModuleSize { module_px }));
    }
}

/// Words as they are drawn, a letter a dot.
fn drawn(text: &str, dots_wide: usize) -> String {
    let caption = Caption::new(text, dots_wide);
    let mut rows = vec![vec!['.'; dots_wide]; caption.dots_high()];
    for (y, x, width) in caption.runs() {
        rows[y][x..x + width].fill('#');
    }
    rows.iter().map(|row| row.iter().collect::<String>() + "\n").collect()
}

#[test]
fn words_are_drawn_and_broken_where_a_domain_can_be() {
    assert_eq!(
        drawn("A1.b-c_", 25),
        "\
............#............
...........##............
.....###....#............
........#...#............
.....####...#............
....#...#...#....##......
.....####..###...##......
.........................
.........................
.........................
.#.................#####.
.#.................#...#.
.#.##.........###..#...#.
.##..#.#####.#.....#...#.
.#...#.......#.....#...#.
.#...#.......#...#.#...#.
.####.........###..#####.
.........................
.........................
.........................
"
    );
}

#[test]
fn all_letters_of_domains_are_drawn_and_no_two_alike() {
    for letter in ('a'..='z').chain('0'..='9').chain(".-:".chars()) {
        let alike =
            |it: &&(char, [u8; 8])| it.1 == LETTERS.iter().find(|(it, _)| *it == letter).unwrap().1;
        assert_eq!(LETTERS.iter().filter(alike).count(), 1, "{letter}");
    }
}

#[test]
fn a_symbol_with_words_under_it_is_read_back() {
    for host in ["t.example", "suyuan.kitchen-goods.example.com:8443", &"a".repeat(300)] {
        for module_px in [1, 2, 3, 4, 8, 13] {
            let bare = decode_png(&qr_png(URL, module_px, None).unwrap());
            let picture = decode_png(&qr_png(URL, module_px, Some(host)).unwrap());
            let (square, words) = picture.split_at(bare.len());
            assert_eq!(square, bare, "the symbol and its quiet zone are as they were");
            assert!(words.iter().flatten().any(|dark| *dark), "{host} {module_px}");
            assert!(words.last().is_some_and(|row| row.iter().all(|dark| !dark)));
            if module_px > 1 {
                assert_eq!(read(&picture), URL, "{host}, {module_px} pixels a module");
            }
        }
    }
    let caption = Some("t.example".to_owned());
    let options = SvgOptions { side_um: Some(20_000), caption, ..SvgOptions::default() };
    let svg = qr_svg(URL, &options).unwrap();
    assert!(svg.contains(" viewBox=\"0 0 37 42\"") && svg.contains("scale(0.5000)"), "{svg}");
    assert!(svg.contains(" width=\"20.000mm\" height=\"22.702mm\""), "{svg}");
    assert_eq!(read(&paint_svg(&svg, 5)), URL);
    let long = Some("a".repeat(MAX_PAYLOAD_BYTES + 1));
    let too_long = qr_svg(URL, &SvgOptions { caption: long, ..SvgOptions::default() });
    assert_eq!(too_long, Err(Error::TooLong { n_bytes: 513 }));
}

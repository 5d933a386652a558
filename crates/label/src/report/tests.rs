//! Pages are read back by poppler, workbooks by calamine: neither is ours.

use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};

use calamine::{Data, Reader, Xlsx};

use super::layout::{Mark, lay_out};
use super::{Cell, Error, Figure, Font, MAX_PAGED_ROWS, Report, Shape, Table, Weight, pdf, xlsx};

/// Where Debian's `fonts-noto-cjk` puts the font; the third of the collection is for Chinese.
const FONT: (&str, u32) = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2);

/// The font, if the machine has it; it must where the gate runs.
fn font() -> Option<Font> {
    let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
    match std::fs::read(FONT.0) {
        Ok(bytes) => Some(Font::parse(bytes, FONT.1).unwrap()),
        Err(error) if is_required => panic!("{}: {error}; run `cargo xtask setup`", FONT.0),
        Err(_) => {
            eprintln!("skipped: no {}; run `cargo xtask setup`", FONT.0);
            None
        }
    }
}

/// The text of each page as poppler reads it; nothing where poppler is not there.
fn text_of(pdf: &[u8]) -> Option<Vec<String>> {
    let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
    let command = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match command {
        Ok(child) => child,
        Err(error) if is_required => panic!("pdftotext: {error}; run `cargo xtask setup`"),
        Err(_) => {
            eprintln!("skipped: no pdftotext; run `cargo xtask setup`");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect())
}

/// Without what pages put between characters.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn report() -> Report {
    let row = |n: u32| {
        vec![
            Cell::Text(format!("01234{n:04}")),
            "首尔 서울 물류 창고, 浙江省杭州市西湖区文三路 478 号".into(),
            Cell::Number(f64::from(n)),
            Cell::Part(0.125),
        ]
    };
    Report {
        title: "溯源报告 추적 보고서 Trace".to_owned(),
        number: "T-00AF-31C2".to_owned(),
        made_at_s: 1_795_000_000,
        language: "zh-CN",
        facts: vec![
            ("主体 대상".to_owned(), "urn:epc:id:sgtin:0614141.107346.2017".to_owned()),
            ("时间".to_owned(), "2026年11月22日 11:04（北京时间）".to_owned()),
        ],
        notes: vec!["还有 3 个事件被隐藏。숨겨진 이벤트 3건.".to_owned()],
        tables: vec![
            Table {
                title: "事件 이벤트".to_owned(),
                columns: ["编码", "地点 장소", "数量", "份额"].map(str::to_owned).to_vec(),
                rows: (0..200).map(row).collect(),
                notes: vec!["此表已截断".to_owned()],
            },
            Table { title: "事件 이벤트".to_owned(), ..Table::default() },
        ],
        figures: Vec::new(),
        foot: format!("2026-11-22T03:04:05Z · SHA-256 {}", "0123456789abcdef".repeat(4)),
    }
}

#[test]
fn pages_hold_every_word_in_three_languages() {
    let Some(font) = font() else { return };
    let report = report();
    let Some(pages) = text_of(&pdf(&report, &font).unwrap()) else { return };
    let all = squeezed(&pages.concat());
    for word in [&report.title, &report.notes[0], &report.facts[1].1, &report.tables[0].notes[0]] {
        assert!(all.contains(&squeezed(word)), "{word}");
    }
    for n in 0..200 {
        assert_eq!(all.matches(&format!("01234{n:04}")).count(), 1, "row {n}");
    }
    assert_eq!(all.matches("12.5%").count(), 200);
    assert!(pages.len() > 3, "{} pages", pages.len());
    for (at, page) in pages.iter().enumerate() {
        let page = squeezed(page);
        assert!(page.contains("T-00AF-31C2"), "number on page {at}");
        assert!(page.contains(&squeezed(&report.foot)), "foot on page {at}");
        assert!(page.contains(&format!("{}/{}", at + 1, pages.len())), "count on page {at}");
        assert_eq!(page.matches("编码地点장소数量份额").count(), 1, "heads on page {at}: {page}");
    }
}

#[test]
fn nothing_leaves_the_page_or_its_column() {
    let Some(font) = font() else { return };
    let long = "urn:epc:id:sgtin:0614141.107346.".to_owned() + &"9".repeat(300);
    let mut report = report();
    let table = &mut report.tables[0];
    table.columns = (0..9).map(|n| format!("一列很长的名字 {n} 열 이름")).collect();
    table.rows = vec![
        (0..9)
            .map(|n| Cell::Text(if n % 2 == 0 { long.clone() } else { "短".to_owned() }))
            .collect(),
        vec![Cell::Text("한 줄 ".repeat(600)); 9],
        vec![Cell::Text("x".repeat(5_000)); 12],
        Vec::new(),
    ];
    let mut measure = font.measure();
    let pages = lay_out(&report, &font);
    assert!(pages.width > pages.height, "nine columns lie");
    assert!(pages.pages.len() > 2, "a row longer than a page goes on");
    for mark in pages.pages.iter().flatten() {
        let (x, y, right) = match mark {
            Mark::Fill { x, y, width, .. } => (*x, *y, x + width),
            Mark::Text { x, y, size, text, .. } => (*x, *y, x + measure.width(text) * size),
            Mark::Arrow { points, .. } => (points[0].0, points[0].1, points[3].0),
        };
        assert!(x >= 39.9 && right <= pages.width - 39.9, "{mark:?}");
        assert!(y >= 39.9 && y <= pages.height - 20.0, "{mark:?}");
    }
    pdf(&report, &font).unwrap();
}

#[test]
fn a_long_label_covers_no_other() {
    let Some(font) = font() else { return };
    let facts = ["任务：已发出 / 已确认 / 已报告".repeat(2), "逾期".to_owned(), "预警".to_owned()];
    let facts = facts.map(|label| (label, "0".to_owned())).to_vec();
    let pages = lay_out(&Report { facts, ..Report::default() }, &font);
    let of_label = |mark: &Mark| match mark {
        Mark::Text { x, y, size, .. } if *x == 40.0 && *size == 9.0 => Some(*y),
        _ => None,
    };
    let lines: Vec<f32> = pages.pages[0].iter().filter_map(of_label).collect();
    assert!(lines.len() > 3, "the first label takes several lines: {lines:?}");
    assert!(lines.windows(2).all(|it| it[1] - it[0] > 9.0), "{lines:?}");
}

/// Wherever on its page a table begins, and however high its first row is.
#[test]
fn no_head_stands_alone() {
    let Some(font) = font() else { return };
    let low = "短".to_owned();
    for first in [low.clone(), "한 줄 ".repeat(60), "줄 ".repeat(400), "x\n".repeat(65)] {
        for n_facts in 0..60 {
            let rows = [&first, &low, &low].map(|it| vec![it.as_str().into(), "2".into()]);
            let table = Table {
                title: "事件 이벤트".to_owned(),
                columns: ["编码", "地点"].map(str::to_owned).to_vec(),
                rows: rows.to_vec(),
                notes: Vec::new(),
            };
            let facts = (0..n_facts).map(|n| (format!("{n}"), "值".to_owned())).collect();
            let report = Report { facts, tables: vec![table], ..report() };
            let pages = lay_out(&report, &font);
            for page in &pages.pages {
                let text = |mark: &Mark| match mark {
                    Mark::Text { y, size, text, .. } if *size == 7.5 => Some((*y, text.clone())),
                    _ => None,
                };
                let cells: Vec<(f32, String)> = page.iter().filter_map(text).collect();
                let Some((head, _)) = cells.iter().find(|(_, text)| text == "编码") else {
                    continue;
                };
                let is_followed = cells.iter().any(|(y, _)| y > head);
                assert!(is_followed, "{n_facts} facts, {} characters", first.len());
            }
        }
    }
}

#[test]
fn a_drawing_of_any_size_stands_on_one_page() {
    let Some(font) = font() else { return };
    for size in [(200.0, 100.0), (5_000.0, 300.0), (900.0, 20_000.0)] {
        let (right, bottom) = (size.0 - 190.0, size.1 - 78.0);
        let word = |at, text: &str, weight| Shape::Text { at, text: text.to_owned(), weight };
        let shapes = vec![
            Shape::Box { at: (0.0, 0.0), size: (190.0, 78.0) },
            Shape::Box { at: (right, bottom), size: (190.0, 78.0) },
            word((10.0, 22.0), "甘露乳业\u{1F600}", Weight::Plain),
            word((right + 10.0, bottom + 64.0), "서울 창고", Weight::Soft),
            Shape::Arrow { points: [(0.0, 0.0), (30.0, 0.0), (right, bottom), (right, bottom)] },
        ];
        let figure = Figure { title: "流向图".to_owned(), size, shapes };
        let report = Report { figures: vec![figure], ..report() };
        let pages = lay_out(&report, &font);
        let with_arrow =
            |marks: &&Vec<Mark>| marks.iter().any(|mark| matches!(mark, Mark::Arrow { .. }));
        let page = pages.pages.iter().find(with_arrow).unwrap();
        let mut n_words = 0;
        for mark in page {
            match mark {
                Mark::Arrow { points, .. } => {
                    assert!(
                        points[3].1 <= pages.height - 70.0 && points[3].0 <= pages.width - 39.0
                    );
                }
                Mark::Text { text, .. } => {
                    n_words += usize::from(text == "甘露乳业[U+1F600]" || text == "서울 창고");
                }
                Mark::Fill { .. } => {}
            }
        }
        assert_eq!(n_words, 2, "both ends are on the page");
        pdf(&report, &font).unwrap();
    }
}

#[test]
fn a_character_without_a_picture_is_told_by_its_number() {
    let Some(font) = font() else { return };
    let title = "a\u{1F600}b\u{202E}c\u{0}d\u{E000}";
    let report = Report { title: title.to_owned(), ..Report::default() };
    // The archival format refuses empty boxes, so there are none in what it let through.
    let Some(pages) = text_of(&pdf(&report, &font).unwrap()) else { return };
    assert!(pages[0].contains("a[U+1F600]bcd[U+E000]"), "{}", pages[0]);
}

#[test]
fn a_workbook_keeps_codes_as_text_and_numbers_as_numbers() {
    let report = report();
    let mut book = Xlsx::new(Cursor::new(xlsx(&report).unwrap())).unwrap();
    let names = book.sheet_names();
    assert_eq!(names, ["溯源报告 추적 보고서 Trace", "事件 이벤트", "事件 이벤트 2"]);
    let first = book.worksheet_range(&names[0]).unwrap();
    assert_eq!(first.get_value((1, 0)), Some(&Data::String("T-00AF-31C2".to_owned())));
    assert_eq!(first.get_value((3, 1)), Some(&Data::String(report.facts[0].1.clone())));
    assert_eq!(first.get_value((6, 0)), Some(&Data::String(report.notes[0].clone())));
    let events = book.worksheet_range(&names[1]).unwrap();
    assert_eq!(events.get_value((0, 0)), Some(&Data::String("编码".to_owned())));
    assert_eq!(events.get_value((8, 0)), Some(&Data::String("012340007".to_owned())));
    assert_eq!(events.get_value((8, 2)), Some(&Data::Float(7.0)));
    assert_eq!(events.get_value((8, 3)), Some(&Data::Float(0.125)));
    assert_eq!(events.get_value((201, 0)), Some(&Data::String("此表已截断".to_owned())));
}

#[test]
fn a_workbook_reads_no_formula_and_bounds_its_cells() {
    let table = Table {
        title: "a/b:c[d]*?".to_owned(),
        columns: vec!["x".to_owned()],
        rows: vec![vec!["=1+1".into()], vec![Cell::Text("😀".repeat(40_000))], Vec::new()],
        notes: Vec::new(),
    };
    let report = Report { tables: vec![table], ..Report::default() };
    let mut book = Xlsx::new(Cursor::new(xlsx(&report).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["-", "abcd"]);
    let sheet = book.worksheet_range("abcd").unwrap();
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("=1+1".to_owned())));
    let Some(Data::String(long)) = sheet.get_value((2, 0)) else { panic!("no text") };
    assert_eq!(long.chars().count(), 32_767 / 2);
    assert!(book.worksheet_formula("abcd").unwrap().is_empty());
}

#[test]
fn what_cannot_be_printed_is_refused() {
    assert!(matches!(Font::parse(b"not a font".to_vec(), 0), Err(Error::Font(_))));
    let Some(font) = font() else { return };
    let n_rows = MAX_PAGED_ROWS + 1;
    let rows = vec![vec![Cell::Empty]; n_rows];
    let table = Table { columns: vec![String::new()], rows, ..Table::default() };
    let report = Report { tables: vec![table], ..Report::default() };
    assert_eq!(pdf(&report, &font), Err(Error::TooLong { n_rows }));
}

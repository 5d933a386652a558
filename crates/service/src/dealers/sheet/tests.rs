use super::*;

async fn read(file: impl Into<Vec<u8>>) -> String {
    match lines_of(file.into(), "number").await {
        Ok(lines) => {
            let told = lines.iter().map(|it| format!("{} {}", it.line, it.cells.join("|")));
            told.collect::<Vec<_>>().join("\n")
        }
        Err(Error::Rejected(found)) => found[0].message.clone(),
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn tables_in_each_encoding_say_the_same() {
    let text = "number,name\r\nD1,杭州经销商\r\n\r\n\"D,2\",\"two\nlines \"\"quoted\"\"\"\n";
    let told = "1 number|name\n2 D1|杭州经销商\n4 D,2|two\nlines \"quoted\"";
    assert_eq!(read(text).await, told);
    assert_eq!(read(format!("\u{feff}{text}")).await, told);
    let (gbk, _, _) = GB18030.encode(text);
    assert_eq!(read(gbk.into_owned()).await, told);
    let utf_16: Vec<u8> =
        "\u{feff}number\tname\nD1\t杭州经销商".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(utf_16).await, "1 number|name\n2 D1|杭州经销商");
    assert_eq!(read("number;name\nD1;a,b\n").await, "1 number|name\n2 D1|a,b");
    assert_eq!(read("number,phone\nD1,'+86 10\n").await, "1 number|phone\n2 D1|+86 10");
}

#[tokio::test]
async fn what_is_no_table_says_what_to_do() {
    for (file, told) in [
        (b"\xff\x00\x00".to_vec(), "send a CSV file in UTF-8 or GBK, or an .xlsx workbook"),
        (b"a,\"b\n".to_vec(), "the quotation mark in line 1 is never closed"),
        (
            b"\xd0\xcf\x11\xe0".to_vec(),
            "this is a workbook of before 2007; save it as .xlsx or as CSV",
        ),
        (
            b"PK\x03\x04 no".to_vec(),
            "this workbook cannot be read; save it again as .xlsx or as CSV",
        ),
        (",".repeat(MAX_SHEET_COLUMNS + 1).into_bytes(), "more than 64 columns of a file of rows"),
        ("a\n".repeat(MAX_SHEET_ROWS + 1).into_bytes(), "more than 10001 rows of a file"),
        (vec![b'a'; MAX_SHEET_BYTES + 1], "more than 4194304 bytes of a file of rows"),
    ] {
        assert_eq!(read(file).await, told);
    }
    assert_eq!(read("").await, "");
}

/// A workbook as `label` writes it: its first sheet tells what it is.
fn workbook_of(rows: &[&[&str]]) -> Vec<u8> {
    use label::report::{Cell, Report, Table, xlsx};
    let cells = |row: &&[&str]| row.iter().map(|it| Cell::Text((*it).to_owned())).collect();
    let table = Table {
        title: "dealers".into(),
        columns: rows[0].iter().map(|it| (*it).to_owned()).collect(),
        rows: rows[1..].iter().map(cells).collect(),
        notes: Vec::new(),
    };
    let report = Report { title: "t".into(), tables: vec![table], ..Report::default() };
    xlsx(&report).expect("a workbook")
}

#[tokio::test]
async fn a_workbook_of_ours_is_read_again() {
    let rows: [&[&str]; 3] = [&["number", "name"], &["D1", "杭州"], &["", "+86"]];
    assert_eq!(read(workbook_of(&rows)).await, "1 number|name\n2 D1|杭州\n3 |+86");
    let other = workbook_of(&[&["name"], &["D1"]]);
    assert_eq!(read(other).await, "no sheet of this workbook has \"number\" in its first row");
}

#[tokio::test]
async fn a_small_workbook_that_unpacks_to_a_large_one_is_refused() {
    use std::io::Write as _;
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    packed.start_file("xl/sharedStrings.xml", options).expect("a part");
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..=MAX_UNPACKED_BYTES / 1024 / 1024 {
        packed.write_all(&zeros).expect("it is written");
    }
    let file = packed.finish().expect("a file").into_inner();
    assert!(file.len() < MAX_SHEET_BYTES, "{}", file.len());
    assert_eq!(read(file).await, "more than 67108864 bytes of a workbook once it is unpacked");
}

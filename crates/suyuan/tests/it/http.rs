//! A client of a dozen lines: one request a connection.

use std::io::{Error, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let announced = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
        });
        let is_whole = announced.is_none_or(|n_bytes| n_bytes == body.len());
        is_whole.then(|| Self { status, body: body.to_owned() })
    }
}

/// Opens a connection that gives up after a minute.
pub(crate) fn connect(server: SocketAddr) -> Result<TcpStream, Error> {
    let connection = TcpStream::connect(server)?;
    connection.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(connection)
}

/// Reads an answer to its end; one that breaks off is an error.
pub(crate) fn read(mut connection: TcpStream) -> Result<Answer, Error> {
    let mut text = String::new();
    connection.read_to_string(&mut text)?;
    Answer::parse(&text).ok_or_else(|| Error::other("the answer broke off"))
}

/// `GET`, answered in JSON where there is JSON.
pub(crate) fn get(server: SocketAddr, path: &str) -> Result<Answer, Error> {
    let mut connection = connect(server)?;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: application/json\r\nConnection: close\
         \r\n\r\n"
    );
    connection.write_all(head.as_bytes())?;
    read(connection)
}

/// The head of a `POST` of JSON with an API key.
fn post_head(server: SocketAddr, path: &str, key: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
}

/// Sends the head of a `POST` and returns once the server asks for the body: from then on the
/// request is in its hands, and not merely on its way.
pub(crate) fn begin_post(server: SocketAddr, path: &str, key: &str, body: &str) -> TcpStream {
    let mut connection = connect(server).unwrap();
    let head = post_head(server, path, key, body);
    let head = head.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    connection.write_all(head.as_bytes()).unwrap();
    let mut asked = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    connection.read_exact(&mut asked).unwrap();
    assert_eq!(asked.as_slice(), b"HTTP/1.1 100 Continue\r\n\r\n");
    connection
}

/// `POST` of JSON with an API key.
pub(crate) fn post(server: SocketAddr, path: &str, key: &str, body: &str) -> Answer {
    let mut connection = connect(server).unwrap();
    let head = post_head(server, path, key, body);
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(body.as_bytes()).unwrap();
    read(connection).unwrap()
}

/// `POST` of a form, answered in JSON.
pub(crate) fn post_form(server: SocketAddr, path: &str, form: &str) -> Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        form.len()
    );
    let mut connection = connect(server).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(form.as_bytes()).unwrap();
    read(connection).unwrap()
}

/// A request with headers and a body of JSON; `line` is its method and path.
pub(crate) fn send(server: SocketAddr, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut head = format!("{line} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let length = body.len();
    head += &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    let mut connection = connect(server).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(body.as_bytes()).unwrap();
    read(connection).unwrap()
}

//! Connections that say nothing, or say it byte by byte, and those that have reason to wait.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const SILENCE: Duration = Duration::from_millis(300);
/// Far more than any of these may take.
const TOO_LONG: Duration = Duration::from_secs(20);
const REQUEST: &[u8] = b"GET /quick HTTP/1.1\r\nhost: t.example\r\n\r\n";
const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nhost: t.example\r\n\r\n";

/// Sends one byte of `drip` now and again until the server closes, which it must.
async fn is_closed(mut client: TcpStream, drip: &[u8]) {
    let dripping = async {
        let mut drip = drip.iter();
        let mut heard = [0; 64];
        loop {
            match timeout(SILENCE / 8, client.read(&mut heard)).await {
                Ok(Ok(0) | Err(_)) => return,
                Ok(Ok(_)) => panic!("there is nothing to answer"),
                Err(_) => {}
            }
            if let Some(byte) = drip.next() {
                let _ = client.write_all(&[*byte]).await;
            }
        }
    };
    timeout(TOO_LONG, dripping).await.expect("a silent connection is closed");
}

/// One answer's head and its short body.
async fn answer(client: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(b"done") {
        let mut part = [0; 512];
        let n_bytes = timeout(TOO_LONG, client.read(&mut part)).await.expect("in time");
        let n_bytes = n_bytes.expect("an answer");
        assert!(n_bytes > 0, "closed after {}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&part[..n_bytes]);
    }
    String::from_utf8(heard).expect("an answer is text")
}

/// A server whose `/slow` says that it has begun and then waits to be released.
struct Server {
    address: SocketAddr,
    begun: Arc<Notify>,
    release: Arc<Notify>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<io::Result<()>>,
}

impl Server {
    async fn start(silence: Duration) -> Self {
        let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begin, released) = (begun.clone(), release.clone());
        let slow = async move || {
            begin.notify_one();
            released.notified().await;
            "done"
        };
        let router = Router::new().route("/quick", get(async || "done")).route("/slow", get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, told) = oneshot::channel();
        let told = async { drop(told.await) };
        let ended = tokio::spawn(web::serve_within(listener, router, silence, told));
        Self { address, begun, release, stop, ended }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_closed_and_a_handler_at_work_is_not() {
    let server = Server::start(SILENCE).await;
    let mut slow = server.connect().await;
    slow.write_all(SLOW).await.expect("a request");
    server.begun.notified().await;
    // The handler has waited longer than the limit by the time these are closed.
    tokio::join!(
        is_closed(server.connect().await, b""),
        is_closed(server.connect().await, &REQUEST[..20]),
        is_closed(server.connect().await, &[b'x'; 4000]),
    );
    server.release.notify_one();
    assert!(answer(&mut slow).await.starts_with("HTTP/1.1 200"));
    is_closed(slow, b"").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_used_again_and_its_last_request_is_answered() {
    let server = Server::start(TOO_LONG).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        client.write_all(REQUEST).await.expect("a request");
        assert!(answer(&mut client).await.starts_with("HTTP/1.1 200"));
    }
    client.write_all(SLOW).await.expect("a request");
    server.begun.notified().await;
    server.stop.send(()).expect("the server listens");
    server.release.notify_one();
    assert!(answer(&mut client).await.starts_with("HTTP/1.1 200"));
    let ended = timeout(TOO_LONG, server.ended).await.expect("in time");
    ended.expect("it does not panic").expect("it ends well");
}

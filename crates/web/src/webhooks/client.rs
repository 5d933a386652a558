//! One request to one address: connected, secured, written, and its answer read.

use super::Parcel;
use super::target::Target;
use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use service::Answer;
use service::limits::DELIVERY_TIME_US;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Who we are.
const USER_AGENT: &str = concat!("suyuan/", env!("CARGO_PKG_VERSION"));

/// How long one address may take to accept a connection.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// How long an attempt may take altogether.
const ATTEMPT_TIME: Duration = Duration::from_micros(DELIVERY_TIME_US as u64);

/// Bytes of an answer that are read, so that its connection ends well; its status is all we want.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// How long the rest of an answer may take whose status is known.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Bytes of the headers of an answer.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// TLS 1.2 and 1.3 with the certificates that the machine trusts.
pub(super) fn tls() -> TlsConnector {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (n_roots, _) = roots.add_parsable_certificates(found.certs);
    if n_roots == 0 {
        tracing::warn!(
            "this machine trusts no certificate, so no webhook is reached by HTTPS: install \
             ca-certificates"
        );
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Sends a parcel to the first of the addresses that takes a connection.
pub(super) async fn post(
    tls: &TlsConnector,
    target: &Target,
    addresses: &[SocketAddr],
    parcel: &Parcel<'_>,
) -> Answer {
    let request = request(target, parcel).map_err(|error| error.to_string());
    match ask(tls, target, addresses, request).await {
        Ok((status, _)) => answer_of(status),
        Err(why) => Answer::Unreachable(why),
    }
}

/// The file behind a URL, [`MAX_ANSWER_BYTES`] at most; why there is none, in words.
pub(super) async fn get(
    tls: &TlsConnector,
    target: &Target,
    addresses: &[SocketAddr],
) -> Result<Bytes, String> {
    let request = Request::get(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, USER_AGENT)
        .body(Full::new(Bytes::new()));
    match ask(tls, target, addresses, request.map_err(|error| error.to_string())).await? {
        (200, Some(body)) => Ok(body),
        (200, None) => Err("the file is too long, or came too slowly".to_owned()),
        (status @ 300..=399, _) => Err(format!("it answered {status}; redirects are not followed")),
        (status, _) => Err(format!("it answered {status}")),
    }
}

/// Status and body of the answer; no body if it was too long or too slow.
async fn ask(
    tls: &TlsConnector,
    target: &Target,
    addresses: &[SocketAddr],
    request: Result<Request<Full<Bytes>>, String>,
) -> Result<(u16, Option<Bytes>), String> {
    let request = request?;
    let too_late = |_| Err(format!("no answer in {} s", ATTEMPT_TIME.as_secs()));
    timeout(ATTEMPT_TIME, attempt(tls, target, addresses, request)).await.unwrap_or_else(too_late)
}

async fn attempt(
    tls: &TlsConnector,
    target: &Target,
    addresses: &[SocketAddr],
    request: Request<Full<Bytes>>,
) -> Result<(u16, Option<Bytes>), String> {
    let tcp = connect(addresses).await?;
    if !target.is_https {
        return exchange(tcp, request).await;
    }
    let name = ServerName::try_from(target.host.clone()).map_err(|error| error.to_string())?;
    let secured = tls.connect(name, tcp).await.map_err(|error| format!("TLS: {error}"))?;
    exchange(secured, request).await
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut why = String::new();
    for address in addresses.iter().take(4) {
        match timeout(CONNECT_TIME, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => why = format!("cannot connect to {address}: {error}"),
            Err(_) => why = format!("cannot connect to {address} in time"),
        }
    }
    Err(why)
}

async fn exchange<Io>(io: Io, request: Request<Full<Bytes>>) -> Result<(u16, Option<Bytes>), String>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    let handshake = builder.max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(io)).await;
    let (mut sender, connection) = handshake.map_err(|error| error.to_string())?;
    let exchanging = async {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        // An answer that goes on and on is cut off; it has said enough.
        let rest = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect();
        let rest = timeout(DRAIN_TIME, rest).await.ok().and_then(Result::ok);
        Ok((status, rest.map(Collected::to_bytes)))
    };
    let mut exchanging = std::pin::pin!(exchanging);
    tokio::select! {
        answer = &mut exchanging => answer,
        // The answer may have come with the last bytes of the connection.
        ended = connection => match (ended, exchanging.await) {
            (_, Ok(answer)) => Ok(answer),
            (Err(error), Err(_)) => Err(error.to_string()),
            (Ok(()), Err(why)) => Err(why),
        },
    }
}

fn request(
    target: &Target,
    parcel: &Parcel<'_>,
) -> Result<Request<Full<Bytes>>, axum::http::Error> {
    let mut request = Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONTENT_TYPE, "application/json")
        .header("suyuan-delivery", parcel.id);
    for (name, value) in parcel.headers {
        request = request.header(*name, *value);
    }
    if let Some(signature) = parcel.signature {
        request = request.header("gs1-signature", signature);
    }
    request.body(Full::new(Bytes::from(parcel.body.to_vec())))
}

/// What a receiver means by a status.
fn answer_of(status: u16) -> Answer {
    match status {
        200..=299 => Answer::Taken,
        413 => Answer::TooLarge,
        408 | 425 | 429 | 500..=599 => Answer::Unreachable(format!("it answered {status}")),
        300..=399 => Answer::Refused(format!("it answered {status}; redirects are not followed")),
        _ => Answer::Refused(format!("it answered {status}")),
    }
}

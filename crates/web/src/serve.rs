//! The listening side: connections in, graceful end.

use axum::Router;
use axum::serve::ListenerExt;
use std::future::Future;
use std::io;
use tokio::net::TcpListener;

/// Serves `router` on `listener` until `stop` is done, then ends requests in flight.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // An answer is one write; waiting to fill a packet would only make it late.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

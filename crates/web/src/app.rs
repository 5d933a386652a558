//! What handlers share: the operations and the edge.

use crate::edge::Edge;
use crate::epcis::socket::Sockets;
use crate::fonts::Fonts;
use crate::pages::{item, style};
use crate::router::Site;
use crate::webhooks::Webhooks;
use service::Service;
use std::ops::Deref;
use std::sync::Arc;

/// The state of the router. Clones share it: axum makes several for each request.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// What an [`App`] holds.
pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) edge: Arc<Edge>,
    pub(crate) webhooks: Webhooks,
    pub(crate) fonts: Fonts,
    /// Whether this server sends e-mail.
    pub(crate) has_mail: bool,
    pub(crate) sockets: Arc<Sockets>,
    /// The host that labels name, shown in words so that people can compare it with the pack.
    pub(crate) host: String,
    /// Whether pages are reached by HTTPS, so that cookies may insist on it.
    pub(crate) is_https: bool,
    pub(crate) item_pages: item::Skeletons,
}

impl App {
    pub(crate) fn new(service: Service, edge: Arc<Edge>, site: Site) -> Self {
        let Site { webhooks, fonts, mailer, .. } = site;
        let has_mail = mailer.is_some();
        // Hashed once, before the first visitor waits for it.
        std::sync::LazyLock::force(&style::PUBLIC_POLICY);
        let host = service.public_host().to_owned();
        let is_https = service.public_url().starts_with("https://");
        let (sockets, item_pages) = (Arc::default(), item::Skeletons::default());
        Self(Arc::new(Shared {
            service,
            edge,
            webhooks,
            fonts,
            has_mail,
            sockets,
            host,
            is_https,
            item_pages,
        }))
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

//! `suyuan serve`: listen, serve, and stop without losing what was acknowledged.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use service::Service;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use web::{Proxies, Site, Webhooks};

use crate::config::Config;
use crate::fonts::fonts;
use crate::mail::mailer;
use crate::open::{Newness, Platform};
use crate::outside::random_u32;
use crate::places;
use crate::report::{self, Done};

/// How long requests in flight may take to end after the first signal.
const GRACE: Duration = Duration::from_secs(30);

/// Opens the platform and serves it until a signal comes.
pub(crate) async fn run(config: &Config) -> Result<Done> {
    let listener = listen(config).await?;
    let address = listener.local_addr()?;
    let site = site(config)?;
    let platform = Platform::open_on(config, Newness::MayBegin, address).await?;
    if config.public_url.is_none() && address.ip().is_unspecified() {
        tracing::warn!(
            "labels would say http://{address}, which nobody can open: set --public-url"
        );
    }
    let signals = Signals::new()?;
    report::print(&format!("listening on http://{address}\n"));
    load_places(config, &platform.service);
    serve(listener, platform.service, site, signals).await?;
    Ok(Done::well(""))
}

/// Reads the data about places beside the first requests, whose places are unknown.
pub(crate) fn load_places(config: &Config, service: &Service) {
    let (config, service) = (config.clone(), service.clone());
    tokio::task::spawn_blocking(move || match places::load(&config) {
        Ok(places) => {
            for (name, loaded) in places::loaded(&places) {
                tracing::info!("places: {name}: {loaded}");
            }
            service.set_places(places);
        }
        Err(error) => tracing::error!("no place will be known: {error:#}"),
    });
}

/// Takes the address, before anything is opened or made.
pub(crate) async fn listen(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}: stop what listens there, or choose --listen", config.listen)
    })
}

/// What the site reaches: webhooks, a font to print with, a server of mail.
pub(crate) fn site(config: &Config) -> Result<Site> {
    let webhooks = Webhooks::new(&config.webhook_allow);
    let webhooks = webhooks.map_err(|why| anyhow!("webhook_allow: {why}"))?;
    let mailer = config.smtp.as_ref().map(mailer).transpose()?;
    let proxies = Proxies::parse(&config.trusted_proxy, config.proxy_header.into());
    let proxies = proxies.map_err(|why| anyhow!("trusted_proxy: {why}"))?;
    Ok(Site { webhooks, fonts: fonts(config), mailer, proxies })
}

/// Serves and delivers until a signal comes; then commits what was acknowledged and lets go of the
/// database.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Service,
    site: Site,
    signals: Signals,
) -> Result<()> {
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(signals.heed(stop));
    tracing::info!(address = %listener.local_addr()?, "serving {}", service.public_url());
    let filling = tokio::spawn(fill_shares(service.in_background()));
    let recalls = tokio::spawn(follow_recalls(service.in_background()));
    let diversions = tokio::spawn(follow_diversions(service.in_background()));
    let misses = tokio::spawn(share_misses(service.in_background()));
    let (end, ended) = watch::channel(false);
    let alerts = tokio::spawn(write_alerts(service.in_background(), ended));
    let resuming = service.in_background();
    let resuming = tokio::spawn(async move { resuming.resume_captures().await });
    let router = web::router_with(service.clone(), random_u32(), site.clone());
    let serving = web::serve(listener, router, told_to_stop(stopping.clone()));
    let telling = (site.webhooks.clone(), site.mailer);
    let telling = web::tell(service.in_background(), telling, told_to_stop(stopping.clone()));
    let verifying = (service.in_background(), site.webhooks.clone());
    let verifying = web::verify_domains(verifying.0, verifying.1, told_to_stop(stopping.clone()));
    let delivering =
        web::deliver(service.in_background(), site.webhooks, told_to_stop(stopping.clone()));
    let all = async { tokio::join!(serving, delivering, telling, verifying).0 };
    let too_long = async {
        told_to_stop(stopping).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = all => served.context("cannot go on listening")?,
        () = too_long => tracing::warn!("requests took longer than {GRACE:?} to end: cut off"),
    }
    // A step of these is one write: it is done or not, and whatever is not is found again.
    filling.abort();
    recalls.abort();
    diversions.abort();
    misses.abort();
    resuming.abort();
    // Alerts of scans are in memory alone until they are written.
    end.send_replace(true);
    if let Err(error) = alerts.await {
        tracing::error!(%error, "the writer of alerts panicked");
    }
    if let Err(error) = service.write_alerts().await {
        tracing::error!(%error, "alerts of the last second are lost");
    }
    service.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// How long shares wait for the next look.
const FILLING_PAUSE: Duration = Duration::from_secs(5);

/// Lets events from before a share come with it, as long as the server runs.
async fn fill_shares(service: Service) {
    loop {
        match service.fill_shares().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a share was not filled; trying again"),
        }
        tokio::time::sleep(FILLING_PAUSE).await;
    }
}

/// How long scans wait to be judged for diversion.
const DIVERSIONS_PAUSE: Duration = Duration::from_secs(5);

/// Judges what consumers scanned of the goods of dealers, as long as the server runs.
async fn follow_diversions(service: Service) {
    loop {
        match service.follow_diversions().await {
            // More waits.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "scans were not judged for diversion; trying again");
            }
        }
        tokio::time::sleep(DIVERSIONS_PAUSE).await;
    }
}

/// How often servers of one platform tell each other who misses most.
const MISSES_PAUSE: Duration = Duration::from_secs(1);

/// Tells other servers who misses most here and hears it from them, as long as the server runs.
async fn share_misses(service: Service) {
    loop {
        if let Err(error) = service.share_misses().await {
            tracing::error!(%error, "misses are counted by this server alone; trying again");
        }
        tokio::time::sleep(MISSES_PAUSE).await;
    }
}

/// How often alerts of scans are written.
const ALERTS_PAUSE: Duration = Duration::from_secs(1);

/// Raises what scans found, as long as the server runs; a write that has begun comes to its end.
async fn write_alerts(service: Service, mut ended: watch::Receiver<bool>) {
    loop {
        if let Err(error) = service.write_alerts().await {
            tracing::error!(%error, "alerts wait; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(ALERTS_PAUSE) => {}
            _ = ended.wait_for(|is_ended| *is_ended) => return,
        }
    }
}

/// How long recalls wait for what other servers captured, and for times that pass.
const RECALLS_PAUSE: Duration = Duration::from_secs(2);

/// Looks at what was captured for open recalls, tells of overdue tasks and of drills that are due,
/// as long as the server runs.
async fn follow_recalls(service: Service) {
    let mut captured = service.captured();
    loop {
        let turn = async {
            service.follow_recalls().await?;
            service.escalate_tasks().await?;
            service.remind_of_drills().await
        };
        if let Err(error) = turn.await {
            tracing::error!(%error, "recalls wait; trying again");
            tokio::time::sleep(RECALLS_PAUSE).await;
        }
        // Not more often than once in a while, however much is captured.
        tokio::time::sleep(RECALLS_PAUSE / 8).await;
        tokio::select! {
            _ = captured.changed() => {}
            () = tokio::time::sleep(RECALLS_PAUSE) => {}
        }
    }
}

async fn told_to_stop(mut stopping: watch::Receiver<bool>) {
    stopping.wait_for(|is_told| *is_told).await.ok();
}

/// The two signals that mean the same; they are kept from when this is made.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on a signal no longer ends the process by itself. Made before the process says
    /// that it serves, so that whoever reads that may send one.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The first stops the server, the second ends the process at once.
    async fn heed(mut self, stop: watch::Sender<bool>) {
        self.next().await;
        tracing::info!("stopping; a second signal ends at once");
        stop.send_replace(true);
        self.next().await;
        std::process::exit(1);
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

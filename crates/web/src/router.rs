//! Each route of the product, standard ones first. One line a route, so that `cargo xtask tidy`
//! can compare those of `/api/v1` with `openapi.json`.

use crate::api::{
    self, alerts, batches, certificates, codes, commissions, dealers, disclosures, diversions,
    domains, enterprises, events, feedback, goods, grants, identifiers, keys, links, lots,
    master_data, names, notices, page_settings, parties, products, recalls, reports, rules,
    schemes, subscriptions, tasks, traces,
};
use crate::app::App;
use crate::client::Proxies;
use crate::edge::Edge;
use crate::extract::MAX_BODY_BYTES;
use crate::fonts::Fonts;
use crate::mail::Mailer;
use crate::pages::console::{self, captures, lookup, overview, session};
use crate::pages::{
    address, assets, feedback as feedback_page, history, home, item, place, product, report,
    schemes as scheme_pages, search, voucher,
};
use crate::problem::Problem;
use crate::webhooks::Webhooks;
use crate::{epcis, health, resolver};
use axum::Router;
use axum::routing::{delete, get, post, put};
use service::Service;

/// The whole site over `service`. `seed` is random per process and begins its request ids.
pub fn router(service: Service, seed: u32) -> Router {
    router_with(service, seed, Site::default())
}

/// What a site reaches beside its operations.
#[derive(Clone, Default)]
pub struct Site {
    /// Check where subscriptions want to be sent.
    pub webhooks: Webhooks,
    /// What reports are printed with.
    pub fonts: Fonts,
    /// Sends mail, if the operator named a server.
    pub mailer: Option<Mailer>,
    /// Who is believed when it says whose requests it passes on.
    pub proxies: Proxies,
}

/// The same with what `site` reaches.
pub fn router_with(service: Service, seed: u32, site: Site) -> Router {
    let edge = Edge::behind(site.proxies.clone(), seed, MAX_BODY_BYTES);
    let app = App::new(service, edge.clone(), site);
    let routes = epcis_rest()
        .merge(standard())
        .merge(own_api())
        .merge(page_api())
        .merge(certificate_routes())
        .merge(recall_api())
        .merge(dealer_api())
        .merge(diversion_api());
    let routes = routes.merge(alert_routes()).merge(report_routes());
    let routes = routes
        .merge(public_pages())
        .merge(portals())
        .merge(recall_pages())
        .merge(dealer_pages())
        .merge(diversion_pages());
    let routes = routes
        .fallback(resolver::resolve)
        .method_not_allowed_fallback(async || Problem::method_not_allowed());
    edge.wrap(routes.with_state(app))
}

fn standard() -> Router<App> {
    Router::new()
        // GS1 Digital Link; the links themselves are what no other route has.
        .route("/.well-known/gs1resolver", get(resolver::description))
        .route("/.well-known/linkset-context.jsonld", get(resolver::context))
        .route("/.well-known/suyuan-public.pem", get(voucher::public_key))
        // For whoever runs it.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}

/// EPCIS 2.0 §12.
fn epcis_rest() -> Router<App> {
    use epcis::{capture, named, query, resources, subscriptions as hooks};
    use epcis::{discover, discover_removable, discover_writable};
    Router::new()
        .route("/epcis", get(epcis::top_level).options(discover))
        .route("/epcis/", get(epcis::top_level).options(discover))
        .route(
            "/epcis/capture",
            get(capture::list_jobs).post(capture::capture).options(capture::discover),
        )
        .route("/epcis/capture/{capture_id}", get(capture::find_job).options(discover))
        .route(
            "/epcis/events",
            get(query::events).post(capture::capture_event).options(discover_writable),
        )
        .route("/epcis/events/{event_id}", get(epcis::find_event).options(discover))
        .route("/epcis/eventTypes", get(resources::event_types).options(discover))
        .route("/epcis/eventTypes/{type}", get(resources::event_type).options(discover))
        .route("/epcis/eventTypes/{type}/events", get(query::of_event_type).options(discover))
        .route("/epcis/epcs", get(resources::epcs).options(discover))
        .route("/epcis/epcs/{epc}", get(resources::epc).options(discover))
        .route("/epcis/epcs/{epc}/events", get(query::of_epc).options(discover))
        .route("/epcis/bizSteps", get(resources::biz_steps).options(discover))
        .route("/epcis/bizSteps/{word}", get(resources::biz_step).options(discover))
        .route("/epcis/bizSteps/{word}/events", get(query::of_biz_step).options(discover))
        .route("/epcis/bizLocations", get(resources::biz_locations).options(discover))
        .route("/epcis/bizLocations/{place}", get(resources::biz_location).options(discover))
        .route("/epcis/bizLocations/{place}/events", get(query::of_biz_location).options(discover))
        .route("/epcis/readPoints", get(resources::read_points).options(discover))
        .route("/epcis/readPoints/{place}", get(resources::read_point).options(discover))
        .route("/epcis/readPoints/{place}/events", get(query::of_read_point).options(discover))
        .route("/epcis/dispositions", get(resources::dispositions).options(discover))
        .route("/epcis/dispositions/{word}", get(resources::disposition).options(discover))
        .route("/epcis/dispositions/{word}/events", get(query::of_disposition).options(discover))
        .route("/epcis/queries", get(named::list).post(named::create).options(discover_writable))
        .route(
            "/epcis/queries/{query_name}",
            get(named::find).delete(named::delete).options(discover_removable),
        )
        .route(
            "/epcis/queries/{query_name}/subscriptions",
            get(hooks::list).post(hooks::create).options(discover_writable),
        )
        .route(
            "/epcis/queries/{query_name}/subscriptions/{subscription_id}",
            get(hooks::find).delete(hooks::delete).options(hooks::discover),
        )
        .route("/epcis/queries/{query_name}/events", get(query::of_named_query).options(discover))
        .route("/epcis/nextPageToken/{token}", delete(epcis::end_token))
}

fn page_api() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/page",
            get(page_settings::find).put(page_settings::set).delete(page_settings::reset),
        )
        .route("/api/v1/page/changes", get(page_settings::changes))
        .route("/api/v1/domains", get(domains::list).post(domains::add))
        .route("/api/v1/domains/{domain}", delete(domains::remove))
        .route("/api/v1/domains/{domain}/check", post(domains::check))
}

/// Tests and certificates, in the API and in the console.
fn certificate_routes() -> Router<App> {
    use console::certificates as shown;
    Router::new()
        .route(
            "/api/v1/products/{product_id}/certificates",
            get(certificates::list).post(certificates::add),
        )
        .route(
            "/api/v1/products/{product_id}/certificates/{certificate_id}",
            delete(certificates::remove),
        )
        .route("/api/v1/certificates", get(certificates::list_own).post(certificates::add_own))
        .route("/api/v1/certificates/{certificate_id}", delete(certificates::remove_own))
        .route("/api/v1/certificates/{certificate_id}/{size}", get(certificates::picture))
        .route("/console/certificates", get(shown::list_own).post(shown::add_own))
        .route("/console/certificates/{certificate_id}/remove", post(shown::remove_own))
        .route("/console/products/{product_id}/certificates", get(shown::list).post(shown::add))
        .route(
            "/console/products/{product_id}/certificates/{certificate_id}/remove",
            post(shown::remove),
        )
}

fn own_api() -> Router<App> {
    Router::new()
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/enterprises", get(enterprises::list).post(enterprises::create))
        .route("/api/v1/enterprises/{enterprise_id}", get(enterprises::find))
        .route("/api/v1/search/products", get(names::products))
        .route("/api/v1/search/enterprises", get(names::enterprises))
        .route("/api/v1/products", get(products::list).post(products::create))
        .route("/api/v1/products/{product_id}", get(products::find))
        .route(
            "/api/v1/products/{product_id}/picture",
            get(products::picture).put(products::set_picture),
        )
        .route("/api/v1/batches", get(batches::list).post(batches::create))
        .route("/api/v1/batches/{batch_id}", get(batches::find))
        .route("/api/v1/batches/{batch_id}/manifest", get(batches::manifest))
        .route("/api/v1/batches/{batch_id}/codes.csv", get(batches::print_file))
        .route("/api/v1/batches/{batch_id}/downloads", get(batches::downloads))
        .route("/api/v1/codes/{code}", get(codes::verdict))
        .route("/api/v1/feedback", get(feedback::list))
        .route("/api/v1/feedback.csv", get(feedback::table))
        .route("/api/v1/feedback/{feedback_id}/handled", post(feedback::handle))
        .route("/api/v1/codes/{code}/resets", get(codes::resets).post(codes::reset))
        .route("/api/v1/codes/{code}/qr.svg", get(codes::qr_svg))
        .route("/api/v1/codes/{code}/qr.png", get(codes::qr_png))
        .route("/api/v1/rules", get(rules::find).put(rules::set).delete(rules::reset))
        .route("/api/v1/rules/changes", get(rules::changes))
        .route("/api/v1/rules/dry-run", post(rules::dry_run))
        .route("/api/v1/lots", get(lots::list))
        .route("/api/v1/lots/{lot_id}", get(lots::find))
        .route("/api/v1/commissions", post(commissions::commission))
        .route("/api/v1/decommissions", post(commissions::decommission))
        .route("/api/v1/events", get(events::list))
        .route("/api/v1/trace", get(traces::show))
        .route("/api/v1/trace.csv", get(traces::table))
        .route("/api/v1/trace.xlsx", get(traces::workbook))
        .route("/api/v1/trace.pdf", get(traces::pages))
        .route("/api/v1/links", get(links::list))
        .route("/api/v1/links/{*anchor}", get(links::find).put(links::set).delete(links::retire))
        .route("/api/v1/identify", get(identifiers::identify))
        .route(
            "/api/v1/identifiers",
            get(identifiers::list).post(identifiers::bind).delete(identifiers::unbind),
        )
        .route("/api/v1/schemes", get(schemes::list))
        .route("/api/v1/schemes/{scheme_id}", get(schemes::find))
        .route("/api/v1/master-data", get(master_data::list))
        .route("/api/v1/grants", get(grants::list).post(grants::create))
        .route("/api/v1/grants/{share_id}", delete(grants::revoke))
        .route("/api/v1/granted", get(grants::granted))
        .route("/api/v1/disclosure", get(disclosures::find).put(disclosures::set))
        .route("/api/v1/parties", get(parties::list).post(parties::create))
        .route("/api/v1/parties/{share_id}", delete(parties::remove))
        .route("/api/v1/subscriptions", get(subscriptions::list))
        .route("/api/v1/subscriptions/{subscription_id}", get(subscriptions::find))
        .route("/api/v1/subscriptions/{subscription_id}/resume", post(subscriptions::resume))
        .route(
            "/api/v1/subscriptions/{subscription_id}/dead_letters",
            get(subscriptions::dead_letters),
        )
        .route(
            "/api/v1/subscriptions/{subscription_id}/dead_letters/{first_n}",
            delete(subscriptions::drop),
        )
        .route(
            "/api/v1/subscriptions/{subscription_id}/dead_letters/{first_n}/replay",
            post(subscriptions::replay),
        )
        .route("/api/v1/keys", get(keys::list).post(keys::create))
        .route("/api/v1/keys/{key_id}", delete(keys::revoke))
}

/// Recalls, the tasks of their holders, and drills.
fn recall_api() -> Router<App> {
    Router::new()
        .route("/api/v1/recalls", get(recalls::list).post(recalls::order))
        .route("/api/v1/recalls/preview", post(recalls::preview))
        .route("/api/v1/recalls/{recall_id}", get(recalls::find))
        .route("/api/v1/recalls/{recall_id}/withdraw", post(recalls::withdraw))
        .route("/api/v1/recalls/{recall_id}/close", post(tasks::close))
        .route("/api/v1/recalls/{recall_id}/report", get(recalls::report::show))
        .route("/api/v1/recalls/{recall_id}/report.pdf", get(recalls::report::pages))
        .route("/api/v1/recalls/{recall_id}/report.xlsx", get(recalls::report::workbook))
        .route("/api/v1/recalls/{recall_id}/progress", get(tasks::progress))
        .route("/api/v1/recalls/{recall_id}/tasks", get(tasks::of_recall))
        .route("/api/v1/recalls/{recall_id}/alerts", get(tasks::alerts))
        .route("/api/v1/recalls/{recall_id}/alerts/{alert_no}/accept", post(tasks::accept_alert))
        .route("/api/v1/recalls/{recall_id}/alerts/{alert_no}/dismiss", post(tasks::dismiss_alert))
        .route(
            "/api/v1/recalls/{recall_id}/alerts/{alert_no}/acknowledge",
            post(tasks::acknowledge_alert),
        )
        .route("/api/v1/notices", get(notices::list))
        .route("/api/v1/notices/contact", get(notices::contact).put(notices::set_contact))
        .route("/api/v1/notices/contact/confirm", post(notices::ask_again))
        .route("/api/v1/notices/{notice_id}/replay", post(notices::replay))
        .route("/api/v1/drills/schedule", get(tasks::schedule).put(tasks::set_schedule))
        .route("/api/v1/tasks", get(tasks::list))
        .route("/api/v1/tasks/{task_id}", get(tasks::find))
        .route("/api/v1/tasks/{task_id}/goods", get(tasks::goods))
        .route("/api/v1/tasks/{task_id}/acknowledge", post(tasks::acknowledge))
        .route("/api/v1/tasks/{task_id}/report", put(tasks::report))
        .route("/api/v1/tasks/{task_id}/files", get(tasks::files).post(tasks::add_file))
        .route("/api/v1/tasks/{task_id}/files/{file_no}", get(tasks::file))
}

/// Suspected diversions.
fn diversion_api() -> Router<App> {
    Router::new()
        .route("/api/v1/diversions", get(diversions::list))
        .route("/api/v1/diversions.csv", get(diversions::table))
        .route("/api/v1/diversions.xlsx", get(diversions::workbook))
        .route("/api/v1/diversions/statistics", get(diversions::statistics))
        .route("/api/v1/diversions/tasks", get(diversions::tasks))
        .route(
            "/api/v1/diversions/thresholds",
            get(diversions::thresholds).put(diversions::set_thresholds),
        )
        .route("/api/v1/diversions/{diversion_id}", get(diversions::find))
        .route("/api/v1/diversions/{diversion_id}/scans", get(diversions::scans))
        .route("/api/v1/diversions/{diversion_id}/changes", get(diversions::changes))
        .route("/api/v1/diversions/{diversion_id}/steps", post(diversions::step))
        .route(
            "/api/v1/diversions/{diversion_id}/files",
            get(diversions::files).post(diversions::add_file),
        )
        .route("/api/v1/diversions/{diversion_id}/files/{file_no}", get(diversions::file))
}

/// Dealers of enterprises.
fn dealer_api() -> Router<App> {
    Router::new()
        .route("/api/v1/dealers", get(dealers::list).post(dealers::create))
        .route("/api/v1/dealers/preview", post(dealers::preview))
        .route("/api/v1/dealers/import", post(dealers::import))
        .route("/api/v1/dealers.csv", get(dealers::table))
        .route("/api/v1/dealers.xlsx", get(dealers::workbook))
        .route("/api/v1/dealers/{dealer_id}", get(dealers::find).put(dealers::change))
        .route("/api/v1/dealers/{dealer_id}/parent", put(dealers::set_parent))
        .route("/api/v1/dealers/{dealer_id}/territories", put(dealers::set_territories))
        .route("/api/v1/dealers/{dealer_id}/close", post(dealers::close))
        .route("/api/v1/dealers/{dealer_id}/reopen", post(dealers::reopen))
        .route("/api/v1/dealers/{dealer_id}/dealers", get(dealers::under))
        .route("/api/v1/dealers/{dealer_id}/changes", get(dealers::changes))
        .route("/api/v1/dealers/{dealer_id}/keys", post(dealers::create_key))
        .route("/api/v1/dealers/{dealer_id}/files", get(dealers::files).post(dealers::add_file))
        .route("/api/v1/dealers/{dealer_id}/files/{file_no}", get(dealers::file))
        .route("/api/v1/dealers/{dealer_id}/stock", get(goods::stock))
        .route("/api/v1/dealers/{dealer_id}/stock.csv", get(goods::stock_table))
        .route("/api/v1/dealers/{dealer_id}/shipments", get(goods::shipments))
        .route("/api/v1/dealers/{dealer_id}/shipments/{shipment_id}", get(goods::shipment))
        .route("/api/v1/dealers/{dealer_id}/shipments/{shipment_id}/check", post(goods::check))
        .route("/api/v1/dealers/{dealer_id}/shipments/{shipment_id}/receive", post(goods::receive))
        .route("/api/v1/moves", post(goods::create))
        .route("/api/v1/moves/preview", post(goods::preview))
        .route("/api/v1/moves/import", post(goods::import))
}

/// Alerts, in the API and in the console.
fn alert_routes() -> Router<App> {
    use console::alerts as queue;
    Router::new()
        .route("/api/v1/alerts", get(alerts::list))
        .route("/api/v1/alerts.csv", get(alerts::table))
        .route("/api/v1/alerts.xlsx", get(alerts::workbook))
        .route("/api/v1/alerts/figures", get(alerts::figures))
        .route("/api/v1/alerts/edit", post(alerts::edit))
        .route("/api/v1/alerts/{alert_id}", get(alerts::find))
        .route("/console/alerts", get(queue::list))
        .route("/console/alerts/edit", post(queue::edit))
        .route("/console/alerts/{alert_id}", get(queue::show).post(queue::edit_one))
}

/// Reports of suspected fakes: of who suspects, and of who answers.
fn report_routes() -> Router<App> {
    use console::reports as cases;
    Router::new()
        .route("/api/v1/reports", get(reports::list))
        .route("/api/v1/reports/{report_id}", get(reports::find))
        .route("/api/v1/reports/{report_id}/seen", post(reports::see))
        .route("/api/v1/reports/{report_id}/answer", put(reports::answer))
        .route("/api/v1/reports/{report_id}/contact", delete(reports::erase))
        .route("/api/v1/reports/{report_id}/photos/{photo_no}", get(cases::photo))
        .route("/c/{code}/report", get(report::ask).post(report::send))
        .route("/reports/{number}", get(report::follow))
        .route("/reports/{number}/erase", post(report::erase))
        .route("/console/reports", get(cases::list))
        .route("/console/reports/{report_id}", get(cases::show))
        .route("/console/reports/{report_id}/seen", post(cases::see))
        .route("/console/reports/{report_id}/answer", post(cases::answer))
        .route("/console/reports/{report_id}/erase", post(cases::erase))
        .route("/console/reports/{report_id}/photos/{photo_no}", get(cases::photo))
}

fn public_pages() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/c", get(item::search))
        .route("/c/{code}", get(item::show).post(item::prove))
        .route("/c/{code}/trace", get(history::show))
        .route("/search", get(search::show))
        .route("/e/{enterprise_id}", get(search::enterprise))
        .route("/p/{product_id}", get(product::show))
        .route("/feedback", get(feedback_page::ask).post(feedback_page::tell))
        .route("/c/{code}/place", get(place::ask).post(place::tell))
        .route("/c/{code}/voucher", post(voucher::save))
        .route("/v/{number}", get(voucher::show))
        .route("/v/{number}/voucher.txt", get(voucher::text))
        .route("/v/{number}/voucher.pdf", get(voucher::pages))
        .route("/notices/confirm/{token}", get(address::show).post(address::confirm))
        .route("/schemes", get(scheme_pages::list))
        .route("/schemes/{scheme_id}", get(scheme_pages::show))
        .route("/assets/console.css", get(assets::console_css))
        .route("/assets/place.js", get(assets::place_js))
        .route("/assets/pass.js", get(assets::pass_js))
        .route("/assets/icon.svg", get(assets::icon))
}

/// Recalls, tasks and notices in the console.
fn recall_pages() -> Router<App> {
    use console::{notices, recalls, tasks};
    Router::new()
        .route("/console/recalls", get(recalls::list).post(recalls::order))
        .route("/console/recalls/preview", get(recalls::preview))
        .route("/console/recalls/schedule", post(recalls::schedule))
        .route("/console/recalls/{recall_id}", get(recalls::show))
        .route("/console/recalls/{recall_id}/report", get(recalls::report))
        .route("/console/recalls/{recall_id}/close", post(recalls::close))
        .route("/console/recalls/{recall_id}/withdraw", post(recalls::withdraw))
        .route("/console/recalls/{recall_id}/alerts/{alert_no}/accept", post(recalls::accept))
        .route("/console/recalls/{recall_id}/alerts/{alert_no}/dismiss", post(recalls::dismiss))
        .route(
            "/console/recalls/{recall_id}/alerts/{alert_no}/acknowledge",
            post(recalls::acknowledge),
        )
        .route("/console/notices", get(notices::list))
        .route("/console/notices/contact", post(notices::set_contact))
        .route("/console/notices/contact/confirm", post(notices::ask_again))
        .route("/console/notices/{notice_id}/replay", post(notices::replay))
        .route("/console/tasks", get(tasks::list))
        .route("/console/tasks/{task_id}", get(tasks::show))
        .route("/console/tasks/{task_id}/acknowledge", post(tasks::acknowledge))
        .route("/console/tasks/{task_id}/report", post(tasks::report))
        .route("/console/tasks/{task_id}/files", post(tasks::add_file))
        .route("/console/tasks/{task_id}/files/{file_no}", get(tasks::file))
}

/// Suspected diversions in the console.
fn diversion_pages() -> Router<App> {
    use console::diversions;
    Router::new()
        .route("/console/diversions", get(diversions::list))
        .route("/console/diversions/thresholds", post(diversions::set_thresholds))
        .route("/console/diversions/{diversion_id}", get(diversions::show))
        .route("/console/diversions/{diversion_id}/steps", post(diversions::step))
        .route("/console/diversions/{diversion_id}/files", post(diversions::add_file))
        .route("/console/diversions/{diversion_id}/files/{file_no}", get(diversions::file))
}

/// Dealers in the console.
fn dealer_pages() -> Router<App> {
    use console::{dealers, goods};
    Router::new()
        .route("/console/dealers", get(dealers::list).post(dealers::create))
        .route("/console/dealers/import", get(dealers::show_import).post(dealers::import))
        .route("/console/dealers/{dealer_id}", get(dealers::show).post(dealers::change))
        .route("/console/dealers/{dealer_id}/parent", post(dealers::set_parent))
        .route("/console/dealers/{dealer_id}/territories", post(dealers::set_territories))
        .route("/console/dealers/{dealer_id}/close", post(dealers::close))
        .route("/console/dealers/{dealer_id}/reopen", post(dealers::reopen))
        .route("/console/dealers/{dealer_id}/keys", post(dealers::create_key))
        .route("/console/dealers/{dealer_id}/files", post(dealers::add_file))
        .route("/console/dealers/{dealer_id}/files/{file_no}", get(dealers::file))
        .route("/console/moves", get(goods::moves).post(goods::create_move))
        .route("/console/moves/import", post(goods::import_moves))
        .route("/dealer/stock", get(goods::stock))
        .route("/dealer/shipments", get(goods::shipments))
        .route("/dealer/shipments/{shipment_id}", get(goods::shipment).post(goods::check))
        .route("/dealer/shipments/{shipment_id}/receive", post(goods::receive))
}

fn portals() -> Router<App> {
    use console::subscriptions as outgoing;
    Router::new()
        .route("/login", get(session::show).post(session::open))
        .route("/logout", post(session::close))
        .route("/console", get(overview::show))
        .route("/console/products", get(console::products::list).post(console::products::create))
        .route("/console/products/{product_id}", get(console::products::show))
        .route("/console/products/{product_id}/picture", post(console::products::set_picture))
        .route("/console/products/{product_id}/links", post(console::links::add))
        .route(
            "/console/products/{product_id}/links/{at}",
            get(console::links::show).post(console::links::change),
        )
        .route("/console/products/{product_id}/links/{at}/remove", post(console::links::remove))
        .route("/console/batches", get(console::batches::list).post(console::batches::order))
        .route("/console/batches/{batch_id}", get(console::batches::show))
        .route("/console/batches/{batch_id}/commission", post(console::batches::commission))
        .route("/console/batches/{batch_id}/retire", post(console::batches::retire))
        .route("/console/lots", get(console::lots::list))
        .route("/console/captures", get(captures::list).post(captures::capture))
        .route("/console/subscriptions", get(outgoing::list).post(outgoing::create))
        .route("/console/subscriptions/{subscription_id}", get(outgoing::show))
        .route("/console/subscriptions/{subscription_id}/resume", post(outgoing::resume))
        .route("/console/subscriptions/{subscription_id}/delete", post(outgoing::delete))
        .route("/console/subscriptions/{subscription_id}/drop", post(outgoing::drop_one))
        .route(
            "/console/subscriptions/{subscription_id}/dead_letters/{first_n}/replay",
            post(outgoing::replay),
        )
        .route("/console/trace", get(lookup::show))
        .route("/console/identifiers", post(lookup::bind))
        .route("/console/feedback", get(console::feedback::list))
        .route("/console/feedback/{feedback_id}/handled", post(console::feedback::handle))
        .route("/console/items/reset", post(lookup::reset))
        .route("/console/identifiers/unbind", post(lookup::unbind))
        .route("/console/rules", get(console::rules::show).post(console::rules::set))
        .route("/console/rules/reset", post(console::rules::reset))
        .route("/console/page", get(console::page_settings::show).post(console::page_settings::set))
        .route("/console/page/reset", post(console::page_settings::reset))
        .route("/console/domains", get(console::domains::list).post(console::domains::add))
        .route("/console/domains/{domain}/check", post(console::domains::check))
        .route("/console/domains/{domain}/remove", post(console::domains::remove))
        .route("/console/shares", get(console::shares::list).post(console::shares::create))
        .route("/console/shares/disclosure", post(console::shares::disclose))
        .route("/console/shares/{share_id}/revoke", post(console::shares::revoke))
        .route("/console/keys", get(console::keys::list).post(console::keys::create))
        .route("/console/keys/{key_id}/revoke", post(console::keys::revoke))
        .route("/dealer", get(lookup::show))
        .route("/regulator", get(lookup::show))
        .route("/operator", get(lookup::show))
        .route(
            "/operator/enterprises",
            get(console::enterprises::list).post(console::enterprises::create),
        )
        .route(
            "/operator/parties",
            get(console::shares::list_parties).post(console::shares::create_party),
        )
        .route("/operator/parties/{share_id}/remove", post(console::shares::remove_party))
        .route("/operator/keys", get(console::keys::list).post(console::keys::create))
        .route("/operator/keys/{key_id}/revoke", post(console::keys::revoke))
}

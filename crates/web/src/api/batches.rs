//! Orders of codes and their print files.

use super::shapes::{BatchJson, DownloadJson, ListJson, NewBatchJson, hex};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Json, Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use service::{NewBatch, PrintFile, PrintRange};
use verdict::Granularity;

/// `POST /api/v1/batches`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewBatchJson>,
) -> Result<Response, Problem> {
    let new = NewBatch {
        product_id: id(&new.product_id)?,
        granularity: granularity(new.granularity.as_deref())?,
        n_digits: new.n_digits,
        n_codes: new.n_codes,
        is_sample: new.is_sample,
        has_cover: new.has_cover,
    };
    let view = app.service.mint_batch(&caller, new).await?;
    let location = format!("/api/v1/batches/{}", view.batch.batch_id);
    Ok(reply::created(&location, &BatchJson::from(view)))
}

/// `GET /api/v1/batches`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_batches(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, BatchJson::from)))
}

/// `GET /api/v1/batches/{batch_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(batch_id): Path<String>,
) -> Result<Response, Problem> {
    let view = app.service.find_batch(&caller, id(&batch_id)?).await?;
    Ok(reply::json(&BatchJson::from(view)))
}

/// `GET /api/v1/batches/{batch_id}/manifest`: the signed text as it was made.
pub(crate) async fn manifest(
    State(app): State<App>,
    Known(caller): Known,
    Path(batch_id): Path<String>,
) -> Result<Response, Problem> {
    let view = app.service.find_batch(&caller, id(&batch_id)?).await?;
    Ok(reply::bytes("text/plain; charset=utf-8", PRIVATE, view.batch.manifest))
}

/// `GET /api/v1/batches/{batch_id}/downloads`.
pub(crate) async fn downloads(
    State(app): State<App>,
    Known(caller): Known,
    Path(batch_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = app.service.list_downloads(&caller, id(&batch_id)?, &page).await?;
    let list = ListJson::new(paged, |it| DownloadJson {
        download_id: it.download_id.to_string(),
        key_id: it.key_id.to_string(),
        from: it.first_position,
        to: it.end_position,
        bom: it.with_bom,
        started_at: rfc3339(it.started_at_us),
        finished_at: it.finished_at_us.map(rfc3339),
        sha256: it.sha256.map(|it| hex(&it)),
    });
    Ok(reply::json(&list))
}

/// `GET /api/v1/batches/{batch_id}/codes.csv?from=&to=&bom=1`.
pub(crate) async fn print_file(
    State(app): State<App>,
    Known(caller): Known,
    Path(batch_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let range = print_range(&fields)?;
    let file = app.service.open_print_file(&caller, id(&batch_id)?, range).await?;
    let disposition = format!("attachment; filename=\"{}\"", file.file_name());
    let mut response = reply::bytes("text/csv; charset=utf-8", PRIVATE, stream(file));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn print_range(fields: &Fields) -> Result<PrintRange, Problem> {
    Ok(PrintRange {
        first: fields.number("from")?.unwrap_or(0),
        end: fields.number("to")?,
        with_bom: fields.is_ticked("bom"),
    })
}

/// Chunks as the client takes them, so that a slow printer holds one chunk and no more. The body
/// ends well only when the download is recorded as finished.
fn stream(file: PrintFile) -> Body {
    let chunks = futures_util::stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let computed = tokio::task::spawn_blocking(move || (file.next_chunk(), file)).await;
        match computed.map_err(std::io::Error::other) {
            Ok((Ok(Some(chunk)), file)) => Some((Ok(Bytes::from(chunk)), Some(file))),
            Ok((Ok(None), file)) => {
                let finished = file.finish().await.map_err(std::io::Error::other);
                finished.err().map(|error| (Err(error), None))
            }
            Ok((Err(error), _)) => Some((Err(std::io::Error::other(error)), None)),
            Err(error) => Some((Err(error), None)),
        }
    });
    Body::from_stream(chunks)
}

/// The granularity of a name that a client sent; a code an item where it sent none.
pub(crate) fn granularity(name: Option<&str>) -> Result<Granularity, Problem> {
    let Some(name) = name else { return Ok(Granularity::Item) };
    let names = Granularity::ALL.map(Granularity::name).join(", ");
    let unknown =
        || Problem::rejected("/granularity", "unknown-granularity", format!("one of {names}"));
    Granularity::from_name(name).ok_or_else(unknown)
}

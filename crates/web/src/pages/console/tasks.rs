//! Tasks of holders of recalled goods: what they have, what they did with it, and their evidence.

use super::recalls::state_word;
use super::{Desk, done, grouped, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Path, Posted, Query, Upload, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::problem::Problem;
use crate::text::fill;
use crate::text::recalls::level;
use crate::text::traces as words;
use crate::visit::Visit;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use service::{TaskReport, TaskView};
use verdict::Tone;

pub(super) const PATH: &str = "/console/tasks";

/// `GET /console/tasks`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().recall_texts();
    let paged = app.service.list_held_tasks(&caller, &fields.newest_page()?).await?;
    let mut list = table_of(&desk, t.tasks, paged.items, Some(PATH));
    list.next = next_link(PATH, paged.next);
    Ok(desk.page(t.tasks, "", vec![Block::Table(list)]))
}

/// `GET /console/tasks/{task_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &task_id, None).await
}

/// `POST /console/tasks/{task_id}/acknowledge`.
pub(crate) async fn acknowledge(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.acknowledge_task(&caller, id(&task_id)?).await?;
    Ok(done(&format!("{PATH}/{task_id}")))
}

/// `POST /console/tasks/{task_id}/report`.
pub(crate) async fn report(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(task_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let here = format!("{PATH}/{task_id}");
    let number = |name: &str| fields.number::<u64>(name).map(Option::unwrap_or_default);
    let read = || -> Result<TaskReport, Problem> {
        Ok(TaskReport {
            n_quarantined: number("n_quarantined")?,
            n_returned: number("n_returned")?,
            n_destroyed: number("n_destroyed")?,
            n_sold: number("n_sold")?,
            explanation: fields.text("explanation"),
        })
    };
    let task = id(&task_id)?;
    let told = match read() {
        Ok(report) => app.service.report_task(&caller, task, &report).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match told {
        Ok(_) => Ok(done(&here)),
        Err(problem) => {
            let tried = tried(&format!("{here}/report"), fields, problem)?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &task_id, Some(&tried)).await?))
        }
    }
}

/// `POST /console/tasks/{task_id}/files`.
pub(crate) async fn add_file(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(task_id): Path<String>,
    Upload(file): Upload,
) -> Result<Response, Problem> {
    let name = if file.starts_with(b"%PDF-") { "PDF" } else { "PNG" };
    app.service.add_evidence(&caller, id(&task_id)?, (name, file.to_vec())).await?;
    Ok(done(&format!("{PATH}/{task_id}")))
}

/// `GET /console/tasks/{task_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((task_id, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (media_type, body) = app.service.evidence(&caller, id(&task_id)?, id(&file_no)?).await?;
    Ok(file_response(&media_type, body))
}

/// A file of a stranger: never shown as a page of ours.
pub(crate) fn file_response(media_type: &str, body: Vec<u8>) -> Response {
    let mut response = crate::reply::bytes(media_type, crate::reply::PRIVATE, body);
    let name = header::HeaderValue::from_static("attachment");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response
}

/// Tasks as a table; links lead to them under `path`.
pub(super) fn table_of(
    desk: &Desk<'_>,
    title: &'static str,
    tasks: Vec<TaskView>,
    path: Option<&'static str>,
) -> Table {
    let t = desk.language().recall_texts();
    let heads = vec![t.task, t.holder, t.contact, t.expected, t.acknowledged, t.report, t.deadline];
    let mut list = table(title, heads, [t.tasks_none, t.tasks_none_next]);
    list.rows.extend(tasks.into_iter().map(|it| {
        let time = |at: Option<i64>| at.map(|at| in_words(desk.language(), at));
        let (id, task) = (it.task.task_id.to_string(), it.task);
        let cells = vec![
            id.clone(),
            it.holder.name,
            it.holder.contact,
            grouped(task.n_items + task.n_lots),
            time(task.acknowledged.map(|(at, _)| at)).unwrap_or_else(|| t.not_yet.to_owned()),
            match task.reopened_at_us {
                Some(_) => t.task_reopened.to_owned(),
                None => time(task.reported.map(|(at, _)| at)).unwrap_or(t.not_yet.to_owned()),
            },
            time(Some(task.deadline_us)).unwrap_or_default(),
        ];
        Row { href: path.map(|path| format!("{path}/{id}")), cells, acts: Vec::new() }
    }));
    list
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    task_id: &str,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().recall_texts();
    let here = format!("{PATH}/{task_id}");
    let it = app.service.find_task(desk.caller, id(task_id)?).await?;
    let task = &it.task;
    let mut blocks = Vec::new();
    if task.kind.name() == "made_of" {
        blocks.push(Block::Note(Note::new(Tone::Amber, t.task_made_of)));
    }
    let chosen = &it.recall.instructions[desk.language() as usize];
    let given = Some(chosen).filter(|it| !it.is_empty());
    let given = given.or_else(|| it.recall.instructions.iter().find(|it| !it.is_empty()));
    let owner = format!("{} {} {}", it.owner.name, it.owner.address, it.owner.contact);
    let known = facts([
        (t.owner, owner),
        (t.holder, it.holder.name.clone()),
        (t.level, level(t, it.recall.level).to_owned()),
        (t.state, state_word(t, it.recall.state.name()).to_owned()),
        (t.reason, it.recall.reason.clone()),
        (t.instruction, given.cloned().unwrap_or_default()),
        (t.expected, grouped(task.n_items)),
        (t.n_lots, grouped(task.n_lots)),
        (t.begin_by, in_words(desk.language(), task.begin_by_us)),
        (t.deadline, in_words(desk.language(), task.deadline_us)),
    ]);
    if let Some(at_us) = task.reopened_at_us {
        let mut note = Note::new(Tone::Amber, t.task_reopened);
        let n_new = grouped(task.n_items_new + task.n_lots_new);
        let since = fill(t.task_reopened_since, in_words(desk.language(), at_us));
        note.lines = vec![fill(&since, n_new), t.task_reopened_next.to_owned()];
        blocks.push(Block::Note(note));
    }
    blocks.push(Block::Facts(Facts { title: t.task, picture: None, facts: known }));
    blocks.push(Block::Table(goods(app, desk, task_id).await?));
    let files = app.service.list_evidence(desk.caller, id(task_id)?).await?;
    let heads = vec![t.file, t.uploaded_by, desk.c.created];
    let mut list = table(t.files, heads, [t.files_none, t.files_none_next]);
    list.rows.extend(files.into_iter().map(|it| {
        let time = in_words(desk.language(), it.uploaded_at_us);
        let name = format!("{} {} ({} KB)", it.file_no, it.name, it.n_bytes.div_ceil(1024));
        Row::linked(format!("{here}/files/{}", it.file_no), vec![name, it.uploaded_by, time])
    }));
    blocks.push(Block::Table(list));
    if task.ended_at_us.is_none() {
        blocks.extend(forms(desk, &here, &it).into_iter().map(|it| Block::Form(it.after(tried))));
    }
    Ok(desk.page(t.task, "", blocks))
}

/// What a holder may do next.
fn forms(desk: &Desk<'_>, here: &str, it: &TaskView) -> Vec<Form> {
    let t = desk.language().recall_texts();
    let task = &it.task;
    let is_mine = match task.holder_id {
        Some(holder) => desk.caller.enterprise_id == Some(holder),
        None => desk.caller.role != service::Role::Regulator,
    };
    if !is_mine {
        return Vec::new();
    }
    let mut forms = Vec::new();
    if task.acknowledged.is_none() {
        forms.push(Form::post(t.acknowledge, format!("{here}/acknowledge"), Vec::new()));
    }
    let number =
        |name, label, n: u64| Field::of(name, label, Input::Line("number")).value(n.to_string());
    let said = &task.report;
    let fields = vec![
        number("n_quarantined", t.n_quarantined, said.n_quarantined),
        number("n_returned", t.n_returned, said.n_returned),
        number("n_destroyed", t.n_destroyed, said.n_destroyed),
        number("n_sold", t.n_sold, said.n_sold),
        Field::of("explanation", t.explanation, Input::Area)
            .optional()
            .value(said.explanation.clone()),
    ];
    forms.push(Form::post(t.report, format!("{here}/report"), fields).lead(t.report_lead));
    let accepted = Input::File("application/pdf,image/png,image/jpeg,image/webp");
    let file = Field::of("file", t.file, accepted);
    let upload = Form::post(t.file_add, format!("{here}/files"), vec![file]);
    forms.push(upload.lead(t.file_hint).way(Way::Upload));
    forms
}

async fn goods(app: &App, desk: &Desk<'_>, task_id: &str) -> Result<Table, Problem> {
    let t = desk.language().recall_texts();
    let found = app.service.goods_of_task(desk.caller, id(task_id)?).await?;
    let heads = vec![desk.c.identifier, t.n_items, t.state, t.containers, t.amounts];
    let mut list = table(t.goods, heads, [t.goods_none, t.goods_none_next]);
    list.rows.extend(found.into_iter().map(|it| {
        let named = match it.run.n_ids {
            1 => it.run.first,
            _ => format!("{} … {}", it.run.first, it.run.last),
        };
        Row::new(vec![
            named,
            grouped(it.run.n_ids),
            words::state(desk.language(), it.state).to_owned(),
            it.container.unwrap_or_default(),
            it.quantity.unwrap_or_default(),
        ])
    }));
    Ok(list)
}

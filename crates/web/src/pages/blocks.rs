//! What pages behind a log-in are made of. A page is a list of blocks and one template draws them
//! all, so that every table, form and empty state of the product looks and works alike.

use super::{Fact, Frame};
use crate::extract::Fields;
use crate::problem::{Breach, Problem};
use askama::Template;

/// A page behind a log-in.
#[derive(Template)]
#[template(path = "console.html")]
pub(crate) struct ConsolePage {
    pub(crate) frame: Frame,
    /// Name of the portal, such as 企业控制台.
    pub(crate) portal: &'static str,
    pub(crate) menu: Vec<MenuItem>,
    /// Whose session it is; nobody's on the log-in page.
    pub(crate) signed_in_as: Option<String>,
    pub(crate) title: String,
    pub(crate) lead: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// One link of the menu.
pub(crate) struct MenuItem {
    pub(crate) href: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
}

/// One part of a page.
pub(crate) enum Block {
    Note(Note),
    Facts(Facts),
    Figure(Figure),
    Table(Table),
    Picks(Picks),
    Form(Form),
    Links(Vec<Link>),
}

/// A sentence that stands out; `tone` is the name of a [`verdict::Tone`].
pub(crate) struct Note {
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    /// Something to copy, shown once.
    pub(crate) secret: Option<String>,
}

/// Labels and values, with a picture where there is one.
pub(crate) struct Facts {
    pub(crate) title: &'static str,
    pub(crate) picture: Option<String>,
    pub(crate) facts: Vec<Fact>,
}

/// A drawing that says what the tables under it say.
pub(crate) struct Figure {
    pub(crate) title: &'static str,
    /// Made by us, with all text escaped.
    pub(crate) svg: String,
}

/// Rows under heads; without rows it says so and names the next step.
pub(crate) struct Table {
    pub(crate) title: &'static str,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    pub(crate) empty: &'static str,
    pub(crate) empty_next: &'static str,
    /// Link to the next page.
    pub(crate) next: Option<String>,
}

/// Rows of which some are picked, and a form that deals with those.
pub(crate) struct Picks {
    pub(crate) table: Table,
    /// What each row is, as the form sends it: `pick-` and this.
    pub(crate) ids: Vec<String>,
    /// What the box of a row is called.
    pub(crate) pick: &'static str,
    pub(crate) form: Form,
}

/// One row; its first cell is the link, if there is one.
pub(crate) struct Row {
    pub(crate) href: Option<String>,
    pub(crate) cells: Vec<String>,
    /// Small forms at the end of the row.
    pub(crate) acts: Vec<Act>,
}

/// A button of a row.
pub(crate) struct Act {
    pub(crate) action: String,
    pub(crate) label: &'static str,
}

/// A link that looks like a button.
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: &'static str,
}

/// A form; its fields stand in one column, because that is what a thumb can fill.
pub(crate) struct Form {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) action: String,
    pub(crate) way: Way,
    pub(crate) fields: Vec<Field>,
    pub(crate) button: &'static str,
    /// What is wrong with the last try and belongs to no field.
    pub(crate) wrong: Vec<String>,
}

/// A form that was sent and refused.
pub(crate) struct Tried {
    /// Where it was sent to.
    pub(crate) action: String,
    pub(crate) sent: Fields,
    pub(crate) problem: Problem,
}

/// How a form travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the address; for questions.
    Get,
    /// In the body.
    Post,
    /// In the body, with files.
    Upload,
}

/// One field of a form.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) input: Input,
    pub(crate) value: String,
    pub(crate) is_required: bool,
    /// What is wrong with the last try.
    pub(crate) wrong: String,
}

/// How a field is filled in.
pub(crate) enum Input {
    /// One line, with the `type` of the HTML element.
    Line(&'static str),
    Area,
    /// Lines that a scanner types; the cursor is in it from the start.
    Scan,
    /// A file, with what it accepts.
    File(&'static str),
    /// One of pairs of value and label.
    Choice(Vec<(String, String)>),
    /// Yes or no.
    Tick,
    /// Travels unseen.
    Hidden,
}

impl Field {
    /// A required line of text.
    pub(crate) fn line(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, Input::Line("text"))
    }

    pub(crate) fn of(name: &'static str, label: &'static str, input: Input) -> Self {
        let is_required = !matches!(input, Input::Tick | Input::Hidden);
        let (hint, value, wrong) = ("", String::new(), String::new());
        Self { name, label, hint, input, value, is_required, wrong }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub(crate) fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    pub(crate) fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
}

impl Form {
    pub(crate) fn post(title: &'static str, action: impl Into<String>, fields: Vec<Field>) -> Self {
        let action = action.into();
        Self { title, lead: "", action, way: Way::Post, fields, button: title, wrong: Vec::new() }
    }

    pub(crate) fn lead(self, lead: &'static str) -> Self {
        Self { lead, ..self }
    }

    pub(crate) fn button(self, button: &'static str) -> Self {
        Self { button, ..self }
    }

    pub(crate) fn way(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// The form as it was sent, with each complaint at its field; a form that was not is as it was.
    pub(crate) fn after(mut self, tried: Option<&Tried>) -> Self {
        let Some(Tried { action, sent, problem }) = tried else { return self };
        if *action != self.action {
            return self;
        }
        let breaches = problem.breaches();
        for field in &mut self.fields {
            match sent.0.get(field.name) {
                Some(value) => field.value.clone_from(value),
                // What is not ticked is not sent.
                None if field.is_tick() => field.value.clear(),
                None => {}
            }
            let pointer = format!("/{}", field.name);
            let own = breaches.iter().find(|it| it.pointer == pointer);
            field.wrong = own.map(|it| it.detail.clone()).unwrap_or_default();
        }
        let is_of_field = |it: &Breach| {
            self.fields.iter().any(|field| it.pointer.strip_prefix('/') == Some(field.name))
        };
        let others = breaches.iter().filter(|it| !is_of_field(it));
        self.wrong = others.map(|it| it.detail.clone()).chain(problem.detail()).collect();
        self
    }
}

impl Table {
    /// Whether any row ends with a button.
    fn has_acts(&self) -> bool {
        self.rows.iter().any(|row| !row.acts.is_empty())
    }

    /// The head of a column, repeated at each cell where rows are drawn as cards.
    fn head(&self, column: &usize) -> &'static str {
        self.heads.get(*column).copied().unwrap_or_default()
    }
}

impl Picks {
    fn row_id(&self, row: &usize) -> &str {
        self.ids.get(*row).map_or("", String::as_str)
    }
}

impl Form {
    fn method(&self) -> &'static str {
        if self.way == Way::Get { "get" } else { "post" }
    }

    /// An element id that no other form of the page has.
    fn id(&self, field: &str) -> String {
        let action = self.action.replace(['/', '?', '=', '&'], "-");
        format!("f{action}-{field}")
    }
}

impl Field {
    fn is_hidden(&self) -> bool {
        matches!(self.input, Input::Hidden)
    }

    fn is_tick(&self) -> bool {
        matches!(self.input, Input::Tick)
    }
}

impl Note {
    pub(crate) fn new(tone: verdict::Tone, title: impl Into<String>) -> Self {
        Self { tone: tone.name(), title: title.into(), lines: Vec::new(), secret: None }
    }
}

impl Row {
    pub(crate) fn new(cells: Vec<String>) -> Self {
        Self { href: None, cells, acts: Vec::new() }
    }

    pub(crate) fn linked(href: String, cells: Vec<String>) -> Self {
        Self { href: Some(href), cells, acts: Vec::new() }
    }
}

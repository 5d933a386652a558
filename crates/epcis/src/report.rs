//! Where we are in a document, and what was found wrong so far.

use crate::{Rule, Violation};

/// A place in a document: a list on the stack that becomes text only when something is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Pointer<'p>(Option<(&'p Pointer<'p>, Step<'p>)>);

#[derive(Clone, Copy)]
enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

impl<'p> Pointer<'p> {
    pub(crate) const ROOT: Pointer<'static> = Pointer(None);

    pub(crate) fn name(&'p self, name: &'p str) -> Pointer<'p> {
        Pointer(Some((self, Step::Name(name))))
    }

    pub(crate) fn index(&'p self, index: usize) -> Pointer<'p> {
        Pointer(Some((self, Step::Index(index))))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// RFC 6901: `~` is written `~0`, `/` is written `~1`.
    fn write(&self, out: &mut String) {
        if let Some((parent, step)) = self.0 {
            parent.write(out);
            out.push('/');
            match step {
                Step::Name(name) => out.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => out.push_str(&index.to_string()),
            }
        }
    }
}

/// The violations so far, bounded, and what is worth a warning.
pub(crate) struct Report {
    violations: Vec<Violation>,
    warnings: Vec<Violation>,
    n_found: usize,
    n_listed: usize,
}

impl Report {
    /// Lists at most `n_listed` violations, and counts the rest.
    pub(crate) fn new(n_listed: usize) -> Report {
        Report { violations: Vec::new(), warnings: Vec::new(), n_found: 0, n_listed }
    }

    pub(crate) fn push(&mut self, at: &Pointer<'_>, rule: Rule, message: impl Into<String>) {
        self.n_found += 1;
        if self.n_found <= self.n_listed {
            self.violations.push(Violation { pointer: at.text(), rule, message: message.into() });
        }
    }

    /// Tells of something odd that breaks no rule; told no more when the list is full.
    pub(crate) fn warn(&mut self, at: &Pointer<'_>, rule: Rule, message: impl Into<String>) {
        if self.warnings.len() < self.n_listed {
            self.warnings.push(Violation { pointer: at.text(), rule, message: message.into() });
        }
    }

    /// Takes over what another report found, each with its new pointer.
    pub(crate) fn absorb(&mut self, other: Report, pointer: impl Fn(&str) -> String) {
        let moved = |it: Violation| Violation { pointer: pointer(&it.pointer), ..it };
        let n_room = self.n_listed.saturating_sub(self.violations.len());
        self.violations.extend(other.violations.into_iter().take(n_room).map(moved));
        self.n_found += other.n_found;
        let n_room = self.n_listed.saturating_sub(self.warnings.len());
        self.warnings.extend(other.warnings.into_iter().take(n_room).map(moved));
    }

    /// Like [`Report::push`], where the pointer is text already.
    pub(crate) fn push_at(&mut self, pointer: String, rule: Rule, message: impl Into<String>) {
        self.n_found += 1;
        if self.n_found <= self.n_listed {
            self.violations.push(Violation { pointer, rule, message: message.into() });
        }
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.warnings)
    }

    /// How many were found, listed or not.
    pub(crate) fn n_found(&self) -> usize {
        self.n_found
    }

    pub(crate) fn into_violations(mut self) -> Vec<Violation> {
        if self.n_found > self.n_listed {
            let message =
                format!("{} more violations are not listed", self.n_found - self.n_listed);
            let rule = Rule::MoreViolations;
            self.violations.push(Violation { pointer: String::new(), rule, message });
        }
        self.violations
    }
}

/// A value for a message: quoted, at most 60 characters of it.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

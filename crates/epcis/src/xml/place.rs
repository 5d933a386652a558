//! Where a fault is: the JSON pointer inside an event as an XPath.

use super::shape::{self, EVENT, Part, Shape};

/// The XPath of the place that `pointer` names inside the event at `event`.
pub(super) fn xpath(event: &str, pointer: &str) -> String {
    let mut path = event.to_owned();
    let mut level = Level::Elements(EVENT);
    let steps = pointer.split('/').skip(1);
    for step in steps.map(|step| step.replace("~1", "/").replace("~0", "~")) {
        level = level.enter(&step, &mut path);
    }
    path
}

/// What the next step of a pointer can name.
#[derive(Clone, Copy)]
enum Level {
    Elements(&'static [(&'static str, Shape)]),
    Part(&'static Part),
    /// A list element: an index names a child.
    List(&'static str, Option<&'static Part>),
    /// A repeated element or an extension: an index goes to its name.
    Repeated(Option<&'static Part>),
    Leaf,
}

impl Level {
    fn enter(self, step: &str, path: &mut String) -> Level {
        let index: Option<usize> = step.parse().ok();
        match (self, index) {
            (Level::List(of, part), Some(index)) => {
                path.push_str(&format!("/{of}[{}]", index + 1));
                part.map_or(Level::Leaf, Level::Part)
            }
            (Level::Repeated(part), Some(index)) => {
                path.push_str(&format!("[{}]", index + 1));
                part.map_or(Level::Repeated(None), Level::Part)
            }
            (Level::Part(part), _) if part.text == Some(step) => Level::Leaf,
            (Level::Part(part), _) if part.attributes.iter().any(|(name, _)| *name == step) => {
                path.push_str("/@");
                path.push_str(step);
                Level::Leaf
            }
            (Level::Part(part), _) => element(part.elements, step, path),
            (Level::Repeated(Some(part)), None) => Level::Part(part).enter(step, path),
            (Level::Elements(shapes), _) if step != "type" => element(shapes, step, path),
            (Level::Elements(_), _) => Level::Leaf,
            _ => {
                path.push('/');
                path.push_str(step);
                Level::Repeated(None)
            }
        }
    }
}

fn element(shapes: &'static [(&'static str, Shape)], step: &str, path: &mut String) -> Level {
    path.push('/');
    path.push_str(step);
    match shape::find(shapes, step) {
        Some(Shape::TextList(of) | Shape::IdList(of)) => Level::List(of, None),
        Some(Shape::ObjectList(of, part)) => Level::List(of, Some(part)),
        Some(Shape::Object(part)) => Level::Part(part),
        Some(Shape::Objects(part)) => Level::Repeated(Some(part)),
        _ => Level::Repeated(None),
    }
}

#[cfg(test)]
mod tests {
    use super::xpath;

    #[test]
    fn places() {
        let check = |pointer: &str, expected: &str| {
            assert_eq!(xpath("/e", pointer), expected, "{pointer}");
        };
        check("", "/e");
        check("/type", "/e");
        check("/action", "/e/action");
        check("/epcList/2", "/e/epcList/epc[3]");
        check("/bizTransactionList/0/type", "/e/bizTransactionList/bizTransaction[1]/@type");
        check("/bizTransactionList/0/bizTransaction", "/e/bizTransactionList/bizTransaction[1]");
        check("/readPoint/id", "/e/readPoint/id");
        check(
            "/sensorElementList/0/sensorReport/1/value",
            "/e/sensorElementList/sensorElement[1]/sensorReport[2]/@value",
        );
        check("/certificationInfo/1", "/e/certificationInfo[2]");
        check("/example:a/0/b", "/e/example:a[1]/b");
        check("/persistentDisposition/set/0", "/e/persistentDisposition/set[1]");
    }
}

//! The little XML that the edge writes itself: problems, capture jobs and drawings.
//! EPCIS documents are the business of the crate `epcis`.

/// An element while it is written: its opening tag, and what is inside.
pub(crate) struct Element {
    name: &'static str,
    tag: String,
    inside: String,
}

impl Element {
    /// An element without a namespace, as the fields of EPCIS are.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, tag: format!("<{name}"), inside: String::new() }
    }

    /// An outermost element in the namespace of EPCIS 2.0; `name` begins with `epcis:`.
    pub(crate) fn epcis(name: &'static str) -> Self {
        Self::new(name).attribute("xmlns:epcis", "urn:epcglobal:epcis:xsd:2")
    }

    /// With one attribute more.
    pub(crate) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.tag.extend([" ", name, "=\"", &escaped(value), "\""]);
        self
    }

    /// With more text inside.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.inside.push_str(&escaped(text));
        self
    }

    /// With one element more inside.
    pub(crate) fn child(mut self, child: Self) -> Self {
        child.write(&mut self.inside);
        self
    }

    /// The document around it.
    pub(crate) fn document(self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.extend([&self.tag, ">", &self.inside, "</", self.name, ">"]);
    }
}

/// Characters that no XML may hold (XML 1.0 §2.2) become the replacement character.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(char))),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let element = Element::new("a").attribute("b", "\"<\n").text("x & y\u{0}");
        let document = Element::new("c").child(element).document();
        let (_, body) = document.split_once('\n').unwrap();
        assert_eq!(body, "<c><a b=\"&quot;&lt;&#10;\">x &amp; y\u{fffd}</a></c>");
    }
}

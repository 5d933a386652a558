//! `EPCISHeader`: master data as the JSON schema says it (EPCIS 2.0 §9.5.2), all else like an
//! extension.
//!
//! It is carried, not judged: master data is no part of capture in EPCIS 2.0.

use super::{
    pull::{Binding, Element},
    to_json::{Converter, flatten, is_standard},
};

/// The header as a JSON object with its own `@context`.
pub(super) fn to_json(header: &Element, bindings: &[Binding]) -> String {
    let mut converter = Converter::new(bindings);
    let mut children = Vec::new();
    flatten(&header.children, &mut children);
    let is_master_data =
        |it: &&Element| is_standard(&it.tag.name) && it.tag.name.local == "EPCISMasterData";
    let (master_data, others): (Vec<&Element>, Vec<&Element>) =
        children.into_iter().partition(is_master_data);
    converter.elements(&others, &[]);
    let vocabularies = descend(&master_data, &["VocabularyList", "Vocabulary"]);
    if !master_data.is_empty() {
        converter.name("epcisMasterData");
        converter.object(|it| it.list("vocabularyList", &vocabularies, vocabulary));
    }
    converter.finish().text
}

/// The elements that these names lead to.
fn descend<'e>(from: &[&'e Element], path: &[&str]) -> Vec<&'e Element> {
    let Some((name, rest)) = path.split_first() else { return from.to_vec() };
    let mut children = Vec::new();
    from.iter().for_each(|it| flatten(&it.children, &mut children));
    children.retain(|it| is_standard(&it.tag.name) && it.tag.name.local == *name);
    descend(&children, rest)
}

fn vocabulary(out: &mut Converter, vocabulary: &Element) {
    out.object(|out| {
        out.member("type", vocabulary.tag.attribute("type").unwrap_or_default());
        let elements = descend(&[vocabulary], &["VocabularyElementList", "VocabularyElement"]);
        out.list("vocabularyElementList", &elements, |out, element| {
            out.object(|out| vocabulary_element(out, element));
        });
    });
}

fn vocabulary_element(out: &mut Converter, element: &Element) {
    out.member("id", element.tag.attribute("id").unwrap_or_default());
    let attributes = descend(&[element], &["attribute"]);
    out.list("attributes", &attributes, |out, attribute| {
        out.object(|out| {
            out.member("id", attribute.tag.attribute("id").unwrap_or_default());
            if attribute.children.is_empty() {
                out.member("attribute", &attribute.text);
            } else {
                out.name("attribute");
                let children: Vec<&Element> = attribute.children.iter().collect();
                out.object(|out| out.elements(&children, &[]));
            }
        });
    });
    let children = descend(&[element], &["children", "id"]);
    if !children.is_empty() {
        out.list("children", &children, |out, id| out.text(id));
    }
}

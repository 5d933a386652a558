//! Master data in the header of a document (EPCIS 2.0 §9.3, §9.5.2): what is known of places,
//! parties and products beside the events that name them.
//!
//! It is carried, not judged: an element without an identifier is passed over. Identifiers,
//! names of attributes and their values are brought into the form in which queries name them.

use crate::{
    context::Context,
    json::{self, Json, Member},
    leaf::{canonical_text, number_of},
    report::{Pointer, Report},
};

/// What a vocabulary says of one identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyElement {
    /// The kind of vocabulary as a URI, such as `urn:epcglobal:epcis:vtype:ReadPoint`.
    pub vocabulary: String,
    /// What is described, in canonical form.
    pub id: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// What is directly inside it, in canonical form.
    pub children: Vec<String>,
}

/// One attribute of a vocabulary element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name as a URI.
    pub name: String,
    /// Its value.
    pub value: AttributeValue,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// A text in canonical form, or a number as its text.
    Text(String),
    /// An object or a list, as compact JSON; no query compares it.
    Json(String),
}

/// The vocabulary elements of a header, in its order.
pub(crate) fn of_header(header: &Json<'_>, context: &Context) -> Vec<VocabularyElement> {
    let vocabularies = descend(header, &["epcisMasterData", "vocabularyList"]);
    let mut elements = Vec::new();
    for vocabulary in vocabularies {
        let Some(members) = vocabulary.members() else { continue };
        let kind = text_of(members, "type").map(|it| context.expand(it).into_owned());
        for element in descend(vocabulary, &["vocabularyElementList"]) {
            let kind = kind.clone().unwrap_or_default();
            elements.extend(element.members().and_then(|it| element_of(kind, it, context)));
        }
    }
    elements
}

/// The same of a header from XML: a text of ours, with a context of its own.
pub(crate) fn of_header_text(text: &str) -> Vec<VocabularyElement> {
    let Ok(header) = json::parse(text, 256) else { return Vec::new() };
    let mut context = Context::default();
    if let Some(own) = header.members().and_then(|members| json::find(members, "@context")) {
        context.extend(&own.value, &Pointer::ROOT, &mut Report::new(0));
    }
    of_header(&header, &context)
}

/// The name of an attribute in one form: senders write those of CBV 2.0 with the prefix of the
/// context, which has no colon at its end, with a colon, and with a number sign.
pub(crate) fn attribute_name(text: &str, context: &Context) -> String {
    const CBV_ATTRIBUTES: &str = "urn:epcglobal:cbv:mda";
    let name = canonical_text(text, None, context);
    match name.strip_prefix(CBV_ATTRIBUTES) {
        Some(rest) => format!("{CBV_ATTRIBUTES}:{}", rest.trim_start_matches([':', '#'])),
        None => name.into_owned(),
    }
}

/// The items that these names lead to.
fn descend<'j, 'a>(json: &'j Json<'a>, path: &[&str]) -> &'j [Json<'a>] {
    let Some((name, rest)) = path.split_first() else { return json.as_list() };
    match json.members().and_then(|members| json::find(members, name)) {
        Some(member) => descend(&member.value, rest),
        None => &[],
    }
}

fn text_of<'m>(members: &'m [Member<'_>], name: &str) -> Option<&'m str> {
    let text = json::find(members, name).and_then(|it| it.value.as_str())?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn element_of(
    vocabulary: String,
    members: &[Member<'_>],
    context: &Context,
) -> Option<VocabularyElement> {
    let canonical = |text: &str| canonical_text(text, None, context).into_owned();
    let id = canonical(text_of(members, "id")?);
    let attributes = json::find(members, "attributes").map_or(&[][..], |it| it.value.as_list());
    let attributes = attributes.iter().filter_map(Json::members);
    let children = json::find(members, "children").map_or(&[][..], |it| it.value.as_list());
    let children = children.iter().filter_map(Json::as_str).filter(|it| !it.trim().is_empty());
    Some(VocabularyElement {
        vocabulary,
        id,
        attributes: attributes.filter_map(|it| attribute_of(it, context)).collect(),
        children: children.map(canonical).collect(),
    })
}

fn attribute_of(members: &[Member<'_>], context: &Context) -> Option<Attribute> {
    let name = attribute_name(text_of(members, "id")?, context);
    let member = json::find(members, "attribute")?;
    let value = match &member.value {
        Json::String(text) => {
            AttributeValue::Text(canonical_text(text, None, context).into_owned())
        }
        Json::Number(text) => AttributeValue::Text(number_of(text)),
        Json::Bool(truth) => AttributeValue::Text(truth.to_string()),
        Json::Null => return None,
        Json::Array(_) | Json::Object(_) => {
            AttributeValue::Json(json::compacted(member.value_text))
        }
    };
    Some(Attribute { name, value })
}

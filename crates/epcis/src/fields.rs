//! The members of an object, sorted by what they mean: the standard's names and extensions.
//!
//! Both validation and the event hash look at objects through this, so they agree on meaning.

use std::borrow::Cow;

use crate::{
    context::{Context, Name},
    json::{Json, Member},
};

/// The names an event of any type may have.
pub(crate) const EVENT: &[&str] = &[
    "type",
    "eventID",
    "id",
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "errorDeclaration",
    "certificationInfo",
    "action",
    "epcList",
    "quantityList",
    "parentID",
    "childEPCs",
    "childQuantityList",
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "ilmd",
];

/// The local name by which a document lists members that the event hash leaves out.
pub(crate) const IGNORE_FIELDS: &str = "ignoreFields";

/// The namespace of our own members.
pub(crate) const SUYUAN: &str = "urn:suyuan:epcis:";

/// Our member that says that an event came by EPCIS 1.x and keeps only to that. It is the
/// translator's note, not the sender's, so the event hash leaves it out.
pub(crate) const SCHEMA_VERSION: &str = "schemaVersion";

/// The members of one object. `@context` is not among them.
#[derive(Default)]
pub(crate) struct Fields<'a> {
    pub(crate) standard: Vec<(&'a str, &'a Json<'a>)>,
    pub(crate) extensions: Vec<Extension<'a>>,
    /// Members whose prefix nobody declared.
    pub(crate) undeclared: Vec<(&'a str, &'a Json<'a>)>,
}

/// A member in another namespace than the standard's.
pub(crate) struct Extension<'a> {
    pub(crate) namespace: Cow<'a, str>,
    pub(crate) local: Cow<'a, str>,
    /// The name as written.
    pub(crate) name: &'a str,
    pub(crate) value: &'a Json<'a>,
}

impl Extension<'_> {
    /// Whether it is our own member of this name.
    pub(crate) fn is_ours(&self, local: &str) -> bool {
        self.namespace == SUYUAN && self.local == local
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn of(members: &'a [Member<'a>], context: &'a Context) -> Fields<'a> {
        let standard = Vec::with_capacity(members.len());
        let mut fields = Fields { standard, ..Fields::default() };
        for Member { name, value, .. } in members {
            match context.name(name) {
                Name::Standard("@context") => {}
                Name::Standard(name) => fields.standard.push((name, value)),
                Name::Extension { namespace, local } => {
                    fields.extensions.push(Extension { namespace, local, name, value });
                }
                Name::Undeclared(name) => fields.undeclared.push((name, value)),
            }
        }
        fields
    }

    /// The value of a standard member, unless it is null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Json<'a>> {
        let found = self.standard.iter().find(|(other, _)| *other == name);
        found.map(|&(_, value)| value).filter(|value| **value != Json::Null)
    }
}

/// A name in its namespace, as the event hash and `ignoreFields` compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QualifiedName {
    pub(crate) namespace: String,
    pub(crate) local: String,
}

/// The names that `ignoreFields` lists; other values in it say nothing.
pub(crate) fn ignored_names(list: &Json<'_>, context: &Context) -> Vec<QualifiedName> {
    let names = list.as_list().iter().filter_map(Json::as_str);
    names
        .filter_map(|name| match context.name(name) {
            Name::Extension { namespace, local } => {
                Some(QualifiedName { namespace: namespace.into_owned(), local: local.into_owned() })
            }
            _ => None,
        })
        .collect()
}

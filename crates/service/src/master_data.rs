//! Master data: captured with the header of a document, for each enterprise its own, and asked for
//! by queries that name places inside places or attributes (EPCIS 2.0 §8.2.7.1).

use std::collections::{HashMap, HashSet};

use epcis::query::{EventQuery, Surroundings, attribute_terms};
use epcis::{AttributeValue, VocabularyElement};
use serde_json::{Value, json};
use store::id::{EnterpriseId, Scope};
use store::master_data::{self, After, Element};
use store::place_positions;

use crate::circumstances::{number_of_place, position_told, site_of};
use crate::limits::{
    MAX_IDENTIFIER_BYTES, MAX_MASTER_DATA, MAX_MASTER_DATA_BYTES, MAX_MASTER_DATA_OF_DOCUMENT,
    MAX_MASTER_DATA_OF_QUERY, MAX_MASTER_DATA_TERMS,
};
use crate::{Caller, Error, Page, Paged, Result, Service};

/// Statements of one write.
const STATEMENTS_AT_ONCE: usize = 5_000;

impl Service {
    /// Master data that the caller's enterprise captured, or all of the platform.
    pub async fn list_master_data(&self, caller: &Caller, page: &Page) -> Result<Paged<Element>> {
        let mut after = (EnterpriseId::LEAST, "", "");
        if let Some(text) = &page.after {
            // An enterprise, the length of an identifier, and it with its vocabulary.
            let mut parts = text.splitn(3, '.');
            let mut next = || parts.next().ok_or(Error::NotFound);
            let enterprise_id = next()?.parse()?;
            let length: usize = next()?.parse().map_err(|_| Error::NotFound)?;
            let (id, vocabulary) = next()?.split_at_checked(length).ok_or(Error::NotFound)?;
            after = (enterprise_id, id, vocabulary);
        }
        let (enterprise_id, id, vocabulary) = after;
        let after = After { enterprise_id, id, vocabulary };
        let limit = page.n_rows() + 1;
        let rows = master_data::list(self.store(), caller.business()?, after, limit).await?;
        Ok(page.paged(rows, |row| {
            format!("{}.{}.{}{}", row.enterprise_id, row.id.len(), row.id, row.vocabulary)
        }))
    }

    /// Refuses what is too much, before anything of its document is stored.
    pub(crate) async fn check_master_data(
        &self,
        owner: EnterpriseId,
        elements: &[VocabularyElement],
    ) -> Result<()> {
        if elements.is_empty() {
            return Ok(());
        }
        check_sizes(elements)?;
        let n_kept = master_data::n_elements(self.store(), owner).await?;
        if n_kept + elements.len() as u64 > MAX_MASTER_DATA {
            let limit = MAX_MASTER_DATA;
            return Err(Error::TooLarge { limit, what: "elements of master data" });
        }
        Ok(())
    }

    /// Keeps the master data of a document; of two elements of one identifier in one vocabulary
    /// the last stands.
    pub(crate) async fn keep_master_data(
        &self,
        owner: EnterpriseId,
        elements: &[VocabularyElement],
    ) -> Result<()> {
        if elements.is_empty() {
            return Ok(());
        }
        let captured_at_us = self.now_us();
        let mut statements = Vec::new();
        // In one order for all writers.
        let mut elements: Vec<&VocabularyElement> = elements.iter().collect();
        elements.sort_by_key(|it| (&it.id, &it.vocabulary));
        for element in elements {
            let kept = Element {
                enterprise_id: owner,
                id: element.id.clone(),
                vocabulary: element.vocabulary.clone(),
                body: body_of(element),
                captured_at_us,
            };
            let mut terms = attribute_terms(element);
            terms.truncate(MAX_MASTER_DATA_TERMS);
            let terms: Vec<i64> = terms.into_iter().map(|term| term.0).collect();
            statements.extend(master_data::replace(&kept, &terms));
            // A part of a site is where the site is.
            if site_of(&element.id) == element.id {
                let (place, position) = (number_of_place(&element.id), position_told(element));
                let vocabulary = &element.vocabulary;
                statements.extend(place_positions::replace(owner, place, vocabulary, position));
            }
            if statements.len() >= STATEMENTS_AT_ONCE {
                let statements = std::mem::take(&mut statements);
                self.store().write("keep master data", statements).await?;
            }
        }
        self.store().write("keep master data", statements).await?;
        Ok(())
    }

    /// Adds to what a query must know the places inside those it names, and what has the
    /// attributes that it asks for, as far as the caller may hear of them.
    pub(crate) async fn add_master_data(
        &self,
        scope: Scope,
        query: &EventQuery,
        around: &mut Surroundings,
    ) -> Result<()> {
        let (mut n_read, mut n_children) = (0, 0);
        let mut seen = HashSet::new();
        let mut rest: Vec<String> = query.outer_places().into_iter().map(str::to_owned).collect();
        while let Some(place) = rest.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            for element in self.elements_of(scope, Wanted::Id(&place), &mut n_read).await? {
                for child in children_of(&element)? {
                    let parents = around.parents.entry(child.clone()).or_default();
                    if !parents.contains(&place) {
                        parents.push(place.clone());
                    }
                    rest.push(child);
                    n_children += 1;
                    if n_children > MAX_MASTER_DATA_OF_QUERY {
                        return Err(too_much());
                    }
                }
            }
        }
        for term in query.attribute_terms() {
            for element in self.elements_of(scope, Wanted::Term(term.0), &mut n_read).await? {
                let attributes = attributes_of(&element)?;
                around.attributes.entry(element.id).or_default().extend(attributes);
            }
        }
        Ok(())
    }

    async fn elements_of(
        &self,
        scope: Scope,
        wanted: Wanted<'_>,
        n_read: &mut usize,
    ) -> Result<Vec<Element>> {
        let limit = (MAX_MASTER_DATA_OF_QUERY - *n_read) as u32 + 1;
        let elements = match wanted {
            Wanted::Id(id) => master_data::of_id(self.store(), scope, id, limit).await?,
            Wanted::Term(term) => master_data::of_term(self.store(), scope, term, limit).await?,
        };
        *n_read += elements.len();
        if *n_read > MAX_MASTER_DATA_OF_QUERY { Err(too_much()) } else { Ok(elements) }
    }
}

enum Wanted<'a> {
    Id(&'a str),
    Term(i64),
}

fn too_much() -> Error {
    Error::QueryTooComplex(format!(
        "more than {MAX_MASTER_DATA_OF_QUERY} elements of master data would have to be read; name \
         smaller places, or rarer attributes"
    ))
}

/// Refuses what is too much for one document.
fn check_sizes(elements: &[VocabularyElement]) -> Result<()> {
    if elements.len() > MAX_MASTER_DATA_OF_DOCUMENT {
        let limit = MAX_MASTER_DATA_OF_DOCUMENT as u64;
        return Err(Error::TooLarge { limit, what: "elements of master data in a document" });
    }
    let names = |it: &VocabularyElement| it.id.len().max(it.vocabulary.len());
    if elements.iter().any(|it| names(it) > MAX_IDENTIFIER_BYTES / 2) {
        let limit = (MAX_IDENTIFIER_BYTES / 2) as u64;
        return Err(Error::TooLarge { limit, what: "bytes of an identifier of master data" });
    }
    if elements.iter().any(|it| body_of(it).len() > MAX_MASTER_DATA_BYTES) {
        let limit = MAX_MASTER_DATA_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of an element of master data" });
    }
    Ok(())
}

fn body_of(element: &VocabularyElement) -> String {
    let attribute = |it: &epcis::Attribute| {
        let value = match &it.value {
            AttributeValue::Text(text) => Value::String(text.clone()),
            AttributeValue::Json(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
            }
        };
        json!({"id": it.name, "attribute": value})
    };
    let attributes: Vec<Value> = element.attributes.iter().map(attribute).collect();
    json!({"attributes": attributes, "children": element.children}).to_string()
}

fn read(element: &Element) -> Result<HashMap<String, Value>> {
    serde_json::from_str(&element.body).map_err(Error::internal)
}

fn children_of(element: &Element) -> Result<Vec<String>> {
    let body = read(element)?;
    let children = body.get("children").and_then(Value::as_array).into_iter().flatten();
    Ok(children.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Names and values; of what is no text the name alone counts.
fn attributes_of(element: &Element) -> Result<Vec<(String, String)>> {
    let body = read(element)?;
    let attributes = body.get("attributes").and_then(Value::as_array).into_iter().flatten();
    let pair = |it: &Value| {
        let name = it.get("id")?.as_str()?.to_owned();
        Some((name, it.get("attribute")?.as_str().unwrap_or_default().to_owned()))
    };
    Ok(attributes.filter_map(pair).collect())
}

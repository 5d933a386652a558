//! What GS1 identifiers lead to: entries of the resolver and their links.

use crate::id::{EnterpriseId, Scope};
use crate::identifiers::bucket_of;
use crate::{Result, Row, Statement, Store};

/// One level of an identified thing, for instance a GTIN or a serial under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path of the uncompressed Digital Link: `/01/09506000134352/21/12`.
    pub anchor: String,
    /// Who set it.
    pub enterprise_id: EnterpriseId,
    /// Counts changes from 1, for compare-and-swap.
    pub revision: i64,
    /// Whether it was taken back.
    pub is_gone: bool,
    /// What the thing is, in words.
    pub item_description: String,
    /// Its links in the order in which they were set.
    pub links: Vec<Link>,
}

/// One link of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// URI of the link type, or a relation that IANA registers.
    pub link_type: String,
    /// The target, an absolute URL.
    pub href: String,
    /// What a person reads of it.
    pub title: String,
    /// Media type of the target, or empty.
    pub media_type: String,
    /// BCP 47 tags of the target.
    pub languages: Vec<String>,
    /// Contexts that it is for, for instance a country.
    pub contexts: Vec<String>,
    /// Whether it is where a request without wishes is sent.
    pub is_default: bool,
    /// Whether the query of a request goes with the redirection.
    pub forwards_query: bool,
}

/// Statements that put `entry` in place of the one with `entry.revision - 1`; another change
/// meanwhile makes a conflict. Revision 1 is the first.
pub fn put(entry: &Entry) -> Vec<Statement> {
    let bucket = bucket_of(&entry.anchor);
    let anchor = entry.anchor.as_str();
    let sql = if entry.revision == 1 {
        "insert into resolver_entries (bucket, anchor, enterprise_id, revision, is_gone,
           item_description)
         values ($1, $2, $3, $4, $5, $6)"
    } else {
        "update resolver_entries set revision = $4, is_gone = $5, item_description = $6
         where bucket = $1 and anchor = $2 and enterprise_id = $3 and revision = $4 - 1"
    };
    let args = [
        bucket.into(),
        anchor.into(),
        entry.enterprise_id.into(),
        entry.revision.into(),
        entry.is_gone.into(),
        entry.item_description.as_str().into(),
    ];
    let mut statements = vec![
        Statement::new(sql, args).expect(1),
        Statement::new(
            "delete from resolver_links where bucket = $1 and anchor = $2",
            [bucket.into(), anchor.into()],
        ),
    ];
    statements.extend(entry.links.iter().zip(0i64..).map(|(link, link_no)| {
        Statement::new(
            "insert into resolver_links (bucket, anchor, link_no, link_type, href, title,
               media_type, languages, contexts, is_default, forwards_query)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                bucket.into(),
                anchor.into(),
                link_no.into(),
                link.link_type.as_str().into(),
                link.href.as_str().into(),
                link.title.as_str().into(),
                link.media_type.as_str().into(),
                link.languages.join(" ").into(),
                link.contexts.join(" ").into(),
                link.is_default.into(),
                link.forwards_query.into(),
            ],
        )
        .expect(1)
    }));
    statements
}

/// The entry at an anchor, gone or not. One look-up in a B-tree, and one for its links.
pub async fn find(store: &Store, scope: Scope, anchor: &str) -> Result<Option<Entry>> {
    let rows = store
        .rows(
            "select e.anchor, e.enterprise_id, e.revision, e.is_gone, e.item_description,
               l.link_type, l.href, l.title, l.media_type, l.languages, l.contexts,
               l.is_default, l.forwards_query
             from resolver_entries e
             left join resolver_links l on l.bucket = e.bucket and l.anchor = e.anchor
             where e.bucket = $1 and e.anchor = $2 and e.enterprise_id between $3 and $4
             order by l.link_no",
            &[bucket_of(anchor).into(), anchor.into(), scope.first.into(), scope.last.into()],
        )
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut entry = entry_of(first)?;
    for row in rows.iter() {
        entry.links.extend(link_of(row)?);
    }
    Ok(Some(entry))
}

/// Entries that are not gone, without their links, by enterprise and anchor, after `after`.
pub async fn list(
    store: &Store,
    scope: Scope,
    after: (EnterpriseId, &str),
    limit: u32,
) -> Result<Vec<Entry>> {
    let rows = store
        .rows(
            "select anchor, enterprise_id, revision, is_gone, item_description
             from resolver_entries
             where enterprise_id between $1 and $2 and (enterprise_id, anchor) > ($3, $4)
               and is_gone = 0
             order by enterprise_id, anchor limit $5",
            &[scope.first.into(), scope.last.into(), after.0.into(), after.1.into(), limit.into()],
        )
        .await?;
    rows.iter().map(entry_of).collect()
}

fn entry_of(row: Row<'_>) -> Result<Entry> {
    Ok(Entry {
        anchor: row.text(0)?.to_owned(),
        enterprise_id: EnterpriseId(row.int(1)?),
        revision: row.int(2)?,
        is_gone: row.int(3)? != 0,
        item_description: row.text(4)?.to_owned(),
        links: Vec::new(),
    })
}

/// The link of a joined row, if the entry has any.
fn link_of(row: Row<'_>) -> Result<Option<Link>> {
    let Some(link_type) = row.opt_text(5)? else { return Ok(None) };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    Ok(Some(Link {
        link_type: link_type.to_owned(),
        href: row.text(6)?.to_owned(),
        title: row.text(7)?.to_owned(),
        media_type: row.text(8)?.to_owned(),
        languages: words(row.text(9)?),
        contexts: words(row.text(10)?),
        is_default: row.int(11)? != 0,
        forwards_query: row.int(12)? != 0,
    }))
}

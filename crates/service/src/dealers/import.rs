//! Dealers from a file and into one: what is shown before it is done, and all or nothing.

use std::collections::{BTreeMap, HashMap};

use store::dealers::Dealer;
use store::id::{DealerId, EnterpriseId};

use super::book::Book;
use super::details::{DealerDetails, NewTerritory, checked_territories, territory_texts};
use super::sheet::{Line, lines_of};
use crate::limits::MAX_SHEET_FAULTS;
use crate::{Attempts, Caller, Error, Result, Service, Violation};

/// Columns of such a file; only the first must be there, and what is not there stays as it is.
pub const DEALER_COLUMNS: [&str; 12] = [
    "number",
    "parent_number",
    "name",
    "contact_name",
    "phone",
    "email",
    "address",
    "party",
    "place",
    "linked_enterprise_id",
    "territories",
    "state",
];

/// What a file does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealerImport {
    /// Dealers that are new.
    pub n_added: usize,
    /// Dealers that become others.
    pub n_changed: usize,
    /// Dealers that are as the file says.
    pub n_same: usize,
    /// What is wrong, the first hundred: `/lines/LINE/COLUMN`, lines from 1.
    pub faults: Vec<Violation>,
}

/// One row by the names of its columns.
pub(super) struct Row<'l> {
    pub(super) line: usize,
    pub(super) cells: HashMap<&'static str, &'l str>,
}

impl Service {
    /// What a file of dealers would do; nothing is written.
    pub async fn preview_dealers(
        &self,
        caller: &Caller,
        enterprise_id: Option<EnterpriseId>,
        file: Vec<u8>,
    ) -> Result<DealerImport> {
        let owner = self.owner_of_dealers(caller, enterprise_id).await?;
        let lines = lines_of(file, DEALER_COLUMNS[0]).await?;
        let before = Book::load(self.store(), owner).await?;
        Ok(self.imported(&before, &lines).await?.1)
    }

    /// Takes the dealers of a file over, all of them or none: a number that is known is changed,
    /// another is added.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the faults of [`Service::preview_dealers`].
    pub async fn import_dealers(
        &self,
        caller: &Caller,
        enterprise_id: Option<EnterpriseId>,
        file: Vec<u8>,
    ) -> Result<DealerImport> {
        let owner = self.owner_of_dealers(caller, enterprise_id).await?;
        let lines = lines_of(file, DEALER_COLUMNS[0]).await?;
        let mut attempts = Attempts::of("import dealers");
        loop {
            let before = Book::load(self.store(), owner).await?;
            let (after, told) = self.imported(&before, &lines).await?;
            if !told.faults.is_empty() {
                return Err(Error::Rejected(told.faults));
            }
            let statements = self.changes_of_book(caller, &before, &after);
            if statements.is_empty()
                || self.write_decided(&mut attempts, statements).await?.is_some()
            {
                return Ok(told);
            }
        }
    }

    /// All dealers of the caller's enterprise, in the columns of a file that can be taken over
    /// again; those above before those below.
    pub async fn export_dealers(
        &self,
        caller: &Caller,
        enterprise_id: Option<EnterpriseId>,
    ) -> Result<Vec<[String; DEALER_COLUMNS.len()]>> {
        caller.watches()?;
        let Some(owner) = caller.enterprise_id.or(enterprise_id) else {
            return Err(Error::rejected("/enterprise_id", "required", "name the enterprise"));
        };
        let known = store::enterprises::find(self.store(), caller.scope(), owner).await?;
        known.ok_or(Error::NotFound)?;
        let book = Book::load(self.store(), owner).await?;
        let mut rows = Vec::with_capacity(book.dealers.len());
        let mut below: BTreeMap<Option<DealerId>, Vec<DealerId>> = BTreeMap::new();
        for dealer in book.dealers.values() {
            below.entry(dealer.parent_id).or_default().push(dealer.dealer_id);
        }
        let mut open = below.remove(&None).unwrap_or_default();
        open.reverse();
        while let Some(id) = open.pop() {
            rows.push(exported(&book, &book.dealers[&id]));
            open.extend(below.remove(&Some(id)).unwrap_or_default().into_iter().rev());
        }
        Ok(rows)
    }

    /// The dealers as a file wants them, and what it does.
    async fn imported(&self, before: &Book, lines: &[Line]) -> Result<(Book, DealerImport)> {
        let (mut after, mut told) = (before.clone(), DealerImport::default());
        let rows = rows_of(lines, &DEALER_COLUMNS, &mut told.faults);
        let known = before.dealers.values().map(|it| (it.number.clone(), it.dealer_id));
        let mut ids: HashMap<String, DealerId> = known.collect();
        let mut lines_of_ids: HashMap<DealerId, usize> = HashMap::new();
        let now_us = self.now_us();
        for (nth, row) in (0i64..).zip(&rows) {
            let number = row.cells.get("number").copied().unwrap_or_default().to_owned();
            // Each a millisecond later: what is random in an id tells few of one moment apart.
            let new = DealerId::new(now_us + nth * 1_000, self.random_bits());
            let id = *ids.entry(number.clone()).or_insert(new);
            if let Some(line) = lines_of_ids.insert(id, row.line) {
                let message = format!("line {line} has the number {number} as well");
                told.fault(row.line, "number", "number-twice", message);
                continue;
            }
            if let Err(error) = self.put_row(&mut after, (id, now_us), row).await {
                told.take(row.line, error)?;
            }
        }
        for row in rows.iter().filter(|row| row.cells.contains_key("parent_number")) {
            let above = row.cells.get("parent_number").copied().unwrap_or_default();
            let parent_id = ids.get(above).copied().filter(|_| !above.is_empty());
            if parent_id.is_none() && !above.is_empty() {
                let message = format!("no dealer has the number {above}");
                told.fault(row.line, "parent_number", "unknown-dealer", message);
            }
            let id = row.cells.get("number").and_then(|it| ids.get(*it));
            if let Some(dealer) = id.and_then(|id| after.dealers.get_mut(id)) {
                dealer.parent_id = parent_id;
            }
        }
        if told.faults.is_empty()
            && let Err(error) = after.check()
        {
            match error {
                Error::Rejected(found) => told.faults.extend(found),
                other => return Err(other),
            }
        }
        told.faults.truncate(MAX_SHEET_FAULTS);
        for id in lines_of_ids.keys() {
            match before.dealers.get(id) {
                None => told.n_added += 1,
                Some(was)
                    if after.dealers.get(id) == Some(was)
                        && after.territories_of(*id) == before.territories_of(*id) =>
                {
                    told.n_same += 1;
                }
                Some(_) => told.n_changed += 1,
            }
        }
        Ok((after, told))
    }

    /// Puts a row over the dealer that it names, or makes one.
    async fn put_row(
        &self,
        book: &mut Book,
        (id, now_us): (DealerId, i64),
        row: &Row<'_>,
    ) -> Result<()> {
        let was = book.dealers.get(&id).cloned();
        let mut details = was.as_ref().map(details_of).unwrap_or_default();
        let own = format!("urn:suyuan:dealer:{id}");
        for (name, field) in [
            ("number", &mut details.number),
            ("name", &mut details.name),
            ("contact_name", &mut details.contact_name),
            ("phone", &mut details.phone),
            ("email", &mut details.email),
            ("address", &mut details.address),
            ("party", &mut details.party),
            ("place", &mut details.place),
            ("linked_enterprise_id", &mut details.linked_enterprise_id),
        ] {
            if let Some(cell) = row.cells.get(name) {
                *field = (*cell).to_owned();
            }
        }
        // The name of ours may be in the file, and belongs to this dealer alone.
        for field in [&mut details.party, &mut details.place] {
            if *field == own {
                field.clear();
            }
        }
        let checked = self.checked_details(id, &details).await?;
        let territories = match row.cells.get("territories") {
            Some(cell) => {
                Some(checked_territories("/territories", &NewTerritory::parse_all(cell))?)
            }
            None => None,
        };
        let mut dealer = was.unwrap_or_else(|| checked.dealer(book.owner, id, now_us));
        checked.put_into(&mut dealer);
        match row.cells.get("state").copied() {
            None => {}
            Some("" | "open") => dealer.closed_at_us = None,
            Some("closed") => dealer.closed_at_us = dealer.closed_at_us.or(Some(now_us)),
            Some(other) => {
                let message = format!("{other:?} is no state: write open or closed");
                return Err(Error::rejected("/state", "bad-state", message));
            }
        }
        book.dealers.insert(id, dealer);
        if let Some(territories) = territories {
            book.territories.insert(id, territories);
        }
        Ok(())
    }
}

impl DealerImport {
    fn fault(&mut self, line: usize, column: &str, rule: &'static str, message: String) {
        let pointer = format!("/lines/{line}/{column}");
        self.faults.push(Violation { pointer, rule, message });
    }

    /// Notes what is wrong with a line; another error ends the whole.
    fn take(&mut self, line: usize, error: Error) -> Result<()> {
        let found = match error {
            Error::Rejected(found) => found,
            Error::TooLarge { .. } => {
                let message = error.to_string();
                vec![Violation { pointer: "/territories".into(), rule: "too-many", message }]
            }
            other => return Err(other),
        };
        self.faults.extend(
            found
                .into_iter()
                .map(|it| Violation { pointer: format!("/lines/{line}{}", it.pointer), ..it }),
        );
        Ok(())
    }
}

/// The rows under the heads; the first of the known columns must be there.
pub(super) fn rows_of<'l>(
    lines: &'l [Line],
    known: &[&'static str],
    faults: &mut Vec<Violation>,
) -> Vec<Row<'l>> {
    let mut fault = |pointer: String, rule, message: String| {
        faults.push(Violation { pointer, rule, message });
    };
    let Some((heads, rows)) = lines.split_first() else {
        let message = format!("the file is empty; its first row names {}", known.join(", "));
        fault("/file".into(), "empty-file", message);
        return Vec::new();
    };
    let column_of = |head: &String| known.iter().find(|it| **it == *head).copied();
    let columns: Vec<Option<&'static str>> = heads.cells.iter().map(column_of).collect();
    for (head, _) in
        heads.cells.iter().zip(&columns).filter(|(head, it)| it.is_none() && !head.is_empty())
    {
        let message = format!("{head:?} is no column; there are {}", known.join(", "));
        fault(format!("/lines/{}", heads.line), "unknown-column", message);
    }
    if !columns.contains(&Some(known[0])) {
        let message = format!("the first row names no column {:?}", known[0]);
        fault(format!("/lines/{}", heads.line), "column-missing", message);
        return Vec::new();
    }
    let row_of = |it: &'l Line| {
        let cells = columns.iter().enumerate().filter_map(|(at, column)| {
            let cell = it.cells.get(at).map_or("", String::as_str);
            Some(((*column)?, cell))
        });
        Row { line: it.line, cells: cells.collect() }
    };
    rows.iter().map(row_of).collect()
}

fn details_of(it: &Dealer) -> DealerDetails {
    DealerDetails {
        number: it.number.clone(),
        name: it.name.clone(),
        contact_name: it.contact_name.clone(),
        phone: it.phone.clone(),
        email: it.email.clone(),
        address: it.address.clone(),
        party: it.party.clone(),
        place: it.place.clone(),
        linked_enterprise_id: it.linked_id.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn exported(book: &Book, dealer: &Dealer) -> [String; DEALER_COLUMNS.len()] {
    let details = details_of(dealer);
    let above = dealer.parent_id.and_then(|id| book.dealers.get(&id));
    let state = if dealer.closed_at_us.is_some() { "closed" } else { "open" };
    [
        details.number,
        above.map(|it| it.number.clone()).unwrap_or_default(),
        details.name,
        details.contact_name,
        details.phone,
        details.email,
        details.address,
        details.party,
        details.place,
        details.linked_enterprise_id,
        territory_texts(book.territories_of(dealer.dealer_id)),
        state.to_owned(),
    ]
}

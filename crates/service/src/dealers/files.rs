//! Licences and contracts of dealers.

use aws_lc_rs::digest::{SHA256, digest};
use store::dealers::{self, DealerAction, DealerFile};
use store::id::DealerId;
use store::recall_tasks::File;

use super::details::day_of;
use crate::error::Violations;
use crate::limits::{MAX_FILES_OF_DEALER, MAX_LINE_CHARS};
use crate::recalls::stored_form;
use crate::{Attempts, Caller, Error, Result, Service};

impl Service {
    /// Keeps a licence: a picture, which is encoded anew, or a PDF as it is; `valid_until` is its
    /// last day as `YYYY-MM-DD`, if it has one.
    pub async fn add_dealer_file(
        &self,
        caller: &Caller,
        id: DealerId,
        (name, valid_until): (&str, Option<&str>),
        body: Vec<u8>,
    ) -> Result<DealerFile> {
        let found = dealers::find(self.store(), caller.writes()?, id).await?;
        let owner = found.ok_or(Error::NotFound)?.enterprise_id;
        let mut violations = Violations::default();
        violations.check_text("/name", name, MAX_LINE_CHARS);
        let given = valid_until.map(str::trim).filter(|it| !it.is_empty());
        let valid_until = given.and_then(day_of);
        if given.is_some() && valid_until.is_none() {
            violations.add("/valid_until", "bad-date", "write the date as YYYY-MM-DD");
        }
        violations.finish()?;
        let (media_type, body) = stored_form(body).await?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, &body).as_ref());
        let mut attempts = Attempts::of("add file of dealer");
        loop {
            let files = dealers::files(self.store(), owner, id).await?;
            if files.len() >= MAX_FILES_OF_DEALER {
                let limit = MAX_FILES_OF_DEALER as u64;
                return Err(Error::TooLarge { limit, what: "files of one dealer" });
            }
            if let Some(same) = files.iter().find(|it| it.file.sha256 == sha256) {
                return Ok(same.clone());
            }
            let file = File {
                file_no: files.last().map_or(1, |it| it.file.file_no + 1),
                name: name.trim().to_owned(),
                media_type: media_type.to_owned(),
                sha256,
                n_bytes: body.len() as u64,
                uploaded_by: caller.label.clone(),
                uploaded_at_us: self.now_us(),
            };
            let told = format!("{} {}", file.file_no, file.name);
            let change = self.change_of(caller, id, DealerAction::File, told);
            let file = DealerFile { file, valid_until };
            let statements = vec![
                dealers::insert_file((owner, id), &file, &body),
                dealers::note_change(owner, &change),
            ];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(file);
            }
        }
    }

    /// Licences of a dealer.
    pub async fn list_dealer_files(
        &self,
        caller: &Caller,
        id: DealerId,
    ) -> Result<Vec<DealerFile>> {
        let owner = self.dealer_of(caller, id).await?.enterprise_id;
        Ok(dealers::files(self.store(), owner, id).await?)
    }

    /// A licence: media type and bytes.
    pub async fn dealer_file(
        &self,
        caller: &Caller,
        id: DealerId,
        file_no: u32,
    ) -> Result<(String, Vec<u8>)> {
        let owner = self.dealer_of(caller, id).await?.enterprise_id;
        dealers::file(self.store(), owner, id, file_no).await?.ok_or(Error::NotFound)
    }
}

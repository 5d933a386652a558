//! Print files: a batch's codes with their addresses and PINs, in constant memory, by range.
//!
//! Lines are computed, not stored, so any range can be asked for again; the header stands only in
//! a range that begins at 0, so that ranges put together are the whole file. It says whether the
//! PIN goes under a layer.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use mint::{KeyRing, Layout, SEGMENT};
use store::code_batches::{self, CodeBatch, Download};
use store::id::{BatchId, DownloadId, Scope};

use crate::batches::layout_of;
use crate::limits::PRINT_CHUNK_BYTES;
use crate::{Caller, Error, Result, Service};

/// Which part of a print file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintRange {
    /// First position, 0-based.
    pub first: u64,
    /// One past the last position; none for the end of the batch.
    pub end: Option<u64>,
    /// Begin the file with a UTF-8 byte order mark, for spreadsheets that need one; a range that
    /// does not begin at 0 has neither mark nor header.
    pub with_bom: bool,
}

/// What stands under a symbol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Under {
    /// The domain of its address in words, which whoever scans compares with where the page is
    /// read: another one is a copy of our pages.
    #[default]
    Domain,
    /// Nothing, where the label says the domain elsewhere.
    Nothing,
}

impl Under {
    fn words(self, url: &str) -> Option<&str> {
        match self {
            Self::Domain => Some(host_of(url)),
            Self::Nothing => None,
        }
    }
}

/// An open print file: call [`PrintFile::next_chunk`] until it is done, then
/// [`PrintFile::finish`].
pub struct PrintFile {
    service: Service,
    ring: Arc<KeyRing>,
    batch: CodeBatch,
    layout: Layout,
    range: PrintRange,
    end: u64,
    next: u64,
    download_id: DownloadId,
    sha256: Context,
}

impl Service {
    /// Opens a part of a batch's print file and records who did.
    pub async fn open_print_file(
        &self,
        caller: &Caller,
        id: BatchId,
        range: PrintRange,
    ) -> Result<PrintFile> {
        let scope = caller.writes()?;
        let batch = code_batches::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
        let end = range.end.unwrap_or(batch.n_codes);
        if range.first >= end || end > batch.n_codes {
            let message = format!("ask for positions from 0 up to {}", batch.n_codes);
            return Err(Error::rejected("/from", "range-outside-batch", message));
        }
        let download = Download {
            download_id: DownloadId::new(self.now_us(), self.random_bits()),
            batch_id: id,
            key_id: caller.key_id,
            first_position: range.first,
            end_position: end,
            with_bom: range.with_bom,
            started_at_us: self.now_us(),
            finished_at_us: None,
            sha256: None,
        };
        let statements = code_batches::start_download(batch.enterprise_id, &download);
        self.store().write("start download", statements).await?;
        Ok(PrintFile {
            service: self.clone(),
            ring: self.ring(),
            layout: layout_of(&batch)?,
            batch,
            range,
            end,
            next: range.first,
            download_id: download.download_id,
            sha256: Context::new(&SHA256),
        })
    }

    /// The QR symbol of one of the caller's codes as SVG.
    pub async fn qr_svg(&self, caller: &Caller, code: &str, under: Under) -> Result<String> {
        let url = self.url_of_own_code(caller.scope(), code).await?;
        let caption = under.words(&url).map(str::to_owned);
        let options = label::SvgOptions { caption, ..label::SvgOptions::default() };
        label::qr_svg(&url, &options).map_err(Error::internal)
    }

    /// The QR symbol of one of the caller's codes as PNG, `module_px` pixels a module.
    pub async fn qr_png(
        &self,
        caller: &Caller,
        code: &str,
        (module_px, under): (u32, Under),
    ) -> Result<Vec<u8>> {
        let url = self.url_of_own_code(caller.scope(), code).await?;
        label::qr_png(&url, module_px, under.words(&url))
            .map_err(|error| Error::rejected("/module_px", "bad-module-size", error.to_string()))
    }

    async fn url_of_own_code(&self, scope: Scope, text: &str) -> Result<String> {
        let code = mint::Code::parse(text).map_err(|_| Error::NotFound)?;
        let (batch, _) = self.batch_of_code(scope, &code).await?.ok_or(Error::NotFound)?;
        Ok(url_of(&batch, &code))
    }
}

impl PrintFile {
    /// A name for the file, without folders.
    pub fn file_name(&self) -> String {
        format!("{}-{}-{}.csv", self.batch.batch_id, self.range.first, self.end)
    }

    /// The next bytes; none at the end. Computes for some milliseconds without waiting.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let mut chunk = Vec::with_capacity(PRINT_CHUNK_BYTES);
        if self.next == self.range.first {
            self.write_head(&mut chunk);
        }
        let stop = self.end.min(self.next + self.n_positions_a_chunk());
        let class = self.layout.length;
        let pin_key = &self.service.secrets().pin;
        let positions =
            self.ring.positions(&self.layout, self.next..stop).map_err(Error::internal)?;
        for printed in positions {
            let printed = printed.map_err(Error::internal)?;
            let pin = pin_key.pin(class, self.batch.epoch, printed.ordinal);
            let code = printed.code.as_bytes();
            chunk.extend_from_slice(code);
            chunk.push(b',');
            chunk.extend_from_slice(self.batch.public_url.as_bytes());
            chunk.extend_from_slice(b"/c/");
            chunk.extend_from_slice(code);
            chunk.push(b',');
            chunk.extend_from_slice(pin.as_str().as_bytes());
            chunk.extend_from_slice(b"\r\n");
        }
        self.next = stop;
        self.sha256.update(&chunk);
        Ok(Some(chunk))
    }

    /// Records that all was handed over, with its SHA-256, which it returns.
    pub async fn finish(self) -> Result<[u8; 32]> {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.sha256.finish().as_ref());
        let now_us = self.service.now_us();
        let (owner, id) = (self.batch.enterprise_id, self.download_id);
        let statements = code_batches::finish_download(owner, id, &sha256, now_us);
        self.service.store().write("finish download", statements).await?;
        Ok(sha256)
    }

    fn write_head(&self, chunk: &mut Vec<u8>) {
        if self.range.first > 0 {
            return;
        }
        if self.range.with_bom {
            chunk.extend_from_slice("\u{feff}".as_bytes());
        }
        // Who prints it sees in the file itself that the last column goes under a layer.
        let pin = if self.batch.has_cover { "pin_under_cover" } else { "pin" };
        chunk.extend_from_slice(format!("code,url,{pin}\r\n").as_bytes());
    }

    /// Without spares any position is arithmetic; with spares a segment is looked into as a whole,
    /// so it is printed as a whole.
    fn n_positions_a_chunk(&self) -> u64 {
        if self.layout.spares_per_segment > 0 {
            return SEGMENT - self.next % SEGMENT;
        }
        let n_digits = self.layout.length.n_digits();
        let line_bytes = 2 * n_digits + self.batch.public_url.len() + "/c/,,123456\r\n".len();
        (PRINT_CHUNK_BYTES / line_bytes).max(1) as u64
    }
}

/// The host of an address and its port, if it names one.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// What the QR symbol of a code holds.
pub(crate) fn url_of(batch: &CodeBatch, code: &mint::Code) -> String {
    format!("{}/c/{code}", batch.public_url)
}

//! Pictures from strangers: bounded before they are decoded, and encoded anew, so that nothing of
//! the file that came in is ever served.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use store::products::Picture;

use crate::limits::{MAX_PICTURE_BYTES, MAX_PICTURE_PX, STORED_PICTURE_PX};
use crate::{Error, Result};

/// Decodes a PNG, JPEG or WebP within the limits and encodes it as PNG of at most
/// [`STORED_PICTURE_PX`] on its longer side.
pub(crate) fn encode_anew(body: &[u8]) -> Result<Picture> {
    if body.len() > MAX_PICTURE_BYTES {
        let limit = MAX_PICTURE_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of a picture" });
    }
    let bad = |message: &str| Error::rejected("", "bad-picture", message);
    let format = image::guess_format(body)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP))
        .ok_or_else(|| bad("send a PNG, JPEG or WebP file"))?;
    let mut reader = ImageReader::with_format(Cursor::new(body), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_PICTURE_PX);
    limits.max_image_height = Some(MAX_PICTURE_PX);
    limits.max_alloc = Some(128 * 1024 * 1024);
    reader.limits(limits);
    let decoded = reader
        .decode()
        .map_err(|_| bad("the file is damaged, or larger than 4096 × 4096 pixels"))?;
    let side = STORED_PICTURE_PX;
    let fits = decoded.width() <= side && decoded.height() <= side;
    let stored = if fits { decoded } else { decoded.thumbnail(side, side) };
    let mut png = Cursor::new(Vec::new());
    stored.write_to(&mut png, ImageFormat::Png).map_err(Error::internal)?;
    Ok(Picture {
        media_type: "image/png".into(),
        width: stored.width(),
        height: stored.height(),
        body: png.into_inner(),
    })
}

//! Pictures from strangers: bounded before they are decoded, and encoded anew, so that nothing of
//! the file that came in is ever served: no words beside the picture, no place where it was taken,
//! no second file behind it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use store::products::Picture;

use crate::limits::{MAX_PICTURE_BYTES, MAX_PICTURE_PX, STORED_PHOTO_PX, STORED_PICTURE_PX};
use crate::{Error, Result};

/// Memory that decoding one file may take.
const MAX_DECODED_BYTES: u64 = 128 * 1024 * 1024;

/// Of a photo, from 1 to 100: text on a label stays readable.
const PHOTO_QUALITY: u8 = 85;

/// Decodes a PNG, JPEG or WebP within the limits and encodes it as PNG of at most
/// [`STORED_PICTURE_PX`] on its longer side.
pub(crate) fn encode_anew(body: &[u8]) -> Result<Picture> {
    let stored = decoded(body, STORED_PICTURE_PX)?;
    let mut png = Cursor::new(Vec::new());
    stored.write_to(&mut png, ImageFormat::Png).map_err(Error::internal)?;
    Ok(Picture {
        media_type: "image/png".into(),
        width: stored.width(),
        height: stored.height(),
        body: png.into_inner(),
    })
}

/// The same as JPEG of at most [`STORED_PHOTO_PX`], which is what photos are small in.
pub(crate) fn photo_anew(body: &[u8]) -> Result<Vec<u8>> {
    let stored = decoded(body, STORED_PHOTO_PX)?.into_rgb8();
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, PHOTO_QUALITY);
    stored.write_with_encoder(encoder).map_err(Error::internal)?;
    Ok(jpeg)
}

/// What a file shows, upright, of at most `side` pixels.
fn decoded(body: &[u8], side: u32) -> Result<DynamicImage> {
    if body.len() > MAX_PICTURE_BYTES {
        let limit = MAX_PICTURE_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of a picture" });
    }
    let bad = |message: &str| Error::rejected("", "bad-picture", message);
    let format = image::guess_format(body)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP))
        .ok_or_else(|| bad("send a PNG, JPEG or WebP file"))?;
    let decoding = || {
        let mut reader = ImageReader::with_format(Cursor::new(body), format);
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_PICTURE_PX);
        limits.max_image_height = Some(MAX_PICTURE_PX);
        limits.max_alloc = Some(MAX_DECODED_BYTES);
        reader.limits(limits.clone());
        let mut decoder = reader.into_decoder()?;
        limits.reserve(decoder.total_bytes())?;
        // Which way up a camera was is said beside the picture, and that is not kept.
        let orientation = decoder.orientation()?;
        let mut shown = DynamicImage::from_decoder(decoder)?;
        shown.apply_orientation(orientation);
        Ok::<_, image::ImageError>(shown)
    };
    let shown =
        decoding().map_err(|_| bad("the file is damaged, or larger than 4096 × 4096 pixels"))?;
    let fits = shown.width() <= side && shown.height() <= side;
    Ok(if fits { shown } else { shown.thumbnail(side, side) })
}

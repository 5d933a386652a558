//! Pictures from strangers: bounded before they are decoded, and encoded anew, so that nothing of
//! the file that came in is ever served: no words beside the picture, no place where it was taken,
//! no second file behind it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use store::products::Picture;
use tokio::sync::Semaphore;

use crate::limits::{
    MAX_PICTURE_BYTES, MAX_PICTURE_PX, PHOTOS_AT_ONCE, SMALL_PICTURE_PX, STORED_PHOTO_PX,
    STORED_PICTURE_PX,
};
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
    jpeg(&on_white(&decoded(body, STORED_PHOTO_PX)?))
}

/// A certificate as two of those: a small one for a page, and one that can be read.
pub(crate) fn certificate_anew(body: &[u8]) -> Result<[Vec<u8>; 2]> {
    let large = on_white(&decoded(body, STORED_PHOTO_PX)?);
    let readable = jpeg(&large)?;
    let small = within(DynamicImage::ImageRgb8(large), SMALL_PICTURE_PX);
    Ok([jpeg(&small.into_rgb8())?, readable])
}

/// Encodes where one may wait, few at a time.
pub(crate) async fn in_turn<T: Send + 'static>(
    encode: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    static TURNS: Semaphore = Semaphore::const_new(PHOTOS_AT_ONCE);
    let turn = TURNS.acquire().await.map_err(Error::internal)?;
    let encoding = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        encode()
    });
    encoding.await.map_err(Error::internal)?
}

fn jpeg(shown: &RgbImage) -> Result<Vec<u8>> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, PHOTO_QUALITY);
    shown.write_with_encoder(encoder).map_err(Error::internal)?;
    Ok(jpeg)
}

/// What is clear in a picture is white paper, since JPEG knows nothing clear.
fn on_white(shown: &DynamicImage) -> RgbImage {
    if !shown.color().has_alpha() {
        return shown.to_rgb8();
    }
    let shown = shown.to_rgba8();
    RgbImage::from_fn(shown.width(), shown.height(), |x, y| {
        let [red, green, blue, alpha] = shown.get_pixel(x, y).0.map(u32::from);
        let mixed = |it: u32| ((it * alpha + 255 * (255 - alpha)) / 255) as u8;
        image::Rgb([mixed(red), mixed(green), mixed(blue)])
    })
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
    Ok(within(shown, side))
}

/// The same, of at most `side` pixels.
fn within(shown: DynamicImage, side: u32) -> DynamicImage {
    let fits = shown.width() <= side && shown.height() <= side;
    if fits { shown } else { shown.thumbnail(side, side) }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::recalls::stored_form;

    #[tokio::test]
    async fn files_of_tasks_and_cases_wait_for_their_turn() {
        let (mut doors, mut held) = (Vec::new(), Vec::new());
        for _ in 0..PHOTOS_AT_ONCE {
            let (door, opened) = mpsc::channel::<()>();
            let (enter, entered) = tokio::sync::oneshot::channel();
            held.push(tokio::spawn(in_turn(move || {
                let _ = enter.send(());
                let _ = opened.recv();
                Ok(())
            })));
            entered.await.expect("it has a turn");
            doors.push(door);
        }
        let mut png = Cursor::new(Vec::new());
        RgbImage::new(8, 8).write_to(&mut png, ImageFormat::Png).expect("it is encoded");
        let mut stored = Box::pin(stored_form(png.into_inner()));
        let early = tokio::time::timeout(Duration::from_millis(300), &mut stored).await;
        assert!(early.is_err(), "all turns are taken");
        doors.clear();
        for turn in held {
            turn.await.expect("it ends").expect("nothing is wrong");
        }
        assert_eq!(stored.await.expect("a picture").0, "image/png");
    }
}

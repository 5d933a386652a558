//! The font of printed reports: the one that is named, else where Debian puts it.

use std::path::PathBuf;

use label::report::Font;
use web::Fonts;

use crate::config::Config;

/// `fonts-noto-cjk`; the third font of the collection draws Chinese as it is written in China.
const DEBIAN: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc#2";

/// Finds the font when it is needed.
pub(crate) fn fonts(config: &Config) -> Fonts {
    let named = config.font.clone();
    Fonts::new(move || font(named.as_deref()))
}

/// The font `FILE` or `FILE#INDEX`; says what brings one where there is none.
pub(crate) fn font(named: Option<&str>) -> Result<Font, String> {
    let place = named.unwrap_or(DEBIAN);
    let (path, index) = match place.rsplit_once('#') {
        Some((path, index)) if !PathBuf::from(place).exists() => (path, index.parse().ok()),
        _ => (place, Some(0)),
    };
    let read = || -> Result<Font, String> {
        let index = index.ok_or("the index behind # is a number from 0")?;
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        Font::parse(bytes, index).map_err(|error| error.to_string())
    };
    read().map_err(|why| {
        format!(
            "there is no font to print with ({place}: {why}): run `apt-get install \
             fonts-noto-cjk` (`cargo xtask setup` does), or name a font that has Chinese and \
             Korean characters with --font FILE, in a collection FILE#INDEX"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_it_says_what_brings_one() {
        let why = font(Some("/nowhere/font.ttc#2")).unwrap_err();
        assert!(why.contains("/nowhere/font.ttc#2: No such file"), "{why}");
        assert!(why.contains("apt-get install fonts-noto-cjk"), "{why}");
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(font(Some(manifest)).unwrap_err().contains("not the bytes of a font"));
        let why = font(Some(&format!("{manifest}#x"))).unwrap_err();
        assert!(why.contains("a number from 0"), "{why}");
    }
}

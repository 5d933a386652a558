//! Every number passes its own scheme, without a warning.

use schemes::{BusinessNumber, CccNumber, Division, ScLicence, Uscc, XkLicence};

use super::worlds;
use crate::{CITIES, Enterprise, Licence};

fn check_registration(enterprise: &Enterprise) {
    let number = &enterprise.registration_number;
    match enterprise.registration_scheme {
        "uscc" => {
            let uscc = Uscc::parse(number).unwrap();
            assert_eq!(uscc.warnings(), [], "{number}");
        }
        "kr-brn" => assert_eq!(BusinessNumber::parse(number).unwrap().to_string(), *number),
        "other" => assert!(!number.is_empty()),
        other => panic!("no such scheme: {other}"),
    }
}

fn check_licence(licence: &Licence) {
    match licence {
        Licence::FoodProduction(number) => {
            assert_eq!(ScLicence::parse(number).unwrap().warnings(), [], "{number}");
        }
        Licence::IndustrialProduction(number) => {
            assert!(XkLicence::parse(number).unwrap().province().is_some(), "{number}");
        }
        Licence::Ccc(number) => {
            assert_eq!(CccNumber::parse(number).unwrap().warnings(), [], "{number}");
        }
    }
}

#[test]
fn enterprises_have_valid_numbers_of_their_own() {
    for world in worlds() {
        let mut seen = Vec::new();
        let mut n_licences = 0;
        for enterprise in &world.enterprises {
            check_registration(enterprise);
            gs1::Gln::parse(&enterprise.gln).unwrap();
            enterprise.licences.iter().for_each(check_licence);
            n_licences += enterprise.licences.len();
            seen.push(&enterprise.registration_number);
            seen.push(&enterprise.gln);
        }
        assert_eq!(n_licences, 3);
        let n_seen = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), n_seen, "a number is used twice");
    }
}

#[test]
fn products_have_valid_gtins_and_texts_in_three_languages() {
    for world in worlds() {
        for product in &world.products {
            if let Some(gtin) = &product.gtin {
                assert_eq!(gs1::Gtin::parse(gtin).unwrap().as_str(), gtin);
            }
            for names in [product.names, product.product_type] {
                assert!([names.zh, names.ko, names.en].iter().all(|text| !text.is_empty()));
                assert!(names.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
                assert!(names.ko.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)));
                assert!(names.en.is_ascii());
            }
        }
        assert!(world.products.iter().any(|product| product.gtin.is_none()));
    }
}

#[test]
fn batches_have_every_length_and_granularity() {
    for world in worlds() {
        let mut lengths: Vec<u8> = world.batches.iter().map(|batch| batch.n_digits).collect();
        lengths.sort_unstable();
        lengths.dedup();
        assert_eq!(lengths, [15, 17, 21]);
        for granularity in verdict::Granularity::ALL {
            assert!(world.batches.iter().any(|batch| batch.granularity == granularity));
        }
        assert_eq!(world.batches.iter().filter(|batch| batch.is_sample).count(), 1);
    }
}

#[test]
fn lots_fit_on_a_label() {
    for lot in worlds().iter().flat_map(|world| &world.lots) {
        assert!((1..=20).contains(&lot.lot_number.len()), "AI 10 is X..20: {}", lot.lot_number);
        lot.production_date.parse::<jiff::civil::Date>().unwrap();
    }
}

#[test]
fn cities_are_divisions() {
    for city in CITIES {
        assert_eq!(Division::parse(city.division).unwrap().warnings(), [], "{}", city.division);
    }
}

#[test]
fn pictures_show_something() {
    for product in &worlds()[0].products {
        let picture = product.picture.png();
        let decoder = png::Decoder::new(std::io::Cursor::new(&picture));
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height), (320, 320));
        let mut colours: Vec<&[u8]> = pixels.chunks(3).collect();
        let n_background = colours.iter().filter(|colour| **colour == colours[0]).count();
        assert!((20_000..90_000).contains(&n_background), "{}: {n_background}", product.names.en);
        colours.sort_unstable();
        colours.dedup();
        assert!(colours.len() > 5, "edges are soft: {}", product.names.en);
        assert!(picture.len() < 40_000);
    }
}

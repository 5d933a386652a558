use crate::dictionary::{Ai, Entry, Pattern, UnknownAis, entry_at, entry_of};

#[test]
fn every_ai_is_found() {
    let mut n_ais = 0;
    for entry in Entry::all() {
        let (first, last) = entry.range();
        for number in first.number()..=last.number() {
            let text = format!("{number:0width$}", width = first.n_digits());
            let ai = Ai::parse(&text).unwrap();
            assert_eq!(ai.to_string(), text);
            assert_eq!(Entry::of(ai).unwrap().range(), entry.range());
            let (found, _) = entry_at(&format!("{text}123"), UnknownAis::Refused).unwrap();
            assert_eq!(found, ai);
            n_ais += 1;
        }
    }
    assert_eq!(n_ais, 541);
    let n_keys = Entry::all().iter().filter(|entry| entry.qualifiers().is_some()).count();
    assert_eq!((Entry::all().len(), n_keys), (224, 16));
}

/// The row of each AI is found among all 11,100 texts of two to four digits, and no other is.
#[test]
fn unknown_ais_have_the_length_of_their_prefix() {
    for (text, permitted) in
        [("89", true), ("011", false), ("800", false), ("80", false), ("399", false)]
    {
        let ai = Ai::parse(text).unwrap();
        assert!(entry_of(ai, UnknownAis::Refused).is_none(), "{text}");
        assert_eq!(entry_of(ai, UnknownAis::Permitted).is_some(), permitted, "{text}");
    }
    let bounds = |text| {
        let entry = entry_of(Ai::parse(text).unwrap(), UnknownAis::Permitted);
        entry.map(|entry| entry.length_bounds())
    };
    assert_eq!(bounds("3999"), Some((1, 90)));
    assert_eq!(bounds("2367"), None);
    assert_eq!(bounds("236"), Some((1, 90)));
    assert_eq!(bounds("4199"), None);
    assert_eq!(bounds("419"), Some((13, 13)));
}

#[test]
fn patterns_hold_what_they_say() {
    let has = |pattern, ai| Pattern::parse(pattern).is_some_and(|p| p.has(Ai::parse(ai).unwrap()));
    assert!(has("31nn", "3103") && has("01", "01") && has("2nn", "235") && has("8nnn", "8002"));
    assert!(!has("31nn", "310") && !has("310n", "3110") && !has("0nn", "01"));
    for none in ["nn", "n0", "n0n", "0", "01nnn", "0n1", ""] {
        assert_eq!(Pattern::parse(none), None, "{none}");
    }
    for entry in Entry::all() {
        for pattern in entry.excludes() {
            assert_eq!(Pattern::parse(&pattern.to_string()), Some(*pattern));
        }
    }
}

//! What the compiler cannot see in the tables: blanks, lost places for values, forbidden claims.

use super::{
    alerts, certificates, console, dealers, diversions, domains, feedback, notices, page_settings,
    pass, public, recalls, reports, rules, vouchers,
};

fn rows() -> impl Iterator<Item = &'static (&'static str, [&'static str; 3])> {
    let own = [
        certificates::ROWS,
        console::ROWS,
        recalls::ROWS,
        notices::ROWS,
        pass::ROWS,
        feedback::ROWS,
        rules::ROWS,
        dealers::ROWS,
        alerts::ROWS,
        vouchers::ROWS,
        diversions::ROWS,
        domains::ROWS,
        reports::ROWS,
        page_settings::ROWS,
    ];
    public::ROWS.iter().chain(own.into_iter().flatten())
}

#[test]
fn every_key_has_three_languages() {
    for (key, sentences) in rows() {
        assert!(sentences.iter().all(|it| !it.trim().is_empty()), "{key} has a blank");
        let n_places = sentences.map(|it| it.matches("{}").count());
        assert!(n_places.iter().all(|it| *it == n_places[0]), "{key} lost a {{}}: {n_places:?}");
    }
}

#[test]
fn no_sentence_says_that_goods_are_genuine() {
    for (key, sentences) in rows() {
        for claim in ["正品", "真品", "정품", "진품", "genuine", "authentic"] {
            let said = sentences.iter().any(|it| it.to_lowercase().contains(claim));
            assert!(!said, "{key} claims {claim}");
        }
    }
}

//! The unit tests of the reference linters.

use super::{each, text};
use crate::lint::{Fault, Finding, Linter};

#[test]
fn linters_agree() {
    each("gs1_gs1-syntax-dictionary", "linters.jsonl", |vector| {
        let name = text(vector, "linter").strip_prefix("gs1_lint_").unwrap();
        let linter = Linter::named(name).unwrap_or_else(|| panic!("{name}"));
        let input = text(vector, "input");
        let found = linter.check(input).map_err(|found| (found.fault.code(), marked(input, found)));
        let expected = match vector["ok"].as_bool().unwrap() {
            true => Ok(()),
            false => {
                let code = text(vector, "error").strip_prefix("GS1_LINTER_").unwrap();
                Err((code, text(vector, "highlight").to_owned()))
            }
        };
        assert_eq!(found, expected, "{vector}");
    });
}

/// The text with asterisks around the bad span.
fn marked(text: &str, found: Finding) -> String {
    let (before, rest) = text.split_at(found.start);
    let (bad, after) = rest.split_at(found.len);
    format!("{before}*{bad}*{after}")
}

/// The loops of the reference's tests of `gcppos1` and `gcppos2`.
#[test]
fn company_prefixes() {
    for (linter, before) in [(Linter::GcpPos1, ""), (Linter::GcpPos2, "I")] {
        let check = |text: &str| {
            let text = format!("{before}{text}");
            linter.check(&text).map_err(|found| (found.fault, marked(&text, found)))
        };
        for good in ["01234", "0123", "0123A"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for short in ["012", "01", "0"] {
            assert_eq!(check(short), Err((Fault::ShortForGcp, format!("{before}*{short}*"))));
        }
        for n_digits in 0..4 {
            let (digits, letters) = (&"0123"[..n_digits], &"AAAA"[n_digits..]);
            let expected = format!("{before}{digits}*A*{letters}");
            assert_eq!(check(&format!("{digits}A{letters}")), Err((Fault::GcpPrefix, expected)));
        }
    }
    assert_eq!(Linter::GcpPos1.check("").unwrap_err().fault, Fault::ShortForGcp);
    let lone = Linter::GcpPos2.check("I").unwrap_err();
    assert_eq!((lone.fault, lone.start, lone.len), (Fault::ShortForGcp, 0, 1));
}

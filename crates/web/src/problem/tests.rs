use super::Problem;
use crate::language::Language;
use label::report::Error;

#[test]
fn what_is_too_long_to_print_says_in_its_readers_language_what_else_there_is() {
    for (language, word) in
        [(Language::Zh, "请改为下载"), (Language::Ko, "받거나"), (Language::En, "Take it as")]
    {
        let problem = Problem::not_printed(language, Error::TooLong { n_rows: 20_001 });
        let detail = problem.detail().expect("a sentence");
        for told in [word, "20001", "20000", "XLSX"] {
            assert!(detail.contains(told), "{told} in {detail}");
        }
    }
}

use std::ffi::OsString;

use clap::Args as _;

use super::{Config, Layer, NAMES, variable_of};

const FILE: &str = r#"
listen = "127.0.0.1:1"
data = "file"
public_url = "https://file.example"
log = "debug"
log_format = "json"
"#;

fn config(flags: Layer, variables: &[(&str, &str)], file: &str) -> Result<String, String> {
    let variables: Vec<(OsString, OsString)> =
        variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let config = Config::from_layers(flags, &variables, Some(file));
    config
        .map(|it| {
            format!(
                "{} {} {} {} {}",
                it.listen,
                it.data_folder.display(),
                it.database.as_deref().unwrap_or("-"),
                it.public_url_on(it.listen),
                it.log.as_deref().unwrap_or("-"),
            )
        })
        .map_err(|error| format!("{error:#}"))
}

#[test]
fn flag_over_environment_over_file_over_default() {
    let none = Layer::default;
    let flag = || Layer { data_folder: Some("flag".into()), ..none() };
    let environment: &[_] = &[("SUYUAN_DATA", "env"), ("SUYUAN_LISTEN", "127.0.0.1:2")];
    let table = [
        (none(), &[][..], "", "127.0.0.1:8080 data - http://127.0.0.1:8080 -"),
        (none(), &[], FILE, "127.0.0.1:1 file - https://file.example debug"),
        (none(), environment, FILE, "127.0.0.1:2 env - https://file.example debug"),
        (flag(), environment, FILE, "127.0.0.1:2 flag - https://file.example debug"),
        (flag(), environment, "", "127.0.0.1:2 flag - http://127.0.0.1:2 -"),
        (none(), &[("SUYUAN_DATA", "")], FILE, "127.0.0.1:1 file - https://file.example debug"),
        (
            none(),
            &[("SUYUAN_SOAK", "1"), ("HOME", "/")],
            "database = 'postgres://h/d'",
            "127.0.0.1:8080 data postgres://h/d http://127.0.0.1:8080 -",
        ),
        (
            none(),
            &[("SUYUAN_PUBLIC_URL", "https://a.example/")],
            "",
            "127.0.0.1:8080 data - https://a.example -",
        ),
    ];
    for (flags, variables, file, expected) in table {
        assert_eq!(config(flags, variables, file).as_deref(), Ok(expected));
    }
}

#[test]
fn what_is_unknown_or_wrong_is_refused() {
    type Variables = &'static [(&'static str, &'static str)];
    let table: [(Variables, &str, &str); 9] = [
        (&[("SUYUAN_DATTA", "x")], "", "unknown variable SUYUAN_DATTA; known are SUYUAN_LISTEN, "),
        (&[("SUYUAN_", "x")], "", "unknown variable SUYUAN_;"),
        (&[("SUYUAN_LISTEN", "here")], "", "the value of SUYUAN_LISTEN does not fit"),
        (&[], "datta = 'x'", "unknown key datta; known are listen, data, database, public_url"),
        (&[], "listen = 80", "the configuration file does not fit"),
        (&[], "listen", "the configuration file is no TOML"),
        (&[("SUYUAN_PROXY_HEADER", "via")], "", "the value of SUYUAN_PROXY_HEADER does not fit"),
        (&[("SUYUAN_PUBLIC_URL", "ftp://a.example")], "", "the public URL is wrong"),
        (&[("SUYUAN_PUBLIC_URL", "https://a.example/?x")], "", "the public URL is wrong"),
    ];
    for (variables, file, expected) in table {
        let error = config(Layer::default(), variables, file).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn each_flag_has_its_variable_and_its_key() {
    let command = Layer::augment_args(clap::Command::new("suyuan"));
    let flags: Vec<String> = command
        .get_arguments()
        .map(|flag| flag.get_long().unwrap_or_default().replace('-', "_"))
        .collect();
    assert_eq!(flags, NAMES);
    for name in NAMES {
        let value = match name {
            "listen" => "127.0.0.1:1",
            "log_format" => "json",
            "smtp_tls" => "loopback-plain",
            "proxy_header" => "forwarded",
            _ => "http://a.example",
        };
        let file = config(Layer::default(), &[], &format!("{name} = '{value}'"));
        let variable = config(Layer::default(), &[(variable_of(name).as_str(), value)], "");
        assert_eq!(file, variable);
        assert!(file.is_ok());
    }
}

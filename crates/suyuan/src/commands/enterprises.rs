//! `suyuan enterprise`.

use anyhow::Result;
use service::Caller;

use crate::cli::EnterpriseCommand;
use crate::commands::all_rows;
use crate::config::Config;
use crate::open::{Newness, Platform};
use crate::report::{Done, table};

/// Does it.
pub(crate) async fn run(config: &Config, command: EnterpriseCommand) -> Result<Done> {
    let newness = match command {
        EnterpriseCommand::Add(_) => Newness::MayBegin,
        _ => Newness::MustExist,
    };
    Platform::with(config, newness, async |platform| match command {
        EnterpriseCommand::Add(new) => {
            let new = service::NewEnterprise {
                name: new.name,
                enterprise_type: new.enterprise_type,
                registration_scheme: new.scheme,
                registration_number: new.number,
                division: new.division,
                address: new.address,
                contact: new.contact,
            };
            let caller = Caller::console_of_machine();
            let enterprise = platform.service.create_enterprise(&caller, new).await?;
            Ok(Done::well(format!("{}\n", enterprise.enterprise_id)))
        }
        EnterpriseCommand::List => list(platform).await,
        EnterpriseCommand::Types => types(platform).await,
    })
    .await
}

async fn list(platform: &Platform) -> Result<Done> {
    let caller = Caller::console_of_machine();
    let all = all_rows(async |page| platform.service.list_enterprises(&caller, page).await).await?;
    let rows: Vec<_> = all
        .into_iter()
        .map(|it| {
            let number = format!("{} {}", it.registration_scheme, it.registration_number);
            [it.enterprise_id.to_string(), it.enterprise_type, number, it.name]
        })
        .collect();
    Ok(Done::well(table(["enterprise", "type", "number", "name"], &rows)))
}

async fn types(platform: &Platform) -> Result<Done> {
    let types = platform.service.enterprise_types().await?;
    let rows: Vec<_> = types
        .into_iter()
        .map(|it| {
            let lengths: Vec<String> = it.code_lengths.iter().map(u8::to_string).collect();
            let default = it.default_length.map_or("-".into(), |length| length.to_string());
            [it.name, lengths.join(", "), default]
        })
        .collect();
    Ok(Done::well(table(["type", "code lengths", "default"], &rows)))
}

//! `suyuan key`: API keys, the public key, key epochs.

use anyhow::{Result, ensure};
use service::{Caller, NewKey};

use crate::cli::KeyCommand;
use crate::commands::all_rows;
use crate::config::Config;
use crate::open::{Newness, Platform, parse_id};
use crate::outside::now_us;
use crate::report::{self, Done, moment, table};

/// Does it.
pub(crate) async fn run(config: &Config, command: KeyCommand) -> Result<Done> {
    let newness = match command {
        KeyCommand::New { .. } => Newness::MayBegin,
        _ => Newness::MustExist,
    };
    if let KeyCommand::BeginEpoch { servers_stopped } = command {
        ensure!(
            config.database.is_none() || servers_stopped,
            "a server that runs would go on minting with the old key: stop every server of this \
             database, then add --servers-stopped"
        );
    }
    Platform::with(config, newness, async |platform| match command {
        KeyCommand::New { role, enterprise, jurisdiction, label } => {
            let enterprise_id = enterprise.map(|id| parse_id("an enterprise", &id)).transpose()?;
            new(platform, NewKey { role: role.into(), enterprise_id, jurisdiction, label }).await
        }
        KeyCommand::List => list(platform).await,
        KeyCommand::Revoke { id } => {
            let caller = Caller::console_of_machine();
            platform.service.revoke_key(&caller, parse_id("a key", &id)?).await?;
            Ok(Done::well(format!("revoked {id}\n")))
        }
        KeyCommand::Public => Ok(Done::well(platform.key_facts.manifest_pem.clone())),
        KeyCommand::BeginEpoch { .. } => begin_epoch(platform).await,
    })
    .await
}

/// The secret alone goes to standard output, so that a script can take it.
async fn new(platform: &Platform, new: NewKey) -> Result<Done> {
    let (key, secret) = platform.service.create_key(&Caller::console_of_machine(), new).await?;
    report::note(&format!("key {} for role {}; it is shown this once:", key.key_id, key.role));
    Ok(Done::well(format!("{secret}\n")))
}

async fn list(platform: &Platform) -> Result<Done> {
    let caller = Caller::console_of_machine();
    let keys = all_rows(async |page| platform.service.list_keys(&caller, page).await).await?;
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let enterprise = key.enterprise_id.map(|id| id.to_string());
            let jurisdiction = key.jurisdiction.map(|it| it.to_string());
            let sees = enterprise.or(jurisdiction).unwrap_or_else(|| "-".into());
            let revoked = key.revoked_at_us.map_or("-".into(), moment);
            let created = moment(key.created_at_us);
            [key.key_id.to_string(), key.role, sees, key.label, created, revoked]
        })
        .collect();
    let head = ["key", "role", "sees", "label", "created", "revoked"];
    Ok(Done::well(table(head, &rows)))
}

/// The file comes first: an epoch without its key could not be served.
async fn begin_epoch(platform: &Platform) -> Result<Done> {
    let epochs = store::code_batches::key_epochs(&platform.store).await?;
    let next = epochs.iter().map(|row| row.epoch).max().unwrap_or(0) + 1;
    let key_id = platform.keys.add_code_key(next)?;
    let epoch = service::begin_key_epoch(&platform.store, now_us()).await?;
    ensure!(epoch == next, "key epoch {epoch} began elsewhere at the same time; start again");
    let folder = platform.keys.path().display();
    Ok(Done::well(format!(
        "key epoch {epoch} begins with code key {key_id}; back up {folder} before you mint\n"
    )))
}

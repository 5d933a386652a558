//! Whether the house is in order: keys, schema, structures, and counts that must agree.

use mint::Manifest;
use store::doctor;

use crate::{Result, Service};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it must be.
    pub is_well: bool,
    /// What was found, and what to do if it is not well.
    pub detail: String,
}

impl Service {
    /// Looks at everything that can be looked at while serving. Reads whole tables.
    pub async fn examine(&self) -> Result<Vec<Finding>> {
        let mut findings = vec![self.examine_schema().await?, self.examine_structures().await?];
        findings.push(self.examine_keys().await?);
        for count in doctor::counts(self.store()).await? {
            findings.push(Finding {
                name: count.name,
                is_well: count.left == count.right,
                detail: format!("{} and {}", count.left, count.right),
            });
        }
        Ok(findings)
    }

    async fn examine_schema(&self) -> Result<Finding> {
        let version = self.store().schema_version().await?;
        let detail = format!("version {version}");
        Ok(Finding { name: "schema", is_well: version > 0, detail })
    }

    async fn examine_structures(&self) -> Result<Finding> {
        let faults = self.store().integrity().await?;
        let detail = if faults.is_empty() {
            "sound".to_owned()
        } else {
            format!("restore a backup: {}", faults.join("; "))
        };
        Ok(Finding { name: "structures", is_well: faults.is_empty(), detail })
    }

    /// The newest manifest must verify and name the keys that are here.
    async fn examine_keys(&self) -> Result<Finding> {
        let name = "keys";
        let Some(text) = doctor::newest_manifest(self.store()).await? else {
            return Ok(Finding { name, is_well: true, detail: "no batch was minted yet".into() });
        };
        let detail = match Manifest::verify(&text, &self.manifest_public_key()) {
            Err(error) => Err(format!("the newest manifest does not verify: {error}")),
            Ok(manifest) if manifest.pin_key != self.secrets().pin.id() => {
                Err("the PIN key is not the one of the newest batch; put it back".to_owned())
            }
            Ok(manifest) if self.secrets().code.iter().all(|it| it.id() != manifest.code_key) => {
                Err("the code key of the newest batch is not here; put it back".to_owned())
            }
            Ok(_) => Ok("those of the newest batch, whose manifest verifies".to_owned()),
        };
        let is_well = detail.is_ok();
        Ok(Finding { name, is_well, detail: detail.unwrap_or_else(|fault| fault) })
    }
}

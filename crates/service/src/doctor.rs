//! Whether the house is in order: keys, schema, structures, and counts that must agree.

use mint::{Length, Manifest};
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

    /// The newest manifest must verify, and each length must find what it makes.
    async fn examine_keys(&self) -> Result<Finding> {
        let ring = self.ring();
        let round_trips = Length::ALL.iter().all(|&length| {
            let code = ring.code_at(length, 0);
            code.and_then(|code| ring.find(&code)).is_some_and(|found| found.ordinal == 0)
        });
        let newest = doctor::newest_manifest(self.store()).await?;
        let verifies = newest.is_none_or(|manifest| {
            Manifest::verify(&manifest, &self.manifest_public_key()).is_ok()
        });
        let detail = match (round_trips, verifies) {
            (true, true) => "codes are found, the newest manifest verifies",
            (false, _) => "codes are not found again: the code key files are damaged",
            (true, false) => "the newest manifest does not verify: manifest.p8 is of another place",
        };
        Ok(Finding { name: "keys", is_well: round_trips && verifies, detail: detail.to_owned() })
    }
}

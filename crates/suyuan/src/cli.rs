//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Layer;

/// A code for every item, its history, and what a scan of it means.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Configuration file [default: suyuan.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What the configuration file and the environment may say too.
    #[command(flatten)]
    pub(crate) settings: Layer,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve pages, the API and EPCIS until told to stop
    Serve,
    /// API keys, and the keys of the platform
    #[command(subcommand)]
    Key(KeyCommand),
    /// Enterprises
    #[command(subcommand)]
    Enterprise(EnterpriseCommand),
    /// Products
    #[command(subcommand)]
    Product(ProductCommand),
    /// Order codes for a product
    Mint(MintArgs),
    /// Print the signed manifest of a batch
    Manifest {
        /// Id of the batch
        batch: String,
    },
    /// Write the codes of a batch, with addresses and PINs, into a CSV file
    Print(PrintArgs),
    /// Capture EPCIS 2.0 documents
    Capture(CaptureArgs),
    /// Show the history of an item
    Trace(Box<TraceArgs>),
    /// Recalls: what would come back, orders, their end
    #[command(subcommand)]
    Recall(RecallCommand),
    /// Say what any scanned text is, and what it leads to
    Identify(IdentifyArgs),
    /// Check a voucher of a check or a manifest with the public key alone
    Verify {
        /// File of the voucher or the manifest
        file: PathBuf,
        /// File of the public key (PEM), as `suyuan key public` prints it and the platform shows
        /// it under /.well-known/suyuan-public.pem
        #[arg(long, value_name = "PUBLIC.pem")]
        key: PathBuf,
    },
    /// Copy the database into a new folder, also while a server runs
    Backup {
        /// The folder to make
        target: PathBuf,
        /// Copy the secret keys too: who has them can make codes
        #[arg(long)]
        with_keys: bool,
    },
    /// Put a backup into a data folder that has no database
    Restore {
        /// Folder of the backup
        backup: PathBuf,
    },
    /// Check keys, schema, disk and counts
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Load a world made from a seed, serve it, and show around
    Demo(DemoArgs),
}

/// API keys, and the keys of the platform.
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make an API key and print it, once
    New {
        /// What it may do
        #[arg(long, value_enum)]
        role: Role,
        /// Id of the enterprise it speaks for (roles enterprise and dealer)
        #[arg(long, value_name = "ID")]
        enterprise: Option<String>,
        /// The part of the platform it sees (role regulator): 2, 4 or 6 digits of divisions
        /// (GB/T 2260), or 900000 and the number of a country in ISO 3166-1 [default: the whole]
        #[arg(long, value_name = "DIGITS")]
        jurisdiction: Option<String>,
        /// What its owner calls it
        #[arg(long, default_value = "command line")]
        label: String,
    },
    /// List API keys, without their secrets
    List,
    /// Revoke an API key at once
    Revoke {
        /// Id of the key
        id: String,
    },
    /// Print the public key that checks manifests
    Public,
    /// Make a new code key and use it for all codes minted from now on
    BeginEpoch {
        /// With --database: say that no server runs, which nothing else can tell
        #[arg(long)]
        servers_stopped: bool,
    },
}

/// What an API key may do.
#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum Role {
    /// Runs the platform
    Operator,
    /// Makes goods, orders codes, captures events
    Enterprise,
    /// Receives and ships goods
    Dealer,
    /// Looks up anything, changes nothing
    Regulator,
}

impl From<Role> for service::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Operator => Self::Operator,
            Role::Enterprise => Self::Enterprise,
            Role::Dealer => Self::Dealer,
            Role::Regulator => Self::Regulator,
        }
    }
}

/// Enterprises.
#[derive(Subcommand)]
pub(crate) enum EnterpriseCommand {
    /// Register an enterprise and print its id
    Add(NewEnterprise),
    /// List enterprises
    List,
    /// List the types of enterprises and the code lengths they may order
    Types,
}

/// What an enterprise registers with.
#[derive(Args)]
pub(crate) struct NewEnterprise {
    /// Registered name
    #[arg(long)]
    pub(crate) name: String,
    /// A type that `suyuan enterprise types` lists
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) enterprise_type: String,
    /// Scheme of the registration number: uscc, kr-brn or other
    #[arg(long, default_value = "uscc")]
    pub(crate) scheme: String,
    /// Registration number
    #[arg(long)]
    pub(crate) number: String,
    /// Division it is registered in, if its number does not tell: six digits of GB/T 2260, or
    /// 900000 and the number of its country in ISO 3166-1
    #[arg(long, value_name = "DIGITS")]
    pub(crate) division: Option<String>,
    /// Address
    #[arg(long)]
    pub(crate) address: String,
    /// How to reach it
    #[arg(long)]
    pub(crate) contact: String,
}

/// Products.
#[derive(Subcommand)]
pub(crate) enum ProductCommand {
    /// Register a product and print its id
    Add(NewProduct),
    /// List products
    List,
}

/// What a product registers with.
#[derive(Args)]
pub(crate) struct NewProduct {
    /// Id of its enterprise
    #[arg(long, value_name = "ID")]
    pub(crate) enterprise: String,
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// Type
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) product_type: String,
    /// Specification
    #[arg(long)]
    pub(crate) specification: String,
    /// GTIN of 8, 12, 13 or 14 digits
    #[arg(long)]
    pub(crate) gtin: Option<String>,
    /// PNG, JPEG or WebP file
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
}

/// An order of codes.
#[derive(Args)]
pub(crate) struct MintArgs {
    /// Id of the product
    #[arg(long, value_name = "ID")]
    pub(crate) product: String,
    /// How many codes
    #[arg(long, value_name = "N")]
    pub(crate) count: u64,
    /// 15, 17 or 21 [default: that of the enterprise's type]
    #[arg(long)]
    pub(crate) digits: Option<u8>,
    /// What one code stands for
    #[arg(long, value_enum, default_value = "item")]
    pub(crate) granularity: Granularity,
    /// Codes that say that they are samples
    #[arg(long)]
    pub(crate) sample: bool,
    /// Labels carry the PIN under a layer, and scans ask for it before a first check is told of
    #[arg(long)]
    pub(crate) cover: bool,
}

/// What one code stands for.
#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum Granularity {
    /// One item
    Item,
    /// All goods of a lot
    Lot,
    /// All goods of a product
    Product,
}

impl From<Granularity> for verdict::Granularity {
    fn from(granularity: Granularity) -> Self {
        match granularity {
            Granularity::Item => Self::Item,
            Granularity::Lot => Self::Lot,
            Granularity::Product => Self::Product,
        }
    }
}

/// A part of a print file.
#[derive(Args)]
pub(crate) struct PrintArgs {
    /// Id of the batch
    pub(crate) batch: String,
    /// First position, from 0
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    pub(crate) from: u64,
    /// The position to stop before [default: the end of the batch]
    #[arg(long, value_name = "POSITION")]
    pub(crate) to: Option<u64>,
    /// Begin with a UTF-8 byte order mark
    #[arg(long)]
    pub(crate) bom: bool,
    /// The file to make [default: named after the batch, in the working folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Documents to capture.
#[derive(Args)]
pub(crate) struct CaptureArgs {
    /// EPCIS 2.0 documents in JSON
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Id of the enterprise that captures them
    #[arg(long, value_name = "ID")]
    pub(crate) enterprise: String,
}

/// An item.
#[derive(Args)]
pub(crate) struct TraceArgs {
    /// EPC URN, GS1 Digital Link, or the digits of a code
    pub(crate) epc: String,
    /// What became of it, instead of where it came from
    #[arg(long)]
    pub(crate) forward: bool,
    /// What was so at this time, such as 2026-11-22T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) event_time: Option<i64>,
    /// What was known here at this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) record_time: Option<i64>,
    /// Go on where an answer was cut, by what it said there
    #[arg(long, value_name = "TOKEN", value_parser = rest)]
    pub(crate) on: Option<trace::Rest>,
    /// Write pages of A4 to this new file
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    /// Write a workbook to this new file
    #[arg(long, value_name = "FILE")]
    pub(crate) xlsx: Option<PathBuf>,
    /// Language of the files: zh-CN, ko or en
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    pub(crate) language: web::Language,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn moment(text: &str) -> Result<i64, String> {
    let wrong = || "write a time as in 2026-11-22T08:00:00Z".to_owned();
    let time: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
    Ok(time.as_microsecond())
}

fn rest(token: &str) -> Result<trace::Rest, String> {
    trace::Rest::parse(token).ok_or_else(|| "copy it from the answer that was cut".to_owned())
}

fn language(tag: &str) -> Result<web::Language, String> {
    web::Language::of_tag(tag).ok_or_else(|| "write zh-CN, ko or en".to_owned())
}

/// Recalls.
#[derive(Subcommand)]
pub(crate) enum RecallCommand {
    /// Show what an order would call back, and who has it
    Preview(RecallStartArgs),
    /// Call goods back: whoever scans them is told at once
    Order(RecallOrderArgs),
    /// List recalls and drills
    List,
    /// List the alerts of a recall: what moved, and what strangers tell of
    Alerts {
        /// Id of the recall
        recall: String,
    },
    /// Goods that only strangers tell of belong to a recall
    Accept {
        /// Id of the recall
        recall: String,
        /// Number of the alert
        alert: u64,
    },
    /// Goods that only strangers tell of do not belong to a recall
    Dismiss {
        /// Id of the recall
        recall: String,
        /// Number of the alert
        alert: u64,
    },
    /// Print the report of a recall as JSON, or write it to files
    Report {
        /// Id of the recall
        recall: String,
        /// Write pages of A4 to this new file
        #[arg(long, value_name = "FILE")]
        pdf: Option<PathBuf>,
        /// Write a workbook to this new file
        #[arg(long, value_name = "FILE")]
        xlsx: Option<PathBuf>,
        /// Language of the files: zh-CN, ko or en
        #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
        language: web::Language,
    },
    /// Close a recall or a drill with its report
    Close {
        /// Id of the recall
        recall: String,
        /// What came of it
        #[arg(long)]
        conclusion: String,
    },
}

/// Where a recall starts.
#[derive(Args)]
pub(crate) struct RecallStartArgs {
    /// Id of a lot, or whatever a trace takes
    #[arg(required_unless_present_any = ["event", "query"])]
    pub(crate) thing: Option<String>,
    /// The goods that an event names, by its eventID
    #[arg(long, conflicts_with_all = ["thing", "query"])]
    pub(crate) event: Option<String>,
    /// The goods of all events that an EPCIS query finds, as JSON
    #[arg(long, conflicts_with = "thing")]
    pub(crate) query: Option<String>,
    /// Whose goods: id of the enterprise
    #[arg(long, value_name = "ID")]
    pub(crate) enterprise: String,
}

/// An order.
#[derive(Args)]
pub(crate) struct RecallOrderArgs {
    #[command(flatten)]
    pub(crate) start: RecallStartArgs,
    /// 1, 2 or 3; 1 is the most urgent
    #[arg(long)]
    pub(crate) level: u8,
    /// Why, as consumers read it
    #[arg(long)]
    pub(crate) reason: String,
    /// What to do, in Chinese
    #[arg(long)]
    pub(crate) zh: Option<String>,
    /// What to do, in Korean
    #[arg(long)]
    pub(crate) ko: Option<String>,
    /// What to do, in English
    #[arg(long)]
    pub(crate) en: Option<String>,
    /// Tell nobody: see how fast it would be found
    #[arg(long)]
    pub(crate) drill: bool,
    /// Any text: sent again, it is the same order
    #[arg(long, value_name = "TEXT")]
    pub(crate) client_token: String,
}

/// A scanned text.
#[derive(Args)]
pub(crate) struct IdentifyArgs {
    /// Address, element string, bare digits, Ecode, MA code, licence, or code
    pub(crate) text: String,
}

/// The demo.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Another seed makes another world
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Throw the demo's data away and load it anew
    #[arg(long)]
    pub(crate) reset: bool,
}

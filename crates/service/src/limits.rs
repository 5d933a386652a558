//! Each bound of the product, once, with its unit.

/// Rows of one page of a list.
pub const MAX_PAGE_ROWS: u32 = 100;

/// Characters of a name, an address or another line of text.
pub const MAX_LINE_CHARS: usize = 300;

/// Characters of what a visitor says.
pub const MAX_FEEDBACK_CHARS: usize = 1_000;

/// Rows of feedback in one file.
pub const MAX_EXPORTED_FEEDBACK: usize = 10_000;

/// Characters of a lot number: AI 10 is X..20.
pub const MAX_LOT_CHARS: usize = 20;

/// Codes of one order: 10^10, a year of the nation in one.
pub const MAX_BATCH_CODES: u64 = 10_000_000_000;

/// How long after a scan its device may tell where it was, in microseconds.
pub const PLACED_WITHIN_US: i64 = 3_600_000_000;

/// Of so many ordered codes one ordinal more is taken and never printed: who makes codes without
/// the print file, or guesses them, meets it as often as a code in so many.
pub const CODES_A_RESERVED: u64 = 64;

/// Codes named one by one in one request.
pub const MAX_LISTED_CODES: usize = 10_000;

/// Ranges that one change of state may touch or leave.
pub const MAX_STATE_RANGES: u32 = 10_000;

/// Positions that the ranges of one document or commission may cover: a whole order.
pub const MAX_COMMISSION_CODES: u64 = MAX_BATCH_CODES;

/// The same where a later key epoch skips ordinals and each has to be looked at.
pub const MAX_SKIPPING_CODES: u64 = 10_000_000;

/// Rows that one capture may write.
pub const MAX_CAPTURE_ROWS: usize = 1_000_000;

/// Bytes of an EPC, a class or an eventID: what both engines can index.
pub const MAX_IDENTIFIER_BYTES: usize = 2_000;

/// Identifiers bound to one item, lot or product, and targets of one certificate that are told.
pub const MAX_BINDINGS: u32 = 100;

/// Bytes of a captured document.
pub const MAX_CAPTURE_BYTES: u64 = 256 * 1024 * 1024;

/// Events of a captured document.
pub const MAX_CAPTURE_EVENTS: usize = 1_000_000;

/// Bytes of a document that is captured in one write: read whole, it takes ten times that.
pub const MAX_WHOLE_BYTES: usize = 16 * 1024 * 1024;

/// Events of a document that is captured in one write.
pub const MAX_WHOLE_EVENTS: usize = 10_000;

/// Bytes of one event, alone or in a large document.
pub const MAX_EVENT_BYTES: usize = 8 * 1024 * 1024;

/// Bytes from which on an arriving document is kept in the store and captured after the answer.
pub const SPOOLED_FROM_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of a piece of a document that is kept in the store.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// Such pieces that are written at once, while a document arrives.
pub const CHUNKS_A_WRITE: usize = 8;

/// Events that a capture job stores in one write.
pub const PORTION_EVENTS: usize = 500;

/// Bytes of such events: a portion ends with the event that passes it.
pub const PORTION_BYTES: usize = 512 * 1024;

/// Runs of codes that a capture job may begin or end the lives of, all or none.
pub const MAX_ROLLBACK_CHANGES: usize = 10_000;

/// Capture jobs that one process works on at a time.
pub const JOBS_AT_ONCE: usize = 2;

/// How long a capture job is its worker's after each step, in microseconds: far longer than a step
/// takes, and what others wait if the worker is killed.
pub const JOB_LEASE_US: i64 = 10_000_000;

/// How often a job is taken up before it is given up: by then it brought down that many processes.
pub const MAX_JOB_CLAIMS: u64 = 100;

/// How long a document that broke off is kept in the store, in microseconds: a day.
pub const BROKEN_OFF_US: i64 = 24 * 3600 * 1_000_000;

/// Captures that are given their position in one write.
pub const CAPTURES_PLACED_AT_ONCE: u32 = 256;

/// Bytes of a product picture as it arrives.
pub const MAX_PICTURE_BYTES: usize = 5 * 1024 * 1024;

/// Width and height of a product picture as it arrives, in pixels.
pub const MAX_PICTURE_PX: u32 = 4096;

/// Width and height of a product picture as it is stored, in pixels.
pub const STORED_PICTURE_PX: u32 = 1024;

/// Bytes of a chunk of a print file: big enough to make the channel cheap, small enough that a
/// slow printer holds little memory.
pub const PRINT_CHUNK_BYTES: usize = 64 * 1024;

/// How long a console session lasts, in microseconds: 12 hours.
pub const SESSION_US: i64 = 12 * 3600 * 1_000_000;

/// How often an operation decides again after a conflict before it gives up.
pub const MAX_DECISIONS: u32 = 64;

/// Identifier numbers leased at once.
pub const LEASE_NUMBERS: u64 = 4096;

/// Events that one trace takes in.
pub const MAX_TRACE_EVENTS: u32 = 2_000;

/// Ranges of identifiers that one trace follows.
pub const MAX_TRACE_IDENTIFIERS: usize = 500;

/// Events that one recall takes in: a million items in cases of 24 are 50,000.
pub const MAX_COUNTED_EVENTS: usize = 200_000;

/// Events up to which a closure is made on the thread of its request: some 2 µs each, a few
/// milliseconds in all.
pub const EVENTS_IN_PASSING: usize = 2_000;

/// Ranges of identifiers that one recall follows.
pub const MAX_COUNTED_IDENTIFIERS: usize = 200_000;

/// Containers in containers, and transformations behind transformations.
pub const MAX_TRACE_DEPTH: u16 = 16;

/// Ranges of identifiers that a recall begins with.
pub const MAX_RECALL_IDENTIFIERS: usize = 50_000;

/// Runs of goods of one recall, each with one holder and one last event.
pub const MAX_RECALL_RANGES: usize = 200_000;

/// Events that a place or a query may start a recall from.
pub const MAX_RECALL_START_EVENTS: usize = 10_000;

/// Recalls that one process locates at a time; others wait.
pub const LOCATING_AT_ONCE: usize = 2;

/// Characters of the reason of a recall and of what to do, in each language.
pub const MAX_RECALL_TEXT_CHARS: usize = 1_000;

/// Characters of a client token.
pub const MAX_TOKEN_CHARS: usize = 100;

/// Days within which a recall is to be done.
pub const MAX_RECALL_DAYS: i64 = 366;

/// Holders that have a task of one recall.
pub const MAX_RECALL_TASKS: usize = 10_000;

/// Files that one task keeps, and bytes of each as it arrives.
pub const MAX_FILES_OF_TASK: usize = 20;
/// See [`MAX_FILES_OF_TASK`].
pub const MAX_EVIDENCE_BYTES: usize = MAX_PICTURE_BYTES;

/// Other names of goods that one recall follows, and rounds of looking for more of them.
pub const MAX_RECALL_NAMES: usize = 100_000;
/// See [`MAX_RECALL_NAMES`].
pub const MAX_NAME_ROUNDS: usize = 8;

/// Runs of items of a lot that are looked at when its Digital Link is followed.
pub const MAX_RUNS_OF_LINK: u32 = 1_000;

/// Events that name a lot which are looked at to find who told of it first.
pub const MAX_FIRST_TELLERS: u32 = 2_000;

/// How much longer than it took to locate a recall nobody does so again: one twentieth of the time
/// of a processor at most is spent on a recall of any size.
pub const LOOKS_APART: i64 = 20;

/// When a recall that could not be located is tried again, in microseconds: ten minutes.
pub const LOOK_RETRY_US: i64 = 600_000_000;

/// How long after the last word whoever watches is told again of a task that is still overdue, in
/// microseconds: three days.
pub const OVERDUE_AGAIN_US: i64 = 3 * 24 * 3_600_000_000;

/// Overdue tasks that one letter about all of a recall names; the rest are counted.
pub const MAX_TASKS_OF_LETTER: usize = 20;

/// Overdue tasks, reminders and notices that are taken at once.
pub const OVERDUE_AT_ONCE: u32 = 100;

/// Events that recalls look at in one step, and recalls that do together.
pub const FOLLOWED_AT_ONCE: u32 = 1_000;
/// See [`FOLLOWED_AT_ONCE`].
pub const OPEN_RECALLS_AT_ONCE: u32 = 100;

/// How long a letter of a recall is its sender's, in microseconds: five minutes, longer than an
/// attempt may take.
pub const LETTER_LEASE_US: i64 = 300_000_000;

/// Letters of one reader and channel that are on their way at once.
pub const MAX_LETTERS_OF_READER: u32 = 4;

/// Letters by e-mail that one address gets in a day (UTC), whoever they are for.
pub const MAX_MAILS_OF_ADDRESS: u64 = 500;

/// Those of them about the goods of one enterprise, which alone uses up nobody's day.
pub const MAX_MAILS_OF_ADDRESS_AND_ENTERPRISE: u64 = 100;

/// Letters by e-mail about the goods of one enterprise in a day (UTC): two for each holder that a
/// recall may have.
pub const MAX_MAILS_OF_ENTERPRISE: u64 = 20_000;

/// Letters in a day (UTC) that ask one address to be confirmed, and that one reader asks for.
pub const MAX_CONFIRMATIONS_OF_ADDRESS: u64 = 3;
/// See [`MAX_CONFIRMATIONS_OF_ADDRESS`].
pub const MAX_CONFIRMATIONS_OF_READER: u64 = 10;

/// How long an address may be confirmed with the link of its letter, in microseconds: three days.
pub const CONFIRM_US: i64 = 3 * 24 * 3_600_000_000;

/// How long letters of recalls are kept, in days.
pub const LETTER_DAYS: i64 = 90;

/// Longest address of e-mail (RFC 5321 §4.5.3.1.3), and of its part before the `@`.
pub const MAX_EMAIL_CHARS: usize = 254;

/// Files and alerts that the report of a recall lists, of each.
pub const MAX_REPORTED_ROWS: usize = 4_000;

/// The longest pause between two drills of a schedule, in months.
pub const MAX_DRILL_MONTHS: u8 = 60;

/// Holders that an answer tells one by one; the rest are counted.
pub const MAX_TOLD_HOLDERS: usize = 500;

/// Lots and containers that an answer tells one by one for each holder.
pub const MAX_TOLD_THINGS: usize = 20;

/// Domains of one enterprise.
pub const MAX_DOMAINS: u32 = 20;

/// How often a domain is looked at, in microseconds: each day.
pub const DOMAIN_CHECKED_US: i64 = 24 * 3600 * 1_000_000;

/// How long a domain stays verified after its token was last seen, in microseconds: a week.
pub const DOMAIN_LASTS_US: i64 = 7 * DOMAIN_CHECKED_US;

/// How long the next look at a domain waits that a person asks for, in microseconds.
pub const DOMAIN_PAUSE_US: i64 = 30 * 1_000_000;

/// Letters of what somebody looks for by name.
pub const MAX_SOUGHT_CHARS: usize = 64;

/// Names that one page of a search looks at.
pub const MAX_NAMES_LOOKED_AT: u32 = 512;

/// Searches by name that one process makes at once; others are told to come again.
pub const SEARCHES_AT_ONCE: usize = 4;

/// Batches, lots and products of each that one process keeps in memory for scans: 300 bytes a
/// batch are 30 MB.
pub const MAX_KEPT: usize = 100_000;

/// Products and lots whose certificates are kept in memory: 8 MB at most.
pub(crate) const MAX_PAPERS: usize = 1_000;

/// How old the name and the picture of a product may be on the page of a scan, in microseconds.
pub const GOODS_US: i64 = 5_000_000;

/// What a dry run of rules looks back at, in microseconds: 30 days.
pub const DRY_RUN_US: i64 = 30 * 24 * 3600 * 1_000_000;

/// Batches whose items a dry run of rules judges.
pub const MAX_DRY_BATCHES: u32 = 100;

/// Pages of batches among which it looks for those.
pub const MAX_DRY_PAGES: u32 = 50;

/// Items that a dry run of rules judges.
pub const MAX_DRY_ITEMS: u32 = 2_000;

/// Reads that a dry run of rules makes to find them.
pub const MAX_DRY_BLOCKS: u32 = 500;

/// Scans of who handles the goods that the page of an item lists.
pub const MAX_SHOWN_ASIDE: u32 = 5;

/// Captures of one enterprise that are answered and not finished.
pub const MAX_JOBS: u64 = 20;

/// Shares that show events of others to one enterprise: a query looks into each.
pub const MAX_SHARES: u64 = 1_000;

/// Grants of one enterprise to another.
pub const MAX_GRANTS: u64 = 50;

/// How old a server's knowledge of shares may be when it captures an event, in microseconds.
pub const SHARES_US: i64 = 5_000_000;

/// Changed shares that are read at once.
pub const SHARES_READ_AT_ONCE: u32 = 1_000;

/// How long after a share was made events from before it are filled in, in microseconds: longer
/// than a server needs to learn of it and to end the captures that it has begun.
pub const FILLING_AFTER_US: i64 = 60_000_000;

/// Events that are looked at in one step of filling, and rows of their identifiers from which on a
/// step takes no event more.
pub const FILLED_AT_ONCE: u32 = 128;
/// See [`FILLED_AT_ONCE`].
pub const FILLED_ROWS: usize = 20_000;

/// How long a share whose filling failed lets others go first, in microseconds.
pub const FILLING_REST_US: i64 = 60_000_000;

/// Elements of master data that one document may bring.
pub const MAX_MASTER_DATA_OF_DOCUMENT: usize = 10_000;

/// Elements of master data of one enterprise.
pub const MAX_MASTER_DATA: u64 = 1_000_000;

/// Bytes of the attributes and children of one element of master data.
pub const MAX_MASTER_DATA_BYTES: usize = 256 * 1024;

/// Terms under which an element of master data is found; attributes beyond them are kept, and not
/// found.
pub const MAX_MASTER_DATA_TERMS: usize = 256;

/// Elements of master data that one query may read.
pub const MAX_MASTER_DATA_OF_QUERY: usize = 1_000;

/// Company prefixes that one answer may be translated by.
pub const MAX_COMPANY_PREFIXES: u32 = 10_000;

/// Page tokens that those who see the same may have ended at once, of a day.
pub const MAX_ENDED_TOKENS: u64 = 1_000;

/// Links of one entry of the resolver, and languages or contexts of one link.
pub const MAX_LINKS: usize = 100;

/// Bytes of the URL of a link.
pub const MAX_URL_BYTES: usize = 2_000;

/// Events of one page of a query.
pub const MAX_QUERY_PAGE_EVENTS: u32 = 1_000;

/// Bytes of the events of one page of a query: a page ends before the event that passes it, and
/// has one at least.
pub const MAX_QUERY_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Events that one page of a query may look at, 40 µs each. A page that finds fewer answers among
/// them is short, and the next one goes on behind them.
pub const MAX_QUERY_LOOKED_AT: usize = 10_000;

/// Events that a query may put in order by what no index is in order of, or count beforehand.
pub const MAX_QUERY_SORTED: usize = 20_000;

/// EPCs that one page of the list of all may look at; those that an earlier event names are no row.
pub const MAX_EPCS_LOOKED_AT: u32 = 1_000;

/// Entries of the index that one step of a query may walk at once: the values of a list, and for
/// the platform the enterprises that have them.
pub const MAX_QUERY_ENTRIES: usize = 2_000;

/// Entries of an index that are looked at to learn how selective it is.
pub const PROBED_ENTRIES: u32 = 64;

/// Characters of the name of a query.
pub const MAX_QUERY_NAME_CHARS: usize = 100;

/// Bytes of a named query.
pub const MAX_NAMED_QUERY_BYTES: usize = 100_000;

/// Named queries of one enterprise.
pub const MAX_NAMED_QUERIES: u32 = 1_000;

/// How long the token of a page may be used, in microseconds: a day.
pub const PAGE_TOKEN_US: i64 = 24 * 3600 * 1_000_000;

/// Deliveries of one owner that are on their way at once, from all servers: a quarter of what one
/// server sends.
pub const MAX_SENT_OF_OWNER: u32 = 4;

/// Subscriptions of one enterprise, or of the platform.
pub const MAX_SUBSCRIPTIONS: u64 = 100;

/// Bytes of the key with which a subscription's deliveries are signed.
pub const MAX_SIGNATURE_TOKEN_BYTES: usize = 500;

/// Events that may wait for the receiver of one subscription, dead letters included. With more it
/// is stopped where it stands, and says so.
pub const MAX_OUTBOX_EVENTS: u64 = 100_000;

/// Events that are read and judged for subscriptions at once.
pub const JUDGED_AT_ONCE: u32 = 128;

/// Events of one delivery, and of one message of a WebSocket.
pub const MAX_DELIVERY_EVENTS: u32 = 500;

/// Bytes of the events of one delivery: it ends before the event that passes it, and has one at
/// least.
pub const MAX_DELIVERY_BYTES: u64 = 4 * 1024 * 1024;

/// How much later than the first of a delivery an event may have come, in microseconds: an hour, so
/// that it is not given up much sooner than after its own day.
pub const MERGED_WITHIN_US: i64 = 3600 * 1_000_000;

/// How long one attempt to deliver may take, in microseconds: 30 s.
pub const DELIVERY_TIME_US: i64 = 30 * 1_000_000;

/// How long an attempt keeps others from sending, in microseconds: longer than it may take.
pub const DELIVERY_LEASE_US: i64 = 2 * DELIVERY_TIME_US;

/// The pause after the first attempt that failed, in microseconds; it doubles.
pub const FIRST_PAUSE_US: i64 = 5 * 1_000_000;

/// The longest pause between attempts, in microseconds: an hour.
pub const MAX_PAUSE_US: i64 = 3600 * 1_000_000;

/// How long a delivery is attempted before it is a dead letter, in microseconds: a day.
pub const DELIVERY_DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Enterprises whose names another may open one by one in the history of its goods.
pub const MAX_NAMED: usize = 200;

/// Dealers of one enterprise, closed ones included: all are in memory while the tree changes.
pub const MAX_DEALERS: usize = 10_000;

/// Dealers from the enterprise down to the last, included.
pub const MAX_DEALER_DEPTH: usize = 20;

/// Territories of one dealer.
pub const MAX_TERRITORIES_OF_DEALER: usize = 200;

/// Territories of all dealers of one enterprise.
pub const MAX_TERRITORIES: usize = 50_000;

/// Characters of the number that an enterprise gives a dealer.
pub const MAX_DEALER_NUMBER_CHARS: usize = 50;

/// Licences and contracts of one dealer.
pub const MAX_FILES_OF_DEALER: usize = 50;

/// Bytes of a file of rows: a table of text, or a workbook.
pub const MAX_SHEET_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of all parts of a workbook once they are unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// Rows of such a file, its heads included.
pub const MAX_SHEET_ROWS: usize = 10_001;

/// Columns of such a file.
pub const MAX_SHEET_COLUMNS: usize = 64;

/// What is told to be wrong with such a file; the rest is counted.
pub const MAX_SHEET_FAULTS: usize = 100;

/// Things, or runs of codes, of one shipment that is told by a form, a file or in one request.
pub const MAX_MOVED_THINGS: usize = 10_000;

/// Events that name a dealer, as far as its stock is counted from them.
pub const MAX_DEALER_EVENTS: usize = 20_000;

/// Things that are scanned for one check of a shipment.
pub const MAX_CHECKED_THINGS: usize = 2_000;

/// Alerts that one request may acknowledge, assign or close.
pub const MAX_ALERTS_AT_ONCE: usize = 100;

/// Alerts of scans that wait in memory to be written; more in one second wait for a later scan.
pub const MAX_PENDING_ALERTS: usize = 4_096;

/// Alerts of scans that are raised in one write.
pub const ALERTS_A_WRITE: usize = 64;

/// How long scans raise no alert about what was closed as a false alarm or a duplicate, in
/// microseconds: 30 days.
pub const ALERT_QUIET_US: i64 = 30 * 24 * 3600 * 1_000_000;

/// How long alerts are kept after they were closed, in microseconds: three years.
pub const ALERT_KEPT_US: i64 = 3 * 365 * 24 * 3600 * 1_000_000;

/// Alerts of one file; the newest.
pub const MAX_EXPORTED_ALERTS: usize = 10_000;

/// Alerts that one page looks at, whatever it finds among them.
pub const MAX_ALERTS_WALKED: u32 = 10_000;

/// Pages of which one file of alerts is made; with short ones it may end before it is full.
pub const MAX_PAGES_OF_FILE: usize = 200;

/// Characters that are written to an alert at once.
pub const MAX_ALERT_NOTE_CHARS: usize = 1_000;

/// What may be done with one alert, one after the other.
pub const MAX_ALERT_CHANGES: u32 = 200;

/// Letters by e-mail about alerts that one reader gets in a day (UTC): more are read in the queue.
pub const MAX_ALERT_MAILS: u64 = 50;

/// Alerts that one webhook gets in a day (UTC).
pub const MAX_ALERT_POSTS: u64 = 2_000;

/// How long after a check its answer can be saved as a voucher, in microseconds: a day.
pub const MAX_CLAIM_AGE_US: i64 = 24 * 3600 * 1_000_000;

/// Vouchers of one code that are made in one day; of one that many packs carry, for each of 64
/// groups of networks.
pub const MAX_VOUCHERS_OF_CODE: u64 = 50;

/// Vouchers that one address has made in one hour, by each server.
pub const MAX_VOUCHERS_OF_ADDRESS: u8 = 20;

/// Scans that ask for the way of their goods at once.
pub const WAYS_AT_ONCE: usize = 4;

/// Items that were scanned and are judged for diversion at once.
pub const MARKS_AT_ONCE: u32 = 256;

/// Sightings of one shipment that are judged together, the newest.
pub const MAX_JUDGED_SIGHTINGS: u32 = 2_000;

/// Notes and steps of one suspected diversion.
pub const MAX_CHANGES_OF_DIVERSION: u32 = 500;

/// Of these, notes that are no step, so that there is room for steps.
pub const MAX_NOTES_OF_DIVERSION: usize = 400;

/// Days that whoever looks into a suspected diversion has, if nobody chose another.
pub const DIVERSION_DAYS: i64 = 7;

/// Notes of one inspector on one suspected diversion.
pub const MAX_NOTES_OF_INSPECTOR: usize = 50;

/// Files of one suspected diversion.
pub const MAX_FILES_OF_DIVERSION: usize = 20;

/// Suspected diversions that statistics count, the newest.
pub const MAX_COUNTED_DIVERSIONS: u32 = 10_000;

/// Photos of one report of a suspected fake.
pub const MAX_REPORT_PHOTOS: usize = 3;

/// Characters of what a report says in words, and of an answer.
pub const MAX_REPORT_CHARS: usize = 2_000;

/// Width and height of a photo of a report as it is stored, in pixels.
pub const STORED_PHOTO_PX: u32 = 1600;

/// Pictures of all kinds that are encoded anew at once: 128 MiB of memory each at most.
pub const PHOTOS_AT_ONCE: usize = 2;

/// Reports that arrive at once, each with all its bytes in memory.
pub const REPORTS_AT_ONCE: usize = 8;

/// Reports from one address (of IPv6 a /64) in a day (UTC).
pub const MAX_REPORTS_OF_ADDRESS: u64 = 5;

/// Reports about one code in a day (UTC).
pub const MAX_REPORTS_OF_CODE: u64 = 20;

/// Reports in a day (UTC): 3 GB of photos at most.
pub const MAX_REPORTS_OF_DAY: u64 = 2_000;

/// Characters of what a producer says beside one answer.
pub const MAX_PAGE_TEXT_CHARS: usize = 200;

/// Certificates that are shown of a product, and of each lot of it: two of these on a page.
pub const MAX_CERTIFICATES: usize = 6;

/// Characters of the title, the number and the issuer of a certificate.
pub const MAX_CERTIFICATE_CHARS: usize = 60;

/// Width and height of the small picture of a certificate, in pixels: three a dot of a phone.
pub const SMALL_PICTURE_PX: u32 = 216;

/// Bytes of a link on the page of a producer's goods.
pub const MAX_PAGE_URL_BYTES: usize = 500;

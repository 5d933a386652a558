-- One list of migrations for both engines. Three column kinds: bigint, text, {bytes}.
-- Times are microseconds since the epoch, booleans 0 and 1.
-- Tables that grow with items, events or scans carry a distribution column in each unique key;
-- the rest are reference tables.

create table counters (
  name text not null primary key,
  next bigint not null
);
insert into counters (name, next) values
  ('ordinals/15', 0), ('ordinals/17', 0), ('ordinals/21', 0), ('interned', 0);

create table key_epochs (
  class bigint not null,
  epoch bigint not null,
  first_ordinal bigint not null,
  end_ordinal bigint,
  begun_at bigint not null,
  primary key (class, epoch)
);

create table enterprise_types (
  enterprise_type text not null primary key,
  code_lengths text not null,
  default_length bigint not null
);
insert into enterprise_types (enterprise_type, code_lengths, default_length) values
  ('producer', '15 17 21', 17),
  ('producer-mass', '15 17', 15),
  ('producer-high-value', '17 21', 21),
  ('importer', '17 21', 17),
  ('dealer', '15', 15),
  ('logistics', '', 0),
  ('certifier', '', 0),
  ('regulator', '', 0),
  ('platform', '15 17 21', 17);

create table enterprises (
  enterprise_id bigint not null primary key,
  name text not null,
  enterprise_type text not null,
  registration_scheme text not null,
  registration_number text not null,
  address text not null,
  contact text not null,
  created_at bigint not null
);
create unique index enterprises_registration
  on enterprises (registration_scheme, registration_number);

create table products (
  enterprise_id bigint not null,
  product_id bigint not null primary key,
  name text not null,
  product_type text not null,
  specification text not null,
  gtin text,
  created_at bigint not null
);
create unique index products_gtin on products (gtin);
create index products_enterprise on products (enterprise_id, product_id);

create table product_pictures (
  enterprise_id bigint not null,
  product_id bigint not null,
  picture_no bigint not null,
  media_type text not null,
  width bigint not null,
  height bigint not null,
  body {bytes} not null,
  primary key (product_id, picture_no)
);

create table lots (
  enterprise_id bigint not null,
  lot_id bigint not null primary key,
  product_id bigint not null,
  lot_number text not null,
  production_date text not null,
  shelf_life_days bigint,
  created_at bigint not null
);
create unique index lots_number on lots (product_id, lot_number);
create index lots_enterprise on lots (enterprise_id, lot_id);

create table code_batches (
  enterprise_id bigint not null,
  batch_id bigint not null primary key,
  product_id bigint not null,
  granularity bigint not null,
  is_sample bigint not null,
  class bigint not null,
  epoch bigint not null,
  first_ordinal bigint not null,
  n_codes bigint not null,
  n_ordinals bigint not null,
  spares_per_segment bigint not null,
  range_salt {bytes} not null,
  gtin text,
  public_url text not null,
  revision bigint not null,
  manifest text not null,
  created_at bigint not null
);
create unique index code_batches_ordinal on code_batches (class, first_ordinal);
create index code_batches_enterprise on code_batches (enterprise_id, batch_id);

create table downloads (
  enterprise_id bigint not null,
  download_id bigint not null primary key,
  batch_id bigint not null,
  key_id bigint not null,
  first_position bigint not null,
  end_position bigint not null,
  with_bom bigint not null,
  started_at bigint not null,
  finished_at bigint,
  sha256 {bytes}
);
create index downloads_batch on downloads (batch_id, download_id);

create table api_keys (
  enterprise_id bigint not null,
  key_id bigint not null primary key,
  key_hash {bytes} not null,
  role text not null,
  label text not null,
  created_at bigint not null,
  revoked_at bigint
);
create unique index api_keys_hash on api_keys (key_hash);

create table sessions (
  token_hash {bytes} not null primary key,
  key_id bigint not null,
  expires_at bigint not null
);

create table item_states (
  block bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  enterprise_id bigint not null,
  batch_id bigint not null,
  lot_id bigint,
  state bigint not null,
  reason text not null,
  since bigint not null,
  event_key {bytes} not null,
  primary key (block, first_id)
) /* distribute by block, without rowid */;

-- Row 0 of an item counts its other rows. It lies beside them, so that a scan changes one page.
create table scans (
  block bigint not null,
  item_id bigint not null,
  n_scan bigint not null,
  scanned_at bigint not null,
  n_scans bigint,
  first_at bigint,
  device text,
  place text,
  primary key (block, item_id, n_scan)
) /* distribute by block, without rowid */;

create table item_pins (
  block bigint not null,
  item_id bigint not null,
  revision bigint not null,
  n_left bigint not null,
  refilled_at bigint not null,
  locked_since bigint,
  n_proved bigint not null,
  first_proved_at bigint,
  primary key (block, item_id)
) /* distribute by block, without rowid */;

create table identifiers (
  bucket bigint not null,
  epc text not null,
  identifier_id bigint not null,
  primary key (bucket, epc)
) /* distribute by bucket, without rowid */;

create table identifier_epcs (
  block bigint not null,
  identifier_id bigint not null,
  epc text not null,
  primary key (block, identifier_id)
) /* distribute by block, without rowid */;

create table captures (
  enterprise_id bigint not null,
  capture_id bigint not null primary key,
  created_at bigint not null,
  n_events bigint not null,
  n_known bigint not null
) /* distribute by capture_id */;
create index captures_enterprise on captures (enterprise_id, capture_id);

create table events (
  event_key {bytes} not null primary key,
  enterprise_id bigint not null,
  event_id text not null,
  event_hash {bytes} not null,
  event_type bigint not null,
  action bigint not null,
  biz_step text not null,
  event_time bigint not null,
  record_time bigint not null,
  capture_id bigint not null,
  capture_index bigint not null,
  ranges {bytes} not null,
  body {bytes} not null
) /* distribute by event_key */;
create index events_enterprise on events (enterprise_id, capture_id, capture_index);
create index events_event_id on events (event_id);

create table event_ranges (
  block bigint not null,
  node bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  enterprise_id bigint not null,
  primary key (block, node, event_time, event_key)
) /* distribute by block, without rowid */;

create table log_queue (
  shard bigint not null,
  record_kind text not null,
  record_key {bytes} not null,
  leaf_hash {bytes} not null,
  queued_at bigint not null,
  primary key (shard, record_kind, record_key)
) /* distribute by shard, without rowid */;

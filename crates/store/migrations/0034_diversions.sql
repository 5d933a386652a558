-- Items that consumers scanned and nobody judged since for diversion, until somebody has; n_marks
-- counts their scans.
create table scan_marks (
  block bigint not null,
  item_id bigint not null,
  marked_at bigint not null,
  n_marks bigint not null,
  primary key (block, item_id)
) /* distribute by block */;
create index scan_marks_at on scan_marks (marked_at);

-- Where an item was seen first by a buyer, and of which shipment to which dealer it is; `shipment`
-- is the event that told last of it when it was found there. Standings: 0 inside, 1 border,
-- 2 unknown, 3 outside.
create table sightings (
  enterprise_id bigint not null,
  item_id bigint not null,
  dealer_id bigint not null,
  product_id bigint not null,
  shipment {bytes} not null,
  seen_at bigint not null,
  device text,
  area text not null,
  confidence bigint not null,
  standing bigint not null,
  primary key (enterprise_id, item_id)
) /* distribute by enterprise_id */;
create index sightings_shipment on sightings (enterprise_id, dealer_id, product_id, shipment, seen_at);

-- Suspected diversions. States: 0 suspected, 1 checking, 2 confirmed, 3 excluded. `inspector_id` is
-- the key that looks into it, or 0.
create table diversions (
  enterprise_id bigint not null,
  diversion_id bigint not null primary key,
  dealer_id bigint not null,
  product_id bigint not null,
  shipment {bytes} not null,
  area text not null,
  state bigint not null,
  revision bigint not null,
  confidence bigint not null,
  n_codes bigint not null,
  n_devices bigint not null,
  n_times bigint not null,
  n_told bigint not null,
  n_seen bigint not null,
  opened_at bigint not null,
  changed_at bigint not null,
  inspector_id bigint not null,
  due_at bigint
);
create unique index diversions_shipment on diversions
  (enterprise_id, dealer_id, product_id, shipment, area);
create index diversions_enterprise on diversions (enterprise_id, diversion_id);
create index diversions_inspector on diversions (inspector_id, diversion_id);

-- The scans that a case rests on, as they were when it was told of them; `km` is how far they are
-- from the nearest territory.
create table diversion_scans (
  diversion_id bigint not null,
  item_id bigint not null,
  seen_at bigint not null,
  device text,
  area text not null,
  confidence bigint not null,
  km bigint,
  noted_at bigint not null,
  primary key (diversion_id, item_id)
) /* distribute by diversion_id */;

-- What people decided about a case and what inspectors said, in order.
create table diversion_changes (
  diversion_id bigint not null,
  change_no bigint not null,
  state bigint not null,
  note text not null,
  changed_by text not null,
  changed_at bigint not null,
  primary key (diversion_id, change_no)
) /* distribute by diversion_id */;

create table diversion_files (
  diversion_id bigint not null,
  file_no bigint not null,
  name text not null,
  media_type text not null,
  sha256 {bytes} not null,
  body {bytes} not null,
  uploaded_by text not null,
  uploaded_at bigint not null,
  primary key (diversion_id, file_no)
) /* distribute by diversion_id */;

-- What an enterprise asks before it hears of a suspicion.
create table diversion_thresholds (
  enterprise_id bigint not null primary key,
  revision bigint not null,
  confidence bigint not null,
  codes bigint not null,
  devices bigint not null,
  strays bigint not null,
  days bigint not null,
  changed_by text not null,
  changed_at bigint not null
);

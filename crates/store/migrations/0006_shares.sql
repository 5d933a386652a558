-- The area of a regulator's key: 2, 4 or 6 digits of divisions; null is the whole platform.
alter table api_keys add column jurisdiction text;

-- Who sees events of others: those of a sharer, or with sharer 0 everybody's that name the
-- identifier as a party or a place. Without an identifier it is all that the sharer captures.
create table shares (
  share_id bigint not null primary key,
  viewer_id bigint not null,
  sharer_id bigint not null,
  identifier text not null,
  revision bigint not null,
  created_at bigint not null,
  ended_at bigint,
  filled_time bigint not null,
  filled_key {bytes} not null,
  filled_at bigint
);
-- An identifier belongs to one enterprise at a time, and a sharer names another once.
create unique index shares_party on shares (identifier) where sharer_id = 0 and ended_at is null;
create unique index shares_grant on shares (sharer_id, viewer_id, identifier)
  where ended_at is null;
create index shares_viewer on shares (viewer_id, share_id);
create index shares_revision on shares (revision);
insert into counters (name, next) values ('shares', 1);

-- Which events come with a share; the capture is where they stand in the order of capture.
create table event_viewers (
  event_key {bytes} not null,
  share_id bigint not null,
  viewer_id bigint not null,
  capture_id bigint not null,
  capture_index bigint not null,
  primary key (event_key, share_id)
) /* distribute by event_key, without rowid */;
create index event_viewers_capture on event_viewers (viewer_id, capture_id, capture_index);

-- Like event_ranges, for those with whom the event is shared.
create table shared_ranges (
  block bigint not null,
  viewer_id bigint not null,
  node bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  share_id bigint not null,
  primary key (block, viewer_id, node, event_time, event_key, share_id)
) /* distribute by block, without rowid */;

-- What enterprises say of places, parties and products beside their events.
create table master_data (
  enterprise_id bigint not null,
  id text not null,
  vocabulary text not null,
  body text not null,
  captured_at bigint not null,
  primary key (enterprise_id, id, vocabulary)
) /* distribute by enterprise_id, without rowid */;
create index master_data_id on master_data (id, enterprise_id);

-- By what it is found, hashed: its attributes, with and without their values.
create table master_data_terms (
  enterprise_id bigint not null,
  id text not null,
  vocabulary text not null,
  term bigint not null,
  primary key (enterprise_id, id, vocabulary, term)
) /* distribute by enterprise_id, without rowid */;
create index master_data_terms_term on master_data_terms (term, enterprise_id);

-- Further identifiers of an item, a lot or a product: an Ecode, an MA code, a number of another
-- system, an RFID EPC, a certificate. Each binding is kept twice, to be found from both ends.

-- slot is 0 where a URI leads to one target, and the target's id where it may lead to many.
create table bindings (
  bucket bigint not null,
  uri text not null,
  slot bigint not null,
  scheme_id text not null,
  target_kind bigint not null,
  target_id bigint not null,
  enterprise_id bigint not null,
  bound_at bigint not null,
  primary key (bucket, uri, slot)
) /* distribute by bucket, without rowid */;

create table bound_uris (
  block bigint not null,
  target_kind bigint not null,
  target_id bigint not null,
  uri text not null,
  slot bigint not null,
  scheme_id text not null,
  enterprise_id bigint not null,
  bound_at bigint not null,
  primary key (block, target_kind, target_id, uri)
) /* distribute by block, without rowid */;

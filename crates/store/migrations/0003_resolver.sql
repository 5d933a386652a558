-- What a GS1 identifier leads to: an entry for each level of its key, and the links of each entry.
-- An anchor is the path of an uncompressed Digital Link, so the serials of one GTIN lie in many
-- buckets and each is one look-up.

create table resolver_entries (
  bucket bigint not null,
  anchor text not null,
  enterprise_id bigint not null,
  revision bigint not null,
  is_gone bigint not null,
  item_description text not null,
  primary key (bucket, anchor)
) /* distribute by bucket, without rowid */;
create index resolver_entries_enterprise on resolver_entries (enterprise_id, anchor);

create table resolver_links (
  bucket bigint not null,
  anchor text not null,
  link_no bigint not null,
  link_type text not null,
  href text not null,
  title text not null,
  media_type text not null,
  languages text not null,
  contexts text not null,
  is_default bigint not null,
  forwards_query bigint not null,
  primary key (bucket, anchor, link_no)
) /* distribute by bucket, without rowid */;

create index code_batches_product on code_batches (product_id);

-- What is set for a product, for all products of an enterprise (product 0), or for all on the
-- platform (enterprise 0): rules of verdicts (kind 0), what producers add to pages (kind 1). The
-- nearest are in force as a whole; empty is taken back.
create table settings (
  enterprise_id bigint not null,
  product_id bigint not null,
  kind bigint not null,
  settings text not null,
  revision bigint not null,
  primary key (enterprise_id, product_id, kind)
);

-- Who changed that, when, from what to what; empty is none of their own. Rows are only added.
create table setting_changes (
  enterprise_id bigint not null,
  change_id bigint not null primary key,
  kind bigint not null,
  product_id bigint not null,
  changed_at bigint not null,
  key_id bigint not null,
  changed_by text not null,
  settings_before text not null,
  settings_after text not null
);
create index setting_changes_enterprise on setting_changes (enterprise_id, kind, change_id);

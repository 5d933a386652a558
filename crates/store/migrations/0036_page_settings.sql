-- What a producer adds to the page of its goods and leaves out: of a product, or of all its products
-- (product 0). The nearest is in force as a whole.
create table page_settings (
  enterprise_id bigint not null,
  product_id bigint not null,
  settings text not null,
  revision bigint not null,
  primary key (enterprise_id, product_id)
);

-- Who changed that, when, from what to what; empty is nothing of their own. Rows are only added.
create table page_changes (
  enterprise_id bigint not null,
  change_id bigint not null primary key,
  product_id bigint not null,
  changed_at bigint not null,
  key_id bigint not null,
  changed_by text not null,
  settings_before text not null,
  settings_after text not null
);
create index page_changes_enterprise on page_changes (enterprise_id, change_id);

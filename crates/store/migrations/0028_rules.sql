-- Rules that verdicts are judged by: of a product, of all products of an enterprise (product 0), or
-- of all on the platform (enterprise 0). The nearest are in force as a whole.
create table rules (
  enterprise_id bigint not null,
  product_id bigint not null,
  rules text not null,
  revision bigint not null,
  primary key (enterprise_id, product_id)
);

-- Who changed rules, when, from what to what; empty is none of their own. Rows are only added.
create table rule_changes (
  enterprise_id bigint not null,
  change_id bigint not null primary key,
  product_id bigint not null,
  changed_at bigint not null,
  key_id bigint not null,
  changed_by text not null,
  rules_before text not null,
  rules_after text not null
);
create index rule_changes_enterprise on rule_changes (enterprise_id, change_id);

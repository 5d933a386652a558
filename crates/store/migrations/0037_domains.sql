-- Domains that enterprises say are theirs. Whoever has a domain can put the token there; it is looked
-- for now and again. Times are 0 before the first; `says` is why the last look failed.
create table domains (
  enterprise_id bigint not null,
  domain text not null,
  token text not null,
  added_at bigint not null,
  added_by text not null,
  checked_at bigint not null,
  proved_at bigint not null,
  says text not null,
  primary key (enterprise_id, domain)
);
create index domains_checked on domains (checked_at);

-- What an enterprise lets anyone read of the history of its goods: whose names, as ids with commas
-- between or * for all, and which stages it keeps to itself. Without a row it is the default.
create table disclosures (
  enterprise_id bigint not null primary key,
  named text not null,
  hidden_stages text not null,
  changed_at bigint not null
);

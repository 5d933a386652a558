-- Reports of suspected fakes. Of the enterprise behind the code, or of the platform (0) where the
-- code is none of ours; item_id and product_id are 0 then. The number follows it and is a secret of
-- its reporter. States: 0 new, 1 looked at, 2 answered; answers: 0 none yet, 1 a fake, 2 no fake, 3
-- nobody can say.
create table fake_reports (
  enterprise_id bigint not null,
  report_id bigint not null primary key,
  number text not null,
  code text not null,
  item_id bigint not null,
  product_id bigint not null,
  place text not null,
  price text not null,
  words text not null,
  contact text not null,
  has_contact bigint not null,
  language text not null,
  n_photos bigint not null,
  state bigint not null,
  finding bigint not null,
  answer text not null,
  revision bigint not null,
  reported_at bigint not null,
  seen_at bigint,
  seen_by text not null,
  answered_at bigint,
  answered_by text not null,
  erased_at bigint,
  erased_by text not null
);
create unique index fake_reports_number on fake_reports (number);
create index fake_reports_enterprise on fake_reports (enterprise_id, report_id);

-- Their photos, as they were encoded anew.
create table fake_report_photos (
  report_id bigint not null,
  photo_no bigint not null,
  body {bytes} not null,
  primary key (report_id, photo_no)
) /* distribute by report_id */;

-- An address of e-mail is confirmed by who reads it, with the token of a letter, before any other
-- letter goes there.
alter table recall_contacts add column confirmed_at bigint;
alter table recall_contacts add column confirm_token text not null default '';
alter table recall_contacts add column confirm_until bigint not null default 0;
create index recall_contacts_token on recall_contacts (confirm_token);

-- Letters of a day (since the epoch, UTC) of one subject: what there is a daily limit for.
create table letter_days (
  day bigint not null,
  subject text not null,
  n_letters bigint not null,
  primary key (day, subject)
);

-- What is odd about events of a capture that break no rule, the first of it.
create table capture_warnings (
  capture_id bigint not null,
  warning_no bigint not null,
  pointer text not null,
  rule text not null,
  message text not null,
  primary key (capture_id, warning_no)
) /* distribute by capture_id, without rowid */;

-- Tokens of pages that their clients let go of, until they would have expired.
create table ended_page_tokens (
  token_hash {bytes} not null primary key,
  ended_for bigint not null,
  expires_at bigint not null
);
create index ended_page_tokens_by_scope on ended_page_tokens (ended_for);
create index ended_page_tokens_by_expiry on ended_page_tokens (expires_at);

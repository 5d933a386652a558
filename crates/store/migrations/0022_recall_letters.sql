-- Where notices of recalls go: of an enterprise, a jurisdiction (the negative of its digits) or who
-- runs the platform (0). What is empty is not used.
create table recall_contacts (
  viewer_id bigint not null primary key,
  email text not null,
  language text not null,
  webhook text not null,
  signature_token text not null,
  changed_at bigint not null
);

-- A notice to one reader by one channel: 0 the console, 1 e-mail, 2 a webhook. State 0: it waits.
-- 1: it was told. 2: it failed. 3: nothing can send it, and it is read in the console.
-- `sender_until` is the end of the lease of who sends it now, or 0.
create table recall_letters (
  viewer_id bigint not null,
  letter_id bigint not null primary key,
  enterprise_id bigint not null,
  recall_id bigint not null,
  task_id bigint not null,
  kind bigint not null,
  channel bigint not null,
  state bigint not null,
  created_at bigint not null,
  waits_since bigint not null,
  due_at bigint not null,
  sender_until bigint not null,
  n_attempts bigint not null,
  told_at bigint,
  address text not null,
  last_error text not null
);
create index recall_letters_state on recall_letters (state, letter_id);
create index recall_letters_viewer on recall_letters (viewer_id, letter_id);

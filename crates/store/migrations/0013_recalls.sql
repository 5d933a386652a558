insert into counters (name, next) values ('recalls', 0);

-- Orders that goods come back, and drills of them. What was ordered never changes; its state,
-- `ended_at`, `closing` and the place up to which later events were looked at do.
create table recalls (
  enterprise_id bigint not null,
  recall_id bigint not null primary key,
  client_token text not null,
  asked_hash {bytes} not null,
  is_drill bigint not null,
  level bigint not null,
  state bigint not null,
  revision bigint not null,
  reason text not null,
  instruction_zh text not null,
  instruction_ko text not null,
  instruction_en text not null,
  start text not null,
  ordered_by text not null,
  ordered_at bigint not null,
  begin_by bigint not null,
  deadline bigint not null,
  event_time bigint not null,
  record_time bigint not null,
  n_items bigint not null,
  n_lots bigint not null,
  n_cases bigint not null,
  n_pallets bigint not null,
  n_located bigint not null,
  located_us bigint not null,
  root_hash {bytes} not null,
  body {bytes} not null,
  position bigint not null,
  capture_index bigint not null,
  located_at bigint not null,
  complete_at bigint,
  ended_at bigint,
  closing {bytes}
);
create unique index recalls_token on recalls (enterprise_id, client_token);
create index recalls_enterprise on recalls (enterprise_id, recall_id);
create index recalls_place on recalls (state, position, capture_index);

-- Runs of identifiers of a recall. Part 0: where it starts. 1: the set as it was ordered, items.
-- 2: the same, classes. 3: packs that hold or held any of it. 4: goods that came to it later.
create table recall_ranges (
  recall_id bigint not null,
  part bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  primary key (recall_id, part, first_id)
) /* distribute by recall_id, without rowid */;

-- Where the set is, as the last look told. A holder is `e` and an enterprise's number, `p` and the
-- URI of a party, or empty.
create table recall_holdings (
  recall_id bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  is_class bigint not null,
  state bigint not null,
  holder text not null,
  event_key {bytes},
  event_time bigint,
  container bigint,
  quantity text,
  uom text,
  primary key (recall_id, first_id)
) /* distribute by recall_id, without rowid */;
create index recall_holdings_holder on recall_holdings (recall_id, holder, first_id);

-- What a scan asks: non-overlapping, so that it is one look-up. Of several recalls of an item the
-- first that was ordered stands here.
create table recalled_ranges (
  block bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  recall_id bigint not null,
  primary key (block, first_id)
) /* distribute by block, without rowid */;
create index recalled_ranges_recall on recalled_ranges (recall_id, block, first_id);

-- A recall of a lot begins at its items.
create index item_states_lot on item_states (lot_id, first_id);

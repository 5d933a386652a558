-- Scans of an item that its maker looked into: those up to n_before, in row 0, count no more.
alter table scans add column n_before bigint;

-- Who had an item counted anew, when, after how many scans, and why. Rows are only added.
create table item_resets (
  block bigint not null,
  item_id bigint not null,
  reset_id bigint not null,
  n_scans bigint not null,
  reset_at bigint not null,
  key_id bigint not null,
  reset_by text not null,
  reason text not null,
  primary key (block, item_id, reset_id)
) /* distribute by block, without rowid */;

create index dealers_linked on dealers (enterprise_id, linked_id);

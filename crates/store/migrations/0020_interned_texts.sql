-- Interned EPCs by 48 bits of their hash: hash is where neighbours lie side by side, nth tells
-- apart those that share one, and number is that of the identifier in its class.
create table epc_numbers (
  hash bigint not null,
  nth bigint not null,
  number bigint not null,
  primary key (hash, nth)
) /* distribute by hash, without rowid */;

-- Their texts, shortened, by number: block is its upper part, place its lower 20 bits.
-- What was interned before stays in interned_epcs and identifier_epcs, and is read there.
create table epc_texts (
  block bigint not null,
  place bigint not null,
  epc {bytes} not null,
  primary key (block, place)
) /* distribute by block, without rowid */;

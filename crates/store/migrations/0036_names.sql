-- Names that anyone may look for: each two neighbouring letters of a name lead to whose it is. Kind
-- 0 is an enterprise, 1 a product; names never change, so rows are only added.
create table name_terms (
  term bigint not null,
  kind bigint not null,
  subject_id bigint not null,
  primary key (term, kind, subject_id)
) /* distribute by term, without rowid */;

-- Whether the names from before this table stand in it: 1 if they do.
insert into counters (name, next) values ('names', 0);

-- Whether the products of an enterprise are kept out of the public search; null is not.
alter table disclosures add column is_unlisted bigint;

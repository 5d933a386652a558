-- Dealers of an enterprise are a tree. Every change of one goes through the revision of the tree,
-- so that two moves at once cannot make a circle.
create table dealer_trees (
  enterprise_id bigint not null primary key,
  revision bigint not null,
  n_dealers bigint not null
);

-- parent_id is 0 under the enterprise itself; number is what the enterprise calls the dealer; party
-- and place are what events name it by; linked_id is the enterprise that it is here, or 0.
create table dealers (
  enterprise_id bigint not null,
  dealer_id bigint not null primary key,
  parent_id bigint not null,
  number text not null,
  name text not null,
  contact_name text not null,
  phone text not null,
  email text not null,
  address text not null,
  party text not null,
  place text not null,
  linked_id bigint not null,
  created_at bigint not null,
  closed_at bigint
);
create unique index dealers_number on dealers (enterprise_id, number);
create index dealers_enterprise on dealers (enterprise_id, dealer_id);
create index dealers_parent on dealers (enterprise_id, parent_id, dealer_id);

-- Areas are six digits of GB/T 2260 or a country's two letters. Kinds: 0 sole, 1 shared, 2 border. Days since the epoch, both included.
create table dealer_territories (
  enterprise_id bigint not null,
  dealer_id bigint not null,
  territory_no bigint not null,
  area text not null,
  kind bigint not null,
  from_day bigint,
  until_day bigint,
  primary key (dealer_id, territory_no)
);
create index dealer_territories_of on dealer_territories (enterprise_id, dealer_id);

-- Licences and contracts; valid_until is a day since the epoch.
create table dealer_files (
  enterprise_id bigint not null,
  dealer_id bigint not null,
  file_no bigint not null,
  name text not null,
  valid_until bigint,
  media_type text not null,
  sha256 {bytes} not null,
  body {bytes} not null,
  uploaded_by text not null,
  uploaded_at bigint not null,
  primary key (dealer_id, file_no)
);

-- Who changed what of a dealer, and when. Actions: 0 added, 1 changed, 2 moved, 3 territories,
-- 4 file, 5 closed, 6 opened again.
create table dealer_changes (
  enterprise_id bigint not null,
  change_id bigint not null primary key,
  dealer_id bigint not null,
  action bigint not null,
  detail text not null,
  changed_by text not null,
  changed_at bigint not null
);
create index dealer_changes_of on dealer_changes (dealer_id, change_id);

-- Which dealer a key speaks for, or 0.
alter table api_keys add column dealer_id bigint not null default 0;

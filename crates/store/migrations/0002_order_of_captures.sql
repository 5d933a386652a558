-- Places in the order of captures, given after the commit; null until then.
alter table captures add column position bigint;
-- Events that came under a known eventID with other content.
alter table captures add column n_differing bigint not null default 0;
insert into counters (name, next) values ('captures', 1);

-- Lists of one enterprise, and lists of the whole platform.
create index captures_enterprise_position on captures (enterprise_id, position);
create index captures_position on captures (position);
drop index captures_enterprise;
create index events_capture on events (capture_id, capture_index);
drop index events_enterprise;

-- What withdrew a recall, also one that was closed before, and when.
alter table recalls add column withdrawn_at bigint;
alter table recalls add column withdrawal {bytes};

-- How often it was decided about an alert: each time is a leaf.
alter table recall_alerts add column n_decided bigint not null default 0;

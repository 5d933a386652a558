-- What a trace must know of an event beside its ranges: step, place, amounts, declared error.
-- Events captured before have none.
alter table events add column facts {bytes};

-- Who scanned (1 who handles the goods, 2 an authority; consumers have none), how far the place can
-- be trusted, and the point in 10^-6 degrees. Scans of consumers are rows 1, 2, … of an item, those
-- of others rows -1, -2, …, and row 0 counts both.
alter table scans add column source bigint;
alter table scans add column confidence bigint;
alter table scans add column latitude bigint;
alter table scans add column longitude bigint;
alter table scans add column n_aside bigint;

-- Which device proved a PIN first.
alter table item_pins add column first_device text;

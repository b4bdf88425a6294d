-- A year that nobody lived through: the scenario this database was filled with, and how far. No row: what is here happened.
create table synthetic_year (
  only_row integer primary key check (only_row = 1),
  scenario text not null,
  -- A decimal number as it was said: so many times the published year.
  scale text not null,
  seed integer not null,
  requests_done bigint not null,
  services_done bigint not null,
  services bigint not null,
  began_at timestamptz not null,
  finished_at timestamptz
);

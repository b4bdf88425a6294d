create table region (
  region_code text primary key,
  name text not null,
  level text not null check (level in ('country', 'province', 'city', 'county', 'township')),
  parent_code text references region (region_code),
  lat double precision not null,
  lng double precision not null
);

create table region_alias (
  alias_code text primary key,
  region_code text not null references region (region_code)
);

create table skill (
  skill_code text primary key,
  zh text not null,
  en text not null,
  domain text references skill (skill_code),
  licence text check (licence in ('medical', 'veterinary', 'legal', 'psychological', 'electrical', 'welding', 'lifting'))
);

create table skill_synonym (
  skill_code text not null references skill (skill_code),
  word text not null,
  primary key (skill_code, word)
);

create table holiday (
  day date primary key,
  name text not null,
  kind text not null check (kind in ('off', 'work'))
);

create table travel_time (
  from_code text not null references region (region_code),
  to_code text not null references region (region_code),
  minutes integer not null check (minutes >= 0),
  primary key (from_code, to_code)
);

-- What the service was given at its first start: one row per seed file, so that a restart adds nothing.
create table seeding (
  file text primary key,
  seeded_at timestamptz not null
);

create table team (
  team_id uuid primary key,
  code text unique,
  name text not null,
  kind text not null check (kind in ('province_team', 'city_team', 'county_team', 'grassroots_team', 'grid_team', 'expert_individual', 'innovation_studio', 'women_studio', 'studio_alliance', 'workshop_advisor', 'lecture_group', 'mentor_pair', 'volunteer_pool', 'care_desk')),
  tier text not null check (tier in ('grassroots', 'county', 'city', 'province', 'country')),
  region_code text not null references region (region_code),
  province_code text,
  city_code text,
  county_code text,
  parent_team_id uuid references team (team_id),
  host_organisation text,
  size integer not null check (size >= 1),
  capacity integer not null check (capacity >= 1),
  suspended boolean not null default false,
  version bigint not null,
  created_at timestamptz not null
);

create table team_base (
  team_id uuid not null references team (team_id),
  position integer not null,
  lat double precision not null,
  lng double precision not null,
  primary key (team_id, position)
);

create table team_area (
  team_id uuid not null references team (team_id),
  region_code text not null references region (region_code),
  primary key (team_id, region_code)
);

create table team_form (
  team_id uuid not null references team (team_id),
  form text not null check (form in ('on_site', 'remote', 'training', 'lecture', 'consultation')),
  primary key (team_id, form)
);

create table team_skill (
  team_id uuid not null references team (team_id),
  position integer not null,
  skill_code text not null references skill (skill_code),
  level integer not null check (level between 1 and 8),
  licensed_until date,
  primary key (team_id, skill_code)
);

create index team_skill_by_skill on team_skill (skill_code);

create table team_hours (
  team_id uuid not null references team (team_id),
  position integer not null,
  day integer not null check (day between 0 and 6),
  starts_at text not null,
  ends_at text not null,
  primary key (team_id, position)
);

create table team_leave (
  team_id uuid not null references team (team_id),
  position integer not null,
  kind text not null check (kind in ('day_off', 'leave')),
  from_day date not null,
  to_day date not null,
  primary key (team_id, position)
);

create table member (
  member_id uuid primary key,
  team_id uuid not null references team (team_id),
  name text not null,
  leader boolean not null default false,
  version bigint not null
);

create index member_by_team on member (team_id);

-- Counted up by every change of a team: the snapshot that matching reads is as new as this number.
create table team_revision (
  only_row integer primary key check (only_row = 1),
  revision bigint not null
);

insert into team_revision (only_row, revision) values (1, 0);

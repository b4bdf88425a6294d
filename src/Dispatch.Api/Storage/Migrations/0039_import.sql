-- Who another system knows a team or a member as: the same file twice makes nobody twice.
alter table team add column external_source text;
alter table team add column external_number text;
create unique index team_by_external on team (external_source, external_number) where external_number is not null;
alter table member add column external_source text;
alter table member add column external_number text;
create unique index member_by_external on member (external_source, external_number) where external_number is not null;

-- A file that was handed over and is read row by row: how far it is, and what came of its rows.
create table import_run (
  import_id uuid primary key,
  kind text not null check (kind in ('requests', 'teams', 'members', 'past_services', 'published_figures')),
  format text not null check (format in ('csv', 'xlsx', 'ndjson')),
  state text not null check (state in ('waiting', 'done', 'failed')),
  version bigint not null,
  file_name text not null,
  dry_run boolean not null,
  of_all integer not null,
  done integer not null default 0,
  taken integer not null default 0,
  there_already integer not null default 0,
  refused integer not null default 0,
  problems integer not null default 0,
  region_code text references region (region_code),
  county_code text,
  city_code text,
  province_code text,
  made_by text not null,
  actor_role text not null,
  actor_region text,
  created_at timestamptz not null,
  ended_at timestamptz,
  worker text,
  beat_at timestamptz,
  attempts integer not null default 0
);

create index import_run_waiting on import_run (created_at) where state = 'waiting';

-- The rows that are not read yet, some hundred sealed as one. They go with the last of them.
create table import_piece (
  piece_id uuid primary key,
  import_id uuid not null references import_run (import_id),
  last_row integer not null,
  content text not null
);

create index import_piece_in_order on import_piece (import_id, last_row);

-- What was wrong with which row and column. It holds no value of the file.
create table import_problem (
  import_id uuid not null references import_run (import_id),
  position integer not null,
  row_number integer not null,
  column_name text,
  code text not null,
  zh text not null,
  en text not null,
  primary key (import_id, position)
);

-- A table on its way out that takes too long to wait for. Its file stands here in pieces, sealed, until its term is over: any node hands it out.
create table export (
  export_id uuid primary key,
  state text not null check (state in ('making', 'ready', 'failed')),
  version bigint not null,
  content text not null,
  format text not null check (format in ('csv', 'xlsx', 'json')),
  language text not null check (language in ('chinese', 'english')),
  file_name text not null,
  region_code text references region (region_code),
  county_code text,
  city_code text,
  province_code text,
  done bigint not null default 0,
  of_all bigint,
  bytes bigint,
  failure text check (failure in ('fault', 'too_large')),
  attempt integer not null default 0,
  asked_by text not null,
  asked_at timestamptz not null,
  ended_at timestamptz,
  expires_at timestamptz,
  worker text,
  beat_at timestamptz
);

create index export_at_work on export (asked_at, export_id) where state = 'making';
create index export_by_asker on export (asked_by, asked_at);
create index export_to_forget on export (expires_at) where expires_at is not null;

create table export_part (
  export_id uuid not null references export (export_id),
  attempt integer not null,
  position integer not null,
  content text not null,
  primary key (export_id, attempt, position)
);

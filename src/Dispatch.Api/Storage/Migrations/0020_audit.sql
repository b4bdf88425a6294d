-- Who did what and who saw what of whom: ids only. Rows are never changed and never deleted; 0021 sees to it.
create table audit_entry (
  -- Sorts by time.
  entry_id uuid primary key,
  at timestamptz not null,
  kind text not null check (kind in ('write', 'read', 'security')),
  actor text not null,
  actor_role text not null,
  action text not null,
  -- What it was done to; none: nothing, or more than one thing was seen.
  object_kind text,
  object_id text,
  -- The request that belongs to, where it is not the object itself.
  request_id uuid,
  region_code text,
  county_code text,
  city_code text,
  province_code text,
  call_id text,
  -- Which classes of personal data were shown of which objects, as canonical JSON.
  seen text,
  times bigint not null,
  -- Made with a key of the service over all of the above.
  stamp text not null
);

create index audit_entry_by_object on audit_entry (object_id) where object_id is not null;
create index audit_entry_by_request on audit_entry (request_id) where request_id is not null;
create index audit_entry_of_many on audit_entry (entry_id) where object_id is null and seen is not null;

-- Entries no seal stands for yet. A trigger of 0021 puts them here.
create table audit_waiting (
  entry_id uuid primary key
);

-- The chain: each hash stands for its entry and for everything before.
create table audit_seal (
  seq bigint primary key,
  entry_id uuid not null unique,
  hash text not null
);

-- Checkpoints that were written to a file.
create table audit_checkpoint (
  file_id uuid not null,
  number bigint not null,
  seq bigint not null,
  line_hash text not null,
  at timestamptz not null,
  primary key (file_id, number)
);

-- What personal data a kept answer shows: a repeat is a read.
alter table idempotent_answer add column seen text;

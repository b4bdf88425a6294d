-- What two people decide: one asks, another says yes or no. The content is ids and words, nothing of a person.
create table approval (
  approval_id uuid primary key,
  kind text not null check (kind in ('erase_person', 'export_unmasked', 'set_role')),
  state text not null check (state in ('waiting', 'approved', 'refused')),
  version bigint not null,
  content text not null,
  reason text not null,
  -- The requester who wishes it, by this request; none: an office asks.
  request_id uuid references help_request (request_id),
  -- Where another one may decide; none: only where the reach is no region.
  region_code text references region (region_code),
  county_code text,
  city_code text,
  province_code text,
  asked_by text not null,
  asked_at timestamptz not null,
  due_at timestamptz,
  expires_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  note text,
  used_at timestamptz,
  check ((state = 'waiting') = (decided_by is null))
);

create index approval_by_time on approval (asked_at, approval_id);
create index approval_by_request on approval (request_id) where request_id is not null;

-- What the telephone number is found by, as words nobody can read back.
alter table help_request add column phone_key text;

-- From then on nothing of the person is left.
alter table help_request add column erased_at timestamptz;
alter table member add column erased_at timestamptz;

-- What the requester does not want: the number given to teams, the case told to others, a team found without an officer.
alter table help_request add column contact_withheld boolean not null default false;
alter table help_request add column publication_refused boolean not null default false;
alter table help_request add column asks_officer boolean not null default false;

-- Append-only, and kept in a file outside too: who was erased stays so where an older database is put back. Ids alone.
create table erasure (
  kind text not null check (kind in ('request', 'member')),
  subject_id uuid not null,
  cause text not null check (cause in ('wish', 'retention')),
  -- One word for all that was erased of one person at once.
  erased_key text not null,
  erased_at timestamptz not null,
  primary key (kind, subject_id)
);

create index erasure_by_time on erasure (erased_at, subject_id);

-- What a requester is told and asked, word by word. A new wording is a new version.
create table consent_text (
  purpose text not null check (purpose in ('service', 'contact', 'publication')),
  version integer not null,
  rests_on text not null check (rests_on in ('contract', 'consent')),
  zh text not null,
  en text not null,
  primary key (purpose, version)
);

-- Who said what to which wording, when and how. The last word counts.
create table consent (
  request_id uuid not null references help_request (request_id),
  seq integer not null,
  purpose text not null check (purpose in ('service', 'contact', 'publication')),
  version integer not null,
  given boolean not null,
  channel text not null check (channel in ('web', 'phone', 'hotline', 'mini_program', 'partner')),
  said_at timestamptz not null,
  primary key (request_id, seq),
  foreign key (purpose, version) references consent_text (purpose, version)
);

-- What no visit tells of a volunteer: trainings received, commendations, evaluations.
create table record_entry (
  entry_id uuid primary key,
  member_id uuid not null references member (member_id),
  part text not null check (part in ('training', 'commendation', 'evaluation')),
  day date not null,
  content text not null,
  entered_by text not null,
  entered_at timestamptz not null
);

create index record_entry_by_member on record_entry (member_id, day);

-- What was certified, as it was then. Its number leads a stranger to whether it is genuine.
create table certificate (
  certificate_id uuid primary key,
  number text not null unique,
  member_id uuid not null references member (member_id),
  version bigint not null,
  from_day date not null,
  to_day date not null,
  services integer not null,
  minutes integer not null,
  content text not null,
  issued_by text not null,
  issued_at timestamptz not null,
  revoked_by text,
  revoked_at timestamptz,
  revoked_because text,
  check ((revoked_at is null) = (revoked_because is null))
);

create index certificate_by_member on certificate (member_id, issued_at);

-- What a volunteer says is wrong in the record, and what was decided.
create table record_correction (
  correction_id uuid primary key,
  member_id uuid not null references member (member_id),
  part text not null check (part in ('basics', 'service', 'training', 'commendation', 'evaluation')),
  state text not null check (state in ('waiting', 'granted', 'refused')),
  version bigint not null,
  content text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  answer text,
  check ((state = 'waiting') = (decided_by is null))
);

create index record_correction_by_member on record_correction (member_id, asked_at);

-- Accounts of sites without an identity provider. The role and how far it reaches stand here and are read with every call.
create table account (
  account_id uuid primary key,
  login text not null unique,
  password_hash text not null,
  -- An administrator's making: good for setting another one, until then.
  password_until timestamptz,
  role text not null check (role in ('requester', 'member', 'leader', 'officer', 'auditor', 'admin')),
  team_id uuid references team (team_id),
  -- How far an office reaches, or where the team is at home; none: the whole country.
  region_code text references region (region_code),
  county_code text,
  city_code text,
  province_code text,
  disabled_at timestamptz,
  disabled_by text,
  version bigint not null,
  created_at timestamptz not null,
  created_by text not null
);

-- One sign-in and all that is refreshed from it.
create table account_session (
  session_id uuid primary key,
  account_id uuid not null references account (account_id),
  started_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_as text check (ended_as in ('signed_out', 'reused', 'disabled', 'password'))
);

create index account_session_open on account_session (account_id) where ended_at is null;

-- Each is good once. One that comes back was copied: its session ends.
create table refresh_token (
  token_hash text primary key,
  session_id uuid not null references account_session (session_id),
  used_at timestamptz
);

create index refresh_token_by_session on refresh_token (session_id);

-- Failed sign-ins by name, by address and by both, as keyed hashes: names nobody has are counted like any other.
create table sign_in_failure (
  watched text primary key,
  failures integer not null,
  since timestamptz not null
);

create index sign_in_failure_by_time on sign_in_failure (since);

-- Systems that hand requests over, and their keys.
create table api_client (
  client_id uuid primary key,
  name text not null,
  scopes text not null,
  version bigint not null,
  created_at timestamptz not null,
  created_by text not null
);

create table client_key (
  key_id uuid primary key,
  client_id uuid not null references api_client (client_id),
  key_hash text not null unique,
  made_at timestamptz not null,
  made_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  last_used_at timestamptz
);

create index client_key_by_client on client_key (client_id);

-- People of an issuer outside who are not let in, whatever token they hold.
create table barred_subject (
  person text primary key,
  barred_at timestamptz not null,
  barred_by text not null
);

-- What was published elsewhere: shown beside what the records say, and never added to it.
create table published_figure (
  code text primary key,
  document text not null,
  indicator text not null,
  value text not null,
  qualifier text not null check (qualifier in ('exact', 'about', 'over', 'under', 'at_least')),
  unit text not null,
  what text not null,
  period text not null,
  figure_kind text not null,
  region_code text references region (region_code),
  -- The figure that has this one in it already.
  contained_in text,
  import_id uuid references import_run (import_id),
  entered_by text not null,
  entered_at timestamptz not null
);

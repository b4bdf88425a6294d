-- A benefit that an officer has confirmed: on what evidence, and what the team had reported where that was another amount.
alter table benefit add column reported_fen bigint check (reported_fen >= 0);
alter table benefit add column evidence text;
alter table benefit add column confirmed_by text;
alter table benefit add column confirmed_at timestamptz;

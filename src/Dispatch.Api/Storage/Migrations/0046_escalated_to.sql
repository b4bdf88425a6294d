-- The tier an escalation led to: the request may stand at another by now. What was written before does not say it.
alter table timeline add column tier text check (tier in ('grassroots', 'county', 'city', 'province', 'country'));

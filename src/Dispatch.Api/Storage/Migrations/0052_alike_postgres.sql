-- apart
-- Similar requests are looked for with every view; those that were cancelled, however many, are not on the way.
drop index concurrently if exists help_request_alike;
create index concurrently help_request_alike on help_request (county_code, main_skill, created_at, request_id) where state <> 'cancelled';

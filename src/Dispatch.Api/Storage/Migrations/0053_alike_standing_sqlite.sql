-- Whether a request was cancelled is asked by its reason, which changes once: by its state every step of every request was written here anew.
drop index help_request_alike;
create index help_request_alike on help_request (county_code, main_skill, created_at, request_id) where cancel_reason is null;

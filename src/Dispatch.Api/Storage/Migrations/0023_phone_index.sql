-- The numbers of requests from before are in by now.
create index help_request_by_phone on help_request (phone_key) where phone_key is not null;

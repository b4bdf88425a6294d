-- What the retention clock looks for: requests that have ended, the oldest first.
create index help_request_to_forget on help_request (changed_at) where state in ('closed', 'cancelled') and erased_at is null;
create index notice_by_age on notice (created_at);

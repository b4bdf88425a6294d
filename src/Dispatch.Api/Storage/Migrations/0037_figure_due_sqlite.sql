-- Requests whose figures are to be counted anew, marked by whoever changes them. A mark that is not there yet when the others are taken stays.
create table figure_due (
  request_id uuid not null references help_request (request_id),
  mark bigint not null,
  primary key (request_id, mark)
);

-- One writer: what is marked is never being counted meanwhile.
create trigger timeline_is_due after insert on timeline
begin insert or ignore into figure_due (request_id, mark) values (new.request_id, 0); end;

create trigger help_request_is_due after update on help_request
when old.region_code is not new.region_code or old.main_skill is not new.main_skill or old.form is not new.form or old.requester_kind is not new.requester_kind or old.urgency is not new.urgency or old.channel is not new.channel or old.accepted_at is not new.accepted_at or old.resolved_at is not new.resolved_at or old.outcome is not new.outcome or old.closed_at is not new.closed_at or old.cancel_reason is not new.cancel_reason
begin insert or ignore into figure_due (request_id, mark) values (new.request_id, 0); end;

create trigger benefit_is_due after update on benefit
begin insert or ignore into figure_due (request_id, mark) values (new.request_id, 0); end;

create trigger problem_result_is_due after update on problem_result
begin insert or ignore into figure_due (request_id, mark) values (new.request_id, 0); end;

create trigger team_is_due after update on team
when old.tier is not new.tier or old.region_code is not new.region_code
begin insert or ignore into figure_due (request_id, mark) select request_id, 0 from offer where team_id = new.team_id; end;

create trigger figure_entry_is_not_changed before update on figure_entry
begin select raise(abort, 'figure_entry only grows'); end;
create trigger figure_entry_is_not_deleted before delete on figure_entry
begin select raise(abort, 'figure_entry only grows'); end;
create trigger report_period_is_not_changed before update on report_period
begin select raise(abort, 'report_period only grows'); end;
create trigger report_period_is_not_deleted before delete on report_period
begin select raise(abort, 'report_period only grows'); end;

insert into figure_due (request_id, mark) select request_id, 0 from help_request;

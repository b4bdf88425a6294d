-- Requests whose figures are to be counted anew, marked by whoever changes them. A mark that is not there yet when the others are taken stays.
create table figure_due (
  request_id uuid not null references help_request (request_id),
  mark bigint not null,
  primary key (request_id, mark)
);

create function figure_is_due() returns trigger language plpgsql as $$
begin
  insert into figure_due (request_id, mark) values (new.request_id, pg_current_xact_id()::text::bigint) on conflict do nothing;
  return null;
end $$;

create function figures_of_team_are_due() returns trigger language plpgsql as $$
begin
  insert into figure_due (request_id, mark)
  select distinct request_id, pg_current_xact_id()::text::bigint from offer where team_id = new.team_id on conflict do nothing;
  return null;
end $$;

create trigger timeline_is_due after insert on timeline for each row execute function figure_is_due();
create trigger help_request_is_due after update on help_request for each row
when (old.region_code is distinct from new.region_code or old.main_skill is distinct from new.main_skill or old.form is distinct from new.form or old.requester_kind is distinct from new.requester_kind or old.urgency is distinct from new.urgency or old.channel is distinct from new.channel or old.accepted_at is distinct from new.accepted_at or old.resolved_at is distinct from new.resolved_at or old.outcome is distinct from new.outcome or old.closed_at is distinct from new.closed_at or old.cancel_reason is distinct from new.cancel_reason)
execute function figure_is_due();
create trigger benefit_is_due after update on benefit for each row execute function figure_is_due();
create trigger problem_result_is_due after update on problem_result for each row execute function figure_is_due();
create trigger team_is_due after update on team for each row
when (old.tier is distinct from new.tier or old.region_code is distinct from new.region_code)
execute function figures_of_team_are_due();

create trigger figure_entry_only_grows before update or delete or truncate on figure_entry
for each statement execute function audit_only_grows();
create trigger report_period_only_grows before update or delete or truncate on report_period
for each statement execute function audit_only_grows();

insert into figure_due (request_id, mark) select request_id, 0 from help_request;

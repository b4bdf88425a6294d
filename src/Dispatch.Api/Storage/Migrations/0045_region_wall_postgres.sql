-- A second wall behind the conditions of the statements: what is read for somebody whose reach is a region is of that region, also where a statement forgets to ask
-- for it. The service names the region to its transaction; without a name nothing is hidden. It holds for the role the service works as, not for the tables' owner.
create function dispatch_region() returns text language sql stable parallel safe
as $$ select nullif(current_setting('dispatch.region', true), '') $$;

do $$
declare
  walled text;
begin
  foreach walled in array array['help_request', 'account', 'approval', 'audit_entry', 'dispatch_run', 'import_run', 'export'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('create policy all_rows on %I using (true) with check (true)', walled);
    execute format(
      'create policy rows_of_region on %I as restrictive for select
       using ((select dispatch_region()) is null or (select dispatch_region()) in (region_code, county_code, city_code, province_code))',
      walled
    );
  end loop;
end $$;

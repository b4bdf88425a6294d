create function audit_waits() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (entry_id) values (new.entry_id);
  return null;
end $$;

create trigger audit_entry_waits after insert on audit_entry for each row execute function audit_waits();

create function audit_only_grows() returns trigger language plpgsql as $$
begin
  raise exception '% only grows', tg_table_name;
end $$;

create trigger audit_entry_only_grows before update or delete or truncate on audit_entry
for each statement execute function audit_only_grows();
create trigger audit_seal_only_grows before update or delete or truncate on audit_seal
for each statement execute function audit_only_grows();
create trigger audit_checkpoint_only_grows before update or delete or truncate on audit_checkpoint
for each statement execute function audit_only_grows();

create trigger audit_entry_waits after insert on audit_entry
begin insert into audit_waiting (entry_id) values (new.entry_id); end;

create trigger audit_entry_is_not_changed before update on audit_entry
begin select raise(abort, 'audit_entry only grows'); end;
create trigger audit_entry_is_not_deleted before delete on audit_entry
begin select raise(abort, 'audit_entry only grows'); end;
create trigger audit_seal_is_not_changed before update on audit_seal
begin select raise(abort, 'audit_seal only grows'); end;
create trigger audit_seal_is_not_deleted before delete on audit_seal
begin select raise(abort, 'audit_seal only grows'); end;
create trigger audit_checkpoint_is_not_changed before update on audit_checkpoint
begin select raise(abort, 'audit_checkpoint only grows'); end;
create trigger audit_checkpoint_is_not_deleted before delete on audit_checkpoint
begin select raise(abort, 'audit_checkpoint only grows'); end;

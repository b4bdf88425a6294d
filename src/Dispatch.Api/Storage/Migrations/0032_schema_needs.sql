-- The lowest migration a program must know to work on the schema as this one left it; none: the version before still can.
alter table schema_migration add column needs integer;

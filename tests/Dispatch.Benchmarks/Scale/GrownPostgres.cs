using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Benchmarks.Scale;

/// <summary>A database of the service on PostgreSQL. Triggers and foreign keys rest meanwhile, for which the role must be a superuser.</summary>
internal sealed class GrownPostgres(string setting)
    : GrownStore(new NpgsqlConnection(new NpgsqlConnectionStringBuilder(setting) { Pooling = false }.ToString()))
{
    private const string AtRest = "set session_replication_role = replica";

    private NpgsqlConnection Server => (NpgsqlConnection)Connection;

    public override async Task Open()
    {
        await Server.OpenAsync();
        await Run(
            $"{AtRest}; set work_mem = '256MB'; set maintenance_work_mem = '1GB'; set synchronous_commit = off; create schema {Aside}"
        );
    }

    public override async Task<IReadOnlyList<GrownColumn>> Columns(string table) =>
        [
            .. (
                await Connection.QueryAsync<(string Name, string Type)>(
                    "select column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = @table order by ordinal_position",
                    new { table }
                )
            ).Select(column => new GrownColumn(
                column.Name,
                column.Type == "uuid",
                column.Type == "timestamp with time zone",
                column.Type == "date"
            )),
        ];

    public override string Reborn(string column) => $"cast(k.head || substr(cast({column} as text), 14, 11) || k.tail as uuid)";

    public override string Shifted(string column) => $"{column} + k.shift * interval '1 second'";

    public override string ShiftedDay(string column) => $"{column} - k.days";

    public override string From(string table, string where) =>
        $"from {Aside}.clone k join {Aside}.{table} s on {(where.Length == 0 ? "true" : where)}";

    public override async Task WriteClones(IEnumerable<Clone> clones)
    {
        await Run(
            $"""
            create unlogged table {Aside}.clone (number integer primary key, template_id uuid, head text, tail text, shift bigint, days integer, created_at timestamptz, reference text,
              track_hash text, person text, requester_key text, phone_key text, region_code text, county_code text, city_code text, province_code text,
              lat double precision, lng double precision, team_from uuid, team_to uuid, team_other uuid)
            """
        );
        await using var rows = await Server.BeginBinaryImportAsync($"copy {Aside}.clone from stdin (format binary)");
        foreach (var clone in clones)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(clone.Number);
            await rows.WriteAsync(clone.Of.RequestId);
            await rows.WriteAsync(clone.Head);
            await rows.WriteAsync(clone.Tail);
            await rows.WriteAsync(clone.Shift);
            await rows.WriteAsync(clone.Days);
            await rows.WriteAsync(clone.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
            foreach (
                var word in new[]
                {
                    clone.Reference,
                    clone.TrackHash,
                    clone.Person,
                    clone.RequesterKey,
                    clone.PhoneKey,
                    clone.Place.Region,
                    clone.Place.County,
                    clone.Place.City,
                    clone.Place.Province,
                }
            )
            {
                await Text(rows, word);
            }

            await rows.WriteAsync(clone.Point.Lat);
            await rows.WriteAsync(clone.Point.Lng);
            await Id(rows, clone.Of.Team);
            await rows.WriteAsync(clone.TeamTo);
            await rows.WriteAsync(clone.TeamOther);
        }

        await rows.CompleteAsync();
    }

    public override async Task WriteAudit(IEnumerable<LoadedEntry> entries)
    {
        // The text of an open connection lacks the password; the clone has it.
        await using var beside = Server.CloneWith(Server.ConnectionString);
        await beside.OpenAsync();
        await beside.ExecuteAsync(AtRest);
        await using var seals = await beside.BeginBinaryImportAsync("copy audit_seal (seq, entry_id, hash) from stdin (format binary)");
        await using var rows = await Server.BeginBinaryImportAsync(
            """
            copy audit_entry (entry_id, at, kind, actor, actor_role, action, object_kind, object_id, request_id, region_code, county_code, city_code, province_code,
              call_id, seen, times, stamp) from stdin (format binary)
            """
        );
        foreach (var (entry, seal) in entries)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(entry.EntryId);
            await rows.WriteAsync(entry.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            foreach (var word in new[] { entry.Kind, entry.Actor, entry.ActorRole, entry.Action, entry.ObjectKind, entry.ObjectId })
            {
                await Text(rows, word);
            }

            await Id(rows, entry.RequestId);
            foreach (var word in new[] { entry.RegionCode, entry.CountyCode, entry.CityCode, entry.ProvinceCode, entry.CallId, entry.Seen })
            {
                await Text(rows, word);
            }

            await rows.WriteAsync(entry.Times);
            await rows.WriteAsync(entry.Stamp);
            await seals.StartRowAsync();
            await seals.WriteAsync(seal.Seq);
            await seals.WriteAsync(entry.EntryId);
            await seals.WriteAsync(seal.Hash);
        }

        await rows.CompleteAsync();
        await seals.CompleteAsync();
    }

    public override async Task<IReadOnlyDictionary<string, long>> Sizes() =>
        (
            await Connection.QueryAsync<(string Name, long Bytes)>(
                "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            )
        ).ToDictionary(row => row.Name, row => row.Bytes, StringComparer.Ordinal);

    // As the server's own chores would have left it.
    public override async Task Close()
    {
        await Run($"drop schema {Aside} cascade");
        await Run("vacuum (analyze)");
    }

    protected override async Task<IReadOnlyList<GrownIndex>> Indexes() =>
        [
            .. (
                await Connection.QueryAsync<(string Table, string Name, string Sql)>(
                    """
                    select tablename, indexname, indexdef from pg_indexes
                    where schemaname = 'public' and not exists (select 1 from pg_constraint where conname = indexname)
                    """
                )
            ).Select(index => new GrownIndex(index.Table, $"drop index {index.Name}", index.Sql)),
        ];

    private static Task Text(NpgsqlBinaryImporter rows, string? word) => word is null ? rows.WriteNullAsync() : rows.WriteAsync(word);

    private static Task Id(NpgsqlBinaryImporter rows, Guid? id) => id is { } known ? rows.WriteAsync(known) : rows.WriteNullAsync();
}

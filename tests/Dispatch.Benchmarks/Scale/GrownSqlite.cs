using System.Diagnostics;
using System.Globalization;
using Dapper;
using Dispatch.Api.Storage;
using Microsoft.Data.Sqlite;

namespace Dispatch.Benchmarks.Scale;

/// <summary>A file of the service, with all that protects it from a crash switched off while nobody needs it.</summary>
internal sealed class GrownSqlite(string file)
    : GrownStore(new SqliteStore(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }))
{
    private readonly List<string> triggers = [];
    private readonly string besides = file + ".grow";

    private SqliteStore Store => (SqliteStore)Connection;

    public override async Task Open()
    {
        Store.Run("pragma journal_mode = off");
        Store.Run("pragma synchronous = off");
        Store.Run("pragma foreign_keys = off");
        Store.Run("pragma locking_mode = exclusive");
        Store.Run("pragma cache_size = -2000000");
        await Run($"attach '{besides}' as {Aside}");
        Store.Run($"pragma {Aside}.journal_mode = off");
        triggers.AddRange(await List<string>("select sql from sqlite_master where type = 'trigger'"));
        foreach (var name in await List<string>("select name from sqlite_master where type = 'trigger'"))
        {
            await Run($"drop trigger {name}");
        }
    }

    public override async Task<IReadOnlyList<GrownColumn>> Columns(string table) =>
        [
            .. (await Connection.QueryAsync<(string Name, string Type)>($"select name, type from pragma_table_info('{table}')")).Select(
                column => new GrownColumn(column.Name, column.Type == "uuid", column.Type == "timestamptz", column.Type == "date")
            ),
        ];

    public override string Reborn(string column) => $"(k.head || substr({column}, 14, 11) || k.tail)";

    public override string Shifted(string column) => $"strftime('%Y-%m-%dT%H:%M:%fZ', {column}, k.shift || ' seconds')";

    public override string ShiftedDay(string column) => $"date({column}, -k.days || ' days')";

    // The order of the tables is that of the loops.
    public override string From(string table, string where) =>
        $"from {Aside}.clone k cross join {Aside}.{table} s {(where.Length == 0 ? "" : "where " + where)}";

    public override Task WriteClones(IEnumerable<Clone> clones)
    {
        Store.Run(
            $"""
            create table {Aside}.clone (number integer primary key, template_id text, head text, tail text, shift integer, days integer, created_at text, reference text,
              track_hash text, person text, requester_key text, phone_key text, region_code text, county_code text, city_code text, province_code text,
              lat real, lng real, team_from text, team_to text, team_other text)
            """
        );
        return InOne(() =>
        {
            foreach (var clone in clones)
            {
                Store.Run(
                    $"""
                    insert into {Aside}.clone values (@Number, @RequestId, @Head, @Tail, @Shift, @Days, @CreatedAt, @Reference, @TrackHash, @Person, @RequesterKey, @PhoneKey,
                      @Region, @County, @City, @Province, @Lat, @Lng, @Team, @TeamTo, @TeamOther)
                    """,
                    new
                    {
                        clone.Number,
                        clone.Of.RequestId,
                        clone.Head,
                        clone.Tail,
                        clone.Shift,
                        clone.Days,
                        clone.CreatedAt,
                        clone.Reference,
                        clone.TrackHash,
                        clone.Person,
                        clone.RequesterKey,
                        clone.PhoneKey,
                        clone.Place.Region,
                        clone.Place.County,
                        clone.Place.City,
                        clone.Place.Province,
                        clone.Point.Lat,
                        clone.Point.Lng,
                        clone.Of.Team,
                        clone.TeamTo,
                        clone.TeamOther,
                    }
                );
            }
        });
    }

    public override Task WriteAudit(IEnumerable<LoadedEntry> entries) =>
        InOne(() =>
        {
            foreach (var (entry, seal) in entries)
            {
                Store.Run(
                    """
                    insert into audit_entry (entry_id, at, kind, actor, actor_role, action, object_kind, object_id, request_id, region_code, county_code, city_code, province_code, call_id, seen, times, stamp)
                    values (@EntryId, @At, @Kind, @Actor, @ActorRole, @Action, @ObjectKind, @ObjectId, @RequestId, @RegionCode, @CountyCode, @CityCode, @ProvinceCode, @CallId, @Seen, @Times, @Stamp)
                    """,
                    entry
                );
                Store.Run(
                    "insert into audit_seal (seq, entry_id, hash) values (@Seq, @EntryId, @Hash)",
                    new
                    {
                        seal.Seq,
                        entry.EntryId,
                        seal.Hash,
                    }
                );
            }
        });

    // The driver's engine is built without the table that knows; the shell has it. It counts bytes in 32 bits, and pages rightly.
    public override async Task<IReadOnlyDictionary<string, long>> Sizes()
    {
        using var shell = Process.Start(
            new ProcessStartInfo(
                "sqlite3",
                [
                    "-readonly",
                    "-separator",
                    " ",
                    file,
                    "select coalesce(m.tbl_name, d.name), sum(d.pageno) * (select page_size from pragma_page_size) from dbstat d left join sqlite_master m on m.name = d.name where d.aggregate = 1 group by 1",
                ]
            )
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(cells => cells[0], cells => long.Parse(cells[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    public override async Task Close()
    {
        foreach (var trigger in triggers)
        {
            await Run(trigger);
        }

        await Run($"detach {Aside}");
        File.Delete(besides);
        Store.Run("pragma locking_mode = normal");
        Store.Run("pragma journal_mode = wal");
    }

    protected override async Task<IReadOnlyList<GrownIndex>> Indexes() =>
        [
            .. (
                await Connection.QueryAsync<(string Table, string Name, string Sql)>(
                    "select tbl_name, name, sql from sqlite_master where type = 'index' and sql is not null"
                )
            ).Select(index => new GrownIndex(index.Table, $"drop index {index.Name}", index.Sql)),
        ];

    private Task InOne(Action work)
    {
        Store.Run("begin");
        work();
        Store.Run("commit");
        return Task.CompletedTask;
    }
}

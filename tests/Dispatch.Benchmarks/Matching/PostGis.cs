using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Benchmarks.Matching;

/// <summary>The country in a PostGIS of its own: a cluster in a temporary folder, on a free port of 127.0.0.1, gone afterwards.</summary>
internal sealed partial class PostGis : IAsyncDisposable
{
    // Room for the whole country in memory, no compiler that would stop for a plan, nobody who cleans up meanwhile.
    private const string Settings = "-c shared_buffers=2GB -c work_mem=64MB -c maintenance_work_mem=1GB -c jit=off -c autovacuum=off";

    private const int NotHere = 3;
    private readonly TemporaryFolder folder;
    private readonly NpgsqlDataSource source;

    private PostGis(TemporaryFolder folder, NpgsqlDataSource source) => (this.folder, this.source) = (folder, source);

    public string Version { get; private set; } = "";

    /// <summary>How a search finds the teams of an area that have a skill.</summary>
    public static readonly (string Name, string? Index, string Having)[] Ways =
    [
        (
            "PostGIS, composite GiST (geom, skills)",
            "create index team_by_point on team using gist (geom, skills gist__intbig_ops)",
            "select team from team where geom && st_makeenvelope(@west, @south, @east, @north) and skills @> array[@main] and place + 0 >= @start and place + 0 < @end"
        ),
        (
            "PostGIS, composite GiST (region, skills)",
            "create index team_by_place on team using gist (place, skills gist__intbig_ops)",
            "select team from team where place >= @start and place < @end and skills @> array[@main]"
        ),
        (
            "PostgreSQL, B-tree (skill, region) of its own",
            null,
            "select team from team_skill where skill = @main and place >= @start and place < @end"
        ),
    ];

    /// <summary>None, and the reason, where there is no PostGIS to be had.</summary>
    public static async Task<(PostGis? Peer, string Reason)> Start()
    {
        var work = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
        {
            // The server's own user must be able to walk into its folder.
            File.SetUnixFileMode(work.Path, File.GetUnixFileMode(work.Path) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        }

        var data = Directory.CreateDirectory(work.File("postgres")).FullName;
        var (code, connection, complaint) = await Script("start", data, Settings);
        if (code != 0)
        {
            work.Dispose();
            return (null, complaint.Trim());
        }

        var builder = new NpgsqlDataSourceBuilder(connection.Trim() + ";Max Auto Prepare=0;Command Timeout=600");
        var peer = new PostGis(work, builder.Build());
        if (await peer.Value("select count(*) from pg_available_extensions where name = 'postgis'") is not 1L)
        {
            var version = await peer.Value("show server_version_num") as string;
            var package = $"postgresql-{int.Parse(version!, CultureInfo.InvariantCulture) / 10_000}-postgis-3";
            using var install = Process.Start(
                new ProcessStartInfo("apt-get", ["install", "-y", "-qq", "--no-install-recommends", package])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            await (install?.WaitForExitAsync() ?? Task.CompletedTask);
            if (install?.ExitCode != 0)
            {
                await peer.DisposeAsync();
                return (null, $"apt-get could not install {package}");
            }
        }

        await peer.Run("create extension postgis; create extension intarray; create extension btree_gist;");
        peer.Version = $"PostgreSQL {await peer.Value("show server_version")}, PostGIS {await peer.Value("select postgis_lib_version()")}";
        return (peer, "");
    }

    public async Task Load(PeerCountry country)
    {
        await Run(
            """
            create table team (team integer primary key, place integer not null, lat float8 not null, lng float8 not null, lats float8[], lngs float8[],
              geom geometry(point) generated always as (st_makepoint(lng, lat)) stored, skills integer[] not null, levels integer[] not null, licensed boolean[] not null, domains integer[] not null,
              capacity integer not null, active integer not null, pending integer not null, confirmed integer not null, solved integer not null,
              rests boolean not null, wait integer, suspended boolean not null, on_site boolean not null);
            create table team_skill (skill integer not null, place integer not null, team integer not null);
            create table team_area (area integer not null, team integer not null);
            create table team_reach (team integer not null, lat float8 not null, lng float8 not null, km integer not null, box geometry not null);
            """
        );
        await using var connection = await source.OpenConnectionAsync();
        await using (
            var copy = await connection.BeginBinaryImportAsync(
                "copy team (team, place, lat, lng, lats, lngs, skills, levels, licensed, domains, capacity, active, pending, confirmed, solved, rests, wait, suspended, on_site) from stdin (format binary)"
            )
        )
        {
            foreach (var team in country.Teams())
            {
                var further = team.Team.Bases.Skip(1).ToList();
                await copy.StartRowAsync();
                await copy.WriteAsync(team.Number);
                await copy.WriteAsync(team.Place);
                await copy.WriteAsync(team.Team.Bases[0].Lat);
                await copy.WriteAsync(team.Team.Bases[0].Lng);
                await Optional(copy, further.Count == 0 ? null : further.Select(start => start.Lat).ToArray());
                await Optional(copy, further.Count == 0 ? null : further.Select(start => start.Lng).ToArray());
                await copy.WriteAsync(team.Skills);
                await copy.WriteAsync(team.Levels);
                await copy.WriteAsync(team.Licensed);
                await copy.WriteAsync(team.Domains);
                await copy.WriteAsync(team.Team.Capacity);
                await copy.WriteAsync(team.Load.Active);
                await copy.WriteAsync(team.Load.Pending);
                await copy.WriteAsync(team.Load.Confirmed);
                await copy.WriteAsync(team.Load.ConfirmedSolved);
                await copy.WriteAsync(team.Rests);
                await (team.Wait is { } wait ? copy.WriteAsync(wait) : copy.WriteNullAsync());
                await copy.WriteAsync(team.Team.Suspended);
                await copy.WriteAsync(team.IsOnSite);
            }

            await copy.CompleteAsync();
        }

        await Fill(
            connection,
            "team_area",
            country
                .Teams()
                .SelectMany(team =>
                    team.Team.Serves.Select(code => (object[])[country.Country.Rules.Regions.SpanOf(code).Start, team.Number])
                )
        );
        await Run("create table reach (team integer, lat float8, lng float8, km integer)");
        await Fill(
            connection,
            "reach",
            country
                .Teams()
                .Where(team => team.Team.RadiusKm is not null)
                .SelectMany(team =>
                    team.Team.Bases.Select(start => (object[])[team.Number, start.Lat, start.Lng, team.Team.RadiusKm!.Value])
                )
        );
        await Run(
            """
            insert into team_reach select team, lat, lng, km, st_makeenvelope(lng - km / 70.0, lat - km / 110.0, lng + km / 70.0, lat + km / 110.0) from reach;
            insert into team_skill select unnest(skills), place, team from team;
            create index team_skill_by_place on team_skill (skill, place) include (team);
            create index team_area_by_area on team_area (area);
            create index team_reach_by_box on team_reach using gist (box);
            """
        );
    }

    /// <summary>Builds an index; the time it took.</summary>
    public async Task<TimeSpan> Index(string sql)
    {
        var from = Stopwatch.StartNew();
        await Run(sql);
        return from.Elapsed;
    }

    public Task Settle() => Run("vacuum analyze");

    public async Task<Prepared> Prepare(string having)
    {
        var connection = await source.OpenConnectionAsync();
        var command = connection.CreateCommand();
        var search = $"""
            with open as (
              {having}
              union select area.team from team_area area where area.area = any(@around)
              union select reach.team from team_reach reach
                where reach.box && st_makepoint(@lng, @lat) and {PeerQuery.Km("reach.lat", "reach.lng")} <= reach.km
            ), judged as (
              select t.*, s.level, {Nearest} as km, idx(t.skills, @further) as f
              from open join team t on t.team = open.team,
                lateral (select t.levels[idx(t.skills, @main)] as level, t.licensed[idx(t.skills, @main)] as licensed) s
              where t.skills @> array[@main] and s.level >= @mainLevel and (s.licensed or not @mainLicence) and {PeerQuery.Passes}
            )
            select t.team, ({PeerQuery.Points(
                "t.f > 0 and t.levels[t.f] >= @furtherLevel and (t.licensed[t.f] or not @furtherLicence)",
                "t.domains @> array[@furtherDomain]",
                "t.km"
            ).Replace("s.level", "t.level", StringComparison.Ordinal)})::integer as points
            from judged t order by points desc, t.pending, t.team limit 10
            """;
        // A number with a point is a decimal of any length to PostgreSQL, slow to reckon with: here it is what the service has.
        command.CommandText = Decimal().Replace(search, "float8 '$0'");
        foreach (var name in new[] { "start", "end", "main", "mainLevel", "further", "furtherLevel", "furtherDomain", "served", "ended" })
        {
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Integer));
        }

        foreach (var name in new[] { "lat", "lng", "south", "west", "north", "east" })
        {
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Double));
        }

        command.Parameters.Add(new NpgsqlParameter("mainLicence", NpgsqlDbType.Boolean));
        command.Parameters.Add(new NpgsqlParameter("furtherLicence", NpgsqlDbType.Boolean));
        command.Parameters.Add(new NpgsqlParameter("around", NpgsqlDbType.Array | NpgsqlDbType.Integer));
        await command.PrepareAsync();
        return new Prepared(connection, command);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await Script("stop", folder.File("postgres"));
        folder.Dispose();
    }

    private static string Nearest =>
        $"case when t.lats is null then {PeerQuery.Km("t.lat", "t.lng")} else least({PeerQuery.Km("t.lat", "t.lng")}, (select min({PeerQuery.Km("further.lat", "further.lng")}) from unnest(t.lats, t.lngs) as further(lat, lng))) end";

    [GeneratedRegex(@"\b\d+\.\d+\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decimal();

    private static Task Optional(NpgsqlBinaryImporter copy, double[]? value) =>
        value is null ? copy.WriteNullAsync() : copy.WriteAsync(value);

    private static async Task Fill(NpgsqlConnection connection, string table, IEnumerable<object[]> rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy {table} from stdin (format binary)");
        foreach (var row in rows)
        {
            await copy.WriteRowAsync(CancellationToken.None, row);
        }

        await copy.CompleteAsync();
    }

    private static async Task<(int Code, string Said, string Complaint)> Script(params string[] words)
    {
        using var script = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "postgres"), .. words])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said = script.StandardOutput.ReadToEndAsync();
        var complaint = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        return (
            script.ExitCode,
            await said,
            script.ExitCode is 0 or NotHere ? await complaint : throw new InvalidOperationException(await complaint)
        );
    }

    private async Task<object?> Value(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task Run(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A prepared search on a connection of its own.</summary>
    internal sealed class Prepared(NpgsqlConnection connection, NpgsqlCommand command) : IDisposable
    {
        public List<Placed> Ask(PeerQuery query)
        {
            Set("start", query.Area.Start);
            Set("end", query.Area.End);
            Set("around", query.Around);
            Set("south", query.Box.South);
            Set("west", query.Box.West);
            Set("north", query.Box.North);
            Set("east", query.Box.East);
            Set("main", query.Main);
            Set("mainLevel", query.MainLevel);
            Set("mainLicence", query.MainNeedsLicence);
            Set("further", query.Further);
            Set("furtherLevel", query.FurtherLevel);
            Set("furtherLicence", query.FurtherNeedsLicence);
            Set("furtherDomain", query.FurtherDomain);
            Set("lat", query.Lat);
            Set("lng", query.Lng);
            Set("served", query.Served);
            Set("ended", query.Ended);
            List<Placed> found = [];
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                found.Add(new Placed(reader.GetInt32(0), reader.GetInt32(1)));
            }

            return found;
        }

        public string Plan()
        {
            using var explain = connection.CreateCommand();
            explain.CommandText = "explain (analyze, buffers) " + command.CommandText;
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                explain.Parameters.Add(parameter.Clone());
            }

            using var reader = explain.ExecuteReader();
            List<string> lines = [];
            while (reader.Read())
            {
                lines.Add(reader.GetString(0));
            }

            return string.Join('\n', lines);
        }

        public void Dispose()
        {
            command.Dispose();
            connection.Dispose();
        }

        private void Set(string name, object value) => command.Parameters[name].Value = value;
    }
}

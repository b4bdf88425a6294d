using System.Globalization;
using System.Text;
using CsvHelper;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Microsoft.Data.Sqlite;

namespace Dispatch.Benchmarks.Matching;

/// <summary>The country in the service's own database, with the service's own skills.</summary>
internal sealed class ServedCountry : IDisposable
{
    private readonly TemporaryFolder seeds = new();
    private readonly int count;

    public ServedCountry(int count)
    {
        this.count = count;
        var published = Path.Combine(AppContext.BaseDirectory, "seeds");
        Country = new Country(Skills(Path.Combine(published, "skills.csv")));
        foreach (var file in Directory.EnumerateFiles(published))
        {
            File.Copy(file, seeds.File(Path.GetFileName(file)));
        }

        // What the seeds tell of real regions.
        foreach (var file in new[] { "travel_times.csv", "published_figures.csv" })
        {
            File.WriteAllText(seeds.File(file), File.ReadLines(Path.Combine(published, file)).First() + "\n");
        }

        var regions = new StringBuilder("code,name,level,parent_code,lat,lng,aliases\n");
        foreach (var region in Country.Regions)
        {
            regions.Append(
                CultureInfo.InvariantCulture,
                $"{region.Code},{region.Name},{Words.Of(region.Level)},{region.ParentCode},{region.Point.Lat:R},{region.Point.Lng:R},\n"
            );
        }

        File.WriteAllText(seeds.File("regions.csv"), regions.ToString());
    }

    public Country Country { get; }

    public string SeedsSetting => $"--Dispatch:Seeds={seeds.Path}";

    /// <summary>A folder that the service has set up, filled with the teams while it does not run.</summary>
    public async Task Settle(TemporaryFolder data)
    {
        await using (await MeasuredProcess.StartService(TimeSpan.Zero, data, SeedsSetting)) { }

        using var connection = new SqliteConnection($"Data Source={data.File("dispatch.db")};Pooling=False");
        connection.Open();
        Run(connection, "pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -1000000; begin");
        using (var rows = new Rows(connection))
        {
            foreach (var (team, load) in Country.Teams(count))
            {
                rows.Put(team, load);
            }
        }

        Run(connection, "commit; pragma wal_checkpoint(truncate)");
    }

    public void Dispose() => seeds.Dispose();

    /// <summary>Those that can be asked for.</summary>
    private static List<Skill> Skills(string file)
    {
        using var csv = CsvReader.FromFile(file);
        List<Skill> skills = [];
        while (csv.Read())
        {
            if (csv.GetString("domain") is { Length: > 0 } domain)
            {
                Licence? licence = csv.GetString("licence") is { Length: > 0 } word ? Words.To<Licence>(word) : null;
                skills.Add(new Skill(csv.GetString("code"), csv.GetString("zh"), csv.GetString("en"), domain, licence, []));
            }
        }

        return skills;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A team as the rows it has in the tables of the service.</summary>
    private sealed class Rows(SqliteConnection connection) : IDisposable
    {
        private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

        public void Put(Team team, TeamLoad load)
        {
            var id = team.Id.ToString("D");
            Insert(
                "team (team_id, name, kind, tier, region_code, host_organisation, size, capacity, suspended, version, created_at, radius_km)",
                id,
                team.Name,
                Words.Of(team.Kind),
                Words.Of(team.Tier),
                team.RegionCode,
                team.HostOrganisation,
                5,
                team.Capacity,
                team.Suspended,
                1,
                Instant(Country.Now),
                team.RadiusKm
            );
            Insert(
                "team_load (team_id, active, pending, confirmed, confirmed_solved, last_service_at, changed)",
                id,
                load.Active,
                load.Pending,
                load.Confirmed,
                load.ConfirmedSolved,
                load.LastServiceAt is { } at ? Instant(at) : null,
                0
            );
            foreach (var (start, position) in team.Bases.Select((start, position) => (start, position)))
            {
                Insert("team_base (team_id, position, lat, lng)", id, position, start.Lat, start.Lng);
            }

            foreach (var code in team.Serves)
            {
                Insert("team_area (team_id, region_code)", id, code);
            }

            foreach (var form in team.Forms)
            {
                Insert("team_form (team_id, form)", id, Words.Of(form));
            }

            foreach (var (skill, position) in team.Skills.Values.Select((skill, position) => (skill, position)))
            {
                Insert(
                    "team_skill (team_id, position, skill_code, level, licensed_until)",
                    id,
                    position,
                    skill.Code,
                    skill.Level,
                    skill.LicensedUntil is { } day ? Day(day) : null
                );
            }

            foreach (var (hours, position) in team.Availability.Weekly.Select((hours, position) => (hours, position)))
            {
                Insert(
                    "team_hours (team_id, position, day, starts_at, ends_at)",
                    id,
                    position,
                    (int)hours.Day,
                    Time(hours.Start),
                    Time(hours.End)
                );
            }

            foreach (var (leave, position) in team.Availability.Leaves.Select((leave, position) => (leave, position)))
            {
                Insert("team_leave (team_id, position, kind, from_day, to_day)", id, position, "leave", Day(leave.From), Day(leave.To));
            }
        }

        public void Dispose()
        {
            foreach (var command in commands.Values)
            {
                command.Dispose();
            }
        }

        private void Insert(string into, params object?[] values)
        {
            if (!commands.TryGetValue(into, out var command))
            {
                commands[into] = command = connection.CreateCommand();
                var names = values.Select((_, at) => $"@p{at}").ToList();
                command.CommandText = $"insert into {into} values ({string.Join(", ", names)})";
                command.Parameters.AddRange(names.Select(name => new SqliteParameter(name, value: null)));
                command.Prepare();
            }

            for (var at = 0; at < values.Length; at++)
            {
                command.Parameters[at].Value = values[at] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }

        private static string Instant(DateTimeOffset at) =>
            at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
    }
}

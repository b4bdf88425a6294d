using System.Globalization;
using System.Text;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Suggestions;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Benchmarks;

/// <summary>A database full of requests, written past the service: most of them solved within three years, the others open since a few weeks.</summary>
internal abstract class ManyRequests : IAsyncDisposable
{
    /// <summary>The county where a disaster brings so many requests of one skill within two weeks.</summary>
    public const string Hot = "331181";
    public const int HotRequests = 5000;

    private const double Solved = 0.8;
    private const string HotSkill = "agr-disaster";

    public abstract string Engine { get; }

    /// <summary>The value of <c>Dispatch:Database</c>.</summary>
    public abstract string Setting { get; }

    public static async Task<ManyRequests> Prepare(string? postgres, TemporaryFolder folder) =>
        postgres is null ? new OnSqlite(folder.File("dispatch.db")) : await OnPostgres.Create(postgres);

    public Task Fill(int count, Catalogue catalogue, Persons persons) => Write(Made(count, catalogue, persons));

    /// <summary>For the way beside: the newest of a skill without a look at the others.</summary>
    public abstract Task IndexBySkill();

    public abstract ValueTask DisposeAsync();

    protected const string BySkill =
        "create index help_request_solved_by_skill on help_request (main_skill, closed_at) where outcome = 'confirmed'; analyze";

    protected abstract Task Write(IEnumerable<MadeRequest> requests);

    // In the order of their time, as they would have come.
    private static IEnumerable<MadeRequest> Made(int count, Catalogue catalogue, Persons persons)
    {
        var random = new Random(1);
        var (texts, places) = (Texts(), Places(catalogue));
        var skills = texts.Keys.Order(StringComparer.Ordinal).ToArray();
        var now = DateTimeOffset.UtcNow;
        for (var at = 0; at < count; at++)
        {
            var age = TimeSpan.FromDays(3 * 365 * (1 - ((double)at / count)));
            var hot = count - at <= HotRequests * 2 && at % 2 == 0;
            var skill = hot ? HotSkill : skills[random.Next(skills.Length)];
            var place = hot ? catalogue.Regions.Find(Hot)! : places[random.Next(places.Count)];
            var told = texts[skill];
            var text = $"{Part(told)}，{Part(told)}，{random.Next(2, 90)}处";
            var phone = $"+86139{random.Next(count / 3):D8}";
            var person = new Person("求助人", phone, null, null, null, place.Point.Lat, place.Point.Lng, null, null);
            yield return new MadeRequest(
                Id(at),
                at,
                text,
                skill,
                catalogue.LineageOf(place),
                PersonSight.Coarse(place.Point),
                persons.Close(Id(at), person),
                phone,
                now - age,
                !hot && random.NextDouble() < Solved && age > TimeSpan.FromDays(7)
            );

            string Part(string[] from)
            {
                var whole = from[random.Next(from.Length)];
                var start = random.Next(Math.Max(1, whole.Length / 2));
                return whole[start..Math.Min(whole.Length, start + 24)];
            }
        }
    }

    private static Guid Id(int at) => new(at, 7, 0x7000, [0x80, 1, 2, 3, 4, 5, 6, 7]);

    private static Dictionary<string, string[]> Texts()
    {
        using var reader = new StreamReader(
            typeof(Suggester).Assembly.GetManifestResourceStream("Dispatch.Domain.Suggestions.Examples.tsv")!,
            Encoding.UTF8
        );
        return reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(cells => cells[0] != "none")
            .GroupBy(cells => cells[0], cells => cells[1], StringComparer.Ordinal)
            .ToDictionary(skill => skill.Key, skill => skill.ToArray(), StringComparer.Ordinal);
    }

    private static List<Region> Places(Catalogue catalogue) =>
        [.. catalogue.Regions.All.Where(region => region.Level is RegionLevel.County or RegionLevel.City)];

    protected sealed record MadeRequest(
        Guid Id,
        int Number,
        string Text,
        string Skill,
        Lineage Lineage,
        GeoPoint Point,
        string Person,
        string Phone,
        DateTimeOffset At,
        bool Solved
    )
    {
        public DateTimeOffset ClosedAt => At.AddDays(5);
    }

    private sealed class OnSqlite(string file) : ManyRequests
    {
        private const string Stamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

        public override string Engine => "SQLite";

        public override string Setting => "sqlite";

        public override Task IndexBySkill()
        {
            using var connection = Open();
            using var command = new SqliteCommand(BySkill, connection);
            command.ExecuteNonQuery();
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task Write(IEnumerable<MadeRequest> requests)
        {
            using var connection = Open();
            using (
                var fast = new SqliteCommand("pragma synchronous = off; pragma cache_size = -500000; pragma foreign_keys = off", connection)
            )
            {
                fast.ExecuteNonQuery();
            }

            using var transaction = connection.BeginTransaction();
            using var request = new SqliteCommand(
                """
                insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, person, requester_key, text, main_skill,
                    region_code, county_code, city_code, province_code, lat, lng, urgency, form, mode, channel, confidentiality, track_hash, result, outcome,
                    closed_at, created_at, changed_at)
                values (@id, @n, @state, 1, 'county', @queue, 'farmer', @person, @phone, @text, @skill,
                    @region, @county, @city, @province, @lat, @lng, 'normal', 'on_site', 'one_to_one', 'phone', 'normal', @hash, @result, @outcome, @closed, @at, @at)
                """,
                connection,
                transaction
            );
            using var confirmation = new SqliteCommand(
                "insert into confirmation (request_id, position, solved, said_by, actor, confirmed_at) values (@id, 1, 1, 'requester', 'requester', @closed)",
                connection,
                transaction
            );
            foreach (var made in requests)
            {
                Set(request, "@id", made.Id.ToString("D"));
                Set(request, "@n", made.Number.ToString(CultureInfo.InvariantCulture));
                Set(request, "@state", made.Solved ? "closed" : "open");
                Set(request, "@queue", made.Solved ? null : "dispatch");
                Set(request, "@person", made.Person);
                Set(request, "@phone", made.Phone);
                Set(request, "@text", made.Text);
                Set(request, "@skill", made.Skill);
                Set(request, "@region", made.Lineage.Region);
                Set(request, "@county", made.Lineage.County);
                Set(request, "@city", made.Lineage.City);
                Set(request, "@province", made.Lineage.Province);
                Set(request, "@lat", made.Point.Lat);
                Set(request, "@lng", made.Point.Lng);
                Set(request, "@hash", HashOf(made));
                Set(request, "@result", made.Solved ? "solved" : null);
                Set(request, "@outcome", made.Solved ? "confirmed" : null);
                Set(request, "@closed", made.Solved ? made.ClosedAt.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture) : null);
                Set(request, "@at", made.At.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture));
                request.ExecuteNonQuery();
                if (made.Solved)
                {
                    Set(confirmation, "@id", made.Id.ToString("D"));
                    Set(confirmation, "@closed", made.ClosedAt.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture));
                    confirmation.ExecuteNonQuery();
                }
            }

            transaction.Commit();
            return Task.CompletedTask;
        }

        private static void Set(SqliteCommand command, string name, object? value)
        {
            if (command.Parameters.Contains(name))
            {
                command.Parameters[name].Value = value ?? DBNull.Value;
            }
            else
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }
        }

        private SqliteConnection Open()
        {
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            connection.Open();
            return connection;
        }
    }

    private sealed class OnPostgres : ManyRequests
    {
        private readonly string server;
        private readonly string name = "dispatch_lookalikes_" + Guid.NewGuid().ToString("N");

        private OnPostgres(string server) => this.server = server;

        public override string Engine => "PostgreSQL";

        public override string Setting => new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();

        public static async Task<OnPostgres> Create(string server)
        {
            var store = new OnPostgres(server);
            await Run(server, $"create database {store.name}");
            return store;
        }

        public override Task IndexBySkill() => Run(Setting, BySkill);

        public override async ValueTask DisposeAsync() => await Run(server, $"drop database if exists {name} with (force)");

        protected override async Task Write(IEnumerable<MadeRequest> requests)
        {
            await using var connection = new NpgsqlConnection(Setting);
            await connection.OpenAsync();
            var solved = new List<(Guid Id, DateTimeOffset At)>();
            await using (
                var rows = await connection.BeginBinaryImportAsync(
                    """
                    copy help_request (request_id, reference, state, version, tier, queue, requester_kind, person, requester_key, text, main_skill,
                        region_code, county_code, city_code, province_code, lat, lng, urgency, form, mode, channel, confidentiality, track_hash, result, outcome,
                        closed_at, created_at, changed_at) from stdin (format binary)
                    """
                )
            )
            {
                foreach (var made in requests)
                {
                    await Copy(rows, made);
                    if (made.Solved)
                    {
                        solved.Add((made.Id, made.ClosedAt));
                    }
                }

                await rows.CompleteAsync();
            }

            await using (
                var rows = await connection.BeginBinaryImportAsync(
                    "copy confirmation (request_id, position, solved, said_by, actor, confirmed_at) from stdin (format binary)"
                )
            )
            {
                foreach (var (id, at) in solved)
                {
                    await rows.StartRowAsync();
                    await rows.WriteAsync(id);
                    await rows.WriteAsync(1);
                    await rows.WriteAsync(true);
                    await rows.WriteAsync("requester");
                    await rows.WriteAsync("requester");
                    await rows.WriteAsync(at.UtcDateTime, NpgsqlDbType.TimestampTz);
                }

                await rows.CompleteAsync();
            }

            await Run(Setting, "analyze");
        }

        private static async Task Copy(NpgsqlBinaryImporter rows, MadeRequest made)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(made.Id);
            await rows.WriteAsync(made.Number.ToString(CultureInfo.InvariantCulture));
            await rows.WriteAsync(made.Solved ? "closed" : "open");
            await rows.WriteAsync(1L);
            await rows.WriteAsync("county");
            await Text(made.Solved ? null : "dispatch");
            await rows.WriteAsync("farmer");
            await rows.WriteAsync(made.Person);
            await rows.WriteAsync(made.Phone);
            await rows.WriteAsync(made.Text);
            await rows.WriteAsync(made.Skill);
            await rows.WriteAsync(made.Lineage.Region);
            await Text(made.Lineage.County);
            await Text(made.Lineage.City);
            await Text(made.Lineage.Province);
            await rows.WriteAsync(made.Point.Lat);
            await rows.WriteAsync(made.Point.Lng);
            foreach (var word in new[] { "normal", "on_site", "one_to_one", "phone", "normal", HashOf(made) })
            {
                await rows.WriteAsync(word);
            }

            await Text(made.Solved ? "solved" : null);
            await Text(made.Solved ? "confirmed" : null);
            if (made.Solved)
            {
                await rows.WriteAsync(made.ClosedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
            }
            else
            {
                await rows.WriteNullAsync();
            }

            await rows.WriteAsync(made.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync(made.At.UtcDateTime, NpgsqlDbType.TimestampTz);

            Task Text(string? word) => word is null ? rows.WriteNullAsync() : rows.WriteAsync(word);
        }

        private static async Task Run(string setting, string sql)
        {
            await using var connection = new NpgsqlConnection(setting);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    // Spread, so that an order by it takes requests from everywhere.
    private static string HashOf(MadeRequest made) =>
        ((uint)made.Number * 2654435769u).ToString("x8", CultureInfo.InvariantCulture) + made.Number;
}

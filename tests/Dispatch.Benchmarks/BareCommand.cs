using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Dispatch.Benchmarks;

/// <summary>What this host could do at best: an endpoint that does nothing, and single-row statements with a flushed commit each.</summary>
internal static class BareCommand
{
    private const int Flushes = 200;
    private const int Things = 10_000;

    public static async Task<int> Run(Options options)
    {
        options.Allow("folder");
        var folder = options.Text("folder") ?? throw new FormatException("--folder is missing.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default));
        await using var app = builder.Build();
        using var store = new BareStore(Path.Combine(folder, "bare.db"));
        app.MapGet("/hello", () => new Hello("hello", 1));
        app.MapPost("/insert", (Note note) => new Made(store.Insert(note)));
        app.MapPost("/update", (Step step) => store.Update(step) ? Results.Ok(new Made(step.Id)) : Results.Conflict());
        await using var server = await BareServer.Open();
        app.MapPost(
            "/update-on-server",
            async (Step step) => await server!.Update(step) ? Results.Ok(new Made(step.Id)) : Results.Conflict()
        );
        app.MapGet("/flush", () => new Flushed(Flush(Path.Combine(folder, "flush.probe"))));
        await app.RunAsync();
        return 0;
    }

    /// <summary>The median time in milliseconds of a 4 KiB write and its fsync in the folder of the databases.</summary>
    private static double Flush(string path)
    {
        var block = new byte[4096];
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        return Quantile.Median(
            Enumerable
                .Range(0, Flushes)
                .Select(at =>
                {
                    var from = Stopwatch.GetTimestamp();
                    RandomAccess.Write(file, block, at * (long)block.Length);
                    RandomAccess.FlushToDisk(file);
                    return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
                })
        );
    }

    /// <summary>The same update on a PostgreSQL, with a pooled connection and a commit each.</summary>
    private sealed class BareServer(NpgsqlDataSource source) : IAsyncDisposable
    {
        /// <summary>Null where no server is named.</summary>
        public static async Task<BareServer?> Open()
        {
            if (Environment.GetEnvironmentVariable(MeasuredProcess.Database) is not { } setting)
            {
                return null;
            }

            await FreshDatabase.Run(
                setting,
                $"""
                create table thing (id bigint primary key, state text not null, version bigint not null);
                insert into thing (id, state, version) select value, 'open', 0 from generate_series(0, {Things}) value
                """
            );
            return new BareServer(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(setting) { MaxAutoPrepare = 10 }));
        }

        public async Task<bool> Update(Step step)
        {
            await using var command = source.CreateCommand(
                "update thing set state = $1, version = version + 1 where id = $2 and version = $3"
            );
            command.Parameters.AddRange(
                new NpgsqlParameter[]
                {
                    new() { Value = step.State },
                    new() { Value = step.Id },
                    new() { Value = step.Version },
                }
            );
            return await command.ExecuteNonQueryAsync() == 1;
        }

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }

    /// <summary>One connection behind one lock, prepared statements, WAL at FULL: no less than the service promises, and nothing more.</summary>
    private sealed class BareStore : IDisposable
    {
        private readonly Lock turn = new();
        private readonly SqliteConnection connection;
        private readonly SqliteCommand insert;
        private readonly SqliteCommand update;

        public BareStore(string path)
        {
            connection = new SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            Execute("pragma journal_mode = wal");
            Execute("pragma synchronous = full");
            Execute(
                """
                create table note (id integer primary key, x real, y real, skill integer, urgency integer, text text, at text);
                create table thing (id integer primary key, state text not null, version integer not null);
                """
            );
            Execute(
                $"""
                insert into thing (id, state, version)
                select value, 'open', 0 from (with recursive n(value) as (select 0 union all select value + 1 from n where value < {Things}) select value from n)
                """
            );
            insert = Prepared(
                "insert into note (x, y, skill, urgency, text, at) values ($x, $y, $skill, $urgency, $text, $at) returning id",
                "$x",
                "$y",
                "$skill",
                "$urgency",
                "$text",
                "$at"
            );
            update = Prepared(
                "update thing set state = $state, version = version + 1 where id = $id and version = $version",
                "$state",
                "$id",
                "$version"
            );
        }

        public long Insert(Note note)
        {
            lock (turn)
            {
                Bind(
                    insert,
                    note.X,
                    note.Y,
                    note.Skill,
                    note.Urgency,
                    note.Text,
                    DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture)
                );
                return (long)insert.ExecuteScalar()!;
            }
        }

        public bool Update(Step step)
        {
            lock (turn)
            {
                Bind(update, step.State, step.Id, step.Version);
                return update.ExecuteNonQuery() == 1;
            }
        }

        public void Dispose()
        {
            insert.Dispose();
            update.Dispose();
            connection.Dispose();
        }

        private static void Bind(SqliteCommand command, params object[] values)
        {
            for (var at = 0; at < values.Length; at++)
            {
                command.Parameters[at].Value = values[at];
            }
        }

        private SqliteCommand Prepared(string sql, params string[] parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.AddRange(parameters.Select(name => new SqliteParameter(name, value: null)));
            command.Prepare();
            return command;
        }

        private void Execute(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}

internal sealed record Hello(string Message, int Value);

internal sealed record Note(double X, double Y, int Skill, int Urgency, string Text);

internal sealed record Step(long Id, long Version, string State);

internal sealed record Made(long Id);

internal sealed record Flushed(double Milliseconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Step))]
[JsonSerializable(typeof(Made))]
[JsonSerializable(typeof(Flushed))]
internal sealed partial class BareJson : JsonSerializerContext;

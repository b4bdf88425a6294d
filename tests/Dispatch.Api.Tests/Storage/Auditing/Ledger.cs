using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>The audit in the words of a test.</summary>
internal static class Ledger
{
    public static AuditSealer Sealer(this RunningService service) => service.Services.GetRequiredService<AuditSealer>();

    public static string Checkpoints(this RunningService service) => service.Services.GetRequiredService<CheckpointFile>().Path;

    /// <summary>Everything that was written so far about one object, oldest first, as the administrator reads it.</summary>
    public static Task<IReadOnlyList<JsonNode>> Audit(this RunningService service, Guid id) => service.Audit($"object={id}");

    public static async Task<IReadOnlyList<JsonNode>> Audit(this RunningService service, string query)
    {
        List<JsonNode> found = [];
        for (var path = $"/v1/audit?{query}&page_size=200"; path is not null; )
        {
            var page = await service.As("admin").Read(path);
            found.AddRange(page["items"]!.AsArray().Select(item => item!));
            path = page["next"]?.GetValue<string>();
        }

        found.Reverse();
        return found;
    }

    /// <summary>The only one of them.</summary>
    public static JsonNode One(this IEnumerable<JsonNode> entries, string action) =>
        Assert.Single(entries, entry => entry.Text("action") == action);

    /// <summary>What it says was seen of this object.</summary>
    public static string Seen(this JsonNode entry, Guid id) =>
        string.Join(
            ' ',
            entry["seen"]!
                .AsArray()
                .Where(sight => sight!.Text("id") == id.ToString())
                .SelectMany(sight => sight!["classes"]!.AsArray().Select(shown => shown!.GetValue<string>()))
        );

    /// <summary>Runs a statement as somebody does who has the database, and not the service.</summary>
    public static async Task<int> ByHand(this RunningService service, params string[] statements)
    {
        await using var connection = service.Raw();
        await connection.OpenAsync();
        var changed = 0;
        foreach (var statement in statements)
        {
            changed += await connection.ExecuteAsync(statement);
        }

        return changed;
    }

    public static async Task<T?> Stored<T>(this RunningService service, string sql)
    {
        await using var connection = service.Raw();
        await connection.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}

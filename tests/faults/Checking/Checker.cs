using System.Data.Common;
using Dapper;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Checking;

/// <summary>The one program that says whether a database is whole, beside a running service or without: the invariants that can be read from the rows,
/// and the word the service gave to the load against them.</summary>
/// <param name="bookedApart">As <see cref="StoredTruth"/> takes it.</param>
internal sealed class Checker(string data, string database, bool bookedApart = true)
{
    /// <summary>Everything that is broken, in words; empty when all is well.</summary>
    public async Task<IReadOnlyList<string>> Broken(string? journal = null)
    {
        var truth = new StoredTruth(data, database, bookedApart);
        var broken = new List<string>(await truth.Broken());
        if (journal is not null && File.Exists(journal))
        {
            await using var connection = truth.Open();
            await connection.OpenAsync();
            broken.AddRange(await Unkept(connection, journal));
        }

        return broken;
    }

    /// <summary>The chain of the audit and its checkpoint file, as the service's own command sees them.</summary>
    public async Task<IReadOnlyList<string>> BrokenAudit()
    {
        try
        {
            await Site.Shell(
                "dotnet",
                "exec",
                Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll"),
                "verify-audit",
                "--environment=Development",
                $"--Dispatch:Data={data}",
                $"--Dispatch:Database={database}"
            );
            return [];
        }
        catch (InvalidOperationException cause)
        {
            return [cause.Message];
        }
    }

    public async Task<long> Count(string sql)
    {
        await using var connection = new StoredTruth(data, database).Open();
        await connection.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    /// <summary>The load's side: what it was told has an answer under its key.</summary>
    private static async Task<IEnumerable<string>> Unkept(DbConnection connection, string journal)
    {
        var kept = (
            await connection.QueryAsync<(string Key, int Status)>("select idempotency_key, status from idempotent_answer")
        ).ToDictionary(answer => answer.Key, answer => answer.Status);
        return Journal
            .Read(journal)
            .Where(line => kept.GetValueOrDefault(line.Key) != line.Status)
            .Select(line => $"acknowledged and not in the database: {line.Path} under {line.Key}");
    }
}

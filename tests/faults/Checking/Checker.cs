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

    /// <summary>The chain of the audit and the checkpoint files of all nodes, as the service's own command sees them.</summary>
    public async Task<IReadOnlyList<string>> BrokenAudit()
    {
        var files = Directory.GetFiles(data, "*checkpoints*").Where(file => new FileInfo(file).Length > 0).ToList();
        var broken = new List<string>();
        if (files.Count == 0)
        {
            broken.Add("no node has written a checkpoint");
        }

        foreach (var file in files)
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
                    $"--Dispatch:Database={database}",
                    $"--Dispatch:Audit:Checkpoints={file}"
                );
            }
            catch (InvalidOperationException cause)
            {
                broken.Add(cause.Message);
            }
        }

        return broken;
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

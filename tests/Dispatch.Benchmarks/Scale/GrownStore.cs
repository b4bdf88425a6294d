using System.Data.Common;
using Dapper;

namespace Dispatch.Benchmarks.Scale;

/// <summary>A column of a table, as far as multiplying rows must know it.</summary>
internal sealed record GrownColumn(string Name, bool IsId, bool IsInstant, bool IsDay);

/// <summary>A database whose history is multiplied while no service runs on it: what differs between the engines.</summary>
internal abstract class GrownStore(DbConnection connection) : IAsyncDisposable
{
    private List<(string Drop, string Make)> indexes = [];

    protected DbConnection Connection => connection;

    /// <summary>Where the rows that are multiplied stand meanwhile.</summary>
    public const string Aside = "grow";

    public abstract Task Open();

    public abstract Task<IReadOnlyList<GrownColumn>> Columns(string table);

    /// <summary>An id of a row of the small history, made that of a copy: the time of the copy in front, its number behind.</summary>
    public abstract string Reborn(string column);

    /// <summary>A moment of the small history, in the copy.</summary>
    public abstract string Shifted(string column);

    /// <summary>A day of the small history, in the copy.</summary>
    public abstract string ShiftedDay(string column);

    /// <summary>Clones in their order first, so that rows come in the order of their time.</summary>
    public abstract string From(string table, string where);

    public abstract Task WriteClones(IEnumerable<Clone> clones);

    public abstract Task WriteAudit(IEnumerable<LoadedEntry> entries);

    /// <summary>Bytes of each table with its indexes.</summary>
    public abstract Task<IReadOnlyDictionary<string, long>> Sizes();

    /// <summary>With what the engine itself would have gathered meanwhile.</summary>
    public abstract Task Close();

    public async Task Run(string sql, object? args = null) => await connection.ExecuteAsync(sql, args, commandTimeout: 3600);

    public async Task<List<T>> List<T>(string sql) => (await connection.QueryAsync<T>(sql, commandTimeout: 3600)).AsList();

    public async Task<long> Count(string table) =>
        await connection.ExecuteScalarAsync<long>($"select count(*) from {table}", commandTimeout: 3600);

    /// <summary>Those that can be made again: one sort is cheaper than a million insertions.</summary>
    public async Task DropIndexes(IReadOnlyCollection<string> tables)
    {
        indexes = [.. (await Indexes()).Where(index => tables.Contains(index.Table)).Select(index => (index.Drop, index.Make))];
        foreach (var (drop, _) in indexes)
        {
            await Run(drop);
        }
    }

    public async Task MakeIndexes()
    {
        foreach (var (_, make) in indexes)
        {
            await Run(make);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<IReadOnlyList<GrownIndex>> Indexes();

    protected sealed record GrownIndex(string Table, string Drop, string Make);
}

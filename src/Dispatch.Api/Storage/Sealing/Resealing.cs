using System.Data.Common;
using Dapper;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>How much is sealed under a key.</summary>
/// <param name="Answers">Kept answers; they are gone within a day by themselves.</param>
internal sealed record KeyUse(string KeyId, long Values, long Answers);

/// <summary>Seals everything anew under the key that seals now: in batches, beside the work of the service. Interrupted, it is begun again and passes
/// over what is done.</summary>
internal sealed class Resealing(Database database, Seal seal, DataKeys keys)
{
    private const int AtOnce = 200;

    // What is kept for long.
    private static readonly (string Table, string Key, string Column)[] Sealed =
    [
        ("help_request", "request_id", "person"),
        ("member", "member_id", "person"),
        ("match_decision", "decision_id", "content"),
        ("import_piece", "piece_id", "content"),
        ("record_entry", "entry_id", "content"),
        ("certificate", "certificate_id", "content"),
        ("record_correction", "correction_id", "content"),
    ];

    /// <summary>Returns how many values it has sealed anew.</summary>
    public async Task<long> All(CancellationToken ct)
    {
        var prefix = Seal.Prefix(keys.Current);
        var resealed = 0L;
        await using var db = new Session(database);
        foreach (var (table, key, column) in Sealed)
        {
            var after = Guid.Empty;
            while (true)
            {
                var rows = await db.List<Row>(
                    $"""
                    select {key} as id, {column} as closed from {table}
                    where substr({column}, 1, @length) <> @prefix and {key} > @after order by {key} limit {AtOnce}
                    """,
                    new
                    {
                        length = prefix.Length,
                        prefix,
                        after,
                    }
                );
                if (rows.Count == 0)
                {
                    break;
                }

                await database.Write(db, Chore.Resealing, () => Again(db, table, key, column, rows), ct);
                resealed += rows.Count;
                after = rows[^1].Id;
            }
        }

        return resealed;
    }

    /// <summary>What is sealed under each of these keys, as one connection sees it.</summary>
    public static IReadOnlyList<KeyUse> InUse(DbConnection connection, IEnumerable<string> keyIds) =>
        [
            .. keyIds
                .Order(StringComparer.Ordinal)
                .Select(id => new KeyUse(
                    id,
                    Sealed.Sum(part => Count(connection, part.Table, part.Column, id)),
                    Count(connection, "idempotent_answer", "body", id)
                )),
        ];

    private static long Count(DbConnection connection, string table, string column, string keyId)
    {
        var prefix = Seal.Prefix(keyId);
        return connection.ExecuteScalar<long>(
            $"select count(*) from {table} where substr({column}, 1, @length) = @prefix",
            new { length = prefix.Length, prefix }
        );
    }

    // What was changed since it was read has the new key already.
    private async Task Again(Session db, string table, string key, string column, IReadOnlyList<Row> rows)
    {
        foreach (var row in rows)
        {
            var place = new SealedPlace(table, column, row.Id);
            await db.Execute(
                $"update {table} set {column} = @again where {key} = @Id and {column} = @Closed",
                new
                {
                    row.Id,
                    row.Closed,
                    again = seal.Close(place, seal.Open(place, row.Closed)),
                }
            );
        }
    }

    private sealed record Row
    {
        public Guid Id { get; init; }
        public string Closed { get; init; } = "";
    }
}

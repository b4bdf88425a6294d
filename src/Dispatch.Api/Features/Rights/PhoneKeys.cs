using System.Data.Common;
using Dapper;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Rights;

/// <summary>Gives requests from before what their telephone number is found by: between the migration that adds the column and the one that makes its index.
/// In batches, each committed; interrupted, it goes on where it was.</summary>
internal sealed class PhoneKeys(Persons persons, BlindIndex index)
{
    public const int Before = 23;

    private const int AtOnce = 500;

    public void Fill(DbConnection connection)
    {
        var after = Guid.Empty;
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            var rows = connection
                .Query<Row>(
                    $"select request_id, person from help_request where phone_key is null and request_id > @after order by request_id limit {AtOnce}",
                    new { after },
                    transaction
                )
                .AsList();
            foreach (var row in rows)
            {
                after = row.RequestId;
                if (index.OfPhone(persons.Open(row.RequestId, row.Person).Phone) is { } key)
                {
                    connection.Execute(
                        "update help_request set phone_key = @key where request_id = @RequestId",
                        new { row.RequestId, key },
                        transaction
                    );
                }
            }

            transaction.Commit();
            if (rows.Count < AtOnce)
            {
                return;
            }
        }
    }

    private sealed record Row
    {
        public Guid RequestId { get; init; }
        public string Person { get; init; } = "";
    }
}

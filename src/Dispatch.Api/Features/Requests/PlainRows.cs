using System.Data.Common;
using Dapper;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Requests;

/// <summary>
/// Seals what earlier versions kept in clear, at the first start with this one: between the migration that adds the sealed columns and the one that
/// takes the plain ones away. In batches, each committed; interrupted, it goes on where it was.
/// </summary>
internal sealed class PlainRows(Database database, Persons persons, MemberNames members, Seal seal, BlindIndex index)
{
    /// <summary>Takes the plain columns away.</summary>
    public const int Before = 18;

    private const int AtOnce = 500;

    // The plain SHA-256 of then, in hexadecimal; the keyed words are shorter.
    private const int DigestLength = 64;

    private static readonly IReadOnlyList<string> Tables = ["help_request", "member", "match_decision", "notice", "idempotent_answer"];

    public void Close(DbConnection connection)
    {
        if (connection.ExecuteScalar<long>("select (select count(*) from help_request) + (select count(*) from member)") == 0)
        {
            return;
        }

        Each<PlainRequest>(connection, "help_request", "request_id", "person = ''", Close);
        Each<PlainMember>(connection, "member", "member_id", "person = ''", Close);
        Each<PlainDecision>(connection, "match_decision", "decision_id", "content like '{%'", Close);
        using (var transaction = connection.BeginTransaction())
        {
            foreach (
                var answer in connection.Query<PlainAnswer>(
                    $"select scope, idempotency_key, fingerprint from idempotent_answer where length(fingerprint) = {DigestLength}",
                    transaction: transaction
                )
            )
            {
                Close(connection, transaction, answer);
            }

            transaction.Commit();
        }

        foreach (var statement in database.Purge(Tables))
        {
            connection.Execute(statement);
        }
    }

    private static void Each<T>(
        DbConnection connection,
        string table,
        string key,
        string plain,
        Action<DbConnection, DbTransaction, T> close
    )
        where T : IPlainRow
    {
        var after = Guid.Empty;
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            var rows = connection
                .Query<T>(
                    $"select {T.Columns} from {table} where {plain} and {key} > @after order by {key} limit {AtOnce}",
                    new { after },
                    transaction
                )
                .AsList();
            foreach (var row in rows)
            {
                close(connection, transaction, row);
                after = row.Id;
            }

            transaction.Commit();
            if (rows.Count < AtOnce)
            {
                return;
            }
        }
    }

    private void Close(DbConnection connection, DbTransaction transaction, PlainRequest row)
    {
        var person = new Person(
            row.RequesterName,
            row.RequesterPhone,
            row.RequesterCreditCode,
            row.RequesterContact,
            row.Address,
            row.Lat,
            row.Lng,
            row.GivenLat,
            row.GivenLng
        );
        var coarse = PersonSight.Coarse(person.Point);
        var values = new
        {
            row.Id,
            person = persons.Close(row.Id, person),
            former = row.RequesterKey,
            requester = index.OfRequester(row.RequesterKey),
            track = index.OfTrackDigest(row.TrackHash),
            coarse.Lat,
            coarse.Lng,
        };
        connection.Execute(
            """
            update help_request set person = @person, requester_key = @requester, track_hash = @track, lat = @Lat, lng = @Lng, requester_name = '',
                requester_phone = null, requester_credit_code = null, requester_contact = null, address = null, given_lat = null, given_lng = null
            where request_id = @Id
            """,
            values,
            transaction
        );
        connection.Execute(
            "update notice set recipient_key = @requester where request_id = @Id and recipient = 'requester' and recipient_key = @former",
            values,
            transaction
        );
    }

    private void Close(DbConnection connection, DbTransaction transaction, PlainMember row) =>
        connection.Execute(
            "update member set person = @person, name = '' where member_id = @Id",
            new { row.Id, person = members.Close(row.Id, row.Name) },
            transaction
        );

    private void Close(DbConnection connection, DbTransaction transaction, PlainDecision row) =>
        connection.Execute(
            "update match_decision set content = @content where decision_id = @Id",
            new { row.Id, content = seal.Close(new SealedPlace("match_decision", "content", row.Id), row.Content) },
            transaction
        );

    // What it answered was sealed under another key and is not told again; that it was answered stays known.
    private void Close(DbConnection connection, DbTransaction transaction, PlainAnswer row) =>
        connection.Execute(
            "update idempotent_answer set scope = @changed, fingerprint = @sent where scope = @Scope and idempotency_key = @IdempotencyKey",
            new
            {
                changed = WithoutToken(row.Scope),
                sent = AnswerFilter.OfDigest(index, row.Fingerprint),
                row.Scope,
                row.IdempotencyKey,
            },
            transaction
        );

    private string WithoutToken(string scope)
    {
        const string before = "/v1/track/";
        var begin = scope.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        if (begin < 0)
        {
            return scope;
        }

        var token = scope[(begin + before.Length)..].Split('/')[0];
        return scope.Replace(token, index.OfTrack(token), StringComparison.Ordinal);
    }

    private interface IPlainRow
    {
        static abstract string Columns { get; }

        Guid Id { get; }
    }

    private sealed record PlainRequest : IPlainRow
    {
        public static string Columns =>
            "request_id as id, requester_name, requester_phone, requester_credit_code, requester_contact, requester_key, address, lat, lng, given_lat, given_lng, track_hash";

        public Guid Id { get; init; }
        public string RequesterName { get; init; } = "";
        public string? RequesterPhone { get; init; }
        public string? RequesterCreditCode { get; init; }
        public string? RequesterContact { get; init; }
        public string RequesterKey { get; init; } = "";
        public string? Address { get; init; }
        public double Lat { get; init; }
        public double Lng { get; init; }
        public double? GivenLat { get; init; }
        public double? GivenLng { get; init; }
        public string TrackHash { get; init; } = "";
    }

    private sealed record PlainMember : IPlainRow
    {
        public static string Columns => "member_id as id, name";

        public Guid Id { get; init; }
        public string Name { get; init; } = "";
    }

    private sealed record PlainDecision : IPlainRow
    {
        public static string Columns => "decision_id as id, content";

        public Guid Id { get; init; }
        public string Content { get; init; } = "";
    }

    private sealed record PlainAnswer
    {
        public string Scope { get; init; } = "";
        public string IdempotencyKey { get; init; } = "";
        public string Fingerprint { get; init; } = "";
    }
}

using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Clients;

internal sealed record ClientRow
{
    public const string Columns = "client_id, name, scopes, version, created_at, created_by";

    public Guid ClientId { get; init; }
    public string Name { get; init; } = "";
    public string Scopes { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";

    public string Subject => Standing.SubjectOfClient(ClientId);
}

internal sealed record ClientKeyRow
{
    public Guid KeyId { get; init; }
    public Guid ClientId { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public string MadeBy { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now;
}

/// <summary>The one writer of integration clients and their keys. They reach beyond regions, and so are those who have them in hand.</summary>
internal sealed class ClientStore(Session db, Caller caller, Preconditions preconditions, TimeProvider clock)
{
    public async Task<ClientRow> Find(Guid id)
    {
        caller.RequireWholeCountry();
        return await db.Find<ClientRow>($"select {ClientRow.Columns} from api_client where client_id = @id", new { id })
            ?? throw Refused.Unknown();
    }

    /// <summary>Counts its version up, so that of two who change its keys at once the second sees what the first did.</summary>
    public async Task<ClientRow> Touch(Guid id)
    {
        caller.RequireWholeCountry();
        var client =
            await db.Find<ClientRow>($"select {ClientRow.Columns} from api_client where client_id = @id {db.ForUpdate}", new { id })
            ?? throw Refused.Unknown();
        preconditions.Demand(client.ClientId, client.Version);
        return (
            await db.Find<ClientRow>(
                $"update api_client set version = version + 1 where client_id = @id returning {ClientRow.Columns}",
                new { id }
            )
        )!;
    }

    public async Task<ClientRow> Insert(string name, IEnumerable<Scope> scopes)
    {
        caller.RequireWholeCountry();
        var now = clock.GetUtcNow();
        return (
            await db.Find<ClientRow>(
                $"""
                insert into api_client (client_id, name, scopes, version, created_at, created_by)
                values (@id, @name, @scopes, 1, @now, @Subject) returning {ClientRow.Columns}
                """,
                new
                {
                    id = Guid.CreateVersion7(now),
                    name,
                    scopes = Scopes.Written(scopes),
                    now,
                    caller.Subject,
                }
            )
        )!;
    }

    public Task<IReadOnlyList<ClientKeyRow>> KeysOf(IEnumerable<Guid> clients) =>
        db.List<ClientKeyRow>(
            $"""
            select key_id, client_id, made_at, made_by, expires_at, revoked_at, last_used_at from client_key
            where client_id {db.In("@ids")} order by made_at, key_id
            """,
            new { ids = clients.ToArray() }
        );

    public async Task<Guid> InsertKey(ClientRow client, string hash, DateTimeOffset expiresAt)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await db.Execute(
            """
            insert into client_key (key_id, client_id, key_hash, made_at, made_by, expires_at)
            values (@id, @ClientId, @hash, @now, @Subject, @expiresAt)
            """,
            new
            {
                id,
                client.ClientId,
                hash,
                now,
                caller.Subject,
                expiresAt,
            }
        );
        return id;
    }

    /// <summary>False when the client has no such key, or it was revoked before.</summary>
    public async Task<bool> Revoke(Guid clientId, Guid keyId) =>
        await db.Execute(
            """
            update client_key set revoked_at = @now, revoked_by = @Subject
            where key_id = @keyId and client_id = @clientId and revoked_at is null
            """,
            new
            {
                keyId,
                clientId,
                now = clock.GetUtcNow(),
                caller.Subject,
            }
        ) == 1;

    public async Task<ClientView> View(ClientRow client) => ClientView.Of(client, await KeysOf([client.ClientId]), clock.GetUtcNow());
}

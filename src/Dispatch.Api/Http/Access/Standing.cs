using System.Collections.Concurrent;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// Whether who signed in, or holds a key, may still act, and as whom. The database is asked with every call, so that on every node an end, a
/// new role or a revoked key counts from its commit on; one look by key costs less than the call it stands before.
/// </summary>
internal sealed class Standing(Database database, TimeProvider clock)
{
    private const string AccountPrefix = "account-";
    private const string ClientPrefix = "client-";
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> uses = new();

    public static string SubjectOf(Guid accountId) => AccountPrefix + accountId;

    public static string SubjectOfClient(Guid clientId) => ClientPrefix + clientId;

    /// <summary>The account behind a subject, if it is one.</summary>
    public static Guid? AccountOf(string subject) =>
        subject.StartsWith(AccountPrefix, StringComparison.Ordinal) && Guid.TryParse(subject.AsSpan(AccountPrefix.Length), out var id)
            ? id
            : null;

    /// <summary>The account a session belongs to, as it is now; null when the session has ended or the account is closed.</summary>
    public async Task<Caller?> OfSession(Guid sessionId)
    {
        await using var db = new Session(database);
        var row = await db.Find<AccountReach>(
            """
            select account.account_id, account.role, account.team_id, account.region_code
            from account_session join account on account.account_id = account_session.account_id
            where account_session.session_id = @sessionId and account_session.ended_at is null and account_session.ends_at > @now
              and account.disabled_at is null
            """,
            new { sessionId, now = clock.GetUtcNow() }
        );
        return row?.Caller;
    }

    /// <summary>Whether somebody of an issuer outside is not let in here.</summary>
    public async Task<bool> IsBarred(string subject)
    {
        await using var db = new Session(database);
        return await db.Value<long>("select count(*) from barred_subject where person = @subject", new { subject }) > 0;
    }

    /// <summary>The client that holds a key in force.</summary>
    public async Task<Caller?> OfKey(string key)
    {
        var now = clock.GetUtcNow();
        await using var db = new Session(database);
        var row = await db.Find<KeyReach>(
            """
            select client_key.key_id, client_key.client_id, client_key.last_used_at, api_client.scopes
            from client_key join api_client on api_client.client_id = client_key.client_id
            where client_key.key_hash = @hash and client_key.revoked_at is null and client_key.expires_at > @now
            """,
            new { hash = Secrets.HashOf(key), now }
        );
        if (row is null)
        {
            return null;
        }

        if (row.LastUsedAt is not { } last || now - last >= BetweenNotes)
        {
            uses[row.KeyId] = now;
        }

        return new Caller(SubjectOfClient(row.ClientId), Role.Partner) { Scopes = Scopes.Read(row.Scopes) };
    }

    /// <summary>Writes down when keys were used, apart from the calls they were used for.</summary>
    public async Task NoteUses(CancellationToken ct)
    {
        var noted = uses.ToArray();
        if (noted.Length == 0)
        {
            return;
        }

        await using var db = new Session(database);
        await database.Write(
            db,
            Chore.KeyUse,
            async () =>
            {
                foreach (var (keyId, at) in noted.OrderBy(use => use.Key))
                {
                    await db.Execute("update client_key set last_used_at = @at where key_id = @keyId", new { keyId, at });
                }
            },
            ct
        );
        foreach (var use in noted)
        {
            uses.TryRemove(use);
        }
    }

    private sealed record KeyReach
    {
        public Guid KeyId { get; init; }
        public Guid ClientId { get; init; }
        public DateTimeOffset? LastUsedAt { get; init; }
        public string Scopes { get; init; } = "";
    }
}

/// <summary>An account as a caller.</summary>
internal sealed record AccountReach
{
    public Guid AccountId { get; init; }
    public string Role { get; init; } = "";
    public Guid? TeamId { get; init; }
    public string? RegionCode { get; init; }

    public Caller Caller
    {
        get
        {
            var caller = new Caller(Standing.SubjectOf(AccountId), Words.To<Role>(Role));
            return caller.IsOfTeam ? caller with { TeamId = TeamId }
                : caller.SeesRegions ? caller with { RegionCode = RegionCode }
                : caller;
        }
    }
}

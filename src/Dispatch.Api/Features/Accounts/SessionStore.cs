using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Accounts;

internal enum SessionEnd
{
    /// <summary>By its owner.</summary>
    SignedOut,

    /// <summary>A refresh token came back a second time: one of two who have it is a thief.</summary>
    Reused,

    /// <summary>The account was closed.</summary>
    Disabled,

    /// <summary>The password is another one now.</summary>
    Password,
}

internal sealed record SessionRow
{
    public Guid SessionId { get; init; }
    public Guid AccountId { get; init; }
    public DateTimeOffset EndsAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>The one writer of sessions: each a family of refresh tokens, one good at a time.</summary>
internal sealed class SessionStore(Session db, TokenKey key, AuditTrail trail, TimeProvider clock)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(10);

    // Who sees a whole region signs in every day; a leader in the field does not.
    private static readonly TimeSpan OfficeDay = TimeSpan.FromHours(12);
    private static readonly TimeSpan InTheField = TimeSpan.FromDays(30);

    public async Task<SessionView> Begin(AccountRow account)
    {
        var now = clock.GetUtcNow();
        var office = account.RoleNow is AccountRole.Officer or AccountRole.Auditor or AccountRole.Admin;
        var session = new SessionRow
        {
            SessionId = Guid.CreateVersion7(now),
            AccountId = account.AccountId,
            EndsAt = now + (office ? OfficeDay : InTheField),
        };
        await db.Execute(
            "insert into account_session (session_id, account_id, started_at, ends_at) values (@SessionId, @AccountId, @now, @EndsAt)",
            new
            {
                session.SessionId,
                session.AccountId,
                session.EndsAt,
                now,
            }
        );
        return await Hand(session, account);
    }

    /// <summary>The session a refresh token belongs to, held until the commit; null where there is no such token.</summary>
    public async Task<SessionRow?> Hold(string refreshToken)
    {
        var hash = Secrets.HashOf(refreshToken);
        var named = await db.Find<SessionRow>("select session_id from refresh_token where token_hash = @hash", new { hash });
        if (named is null)
        {
            return null;
        }

        var held = await db.Find<SessionRow>(
            $"select session_id, account_id, ends_at, ended_at from account_session where session_id = @SessionId {db.ForUpdate}",
            named
        );
        // Read under the lock: of two who come with the same token at once the second finds it used.
        var token = await db.Find<SessionRow>("select session_id, used_at from refresh_token where token_hash = @hash", new { hash });
        return held! with { UsedAt = token!.UsedAt };
    }

    /// <summary>The next pair for a session; the token it came with is used up.</summary>
    public async Task<SessionView> Renew(SessionRow session, AccountRow account, string refreshToken)
    {
        await db.Execute(
            "update refresh_token set used_at = @now where token_hash = @hash",
            new { now = clock.GetUtcNow(), hash = Secrets.HashOf(refreshToken) }
        );
        return await Hand(session, account);
    }

    public Task End(Guid sessionId, SessionEnd how) =>
        db.Execute(
            "update account_session set ended_at = @now, ended_as = @how where session_id = @sessionId and ended_at is null",
            new
            {
                sessionId,
                now = clock.GetUtcNow(),
                how = Words.Of(how),
            }
        );

    public Task EndAll(Guid accountId, SessionEnd how) =>
        db.Execute(
            "update account_session set ended_at = @now, ended_as = @how where account_id = @accountId and ended_at is null",
            new
            {
                accountId,
                now = clock.GetUtcNow(),
                how = Words.Of(how),
            }
        );

    /// <summary>Tokens of sessions that are over: nothing they could end is left.</summary>
    public static Task<int> Forget(Session db, DateTimeOffset now) =>
        db.Execute(
            "delete from refresh_token where session_id in (select session_id from account_session where ends_at <= @now)",
            new { now }
        );

    private async Task<SessionView> Hand(SessionRow session, AccountRow account)
    {
        trail.Concerns(account.RegionCode);
        var refresh = Secrets.Make(Secrets.RefreshToken);
        await db.Execute(
            "insert into refresh_token (token_hash, session_id) values (@hash, @SessionId)",
            new { hash = Secrets.HashOf(refresh), session.SessionId }
        );
        var reach = new AccountReach
        {
            AccountId = account.AccountId,
            Role = account.Role,
            TeamId = account.TeamId,
            RegionCode = account.RegionCode,
        };
        return new SessionView(
            key.Issue(reach.Caller, AccessLifetime, session.SessionId),
            "Bearer",
            (int)AccessLifetime.TotalSeconds,
            refresh,
            session.EndsAt,
            account.RoleNow,
            reach.Caller.RegionCode,
            account.TeamId
        );
    }
}

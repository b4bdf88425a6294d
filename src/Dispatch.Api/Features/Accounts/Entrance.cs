using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Accounts;

/// <summary>
/// The way in by name and password. Every refusal is the same after the same work: no name, a wrong password, a closed account, a password
/// whose time is over. The password is judged between two transactions, so that nobody waits for it with the writer in hand.
/// </summary>
internal sealed class Entrance(
    Session db,
    Database database,
    LocalAccounts local,
    AccountStore accounts,
    SessionStore sessions,
    SignInThrottle throttle,
    Passwords passwords,
    SecurityEvents events,
    TimeProvider clock
)
{
    /// <summary>The account whose password this is.</summary>
    public async Task<AccountRow> Admit(string login, string password, CancellationToken ct)
    {
        var name = NameOf(login);
        AccountRow? account = null;
        TimeSpan? wait = null;
        await database.Write(
            db,
            Chore.Throttling,
            async () =>
            {
                wait = await throttle.Take(name);
                account = local.AreOpen ? await accounts.FindByLogin(name) : null;
                if (wait is not null)
                {
                    events.Note(db, SecurityEvent.SignInThrottled, account?.Subject);
                }
            },
            ct
        );
        if (wait is { } left)
        {
            throw TooMany(left);
        }

        var fits = await passwords.Fits(account?.PasswordHash, password, ct);
        if (fits && account is { DisabledAt: null } && (account.PasswordUntil is not { } until || until > clock.GetUtcNow()))
        {
            return account;
        }

        await Tell(SecurityEvent.SignInRefused, account?.Subject);
        throw Refuse();
    }

    /// <summary>What was tried was right, although it leads no further: it does not count.</summary>
    public Task Forgive(AccountRow account) =>
        database.Write(db, Chore.Throttling, () => throttle.Forgive(account.Login), CancellationToken.None);

    /// <summary>Signs in who was admitted, unless the account has changed since.</summary>
    public async Task<SessionView> Open(AccountRow admitted, Func<AccountRow, Task<AccountRow>> change, CancellationToken ct)
    {
        SessionView? session = null;
        await database.Write(
            db,
            async () =>
            {
                var account = await accounts.HoldBare(admitted.AccountId);
                if (account is null || account.Version != admitted.Version)
                {
                    throw Refuse();
                }

                await throttle.Forgive(account.Login);
                session = await sessions.Begin(await change(account));
                events.Note(db, SecurityEvent.SignedIn, account.Subject);
            },
            ct
        );
        return session!;
    }

    /// <summary>Notes what led to nothing: it has no effect whose transaction it could share.</summary>
    public Task Tell(SecurityEvent what, string? subject) =>
        database.Write(
            db,
            () =>
            {
                events.Note(db, what, subject);
                return Task.CompletedTask;
            },
            CancellationToken.None
        );

    /// <summary>Names differ by more than the size of their letters.</summary>
    public static string NameOf(string login) => login.ToLowerInvariant();

    public static Refused Refuse() =>
        new(
            ProblemKinds.SignInRefused,
            "登录名、密码或凭证不对，或已失效。请核对后重试，或联系管理员。",
            "The login name, the password or the token is wrong or no longer good. Check it, or ask an administrator."
        );

    public static Refused TooMany(TimeSpan left)
    {
        var seconds = (int)Math.Ceiling(left.TotalSeconds);
        return new Refused(
            ProblemKinds.TooManyRequests,
            $"登录失败次数过多，请等待 {seconds} 秒后再试。",
            $"Too many sign-ins failed. Wait {seconds} seconds, then try again."
        )
        {
            RetryAfter = seconds,
        };
    }
}

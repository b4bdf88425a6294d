using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Http.Access;

/// <summary>What happens to identities and must be found again.</summary>
internal enum SecurityEvent
{
    FirstAdministratorMade,
    FirstAdministratorRefused,
    SignedIn,
    SignInRefused,
    SignInThrottled,
    SessionRefreshed,
    RefreshReused,
    RefreshRefused,
    SessionEnded,
    PasswordChanged,
    PasswordReset,
    AccountMade,
    AccountDisabled,
    AccountEnabled,
    RoleSet,

    /// <summary>There was no second administrator who could have agreed.</summary>
    RoleSetByOne,
    SubjectBarred,
    SubjectLetIn,
    ClientMade,
    ClientKeyMade,
    ClientKeyRevoked,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalRefused,
    PersonsExported,
    PersonLookedUp,
    PersonCorrected,
    PersonErased,
}

/// <summary>The one place where they are noted, in the audit and in the log: ids only, no name and no address. In the transaction of their effect; of
/// what anybody can bring about by trying, the audit gets the counts.</summary>
internal sealed class SecurityEvents(AuditTrail trail, Refusals refusals, ILogger<SecurityEvents> log)
{
    /// <summary>What anybody can bring about by trying.</summary>
    public static readonly SecurityEvent[] Tries =
    [
        SecurityEvent.FirstAdministratorRefused,
        SecurityEvent.SignInRefused,
        SecurityEvent.SignInThrottled,
        SecurityEvent.RefreshRefused,
    ];

    /// <param name="subject">Whom it happened to; null for a name nobody has.</param>
    /// <param name="actor">Who did it, where that is another.</param>
    public void Note(Session db, SecurityEvent what, string? subject, string? actor = null)
    {
        var word = Words.Of(what);
        var isTry = Tries.Contains(what);
        if (!isTry)
        {
            db.BeforeCommit(() => trail.Happened(word, subject, actor ?? subject));
        }

        db.AfterCommit(() =>
        {
            if (isTry)
            {
                refusals.Count(word, subject ?? Caller.Anonymous.Subject, Words.Of(Role.Anonymous));
            }

            log.LogInformation("{SecurityEvent}: {Subject} by {Actor}", word, subject ?? "nobody", actor ?? "themselves");
        });
    }
}

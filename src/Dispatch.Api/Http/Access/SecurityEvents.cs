using Dispatch.Api.Storage;

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
    ConsentSaid,
}

/// <summary>The one place where they are noted, in the transaction of their effect: ids only, no name and no address.</summary>
internal sealed class SecurityEvents(ILogger<SecurityEvents> log)
{
    /// <param name="subject">Whom it happened to; null for a name nobody has.</param>
    /// <param name="actor">Who did it, where that is another.</param>
    public void Note(Session db, SecurityEvent what, string? subject, string? actor = null) =>
        db.AfterCommit(() =>
            log.LogInformation("{SecurityEvent}: {Subject} by {Actor}", Words.Of(what), subject ?? "nobody", actor ?? "themselves")
        );
}

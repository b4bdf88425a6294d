using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>What decides who reads a request: of the whole row, and of a row in a list.</summary>
internal interface IConfidential
{
    bool SafetyHeld { get; }
    string? SafetyHandler { get; }
    string? RequesterSubject { get; }
    string Confidentiality { get; }
}

/// <summary>Who may read what was asked for, said once, for a row in hand and for SQL. Held for safety: the officer who handles it, and the one who
/// wrote it. A process secret: the office, the one who wrote it, and a team that has accepted. A bearer of the track token calls without an
/// account.</summary>
internal static class HeldRequests
{
    private static readonly string Secret = Words.Of(Confidentiality.ProcessSecret);
    private static readonly string Hidden = Words.Of(Confidentiality.BeneficiaryHidden);

    /// <param name="accepted">The caller's team has it in hand, or has done it.</param>
    public static bool Reads(this Caller caller, IConfidential request, bool accepted) =>
        caller.ReadsHeld(request) && (!request.IsSecret() || caller.IsOffice || caller.IsRequester || (caller.IsOfTeam && accepted));

    public static bool ReadsHeld(this Caller caller, IConfidential request) =>
        !request.SafetyHeld
        || caller.Role switch
        {
            Role.Officer or Role.Admin => request.SafetyHandler == caller.Subject,
            Role.Requester or Role.Partner => request.RequesterSubject == caller.Subject,
            Role.Anonymous => true,
            _ => false,
        };

    public static bool IsSecret(this IConfidential request) => request.Confidentiality == Secret;

    public static bool HidesBeneficiary(this IConfidential request) => request.Confidentiality == Hidden;

    /// <summary>The same as a condition on <c>help_request</c>: nobody finds on a map what he may not read.</summary>
    public static string Sql(Caller caller, Arguments args)
    {
        args.Add("reader", caller.Subject);
        return caller.Role switch
        {
            Role.Officer or Role.Admin => "(not help_request.safety_held or help_request.safety_handler = @reader)",
            Role.Requester or Role.Partner => "(not help_request.safety_held or help_request.requester_subject = @reader)",
            _ => "not help_request.safety_held",
        };
    }
}

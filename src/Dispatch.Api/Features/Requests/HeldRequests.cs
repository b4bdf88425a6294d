using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Requests;

/// <summary>Who may read a request that is held for safety: the officer who handles it, and the one who wrote it. Said once, for a row in hand and
/// for SQL. A bearer of the track token calls without an account.</summary>
internal static class HeldRequests
{
    public static bool Reads(this Caller caller, RequestRow request) =>
        caller.Reads(request.SafetyHeld, request.SafetyHandler, request.RequesterSubject);

    public static bool Reads(this Caller caller, bool held, string? handler, string? writer) =>
        !held
        || caller.Role switch
        {
            Role.Officer or Role.Admin => handler == caller.Subject,
            Role.Requester or Role.Partner => writer == caller.Subject,
            Role.Anonymous => true,
            _ => false,
        };

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

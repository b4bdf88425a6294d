using Dispatch.Api.Http.Access;

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
}

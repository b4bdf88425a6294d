namespace Dispatch.Api.Telemetry;

/// <summary>What the database says of the work under way, at one moment.</summary>
/// <param name="Requests">By state.</param>
/// <param name="Desks">Open requests by the desk that has them.</param>
internal sealed record Figures(
    IReadOnlyDictionary<string, long> Requests,
    IReadOnlyDictionary<string, long> Desks,
    long OffersPending,
    long TimersOverdue,
    TimeSpan TimersOldestWait,
    long NoticesUndelivered,
    long AuditUnsealed,
    long TeamsBehind,
    TimeSpan IndexAge
);

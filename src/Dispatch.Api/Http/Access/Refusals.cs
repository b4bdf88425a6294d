using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;

namespace Dispatch.Api.Http.Access;

/// <summary>How often a caller was refused in one way.</summary>
internal sealed record Refusal(string What, string Actor, string Role, long Times);

/// <summary>
/// Counts who was refused: not signed in, not allowed, too often, and attempts to sign in. Each is a line in the log; the audit gets the counts, at most
/// a hundred entries a minute however many were refused, so that nobody fills the disk by being refused.
/// </summary>
internal sealed class Refusals(Instruments instruments, ILogger<Refusals> log)
{
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string TooMany = "too_many_requests";

    /// <summary>All there are.</summary>
    public static IEnumerable<string> Kinds => [Unauthenticated, Forbidden, TooMany, .. SecurityEvents.Tries.Select(Words.Of)];

    private const int MostAtOnce = 100;
    private const string Others = "others";

    private readonly Lock counting = new();
    private Dictionary<(string What, string Actor, string Role), long> counts = [];

    /// <summary>What a caller was answered.</summary>
    public void Note(HttpContext context)
    {
        var what = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => Unauthenticated,
            StatusCodes.Status403Forbidden => Forbidden,
            StatusCodes.Status429TooManyRequests => TooMany,
            _ => null,
        };
        if (what is null)
        {
            return;
        }

        var caller = context.Caller();
        var first = Count(what, caller.Subject, Words.Of(caller.Role));
        // A caller over his limit could fill the log.
        if (what != TooMany || first)
        {
            log.LogInformation(
                "Refused ({Refusal}): {Method} {Operation} by {Actor}",
                what,
                context.Request.Method,
                context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unknown",
                caller.Subject
            );
        }
    }

    /// <summary>True for the first since they were last taken.</summary>
    public bool Count(string what, string actor, string role)
    {
        instruments.Refused(what);
        lock (counting)
        {
            var key = (what, actor, role);
            if (!counts.ContainsKey(key) && counts.Count >= MostAtOnce)
            {
                key = (what, Others, Others);
            }

            counts[key] = counts.GetValueOrDefault(key) + 1;
            return counts[key] == 1;
        }
    }

    /// <summary>What was counted since the last time.</summary>
    public IReadOnlyList<Refusal> Take()
    {
        lock (counting)
        {
            var taken = counts;
            counts = [];
            return [.. taken.Select(count => new Refusal(count.Key.What, count.Key.Actor, count.Key.Role, count.Value))];
        }
    }
}

internal static class RefusalNotes
{
    /// <summary>Around everything that refuses.</summary>
    public static void UseRefusalNotes(this WebApplication app)
    {
        var refusals = app.Services.GetRequiredService<Refusals>();
        app.Use(
            async (context, next) =>
            {
                await next(context);
                refusals.Note(context);
            }
        );
    }
}

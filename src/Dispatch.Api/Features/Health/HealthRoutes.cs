using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Health;

internal sealed record HealthView(string Status);

/// <param name="Synthetic">This database holds a made-up year. Null: its records are real.</param>
internal sealed record ReadinessView(string Status, SyntheticView? Synthetic);

/// <summary>Whether the process lives, and whether it may be sent work.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").OpenByPermissions().AddEndpointFilter<AnswerFilter>();
        health.MapGet("/live", () => new HealthView("live")).WithName("ShowLiveness").WithSummary("Is the process alive");
        health.MapGet("/ready", Ready).WithName("ShowReadiness").WithSummary("May work be sent here");
    }

    private static async Task<ReadinessView> Ready(Readiness readiness, Database database, Session db)
    {
        if (readiness.Obstacle(database) is { } obstacle)
        {
            throw obstacle;
        }

        await db.Value<long>("select max(changed) from team");
        return new ReadinessView("ready", await SyntheticYear.Of(db));
    }
}

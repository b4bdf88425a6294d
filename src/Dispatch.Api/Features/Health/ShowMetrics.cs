using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Telemetry;

namespace Dispatch.Api.Features.Health;

/// <summary>What an operator watches, for a scraper. It tells of the whole country: administrators with a region are refused.</summary>
internal static class ShowMetrics
{
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", Get)
            .WithTags("Health")
            .WithName(nameof(ShowMetrics))
            .OpenByPermissions()
            .WithSummary("Read the figures of operation")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .AddEndpointFilter<QueryNames>();

    private static async Task<IResult> Get(HttpContext http, Caller caller, FiguresReader figures, PrometheusText text)
    {
        caller.RequireWholeCountry();
        http.Response.Headers.CacheControl = "no-store";
        await figures.Refresh();
        return Results.Text(text.Write(), PrometheusText.Format);
    }
}

using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Reports;

/// <summary>The meaning of one figure.</summary>
internal static class ShowIndicatorEndpoint
{
    public static void MapShowIndicator(this IEndpointRouteBuilder indicators) =>
        indicators
            .MapGet("/{indicator}", Get)
            .WithName("ShowIndicator")
            .WithSummary("Read what a figure means")
            .WithMetadata(new PublicCatalogue())
            .ShowsOne();

    private static IndicatorView Get(string indicator, Catalogue catalogue) =>
        catalogue.Indicators.TryGetValue(indicator, out var entry) ? IndicatorView.Of(entry) : throw Refused.Unknown();
}

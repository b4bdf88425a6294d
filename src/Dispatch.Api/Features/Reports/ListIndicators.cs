using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>What a figure means, in words, and how its values come together.</summary>
/// <param name="MadeOf">What is added up, or looked at; of a rate the two sums.</param>
/// <param name="Origin">Whose definition it is.</param>
internal sealed record IndicatorView(
    string Code,
    string Zh,
    string En,
    string Unit,
    Additivity Additivity,
    string MadeOf,
    Proof Proof,
    Text Counts,
    Text NotCounted,
    Text Origin
)
{
    public static IndicatorView Of(IndicatorEntry entry) =>
        new(
            entry.Indicator.Code,
            entry.Zh,
            entry.En,
            entry.Indicator.Unit,
            entry.Indicator.Additivity,
            entry.Indicator.MadeOf,
            entry.Proof,
            entry.Counts,
            entry.NotCounted,
            entry.Origin
        );
}

internal sealed record IndicatorsView(IReadOnlyList<IndicatorView> Items);

/// <summary>Every figure a report can show, with its one meaning.</summary>
internal static class ListIndicatorsEndpoint
{
    public static void MapListIndicators(this IEndpointRouteBuilder indicators) =>
        indicators
            .MapGet("/", Get)
            .WithName("ListIndicators")
            .WithSummary("List what figures mean")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .AnswerConditionally();

    private static IndicatorsView Get(Catalogue catalogue) => new([.. catalogue.Indicators.Values.Select(IndicatorView.Of)]);
}

using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using MediatR;

namespace Dispatch.Api.Features.Published;

/// <summary>Days in Shanghai, both inclusive.</summary>
internal sealed record ComputedPeriodView(DateOnly From, DateOnly To);

/// <summary>A figure out of the records of the service.</summary>
/// <param name="Source">Always <c>computed</c>.</param>
internal sealed record ComputedFigureView(string Indicator, decimal? Value, string Unit, string Source);

/// <summary>What the records say of a period and a region: the one place where published figures meet computed ones.</summary>
internal sealed class ComputedFigures(IMediator mediator, Catalogue catalogue)
{
    private const string Computed = "computed";

    public async Task<IReadOnlyList<ComputedFigureView>> Of(DateOnly from, DateOnly to, string? region, CancellationToken ct)
    {
        var summary = await mediator.Send(new ShowSummary(from, to, region, null, ReportQuery.Indicators(null, catalogue), null, null), ct);
        return [.. summary.Figures.Select(figure => new ComputedFigureView(figure.Indicator, figure.Value, figure.Unit, Computed))];
    }
}

using Dispatch.Api.Features.Reports;

namespace Dispatch.Api.Features.Published;

/// <summary>The question for published figures, with what the records say beside them, which is asked first.</summary>
internal sealed class PublishedQueries(ReportQueries reports, ComputedFigures computed)
{
    public async Task<ShowPublishedFigures> Published(
        DateOnly? from,
        DateOnly? to,
        string? region,
        string? document,
        string? indicator,
        CancellationToken ct
    )
    {
        var (first, last) = reports.Period(from, to);
        var within = reports.Scope(region);
        return new ShowPublishedFigures(first, last, within, document, indicator, await computed.Of(first, last, within, ct));
    }
}

using Dispatch.Api.Features.Published;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.Exports;

/// <summary>What an export of a report may be asked with; each report takes its own of these.</summary>
internal sealed record ReportParameters(
    DateOnly? From,
    DateOnly? To,
    string? Region,
    string? Indicators,
    string? Rows,
    string? Columns,
    string? Skill,
    Guid? Team,
    string? Document,
    string? Indicator
);

/// <summary>A report as a sheet, and where it is of.</summary>
internal sealed record ReportSheet(Sheet Sheet, string? Region);

/// <summary>The reports as sheets: each asked as when it is read, so that both say the same.</summary>
internal sealed class ReportSheets(IMediator mediator, ReportQueries queries, PublishedQueries published, Catalogue catalogue)
{
    // Besides from, to and format, which every report takes.
    private static readonly Dictionary<string, string[]> Taken = new(StringComparer.Ordinal)
    {
        ["summary"] = ["region", "indicators", "rows", "columns"],
        ["funnel"] = ["region", "skill"],
        ["unmet-needs"] = ["region"],
        ["team-record"] = ["team"],
        ["region-comparison"] = ["region", "indicators"],
        ["published"] = ["region", "document", "indicator"],
    };

    private static readonly string[] Always = ["from", "to", "format"];

    public async Task<ReportSheet> Read(
        string report,
        ReportParameters asked,
        IQueryCollection given,
        Language language,
        CancellationToken ct
    )
    {
        RefuseForeign(report, given);
        switch (report)
        {
            case "summary":
                var summary = await mediator.Send(
                    queries.Summary(asked.From, asked.To, asked.Region, null, asked.Indicators, asked.Rows, asked.Columns),
                    ct
                );
                return new ReportSheet(SummarySheet.Of(summary, catalogue, language), summary.Region);
            case "funnel":
                var funnel = await mediator.Send(queries.Funnel(asked.From, asked.To, asked.Region, asked.Skill), ct);
                return new ReportSheet(FunnelSheet.Of(funnel, language), funnel.Region);
            case "unmet-needs":
                var needs = await mediator.Send(queries.UnmetNeeds(asked.From, asked.To, asked.Region), ct);
                return new ReportSheet(UnmetNeedsSheet.Of(needs, language), needs.Region);
            case "team-record":
                var record = await mediator.Send(queries.TeamRecord(asked.From, asked.To, asked.Team ?? throw TeamMissing()), ct);
                return new ReportSheet(TeamRecordSheet.Of(record, catalogue, language), queries.Scope(null));
            case "region-comparison":
                var comparison = await mediator.Send(queries.Comparison(asked.From, asked.To, asked.Region, asked.Indicators), ct);
                return new ReportSheet(ComparisonSheet.Of(comparison, catalogue, language), comparison.Region);
            default:
                var figures = await mediator.Send(
                    await published.Published(asked.From, asked.To, asked.Region, asked.Document, asked.Indicator, ct),
                    ct
                );
                return new ReportSheet(PublishedSheet.Of(figures), figures.Region);
        }
    }

    /// <summary>What another report takes would be passed over here without a word.</summary>
    private static void RefuseForeign(string report, IQueryCollection given)
    {
        if (!Taken.TryGetValue(report, out var taken))
        {
            throw Refused.Unknown();
        }

        if (
            given.Keys.FirstOrDefault(name =>
                !taken.Contains(name, StringComparer.Ordinal) && !Always.Contains(name, StringComparer.Ordinal)
            ) is
            { } foreign
        )
        {
            throw QueryNames.Wrong(
                foreign,
                "unknown",
                $"报表 {report} 没有查询参数 {foreign}。",
                $"The report {report} has no query parameter {foreign}."
            );
        }
    }

    private static Refused TeamMissing() =>
        QueryNames.Wrong("team", "missing", "请写明服务队（team）的编号。", "Name the team by its id (team).");
}

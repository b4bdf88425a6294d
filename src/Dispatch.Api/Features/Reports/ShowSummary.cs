using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;
using MediatR;

namespace Dispatch.Api.Features.Reports;

internal enum SummaryGrouping
{
    Month,

    /// <summary>The children of the region asked for.</summary>
    Region,
    Tier,
    Team,
    Skill,
    Form,
}

/// <summary>What was served, solved, taught and gained in a period and a region, out of the records.</summary>
internal sealed record ShowSummary(DateOnly From, DateOnly To, string? Region, SummaryGrouping? GroupBy) : IRequest<SummaryView>;

internal sealed record PeriodView(DateOnly From, DateOnly To);

internal sealed record FigureView(string Indicator, decimal Value, string Unit, string Qualifier, string Source);

internal sealed record GroupView(string Key, Text Name, IReadOnlyList<FigureView> Figures);

/// <param name="Period">Days in Shanghai, both inclusive.</param>
internal sealed record SummaryView(PeriodView Period, string? Region, IReadOnlyList<FigureView> Figures, IReadOnlyList<GroupView> Groups);

internal static class ShowSummaryEndpoint
{
    private const int LongestYears = 11;

    public static void MapShowSummary(this IEndpointRouteBuilder reports) =>
        reports.MapGet("/summary", Get).WithName(nameof(ShowSummary)).WithSummary("Read the figures of a period").ShowsMany();

    private static Task<SummaryView> Get(
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? groupBy = null
    )
    {
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var (first, last) = (from ?? new DateOnly(today.Year, 1, 1), to ?? today);
        if (last < first || last.Year - first.Year >= LongestYears)
        {
            throw QueryNames.Wrong(
                "to",
                "period",
                "to 不能早于 from，且最多十年。",
                "to must not be before from, and the period has ten years at most."
            );
        }

        SummaryGrouping? grouping = null;
        if (groupBy is not null)
        {
            var known = string.Join(", ", Words.All<SummaryGrouping>());
            grouping = Words.TryTo<SummaryGrouping>(groupBy, out var found)
                ? found
                : throw QueryNames.Wrong("groupBy", "unknown", $"groupBy 只能是：{known}。", $"groupBy is one of: {known}.");
        }

        return mediator.Send(new ShowSummary(first, last, Scope(region, caller, catalogue.Regions), grouping), ct);
    }

    private static string? Scope(string? region, Caller caller, RegionTree regions)
    {
        var code = region is null
            ? caller.RegionCode
            : regions.Find(region)?.Code
                ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
        return caller.RegionCode is null || regions.IsWithin(code!, caller.RegionCode)
            ? code
            : throw QueryNames.Wrong("region", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
    }
}

internal sealed class ShowSummaryHandler(Session db, Catalogue catalogue) : IRequestHandler<ShowSummary, SummaryView>
{
    public async Task<SummaryView> Handle(ShowSummary query, CancellationToken cancellationToken)
    {
        var facts = await new SummaryFacts(db, catalogue.Regions).Read(query);
        var groups = query.GroupBy is { } grouping ? Groups(facts, grouping, query.Region) : [];
        return new SummaryView(new PeriodView(query.From, query.To), query.Region, Figures(facts), groups);
    }

    private IReadOnlyList<GroupView> Groups(IReadOnlyList<Fact> facts, SummaryGrouping grouping, string? region) =>
        [
            .. facts
                .Select(fact => (Fact: fact, Key: KeyOf(fact, grouping, region)))
                .Where(pair => pair.Key is not null)
                .GroupBy(pair => pair.Key!, pair => pair.Fact, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new GroupView(group.Key, NameOf(group.Key, grouping, group), Figures([.. group]))),
        ];

    private string? KeyOf(Fact fact, SummaryGrouping grouping, string? region) =>
        grouping switch
        {
            SummaryGrouping.Month => ShanghaiTime.ToLocal(fact.At).ToString("yyyy-MM", CultureInfo.InvariantCulture),
            SummaryGrouping.Region => ChildOf(region, fact),
            SummaryGrouping.Tier => fact.Tier,
            SummaryGrouping.Team => fact.TeamId?.ToString(),
            SummaryGrouping.Skill => fact.MainSkill ?? "",
            _ => fact.Form,
        };

    // A place of the region itself, below none of its children, stands under the region.
    private string ChildOf(string? region, Fact fact) =>
        catalogue.Regions.Ancestors(fact.RegionCode).FirstOrDefault(ancestor => ancestor.ParentCode == region)?.Code
        ?? region
        ?? fact.RegionCode;

    private Text NameOf(string key, SummaryGrouping grouping, IEnumerable<Fact> facts) =>
        grouping switch
        {
            SummaryGrouping.Region => Text.AsWritten(catalogue.Regions.Find(key)!.Name),
            SummaryGrouping.Skill => catalogue.Skills.TryGetValue(key, out var skill) ? new Text(skill.Zh, skill.En) : Text.AsWritten(""),
            SummaryGrouping.Team => Text.AsWritten(facts.First().TeamName ?? key),
            _ => Text.AsWritten(key),
        };

    private static IReadOnlyList<FigureView> Figures(IReadOnlyList<Fact> facts) =>
        [
            .. Domain
                .Outcomes.Figures.Of(
                    [.. facts.Where(fact => fact.Service is not null).Select(fact => fact.Service!)],
                    [.. facts.Where(fact => fact.Request is not null).Select(fact => fact.Request!)]
                )
                .Select(figure => new FigureView(figure.Indicator, figure.Value, figure.Unit, "exact", "computed")),
        ];
}

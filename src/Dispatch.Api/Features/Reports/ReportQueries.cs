using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Reports;

/// <summary>Questions for reports out of what was asked with, checked: the same whether a report is read or taken away.</summary>
internal sealed class ReportQueries(Caller caller, Catalogue catalogue, TimeProvider clock)
{
    public (DateOnly From, DateOnly To) Period(DateOnly? from, DateOnly? to) => ReportQuery.Period(from, to, clock);

    public string? Scope(string? region) => ReportQuery.Scope(region, caller, catalogue.Regions);

    public ShowSummary Summary(
        DateOnly? from,
        DateOnly? to,
        string? region,
        string? groupBy,
        string? indicators,
        string? rows,
        string? columns
    )
    {
        var (first, last) = Period(from, to);
        if (columns is not null && rows is null)
        {
            throw QueryNames.Wrong("columns", "rows_missing", "有 columns 时须有 rows。", "Columns need rows.");
        }

        return new ShowSummary(
            first,
            last,
            Scope(region),
            ReportQuery.Word<ReportAxis>("groupBy", groupBy),
            ReportQuery.Indicators(indicators, catalogue),
            ReportQuery.Word<ReportAxis>("rows", rows),
            ReportQuery.Word<ReportAxis>("columns", columns)
        );
    }

    public ShowFunnel Funnel(DateOnly? from, DateOnly? to, string? region, string? skill)
    {
        var (first, last) = Period(from, to);
        if (skill is not null && !catalogue.Skills.ContainsKey(skill))
        {
            throw QueryNames.Wrong(
                "skill",
                "skill_unknown",
                "没有这个技能代码，见 GET /v1/skills。",
                "There is no such skill. See GET /v1/skills."
            );
        }

        return new ShowFunnel(first, last, Scope(region), skill);
    }

    public ShowUnmetNeeds UnmetNeeds(DateOnly? from, DateOnly? to, string? region)
    {
        var (first, last) = Period(from, to);
        return new ShowUnmetNeeds(first, last, Scope(region));
    }

    public ShowTeamRecord TeamRecord(DateOnly? from, DateOnly? to, Guid teamId)
    {
        var (first, last) = Period(from, to);
        return new ShowTeamRecord(first, last, teamId);
    }

    public CompareRegions Comparison(DateOnly? from, DateOnly? to, string? region, string? indicators)
    {
        var (first, last) = Period(from, to);
        // Two periods a day apart would tell that day.
        if (first.Day != 1 || (to is not null && last.AddDays(1).Day != 1))
        {
            throw QueryNames.Wrong("to", "whole_months", "比较以整月为单位。", "Regions are compared by whole months.");
        }

        var entries = ReportQuery.Indicators(indicators, catalogue);
        if (entries.FirstOrDefault(entry => !entry.Indicator.IsComputedFromSums) is { } other)
        {
            throw QueryNames.Wrong(
                "indicators",
                "not_compared",
                $"{other.Indicator.Code} 不是可加总的数字，不作地区比较。",
                $"{other.Indicator.Code} does not come out of sums and is not compared."
            );
        }

        return new CompareRegions(first, last, Compared(region), entries);
    }

    /// <summary>The region above the own one, or any within it.</summary>
    private string? Compared(string? region)
    {
        var above = catalogue.Regions.Find(caller.RegionCode)?.ParentCode;
        if (region is null)
        {
            return above;
        }

        var code = ReportQuery.Known(region, catalogue.Regions);
        return caller.RegionCode is null || code == above || catalogue.Regions.IsWithin(code, caller.RegionCode)
            ? code
            : throw ReportQuery.NotYours();
    }
}

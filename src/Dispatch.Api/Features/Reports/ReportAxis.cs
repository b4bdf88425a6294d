using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Reports;

/// <summary>What stands in the rows or columns of a report.</summary>
internal enum ReportAxis
{
    Month,
    Quarter,
    Year,

    /// <summary>The children of the region asked for.</summary>
    Region,
    Province,
    City,
    County,
    Tier,
    Team,
    Skill,
    Domain,
    Form,
    RequesterKind,
    Urgency,
    Channel,

    /// <summary>Where the credited team is at home.</summary>
    HostRegion,
}

/// <summary>Where a fact falls on an axis, and what that place is called.</summary>
internal sealed class ReportAxes(Catalogue catalogue, Session db)
{
    private const int MonthsOfAQuarter = 3;

    public static bool IsTime(ReportAxis? axis) => axis is ReportAxis.Month or ReportAxis.Quarter or ReportAxis.Year;

    public static bool IsPlace(ReportAxis? axis) =>
        axis is ReportAxis.Region or ReportAxis.Province or ReportAxis.City or ReportAxis.County;

    /// <summary>What the sums are told apart by for it; null: by time or place alone.</summary>
    public static FigureDimension? DimensionOf(ReportAxis? axis) =>
        axis switch
        {
            ReportAxis.Tier => FigureDimension.Tier,
            ReportAxis.Team => FigureDimension.Team,
            ReportAxis.Skill or ReportAxis.Domain => FigureDimension.Skill,
            ReportAxis.Form => FigureDimension.Form,
            ReportAxis.RequesterKind => FigureDimension.RequesterKind,
            ReportAxis.Urgency => FigureDimension.Urgency,
            ReportAxis.Channel => FigureDimension.Channel,
            ReportAxis.HostRegion => FigureDimension.HostRegion,
            _ => null,
        };

    /// <summary>The key of a place on the axis.</summary>
    /// <param name="within">The region asked for.</param>
    /// <param name="month">As yyyy-MM.</param>
    /// <param name="key">Of the dimension the axis is told apart by.</param>
    public string KeyOf(ReportAxis axis, string? within, string month, string region, string key) =>
        axis switch
        {
            ReportAxis.Month => month,
            ReportAxis.Quarter => string.Create(
                CultureInfo.InvariantCulture,
                $"{month[..4]}-Q{((int.Parse(month.AsSpan(5), CultureInfo.InvariantCulture) - 1) / MonthsOfAQuarter) + 1}"
            ),
            ReportAxis.Year => month[..4],
            ReportAxis.Region => ChildOf(within, region),
            ReportAxis.Province => Above(region, RegionLevel.Province),
            ReportAxis.City => Above(region, RegionLevel.City),
            ReportAxis.County => Above(region, RegionLevel.County),
            ReportAxis.Domain => catalogue.Skills.TryGetValue(key, out var skill) ? skill.Domain ?? key : key,
            _ => key,
        };

    /// <summary>What the places are called.</summary>
    public async Task<IReadOnlyDictionary<string, Text>> Names(ReportAxis axis, IReadOnlyCollection<string> keys)
    {
        var teams = axis is ReportAxis.Team ? await TeamNames(keys) : null;
        return keys.ToDictionary(
            key => key,
            key =>
                axis switch
                {
                    ReportAxis.Region or ReportAxis.Province or ReportAxis.City or ReportAxis.County or ReportAxis.HostRegion =>
                        Text.AsWritten(catalogue.Regions.Find(key)!.Name),
                    ReportAxis.Skill or ReportAxis.Domain => catalogue.Skills.TryGetValue(key, out var skill)
                        ? new Text(skill.Zh, skill.En)
                        : Text.AsWritten(""),
                    ReportAxis.Team => Text.AsWritten(teams!.GetValueOrDefault(key, key)),
                    _ => Text.AsWritten(key),
                },
            StringComparer.Ordinal
        );
    }

    // A place of the region itself, below none of its children, stands under the region.
    private string ChildOf(string? within, string region) =>
        catalogue.Regions.Ancestors(region).FirstOrDefault(ancestor => ancestor.ParentCode == within)?.Code ?? within ?? region;

    // A county that stands directly below its province has no city: it stands for itself.
    private string Above(string region, RegionLevel level) => catalogue.Regions.Enclosing(region, level)?.Code ?? region;

    private async Task<Dictionary<string, string>> TeamNames(IReadOnlyCollection<string> keys) =>
        keys.Count == 0
            ? []
            : (
                await db.List<TeamRow>(
                    $"select team_id, name from team where team_id {db.In("@ids")}",
                    new { ids = keys.Select(Guid.Parse).ToArray() }
                )
            ).ToDictionary(row => row.TeamId.ToString("D"), row => row.Name, StringComparer.Ordinal);

    private sealed record TeamRow
    {
        public Guid TeamId { get; init; }
        public string Name { get; init; } = "";
    }
}

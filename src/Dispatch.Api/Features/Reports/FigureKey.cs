using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>What a figure is told apart by, besides time and place; "none" stands for all of them together.</summary>
internal enum FigureDimension
{
    None,

    /// <summary>Of the team that is credited.</summary>
    Tier,
    Team,
    Skill,
    Form,
    RequesterKind,
    Urgency,
    Channel,

    /// <summary>Where the credited team is at home.</summary>
    HostRegion,
}

/// <summary>Everything a fact is told apart by. What is of a request and of no team has none.</summary>
/// <param name="Day">In Shanghai.</param>
/// <param name="Skill">The main one; empty: nobody has understood it yet.</param>
internal sealed record FigureKey(
    DateOnly Day,
    string Region,
    string Skill,
    string Form,
    string RequesterKind,
    string Urgency,
    string Channel,
    Guid? Team = null,
    string? Tier = null,
    string? HostRegion = null
)
{
    /// <summary>Null: it has none, and stands in no group of this dimension.</summary>
    public string? Of(FigureDimension dimension) =>
        dimension switch
        {
            FigureDimension.None => "",
            FigureDimension.Tier => Tier,
            FigureDimension.Team => Team?.ToString("D"),
            FigureDimension.Skill => Skill,
            FigureDimension.Form => Form,
            FigureDimension.RequesterKind => RequesterKind,
            FigureDimension.Urgency => Urgency,
            FigureDimension.Channel => Channel,
            _ => HostRegion,
        };
}

/// <summary>What one request counts for.</summary>
internal sealed class CountedFacts : Dictionary<FigureKey, Amounts>
{
    public void Add(FigureKey key, Measure measure, long amount = 1)
    {
        if (amount == 0)
        {
            return;
        }

        if (!TryGetValue(key, out var amounts))
        {
            this[key] = amounts = new Amounts();
        }

        amounts[measure] += amount;
    }
}

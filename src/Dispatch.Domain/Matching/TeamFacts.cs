using System.Numerics;
using System.Runtime.InteropServices;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>One team as one situation sees it: all that the rules judge and the score weighs, and nothing else. Whoever keeps these facts
/// can judge and score the team again.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TeamFacts
{
    /// <summary>The lowest tier that opens the team.</summary>
    public required Tier Opens { get; init; }

    /// <summary>The proven level in the main skill, 1 to 8; 0: not proven.</summary>
    public required int Level { get; init; }

    /// <summary>A licence that the work asks for is missing or not in force.</summary>
    public bool LicenceMissing { get; init; }

    public bool OffersForm { get; init; }

    /// <summary>Excluded by the requester, or of a rival host.</summary>
    public bool Conflict { get; init; }

    public bool Suspended { get; init; }

    /// <summary>It declined this request, stayed silent, gave it back or lost it.</summary>
    public bool Ended { get; init; }

    /// <summary>Days from the first day on which the work could be done to the team's first free one; none: not free.</summary>
    public int? Wait { get; init; }

    /// <summary>How many assignments the team can carry at once, at least 1.</summary>
    public required int Capacity { get; init; }

    /// <summary>Assignments in hand.</summary>
    public int Active { get; init; }

    /// <summary>Offers not yet answered.</summary>
    public int Pending { get; init; }

    /// <summary>The last service ended within <see cref="Score.RestAfterService"/>.</summary>
    public bool Resting { get; init; }

    /// <summary>Services whose requester said whether it was solved.</summary>
    public int Confirmed { get; init; }

    /// <summary>Those of them said to be solved.</summary>
    public int Solved { get; init; }

    /// <summary>Which of the further skills the team brings: bit 0 the first of them.</summary>
    public uint Brings { get; init; }

    /// <summary>How many of the further skills the team brings.</summary>
    public int Brought => BitOperations.PopCount(Brings);

    /// <summary>Further skills of which it only has the domain.</summary>
    public int SameDomain { get; init; }

    /// <summary>The way to the place; none where it does not count.</summary>
    public Journey? Journey { get; init; }

    /// <summary>Has completed a service for this requester.</summary>
    public bool ServedBefore { get; init; }

    public static TeamFacts Of(Situation asked, Team team, in TeamLoad load)
    {
        var main = asked.Main is { } wanted ? team.Skills.GetValueOrDefault(wanted.Code) : null;
        var (brings, sameDomain) = Further(asked, team);
        return new TeamFacts
        {
            Opens = asked.Opens(team),
            Level = main?.Level ?? 0,
            LicenceMissing = (main is not null && !asked.IsLicensed(main)) || (asked.NeedsElectrician && !asked.IsElectrician(team)),
            OffersForm = team.Forms.Contains(asked.Need.Form),
            Conflict = asked.Need.ExcludedTeams.Contains(team.Id) || asked.Need.ConflictTeams.Contains(team.Id),
            Suspended = team.Suspended,
            Ended = asked.Need.EndedWith.Contains(team.Id),
            Wait = asked.WaitFor(team.Availability),
            Capacity = team.Capacity,
            Active = load.Active,
            Pending = load.Pending,
            Resting = asked.IsResting(load.LastServiceAt),
            Confirmed = load.Confirmed,
            Solved = load.ConfirmedSolved,
            Brings = brings,
            SameDomain = sameDomain,
            Journey = asked.Travels ? asked.Rules.TravelTimes.From(team, asked.Need.Point, asked.Scope.County, asked.Rules.Regions) : null,
            ServedBefore = asked.Need.ServedBefore.Contains(team.Id),
        };
    }

    private static (uint Brings, int SameDomain) Further(Situation asked, Team team)
    {
        var (brings, sameDomain) = (0u, 0);
        for (var at = 1; at < asked.Skills.Count; at++)
        {
            if (asked.Brings(team, asked.Skills[at]))
            {
                brings |= 1u << (at - 1);
            }
            else if (HasDomainOf(asked, team, asked.Skills[at].Code))
            {
                sameDomain++;
            }
        }

        return (brings, sameDomain);
    }

    private static bool HasDomainOf(Situation asked, Team team, string wanted)
    {
        var skills = asked.Rules.Skills;
        return skills.GetValueOrDefault(wanted)?.Domain is { } domain
            && team.Skills.Keys.Any(code => skills.GetValueOrDefault(code)?.Domain == domain);
    }
}

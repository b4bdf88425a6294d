using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Matching;

/// <summary>A span of time in which the requester can receive the team, start inclusive, end exclusive.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TimeWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What a help request asks of a team, as matching sees it.</summary>
public sealed record Need
{
    public required Guid RequestId { get; init; }

    /// <summary>In order of weight: the first one that counts is the main skill, the further ones are wanted.</summary>
    public required IReadOnlyList<WantedSkill> Skills { get; init; }

    /// <summary>How many teams are to bring which of the skills. None: every skill once, by whichever teams.</summary>
    public IReadOnlyList<Requirement> Requirements { get; init; } = [];

    /// <summary>A code the region tree knows.</summary>
    public required string RegionCode { get; init; }

    /// <summary>The place of work, WGS-84.</summary>
    public required GeoPoint Point { get; init; }

    /// <summary>The tier the request stands at now; lower ones are not asked again on their own.</summary>
    public required Tier Tier { get; init; }

    public VisitForm Form { get; init; } = VisitForm.OnSite;
    public Urgency Urgency { get; init; } = Urgency.Normal;

    /// <summary>None means any time; windows that have passed are not looked at.</summary>
    public IReadOnlyList<TimeWindow> Wanted { get; init; } = [];

    /// <summary>The team the requester asks for by name.</summary>
    public Guid? PreferredTeamId { get; init; }

    /// <summary>Teams the requester does not want.</summary>
    public IReadOnlySet<Guid> ExcludedTeams { get; init; } = NoTeams;

    /// <summary>Teams of a rival host, by an officer's mark.</summary>
    public IReadOnlySet<Guid> ConflictTeams { get; init; } = NoTeams;

    /// <summary>Teams that declined, stayed silent, gave the request back or lost it.</summary>
    public IReadOnlySet<Guid> EndedWith { get; init; } = NoTeams;

    /// <summary>Teams that have completed a service for this requester.</summary>
    public IReadOnlySet<Guid> ServedBefore { get; init; } = NoTeams;

    /// <summary>Somebody got, or may get, an electric shock: only a team with an electrical licence in force lays hands on it, whatever the main skill.</summary>
    public bool NeedsElectrician { get; init; }

    /// <summary>A province officer lets teams of other provinces come to the place.</summary>
    public bool CountryOpened { get; init; }

    private static IReadOnlySet<Guid> NoTeams { get; } = new HashSet<Guid>();
}

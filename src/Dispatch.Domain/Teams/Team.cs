using Dispatch.Domain.Geography;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Teams;

/// <summary>A skill a team has proven: level 1 to 8 (新八级工, 8 highest) and, for licensed work, the last day the licence is in force.</summary>
public sealed record TeamSkill(string Code, int Level, DateOnly? LicensedUntil);

/// <summary>A team as matching sees it: what it can do, where, when and how much.</summary>
public sealed record Team
{
    /// <summary>A wider service radius would be a service area, which is given by its regions.</summary>
    public const int WidestRadiusKm = 500;

    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required TeamKind Kind { get; init; }
    public required Tier Tier { get; init; }
    public required string RegionCode { get; init; }

    /// <summary>Where the team sets out from, WGS-84; at least one.</summary>
    public required IReadOnlyList<GeoPoint> Bases { get; init; }

    /// <summary>Regions served expressly beyond the own one.</summary>
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>Serves every place within this many kilometres of a base, whatever region it lies in; none: no such area. 1 to
    /// <see cref="WidestRadiusKm"/>.</summary>
    public int? RadiusKm { get; init; }

    public required IReadOnlyDictionary<string, TeamSkill> Skills { get; init; }
    public required IReadOnlySet<VisitForm> Forms { get; init; }

    /// <summary>How many assignments the team can carry at once, at least 1.</summary>
    public required int Capacity { get; init; }

    public Availability Availability { get; init; } = Availability.Always;
    public bool Suspended { get; init; }
    public string? HostOrganisation { get; init; }
}

/// <summary>What changes with every offer and visit, read at the moment of matching.</summary>
/// <param name="Active">Assignments in hand.</param>
/// <param name="Pending">Offers not yet answered.</param>
/// <param name="Confirmed">Services whose requester said whether it was solved.</param>
/// <param name="ConfirmedSolved">Those of them said to be solved.</param>
/// <param name="LastServiceAt">End of the latest completed visit.</param>
public readonly record struct TeamLoad(int Active, int Pending, int Confirmed, int ConfirmedSolved, DateTimeOffset? LastServiceAt);

using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>A dispatch run as it is stored. Totals are in hundred-thousandths of a weighted point.</summary>
internal sealed record DispatchRunRow : IRegional
{
    public Guid RunId { get; init; }
    public string State { get; init; } = "";
    public long Version { get; init; }

    /// <summary>None: the whole country.</summary>
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }

    /// <summary>Separated by blanks. None: every open request of the region.</summary>
    public string? RequestIds { get; init; }
    public int Fairness { get; init; }
    public bool DryRun { get; init; }
    public int PlanNumber { get; init; }
    public int Done { get; init; }
    public int OfAll { get; init; }
    public string? PlannedFrom { get; init; }
    public long? Total { get; init; }
    public long? SpreadCost { get; init; }
    public long? Bound { get; init; }
    public long? GreedyTotal { get; init; }
    public long? ArrivalTotal { get; init; }
    public long? BestWithoutFairness { get; init; }
    public string? Failure { get; init; }
    public string MadeBy { get; init; } = "";
    public string? CommittedBy { get; init; }
    public string ActorRole { get; init; } = "";
    public string? ActorRegion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public DateTimeOffset? PlannedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    public DispatchRunState StateNow => Words.To<DispatchRunState>(State);

    /// <summary>The officer in whose name its offers are made.</summary>
    public Caller Actor => new(CommittedBy ?? MadeBy, Words.To<Role>(ActorRole), ActorRegion);

    string IRegional.RegionCode => RegionCode ?? "";
}

internal enum PlannedFrom
{
    Nothing,

    /// <summary>The plan before was kept, and what had changed was taken in one by one.</summary>
    LastPlan,

    /// <summary>Too many requests for one plan: piece by piece, the loss bounded.</summary>
    Pieces,
}

internal enum RunFailure
{
    /// <summary>It would take more memory than a plan may.</summary>
    TooLarge,
    Fault,
}

internal enum RunItemState
{
    /// <summary>It has a team, and waits for the commit.</summary>
    Planned,

    /// <summary>It took part and has no team.</summary>
    LeftOut,

    /// <summary>It took no part: a person must look first.</summary>
    KeptOut,

    /// <summary>The team has been asked.</summary>
    Offered,

    /// <summary>It is not as it was when the plan was made: no offer, nothing overwritten.</summary>
    Changed,
}

internal enum RunItemReason
{
    NotOpen,
    SafetyHold,
    ReferralProposed,
    LikelyDuplicate,
    UnknownSkill,
    Published,

    /// <summary>Several teams take it together: a plan of its own asks them.</summary>
    SeveralTeams,
    NoTeam,
    NoFreePlace,
    PlacesWorthMore,
    RequestChanged,
    TeamAtCapacity,
    TeamSuspended,
    TeamNotEligible,
}

/// <summary>What a plan says of one request.</summary>
internal sealed record RunItemRow
{
    public Guid RunId { get; init; }
    public int PlanNumber { get; init; }
    public int Position { get; init; }
    public Guid RequestId { get; init; }
    public long RequestVersion { get; init; }
    public string State { get; init; } = "";
    public string? Why { get; init; }

    /// <summary>No team: how many teams fail which rule, such as <c>at_capacity 3</c>. Not eligible: the rule.</summary>
    public string? Detail { get; init; }

    /// <summary>Of one left out: the team where it came nearest.</summary>
    public Guid? TeamId { get; init; }
    public string? Tier { get; init; }
    public int? Score { get; init; }
    public int? Weight { get; init; }
    public int? Gain { get; init; }
    public int? Lacking { get; init; }
    public Guid? OfferId { get; init; }
}

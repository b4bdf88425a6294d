namespace Dispatch.Domain.Requests;

public enum Urgency
{
    Low,
    Normal,
    High,

    /// <summary>Runs on clock hours; three teams are asked at once.</summary>
    Emergency,
}

public enum RequesterKind
{
    Enterprise,
    Farmer,
    Cooperative,
    Village,
    School,
    Union,
    Community,
    Individual,
    Worker,
    ModelWorker,
}

/// <summary>How many helpers meet how many who are helped (一带一, 一带多, 多带一).</summary>
public enum ServiceMode
{
    OneToOne,
    OneToMany,
    ManyToOne,
}

public enum Channel
{
    Web,
    Phone,
    Hotline,
    MiniProgram,
    Partner,
}

public enum Confidentiality
{
    Normal,
    ProcessSecret,
    BeneficiaryHidden,
}

/// <summary>The desk at which an open request waits for a person.</summary>
public enum RequestQueue
{
    /// <summary>研判: no skill is known yet.</summary>
    Triage,

    /// <summary>Waits for the officer's click; goes on by itself when the triage deadline passes.</summary>
    Dispatch,

    /// <summary>Published: waits for a team's claim (抢单).</summary>
    Claim,

    /// <summary>裁定派单: no tier has anybody left; a person decides.</summary>
    Arbitration,
}

public enum ResolutionResult
{
    Solved,
    Partly,
    NotSolved,
    Referred,
}

public enum ConfirmationOutcome
{
    /// <summary>The requester says it is solved.</summary>
    Confirmed,

    /// <summary>The requester says it is not, and leaves it.</summary>
    Denied,

    /// <summary>Nobody said anything for the silent period.</summary>
    NotConfirmed,
}

public enum CancelReason
{
    Withdrawn,
    Duplicate,
    Referred,
    Rejected,
    Unmet,
}

public enum DeclineReason
{
    TooBusy,
    NoSkill,
    TooFar,
    Conflict,
    Other,
}

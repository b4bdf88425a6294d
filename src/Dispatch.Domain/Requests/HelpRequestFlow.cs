using static Dispatch.Domain.Requests.HelpRequestAction;
using static Dispatch.Domain.Requests.HelpRequestState;

namespace Dispatch.Domain.Requests;

public enum HelpRequestState
{
    /// <summary>待派单: nobody has it yet; a live timer or a named queue is its next step.</summary>
    Open,

    /// <summary>待接单: at least one offer is pending.</summary>
    Offered,

    /// <summary>已接单: a lead team has taken it.</summary>
    Accepted,

    /// <summary>服务中: a visit is, or was, on its way.</summary>
    InProgress,

    /// <summary>挂起: waits for the requester; deadlines pause.</summary>
    OnHold,

    /// <summary>待确认: the team says what came of it; the requester has the word.</summary>
    Resolved,

    /// <summary>已办结.</summary>
    Closed,

    /// <summary>已撤销.</summary>
    Cancelled,
}

public enum HelpRequestAction
{
    Publish,
    Offer,

    /// <summary>Roll-up: the last pending offer ended without acceptance.</summary>
    Return,
    Accept,
    Claim,

    /// <summary>Roll-up: the first visit set off or began.</summary>
    Begin,
    Release,
    Reassign,
    Hold,
    Resume,
    Resolve,
    Confirm,
    Reopen,
    Cancel,
    Escalate,
    Arbitrate,
}

/// <summary>Every move a help request may make.</summary>
public static class HelpRequestFlow
{
    /// <summary>The states in which somebody still has something to do for the requester. The one that has only to be confirmed is none of them.</summary>
    public static readonly IReadOnlyList<HelpRequestState> UnderWay = [Open, Offered, Accepted, InProgress, OnHold];

    public static Flow<HelpRequestState, HelpRequestAction> Machine { get; } =
        new([
            (Open, Publish, Open),
            (Open, Offer, Offered),
            (Offered, Offer, Offered), // an emergency or a joint request only
            (Offered, Return, Open),
            (Open, Accept, Accepted),
            (Offered, Accept, Accepted),
            (Open, Claim, Accepted),
            (Accepted, Begin, InProgress),
            (Accepted, Release, Open),
            (InProgress, Release, Open),
            (Accepted, Reassign, Open),
            (InProgress, Reassign, Open),
            (Open, Hold, OnHold),
            (Accepted, Hold, OnHold),
            (InProgress, Hold, OnHold),
            (OnHold, Resume, Open), // back to where the hold began
            (OnHold, Resume, Accepted),
            (OnHold, Resume, InProgress),
            (InProgress, Resolve, Resolved),
            (Resolved, Confirm, Closed),
            (Closed, Confirm, Closed), // a late word after silent closing
            (Resolved, Reopen, Open),
            (Closed, Reopen, Open),
            (Open, Cancel, Cancelled),
            (Offered, Cancel, Cancelled),
            (Accepted, Cancel, Cancelled),
            (OnHold, Cancel, Cancelled),
            (InProgress, Cancel, Cancelled),
            (Open, Escalate, Open),
            (Offered, Escalate, Offered),
            (Open, Arbitrate, Open),
            (Offered, Arbitrate, Offered),
        ]);
}

using static Dispatch.Domain.Visits.VisitAction;
using static Dispatch.Domain.Visits.VisitState;

namespace Dispatch.Domain.Visits;

public enum VisitState
{
    Scheduled,
    Travelling,
    InService,
    Completed,

    /// <summary>Begun and broken off; counts as no service.</summary>
    Aborted,

    /// <summary>Somebody did not come: the team or the requester.</summary>
    Missed,
    Cancelled,
}

public enum VisitAction
{
    Depart,
    Begin,
    Complete,
    Abort,
    Miss,
    Cancel,
    Reschedule,
}

/// <summary>Every move a visit may make.</summary>
public static class VisitFlow
{
    public static Flow<VisitState, VisitAction> Machine { get; } =
        new([
            (Scheduled, Depart, Travelling),
            (Scheduled, Begin, InService), // remote, or already there
            (Travelling, Begin, InService),
            (InService, Complete, Completed),
            (InService, Abort, Aborted),
            (Scheduled, Miss, Missed),
            (Travelling, Miss, Missed),
            (Scheduled, Cancel, Cancelled),
            (Travelling, Cancel, Cancelled),
            (Scheduled, Reschedule, Scheduled),
        ]);
}

public enum MissedBy
{
    Team,
    Requester,
}

/// <summary>How the help is given. Only <see cref="OnSite"/> is hands-on and needs travel to a place of work.</summary>
public enum VisitForm
{
    OnSite,
    Remote,
    Training,
    Lecture,
    Consultation,
}

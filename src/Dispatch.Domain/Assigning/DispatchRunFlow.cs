using static Dispatch.Domain.Assigning.DispatchRunAction;
using static Dispatch.Domain.Assigning.DispatchRunState;

namespace Dispatch.Domain.Assigning;

public enum DispatchRunState
{
    /// <summary>The plan is being worked out; nobody is asked yet.</summary>
    Planning,

    /// <summary>The plan stands to be read, and waits for an officer's word.</summary>
    Planned,

    /// <summary>Its items become offers, one transaction each.</summary>
    Committing,

    /// <summary>Every item has become an offer, or says why not.</summary>
    Committed,

    /// <summary>Given up. Offers made until then stand.</summary>
    Cancelled,

    /// <summary>It could not be worked out.</summary>
    Failed,
}

public enum DispatchRunAction
{
    /// <summary>The plan is there; by itself, no endpoint.</summary>
    Plan,

    /// <summary>There will be no plan; by itself, no endpoint.</summary>
    Fail,

    /// <summary>What has changed since is taken in, and the plan made best again.</summary>
    Refresh,
    Commit,

    /// <summary>Nothing is left to commit; by itself, no endpoint.</summary>
    Finish,
    Cancel,
}

/// <summary>Every move a dispatch run may make. It is always a plan first.</summary>
public static class DispatchRunFlow
{
    public static Flow<DispatchRunState, DispatchRunAction> Machine { get; } =
        new([
            (Planning, DispatchRunAction.Plan, Planned),
            (Planning, Fail, Failed),
            (Planning, Cancel, Cancelled),
            (Planned, Refresh, Planning),
            (Planned, Commit, Committing),
            (Planned, Cancel, Cancelled),
            // Whatever stopped it in the middle: said again, it goes on.
            (Committing, Commit, Committing),
            (Committing, Finish, Committed),
            (Committing, Cancel, Cancelled),
            (Failed, Refresh, Planning),
            (Failed, Cancel, Cancelled),
        ]);
}

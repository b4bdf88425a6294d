using static Dispatch.Domain.Offers.AssignmentAction;
using static Dispatch.Domain.Offers.AssignmentState;

namespace Dispatch.Domain.Offers;

public enum AssignmentState
{
    Active,
    Ended,
}

/// <summary>How an assignment ends; the name is kept beside the state.</summary>
public enum AssignmentAction
{
    /// <summary>The team reported the result.</summary>
    Complete,

    /// <summary>退单: the team gave it back.</summary>
    Release,

    /// <summary>改派: an officer took it from the team.</summary>
    Replace,
}

public enum AssignmentEnd
{
    Completed,
    Released,
    Replaced,
}

public enum AssignmentRole
{
    /// <summary>主办.</summary>
    Lead,

    /// <summary>协办.</summary>
    Support,
}

/// <summary>Every move an assignment may make.</summary>
public static class AssignmentFlow
{
    public static Flow<AssignmentState, AssignmentAction> Machine { get; } =
        new([(Active, Complete, Ended), (Active, Release, Ended), (Active, Replace, Ended)]);

    public static AssignmentEnd EndOf(AssignmentAction action) =>
        action switch
        {
            Complete => AssignmentEnd.Completed,
            Release => AssignmentEnd.Released,
            _ => AssignmentEnd.Replaced,
        };
}

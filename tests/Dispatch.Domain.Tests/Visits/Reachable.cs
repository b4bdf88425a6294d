namespace Dispatch.Domain.Tests;

internal static class Reachable
{
    /// <summary>The states that moves lead to from this one, itself included, in the order of the enum.</summary>
    public static IEnumerable<TState> From<TState, TAction>(Flow<TState, TAction> machine, TState start)
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        SortedSet<TState> reached = [start];
        while (machine.Table.Any(row => reached.Contains(row.From) && reached.Add(row.To))) { }

        return reached;
    }
}

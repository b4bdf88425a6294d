namespace Dispatch.Domain;

/// <summary>A state machine as a table: a move that is not a row of it does not exist.</summary>
public sealed class Flow<TState, TAction>(IReadOnlyList<(TState From, TAction Action, TState To)> table)
    where TState : struct, Enum
    where TAction : struct, Enum
{
    /// <summary>Every move, in the order a reader meets them.</summary>
    public IReadOnlyList<(TState From, TAction Action, TState To)> Table { get; } = table;

    /// <summary>The state the action leads to, or null when it is refused. Where the table has several (resume goes back to where the hold
    /// began), <paramref name="wanted"/> picks one of them.</summary>
    public TState? Next(TState from, TAction action, TState? wanted = null)
    {
        foreach (var row in Table)
        {
            if (Is(row.From, from) && Is(row.Action, action) && (wanted is not { } to || Is(row.To, to)))
            {
                return row.To;
            }
        }

        return null;
    }

    /// <summary>The actions the table has for this state, each once, in table order.</summary>
    public IReadOnlyList<TAction> Allowed(TState from) => [.. Table.Where(row => Is(row.From, from)).Select(row => row.Action).Distinct()];

    private static bool Is<T>(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);
}

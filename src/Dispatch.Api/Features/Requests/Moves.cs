using System.Collections.Concurrent;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Asks a machine for the next state, and words its refusal.</summary>
internal static class Moves
{
    // Roll-ups happen by themselves: nobody is told they could do them.
    private static readonly string[] RollUps = ["return", "begin"];

    public static TState Next<TState, TAction>(this Flow<TState, TAction> machine, TState from, TAction action)
        where TState : struct, Enum
        where TAction : struct, Enum => machine.Next(from, action, null) ?? throw machine.Illegal(from, action);

    public static Refused Illegal<TState, TAction>(this Flow<TState, TAction> machine, TState from, TAction action)
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        var allowed = machine.Possible(from);
        var (state, wanted) = (Words.Of(from), Words.Of(action));
        var listed = allowed.Count == 0 ? "—" : string.Join(", ", allowed);
        return new Refused(
            ProblemKinds.InvalidTransition,
            $"当前状态 {state} 不允许 {wanted}；现在可以：{listed}。",
            $"{wanted} is not possible in state {state}. Possible now: {listed}."
        )
        {
            State = state,
            Allowed = allowed,
        };
    }

    /// <summary>What somebody can do in this state, as it is written in a problem and in a view.</summary>
    public static IReadOnlyList<string> Possible<TState, TAction>(this Flow<TState, TAction> machine, TState from)
        where TState : struct, Enum
        where TAction : struct, Enum => Told<TState, TAction>.Moves.GetOrAdd((machine, from), static of => Listed(of.Machine, of.From));

    private static string[] Listed<TState, TAction>(Flow<TState, TAction> machine, TState from)
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        var words = machine.Allowed(from).Select(Words.Of);
        return [.. typeof(TState) == typeof(HelpRequestState) ? words.Except(RollUps, StringComparer.Ordinal) : words];
    }

    // Every view says it, and a table does not change.
    private static class Told<TState, TAction>
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        public static readonly ConcurrentDictionary<(Flow<TState, TAction> Machine, TState From), string[]> Moves = new();
    }
}

using System.Collections.Concurrent;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Asks a machine for the next state, and words its refusal.</summary>
internal static class Moves
{
    // Roll-ups happen by themselves: nobody is told they could do them.
    private static readonly Enum[] RollUps =
    [
        HelpRequestAction.Return,
        HelpRequestAction.Begin,
        DispatchRunAction.Plan,
        DispatchRunAction.Fail,
        DispatchRunAction.Finish,
    ];

    public static TState Next<TState, TAction>(this Flow<TState, TAction> machine, TState from, TAction action)
        where TState : struct, Enum
        where TAction : struct, Enum => machine.Next(from, action, null) ?? throw machine.Illegal(from, action);

    public static Refused Illegal<TState, TAction>(this Flow<TState, TAction> machine, TState from, TAction action)
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        var allowed = machine.Open(from);
        var (state, wanted) = (Vocabulary.Of(from), Vocabulary.Of(action));
        var listed =
            allowed.Count == 0
                ? new Text("无", "nothing")
                : new Text(
                    string.Join('、', allowed.Select(move => Vocabulary.Of(move).Zh)),
                    string.Join(", ", allowed.Select(move => Vocabulary.Of(move).En))
                );
        return new Refused(
            ProblemKinds.InvalidTransition,
            $"{state.Zh}状态下不能{wanted.Zh}；现在可以：{listed.Zh}。",
            $"{wanted.En} is not possible in state {state.En}. Possible now: {listed.En}."
        )
        {
            State = Words.Of(from),
            Allowed = machine.Possible(from),
        };
    }

    /// <summary>What somebody can do in this state, as it is written in a problem and in a view.</summary>
    public static IReadOnlyList<string> Possible<TState, TAction>(this Flow<TState, TAction> machine, TState from)
        where TState : struct, Enum
        where TAction : struct, Enum =>
        Told<TState, TAction>.Moves.GetOrAdd((machine, from), static of => [.. of.Machine.Open(of.From).Select(Words.Of)]);

    private static IReadOnlyList<TAction> Open<TState, TAction>(this Flow<TState, TAction> machine, TState from)
        where TState : struct, Enum
        where TAction : struct, Enum => [.. machine.Allowed(from).Where(move => !RollUps.Contains((Enum)(object)move))];

    // Every view says it, and a table does not change.
    private static class Told<TState, TAction>
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        public static readonly ConcurrentDictionary<(Flow<TState, TAction> Machine, TState From), string[]> Moves = new();
    }
}

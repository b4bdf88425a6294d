using Dispatch.Domain.Assigning;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>A request as the plan takes it.</summary>
/// <param name="KeptOut">Why it takes no part.</param>
/// <param name="Refused">Without a team: how many teams fail which rule.</param>
internal sealed record BatchRequest(
    Guid RequestId,
    long Version,
    string? CountyCode,
    int Weight,
    Tier Tier,
    IReadOnlyList<BatchChoice> Choices,
    RunItemReason? KeptOut = null,
    string? Refused = null
);

/// <param name="Points">The score, in thousandths of a point.</param>
internal sealed record BatchChoice(Guid TeamId, int Points, int Gain);

/// <summary>What a team can carry, and what it carries or is asked for.</summary>
internal readonly record struct BatchTeam(int Capacity, int Taken);

/// <summary>The requests of a run and the teams they may go to, numbered for the plan.</summary>
internal sealed class Batch
{
    private readonly Dictionary<Guid, int> numbers;

    public Batch(IReadOnlyList<BatchRequest> requests, IReadOnlyDictionary<Guid, BatchTeam> teams, int fairness)
    {
        Requests = requests;
        TeamIds = [.. teams.Keys.Order()];
        numbers = TeamIds.Select((id, number) => (id, number)).ToDictionary(pair => pair.id, pair => pair.number);
        Places = [.. TeamIds.Select(id => DispatchObjective.PlacesOf(teams[id].Capacity, teams[id].Taken, fairness))];
        Free = [.. TeamIds.Select(id => DispatchObjective.PlacesOf(teams[id].Capacity, teams[id].Taken, fairness: 0))];
    }

    public IReadOnlyList<BatchRequest> Requests { get; }

    public IReadOnlyList<Guid> TeamIds { get; }

    /// <summary>With the prices that spread the load.</summary>
    public Places[] Places { get; }

    /// <summary>The same places for nothing.</summary>
    public Places[] Free { get; }

    public int NumberOf(Guid team) => numbers[team];

    public Choice[] ChoicesOf(BatchRequest request) =>
        [.. request.Choices.Select(choice => new Choice(NumberOf(choice.TeamId), choice.Gain))];

    public AssignmentProblem Problem(Places[] places) => Problem(places, Requests);

    public AssignmentProblem Problem(Places[] places, IReadOnlyList<BatchRequest> some) =>
        AssignmentProblem.Of(places, [.. some.Select(ChoicesOf)]);
}

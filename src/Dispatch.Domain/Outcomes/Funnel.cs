namespace Dispatch.Domain.Outcomes;

/// <summary>The steps of a request, in their order.</summary>
public enum FunnelStep
{
    Open,
    Offered,
    Accepted,
    Visited,
    Resolved,
    Confirmed,
}

/// <summary>When a request first came to each step, and why it goes no further.</summary>
/// <param name="Times">By step; a step that was passed over has none.</param>
/// <param name="Ended">Null: it is still under way.</param>
public sealed record FunnelCase(IReadOnlyDictionary<FunnelStep, DateTimeOffset> Times, string? Ended)
{
    /// <summary>Whoever came further was here too.</summary>
    public FunnelStep Furthest => Times.Keys.Max();
}

/// <summary>How many came to a step, and what became of those who came no further.</summary>
/// <param name="Wait">From the step before.</param>
public sealed record FunnelLevel(FunnelStep Step, int Reached, int UnderWay, IReadOnlyDictionary<string, int> Losses, Wait Wait);

/// <summary>From the first word to the requester's yes: how many get how far.</summary>
public static class Funnel
{
    public static IReadOnlyList<FunnelLevel> Of(IReadOnlyCollection<FunnelCase> cases) =>
        [.. Enum.GetValues<FunnelStep>().Select(step => Level(step, cases))];

    private static FunnelLevel Level(FunnelStep step, IReadOnlyCollection<FunnelCase> cases)
    {
        // Whoever is confirmed has nothing before him.
        var stayed = step == FunnelStep.Confirmed ? [] : cases.Where(one => one.Furthest == step).ToList();
        return new FunnelLevel(
            step,
            cases.Count(one => one.Furthest >= step),
            stayed.Count(one => one.Ended is null),
            stayed
                .Where(one => one.Ended is not null)
                .GroupBy(one => one.Ended!, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            Waits.Of(step == FunnelStep.Open ? [] : cases.SelectMany(one => Since(one, step)))
        );
    }

    private static IEnumerable<TimeSpan> Since(FunnelCase one, FunnelStep step) =>
        one.Times.TryGetValue(step, out var at) && one.Times.TryGetValue(step - 1, out var before) ? [at - before] : [];
}

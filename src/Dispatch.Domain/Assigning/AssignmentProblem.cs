using System.Runtime.CompilerServices;

namespace Dispatch.Domain.Assigning;

/// <summary>A team that may serve a request, and what is gained when it does.</summary>
/// <param name="Team">By number, from 0.</param>
/// <param name="Gain">Positive, at most <see cref="AssignmentProblem.HighestGain"/>; leaving the request out gains nothing.</param>
public readonly record struct Choice(int Team, int Gain);

/// <summary>The free places of a team. Taking the first costs <paramref name="FirstPrice"/>, every further one <paramref name="Step"/>
/// more than the one before it: with a step the load spreads over the teams, without one it goes where the gain is.</summary>
public readonly record struct Places(int Capacity, int FirstPrice = 0, int Step = 0)
{
    /// <summary>What the place costs that is taken when so many are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PriceAt(int taken) => FirstPrice + (Step * taken);

    /// <summary>What the first so many places cost together.</summary>
    public long CostOf(int taken) => ((long)FirstPrice * taken) + ((long)Step * taken * (taken - 1) / 2);

    /// <summary>What the team keeps at most when every place brings this price: the largest of price times places less their cost.</summary>
    public long WorthAt(int price)
    {
        if (price <= FirstPrice)
        {
            return 0;
        }

        var taken = Step == 0 ? Capacity : (int)Math.Min(Capacity, ((long)price - FirstPrice + Step - 1) / Step);
        return ((long)price * taken) - CostOf(taken);
    }
}

/// <summary>
/// Requests, teams with places, and the choices of every request. Each request gets one place or none; the total of the gains less the
/// cost of the places taken is to be as high as it can be. A pair that may not be is simply no choice. Immutable; choices lie behind each
/// other request by request, the highest gain first.
/// </summary>
public sealed class AssignmentProblem
{
    /// <summary>Keeps every sum of three of them within 32 bits.</summary>
    public const int HighestGain = 1 << 28;

    private readonly Places[] places;
    private readonly int[] first;
    private readonly Choice[] choices;

    /// <param name="first">Where the choices of each request begin, and behind the last one where they end.</param>
    public AssignmentProblem(ReadOnlySpan<Places> places, ReadOnlySpan<int> first, ReadOnlySpan<Choice> choices)
    {
        this.places = places.ToArray();
        this.first = first.ToArray();
        this.choices = choices.ToArray();
        if (first.Length == 0 || first[0] != 0 || first[^1] != choices.Length)
        {
            throw new ArgumentException("The choices of the requests must cover all of them.", nameof(first));
        }

        foreach (var team in places)
        {
            Check(team);
        }

        var seenFor = new int[places.Length];
        for (var request = 0; request < Requests; request++)
        {
            if (first[request] > first[request + 1])
            {
                throw new ArgumentException("The choices of the requests must be in order.", nameof(first));
            }

            Sort(this.choices.AsSpan(first[request]..first[request + 1]));
            foreach (var choice in ChoicesOf(request))
            {
                Check(choice, places.Length);
                if (seenFor[choice.Team] == request + 1)
                {
                    throw new ArgumentException($"Request {request} has team {choice.Team} twice.", nameof(choices));
                }

                seenFor[choice.Team] = request + 1;
            }
        }
    }

    public int Requests => first.Length - 1;

    public int Teams => places.Length;

    public int Choices => choices.Length;

    public ReadOnlySpan<Places> Places => places;

    public ReadOnlySpan<Choice> AllChoices => choices;

    public ReadOnlySpan<int> First => first;

    public static AssignmentProblem Of(IEnumerable<Places> places, IReadOnlyList<IReadOnlyCollection<Choice>> requests)
    {
        var starts = new int[requests.Count + 1];
        for (var request = 0; request < requests.Count; request++)
        {
            starts[request + 1] = starts[request] + requests[request].Count;
        }

        return new AssignmentProblem([.. places], starts, [.. requests.SelectMany(choices => choices)]);
    }

    public ReadOnlySpan<Choice> ChoicesOf(int request) => choices.AsSpan(first[request]..first[request + 1]);

    /// <summary>The same requests and choices, other places.</summary>
    public AssignmentProblem WithPlaces(ReadOnlySpan<Places> others) => new(others, first, choices);

    /// <summary>Gains less the cost of the places taken.</summary>
    public long TotalOf(IReadOnlyList<int?> assignment)
    {
        var load = new int[Teams];
        long total = 0;
        for (var request = 0; request < Requests; request++)
        {
            foreach (var choice in ChoicesOf(request))
            {
                if (choice.Team == assignment[request])
                {
                    total += choice.Gain - places[choice.Team].PriceAt(load[choice.Team]++);
                }
            }
        }

        return total;
    }

    /// <summary>What solving a problem of this size takes at most, in bytes: known before the first of them is asked for.</summary>
    public static long MemoryFor(long requests, long teams, long choices) =>
        // The problem, the plan's copy with room to grow, and the applicants of every team.
        (choices * 3 * 8)
        + (requests * 64)
        + (teams * 160)
        + 65_536;

    internal static void Check(Places team)
    {
        if (team.Capacity < 0 || team.FirstPrice < 0 || team.Step < 0 || team.FirstPrice + ((long)team.Step * team.Capacity) > HighestGain)
        {
            throw new ArgumentException($"Places out of range: {team}.", nameof(team));
        }
    }

    internal static void Check(Choice choice, int teams)
    {
        if (choice.Team < 0 || choice.Team >= teams || choice.Gain is <= 0 or > HighestGain)
        {
            throw new ArgumentException($"Choice out of range: {choice}.", nameof(choice));
        }
    }

    internal static void Sort(Span<Choice> ofOne)
    {
        for (var at = 1; at < ofOne.Length; at++)
        {
            if (Compare(ofOne[at - 1], ofOne[at]) > 0)
            {
                ofOne.Sort(Compare);
                return;
            }
        }
    }

    private static int Compare(Choice one, Choice other) => (other.Gain, one.Team).CompareTo((one.Gain, other.Team));
}

using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Generating;

/// <summary>One service of the year before it is played: where, when and for what, and what is to come of it. Money in fen.</summary>
internal readonly record struct Planned(
    int City,
    int Month,
    int Trade,
    int PersonTimes,
    int ProblemsSolved,
    int TrainedPersonTimes,
    long BenefitFen
);

/// <summary>A request of the year: its services, which are for one trade in one city and month; without any it comes to nothing.</summary>
/// <param name="Ordinal">Counts up; all chances of the request follow from it and the seed.</param>
internal sealed record PlannedRequest(long Ordinal, IReadOnlyList<Planned> Services, int City, int Month);

/// <summary>
/// The year as it is to be: the services apportioned over cities, months and trades, and what came of them over the services, each by largest remainder, so that
/// every total is exact. A few arrays of numbers, 20 bytes a service. The same seed gives the same year.
/// </summary>
internal sealed class YearPlan
{
    /// <summary>As many members as a team of the scenario has.</summary>
    public const int MostPersonTimes = 10;

    private const int Months = 12;
    private const int MostSolved = 40;
    private const int MostTrained = 90_000;
    private const double WithTraining = 0.3;
    private const double WithBenefit = 0.4;
    private const int MostVisits = 3;
    private const double OnceMore = 0.2;
    private const double ComesToNothing = 0.09;

    private readonly int seed;
    private readonly Planned[] services;

    private YearPlan(int seed, Planned[] services) => (this.seed, this.services) = (seed, services);

    public int Services => services.Length;

    public static YearPlan Of(PlacedScenario scenario, YearTotals totals, int seed, WorkingCalendar calendar)
    {
        var chance = new Random(seed);
        var count = (int)totals.Services;
        var cities = Dealt(count, [.. scenario.Cities.Select(city => city.Weight)], null);
        var months = Dealt(
            count,
            [.. Enumerable.Range(1, Months).Select(month => (double)WorkingDays(scenario.Year, month, calendar).Count)],
            chance
        );
        var trades = InRuns(Apportionment.Of(count, [.. scenario.Served.Select(trade => trade.Weight)]), chance);
        var persons = Apportionment.Of(totals.PersonTimes - count, Weights(count, 0.9, 1, chance), MostPersonTimes - 1);
        var solved = Apportionment.Of(totals.ProblemsSolved, Weights(count, 0.6, 1, chance), MostSolved);
        var trained = Apportionment.Of(totals.TrainedPersonTimes, Weights(count, 1.0, WithTraining, chance), MostTrained);
        var benefit = Apportionment.Of(totals.EconomicBenefitFen, Weights(count, 1.3, WithBenefit, chance));
        var places = Enumerable.Range(0, count).OrderBy(at => months[at]).ThenBy(at => cities[at]).ToArray();
        return new YearPlan(
            seed,
            [
                .. places.Select(
                    (place, at) =>
                        new Planned(
                            cities[place],
                            months[place] + 1,
                            trades[at],
                            (int)persons[at] + 1,
                            (int)solved[at],
                            (int)trained[at],
                            benefit[at]
                        )
                ),
            ]
        );
    }

    public static IReadOnlyList<DateOnly> WorkingDays(int year, int month, WorkingCalendar calendar) =>
        [
            .. Enumerable
                .Range(1, DateTime.DaysInMonth(year, month))
                .Select(day => new DateOnly(year, month, day))
                .Where(calendar.IsWorkingDay),
        ];

    /// <summary>In the order in which they are played.</summary>
    public IEnumerable<PlannedRequest> Requests()
    {
        var chance = new Random(seed + 1);
        var (at, ordinal) = (0, 0L);
        while (at < services.Length)
        {
            var first = services[at];
            var alike = 1;
            while (at + alike < services.Length && alike < MostVisits && IsLike(first, services[at + alike]))
            {
                alike++;
            }

            yield return new PlannedRequest(ordinal++, services[at..(at + alike)], first.City, first.Month);
            at += alike;
            if (chance.NextDouble() < ComesToNothing)
            {
                yield return new PlannedRequest(ordinal++, [], first.City, first.Month);
            }
        }
    }

    /// <summary>The chances of one request, whatever came before it.</summary>
    public Random ChancesOf(PlannedRequest request) => new(unchecked((int)(((long)seed * 1_000_003) + (request.Ordinal * 7_919))));

    private static bool IsLike(Planned one, Planned other) => (one.City, one.Month, one.Trade) == (other.City, other.Month, other.Trade);

    // So many cards of each kind, in order or shuffled.
    private static int[] Dealt(int count, double[] weights, Random? chance)
    {
        var cards = Apportionment.Of(count, weights).SelectMany((times, kind) => Enumerable.Repeat(kind, (int)times)).ToArray();
        chance?.Shuffle(cards);
        return cards;
    }

    // Shuffled, with some of a kind left together: a request that is visited again is for one trade.
    private static int[] InRuns(long[] counts, Random chance)
    {
        var runs = new List<(int Kind, int Length)>();
        for (var kind = 0; kind < counts.Length; kind++)
        {
            for (var left = (int)counts[kind]; left > 0; )
            {
                var length = 1;
                while (length < Math.Min(left, MostVisits) && chance.NextDouble() < OnceMore)
                {
                    length++;
                }

                runs.Add((kind, length));
                left -= length;
            }
        }

        var shuffled = runs.ToArray();
        chance.Shuffle(shuffled);
        return [.. shuffled.SelectMany(run => Enumerable.Repeat(run.Kind, run.Length))];
    }

    // Log-normal, for so large a part of the services; the first has a weight, so that nothing is left without a place.
    private static double[] Weights(int count, double sigma, double part, Random chance)
    {
        var weights = new double[count];
        for (var at = 0; at < count; at++)
        {
            var (drawn, one, two) = (chance.NextDouble(), 1 - chance.NextDouble(), chance.NextDouble());
            var normal = Math.Sqrt(-2 * Math.Log(one)) * Math.Cos(2 * Math.PI * two);
            weights[at] = drawn < part || at == 0 ? Math.Exp(sigma * normal) : 0;
        }

        return weights;
    }
}

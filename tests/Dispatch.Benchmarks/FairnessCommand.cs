using Dispatch.Benchmarks.Matching;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Benchmarks;

/// <summary>Requests one after another over equal teams in different places: who gets the work, and what the requesters lose by it.</summary>
internal static class FairnessCommand
{
    private const int Seed = 20261122;
    private const int Capacity = 4;

    // A service keeps a team's hands full from its acceptance to its report.
    private static readonly TimeSpan Service = TimeSpan.FromDays(5);
    private static readonly int[] LoadWeights = [0, 5, 10, 15, 20, 30, 45, 60];
    private static readonly double[] Shares = [0.3, 0.6, 0.85];

    /// <summary>What a team's having served once more than another would cost it in every later ranking.</summary>
    private static readonly double[] Prices = [0.02, 0.05, 0.1, 0.2, 0.5, 1];

    public static int Run(Options options)
    {
        options.Allow("requests", "teams");
        var (requests, teams) = (options.Number("requests") ?? 10_000, options.Number("teams") ?? 100);
        Console.WriteLine(
            $"{requests:N0} requests over {teams} equal teams that can hold {Capacity} each for {Service.TotalDays} days; {Machine.Described()}"
        );
        Console.WriteLine("Gini of the services per team; lost: of the score without its load part, against the best of those free");
        var town = new Town(teams);
        foreach (var share in Shares)
        {
            Console.WriteLine();
            Console.WriteLine($"-- {share:P0} of all hands full on average");
            Console.WriteLine($"{"", -34} {"Gini", 8} {"most/mean", 10} {"lost", 8} {"minutes", 8} {"turned away", 12}");
            var next = 0;
            Print(
                "round robin",
                town.Play(
                    requests,
                    share,
                    town.RulesWith(0),
                    teams,
                    (free, _) =>
                    {
                        // Whoever has waited longest for its turn.
                        var chosen = free.MinBy(candidate => (town.NumberOf(candidate) - next + teams) % teams)!;
                        next = town.NumberOf(chosen) + 1;
                        return chosen;
                    }
                )
            );
            foreach (var weight in LoadWeights)
            {
                var name = weight switch
                {
                    0 => "best score only, load left out",
                    15 => "this ranking, load 15 of 100",
                    _ => $"load {weight} of 100",
                };
                Print(name, town.Play(requests, share, town.RulesWith(weight), 1, (free, _) => free[0]));
            }

            foreach (var price in Prices)
            {
                Print(
                    $"best less {price} points a service",
                    town.Play(
                        requests,
                        share,
                        town.RulesWith(0),
                        teams,
                        (free, services) =>
                            free.MaxBy(candidate =>
                                candidate.Score.Points - (Weights.PointScale * price * services[town.NumberOf(candidate)])
                            )!
                    )
                );
            }
        }

        return 0;
    }

    private static void Print(string name, Played played) =>
        Console.WriteLine(
            $"{name, -34} {played.Gini, 8:N3} {played.MostToMean, 10:N2} {played.Lost, 8:P2} {played.Minutes, 8:N1} {played.Refused, 12:N0}"
        );

    private sealed record Played(double Gini, double MostToMean, double Lost, double Minutes, int Refused);

    private sealed class Town
    {
        private readonly Skill skill = new("agr-citrus", "柑橘栽培", "citrus", "agr", Licence: null, []);
        private readonly Region county = new("330001", "某县", RegionLevel.County, "330000", new GeoPoint(28.5, 121));
        private readonly MatchRules rules;
        private readonly MatchRules withoutLoad;
        private readonly Team[] all;
        private readonly Dictionary<Guid, int> numbers;

        public Town(int teams)
        {
            var random = new Random(Seed);
            var regions = new RegionTree([county, new Region("330000", "某省", RegionLevel.Province, null, county.Point)], []);
            rules = new MatchRules(
                regions,
                new Dictionary<string, Skill>(StringComparer.Ordinal) { [skill.Code] = skill },
                Weights.Published,
                TravelTimes.GreatCircle
            );
            all =
            [
                .. Enumerable
                    .Range(0, teams)
                    .Select(number => new Team
                    {
                        Id = Guid.CreateVersion7(),
                        Name = $"第{number}服务队",
                        Kind = TeamKind.CountyTeam,
                        Tier = Tier.County,
                        RegionCode = county.Code,
                        Bases = [Somewhere(random)],
                        Skills = new Dictionary<string, TeamSkill>(StringComparer.Ordinal)
                        {
                            [skill.Code] = new(skill.Code, 5, LicensedUntil: null),
                        },
                        Forms = new HashSet<VisitForm> { VisitForm.OnSite },
                        Capacity = Capacity,
                    }),
            ];
            withoutLoad = RulesWith(0);
            numbers = all.Select((team, number) => (team.Id, number)).ToDictionary(team => team.Id, team => team.number);
        }

        public int NumberOf(Candidate candidate) => numbers[candidate.Team.Id];

        /// <summary>The published weights with this one for load, the others in their proportions.</summary>
        public MatchRules RulesWith(int load)
        {
            var (others, left) = (100 - Weights.Published.Load, 100 - load);
            var weights = Weights.Published with
            {
                Load = load,
                Nearness = Weights.Published.Nearness * left / others,
                Record = Weights.Published.Record * left / others,
                Soonness = Weights.Published.Soonness * left / others,
                Familiarity = Weights.Published.Familiarity * left / others,
            };
            var skillFit = 100 - load - weights.Nearness - weights.Record - weights.Soonness - weights.Familiarity;
            return rules with { Weights = weights with { Skill = skillFit, Version = $"load-{load}" } };
        }

        /// <param name="share">Of all hands, full on average: so close the requests follow each other.</param>
        /// <param name="most">How many of the ranking are put before who chooses.</param>
        /// <param name="choose">Among the eligible, best first, knowing how often each team has served.</param>
        public Played Play(int requests, double share, MatchRules by, int most, Func<IReadOnlyList<Candidate>, int[], Candidate> choose)
        {
            var random = new Random(Seed + 1);
            var apart = Service / (all.Length * Capacity * share);
            var now = Country.Now;
            var index = TeamIndex.Build(by, all.Select(team => new Standed(team, default)));
            var ends = new Queue<(DateTimeOffset At, int Team)>();
            var (loads, services) = (new TeamLoad[all.Length], new int[all.Length]);
            var (got, best, minutes, refused) = (0.0, 0.0, 0.0, 0);
            for (var number = 0; number < requests; number++)
            {
                now += apart * -Math.Log(1 - random.NextDouble());
                List<(Guid, TeamLoad)> moved = [];
                while (ends.TryPeek(out var end) && end.At <= now)
                {
                    ends.Dequeue();
                    var load = loads[end.Team];
                    Move(
                        end.Team,
                        load with
                        {
                            Active = load.Active - 1,
                            Confirmed = load.Confirmed + 1,
                            ConfirmedSolved = load.ConfirmedSolved + 1,
                            LastServiceAt = end.At,
                        }
                    );
                }

                index = moved.Count == 0 ? index : index.With(moved);
                moved.Clear();
                var need = ANeed(random);
                var free = Matcher.Match(need, index, by, now, most).Candidates;
                if (free.Count == 0)
                {
                    refused++;
                    continue;
                }

                var candidate = choose(free, services);
                var team = NumberOf(candidate);
                services[team]++;
                got += WithoutLoad(candidate);
                best += Matcher.Match(need, index, withoutLoad, now, 1).Candidates[0].Score.Points;
                minutes += candidate.Score.Journey!.Value.Minutes;
                Move(team, loads[team] with { Active = loads[team].Active + 1 });
                index = index.With(moved);
                ends.Enqueue((now + Service, team));

                void Move(int moving, TeamLoad load)
                {
                    loads[moving] = load;
                    moved.RemoveAll(entry => entry.Item1 == all[moving].Id);
                    moved.Add((all[moving].Id, load));
                }
            }

            return new Played(Gini(services), services.Max() / services.Average(), 1 - (got / best), minutes / services.Sum(), refused);
        }

        // Whatever it was ranked by: what the requester has of it.
        private double WithoutLoad(Candidate candidate) =>
            candidate.Score.Parts.Sum(part => part.Value * withoutLoad.Weights.Scaled(travels: true)[(int)part.Name]);

        private static double Gini(int[] services)
        {
            var sorted = services.Order().ToArray();
            var ranked = sorted.Select((count, at) => (2.0 * (at + 1) - sorted.Length - 1) * count).Sum();
            return ranked / (sorted.Length * (double)sorted.Sum());
        }

        private Need ANeed(Random random) =>
            new()
            {
                RequestId = Guid.NewGuid(),
                Skills = [new WantedSkill(skill.Code, 3)],
                RegionCode = county.Code,
                Point = Somewhere(random),
                Tier = Tier.County,
            };

        // A county some forty kilometres across.
        private GeoPoint Somewhere(Random random) =>
            new(county.Point.Lat + ((random.NextDouble() - 0.5) * 0.36), county.Point.Lng + ((random.NextDouble() - 0.5) * 0.41));
    }
}

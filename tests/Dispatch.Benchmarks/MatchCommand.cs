using System.Diagnostics;
using System.Text.Json;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Benchmarks;

/// <summary>One explained match, from the need to the bytes of the answer, beside the ranking alone, over synthetic teams in the regions
/// and with the skills of <c>seeds/</c>.</summary>
internal static class MatchCommand
{
    private const int Seed = 20261122;
    private const int Shown = 10;
    private const int FewestWarmUps = 30;
    private const int FewestMatches = 50;
    private static readonly int[] Sizes = [1_000, 100_000];
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 9, 0, 0, TimeSpan.FromHours(8));

    /// <summary><c>--teams N</c> measures one size in this process; without it every size gets a process of its own, so that cold is cold.</summary>
    public static async Task<int> Run(Options options)
    {
        options.Allow("teams", "seconds");
        if (options.Number("teams") is { } teams)
        {
            await Measure(teams, TimeSpan.FromSeconds(options.Number("seconds") ?? 10));
            return 0;
        }

        Console.WriteLine($"One match, {Machine.Described()}. Times in microseconds.");
        Console.WriteLine($"{"teams", 8}  {"what", -26} {"mean", 10} {"p50", 10} {"p99", 10} {"matches", 8}");
        foreach (var size in Sizes)
        {
            using var alone = Process.Start(Environment.ProcessPath!, ["match", $"--teams={size}", .. options.Given])!;
            await alone.WaitForExitAsync();
            if (alone.ExitCode != 0)
            {
                return alone.ExitCode;
            }
        }

        return 0;
    }

    private static async Task Measure(int size, TimeSpan time)
    {
        await using var reference = await Reference.Load();
        var rules = reference.Rules;
        var random = new Random(Seed);
        var teams = Teams(rules, size, random);
        var loads = teams.ToDictionary(team => team.Id, team => Load(team, random));
        var needs = Enumerable.Range(0, 512).Select(_ => ANeed(rules, random)).ToArray();

        var clock = Stopwatch.StartNew();
        var bytes = Explained(0);
        Print("cold, the first, explained", [clock.Elapsed.TotalMicroseconds]);

        Warm(Explained, time / 4);
        Print("warm, explained", Timed(Explained, time / 2));
        Print("warm, ranking alone", Timed(at => Ranked(at).Candidates.Count, time / 4));
        Console.WriteLine($"{"", 8}  {bytes:N0} bytes of JSON in the first answer");

        MatchResult Ranked(int at) => Matcher.Match(needs[at], teams, id => loads.GetValueOrDefault(id), rules, Now);

        int Explained(int at) =>
            JsonSerializer.SerializeToUtf8Bytes(MatchView.Of(needs[at].RequestId, Ranked(at), Shown), JsonShape.Options).Length;

        void Warm(Func<int, int> match, TimeSpan atLeast)
        {
            var warming = Stopwatch.StartNew();
            for (var at = 0; at < FewestWarmUps || warming.Elapsed < atLeast; at++)
            {
                match(at % needs.Length);
            }
        }

        List<double> Timed(Func<int, int> match, TimeSpan atLeast)
        {
            List<double> times = [];
            var all = Stopwatch.StartNew();
            for (var at = 0; at < FewestMatches || all.Elapsed < atLeast; at++)
            {
                var from = Stopwatch.GetTimestamp();
                match(at % needs.Length);
                times.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
            }

            return times;
        }

        void Print(string what, List<double> times)
        {
            times.Sort();
            Console.WriteLine(
                $"{size, 8:N0}  {what, -26} {times.Average(), 10:N1} {Quantile.Of(times, 0.5), 10:N1} {Quantile.Of(times, 0.99), 10:N1} {times.Count, 8:N0}"
            );
        }
    }

    /// <summary>County teams mostly, as the published figures have it; one to four skills of one domain, like a trade has.</summary>
    private static List<Team> Teams(MatchRules rules, int size, Random random)
    {
        var (regions, skills) = Reference.Places(rules);
        return
        [
            .. Enumerable
                .Range(0, size)
                .Select(number =>
                {
                    var kind = random.Next(10) switch
                    {
                        0 => TeamKind.ProvinceTeam,
                        1 or 2 => TeamKind.CityTeam,
                        _ => TeamKind.CountyTeam,
                    };
                    var level = kind switch
                    {
                        TeamKind.ProvinceTeam => RegionLevel.Province,
                        TeamKind.CityTeam => RegionLevel.City,
                        _ => RegionLevel.County,
                    };
                    var home = Pick(random, [.. regions.Where(region => region.Level == level)]);
                    return new Team
                    {
                        Id = NewId(random),
                        Name = $"第{number}服务队",
                        Kind = kind,
                        Tier = Tiers.Of(kind, level),
                        RegionCode = home.Code,
                        Bases = [Near(home.Point, random)],
                        Skills = Trade(skills, random)
                            .ToDictionary(
                                skill => skill.Code,
                                skill => new TeamSkill(skill.Code, random.Next(4, 9), new DateOnly(2028, 12, 31)),
                                StringComparer.Ordinal
                            ),
                        Forms = new HashSet<VisitForm> { VisitForm.OnSite, VisitForm.Remote },
                        Capacity = random.Next(1, 9),
                    };
                }),
        ];
    }

    private static Need ANeed(MatchRules rules, Random random)
    {
        var (regions, skills) = Reference.Places(rules);
        var place = Pick(random, [.. regions.Where(region => region.Level == RegionLevel.County)]);
        return new Need
        {
            RequestId = NewId(random),
            Skills = [.. Trade(skills, random).Take(2).Select(skill => new WantedSkill(skill.Code, random.Next(1, 6)))],
            RegionCode = place.Code,
            Point = Near(place.Point, random),
            Tier = Tier.County,
        };
    }

    private static TeamLoad Load(Team team, Random random)
    {
        var confirmed = random.Next(40);
        return new TeamLoad(
            random.Next(team.Capacity + 1),
            random.Next(2),
            confirmed,
            random.Next(confirmed + 1),
            Now.AddHours(-random.Next(1, 500))
        );
    }

    private static IEnumerable<Skill> Trade(IReadOnlyList<Skill> skills, Random random)
    {
        var domain = Pick(random, skills).Domain;
        var trade = skills.Where(skill => skill.Domain == domain).ToArray();
        random.Shuffle(trade);
        return trade.Take(random.Next(1, 5));
    }

    private static GeoPoint Near(GeoPoint point, Random random) =>
        new(point.Lat + ((random.NextDouble() - 0.5) / 5), point.Lng + ((random.NextDouble() - 0.5) / 5));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static Guid NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}

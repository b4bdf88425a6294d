using Dispatch.Benchmarks.Matching;
using Dispatch.Domain.Matching;

namespace Dispatch.Benchmarks;

/// <summary>The best ten of a country by the full score, beside databases that search the same region for the same skill and work the same
/// score out in SQL; in turn, in one run, with the same answers.</summary>
internal static class PeersCommand
{
    private const int Shown = 10;
    private const int NeedsOfAScope = 200;
    private const int CheckedOfAScope = 50;

    // A database takes its time for a whole country.
    private const int CheckedOfCountry = 5;
    private const int FewestCalls = 3;
    private const string Ours = "this index, with reasons";

    public static async Task<int> Run(Options options)
    {
        options.Allow("teams", "skills", "rounds", "milliseconds", "plan");
        var (teams, skills) = (options.Number("teams") ?? 1_000_000, options.Number("skills") ?? 48);
        var (rounds, time) = (options.Number("rounds") ?? 5, TimeSpan.FromMilliseconds(options.Number("milliseconds") ?? 500));
        Console.WriteLine($"{teams:N0} teams, {skills:N0} skills, one client, {Machine.Described()}");
        var country = Country.WithSkills(skills);
        var index = country.Index(teams);
        var numbered = new PeerCountry(country, teams);
        var scopes = Scopes.Of(country, index, NeedsOfAScope);
        var questions = scopes.ToDictionary(
            scope => scope.Key,
            scope => scope.Value.Select(need => new PeerQuery(numbered, need, Match(need).Opened)).ToArray(),
            StringComparer.Ordinal
        );
        using var tree = new RTree(numbered);
        var asks = new Dictionary<string, Func<PeerQuery, List<Placed>>>(StringComparer.Ordinal);
        var (postgis, reason) = await PostGis.Start();
        await using var stopped = postgis;
        if (postgis is null)
        {
            Console.WriteLine($"skipped: PostGIS, because {reason}");
        }
        else
        {
            await postgis.Load(numbered);
            foreach (var (name, create, having) in PostGis.Ways)
            {
                if (create is not null)
                {
                    Console.WriteLine($"{name}: index built in {(await postgis.Index(create)).TotalSeconds:N1} s");
                }
            }

            await postgis.Settle();
            foreach (var (name, _, having) in PostGis.Ways)
            {
                var prepared = await postgis.Prepare(having);
                asks[name] = prepared.Ask;
                if (options.Text("plan") is not null)
                {
                    prepared.Ask(questions["county"][0]);
                    Console.WriteLine(prepared.Plan());
                }
            }
        }

        asks[$"{tree.Version}, R*Tree and skill table"] = tree.Ask;
        Console.WriteLine(postgis?.Version);
        foreach (var (name, ask) in asks)
        {
            Check(name, ask);
        }

        Console.WriteLine($"{rounds} rounds in turn, medians; microseconds");
        Console.WriteLine($"{"", -18} {"", -46} {"mean", 12} {"p50", 12} {"p99", 12} {"rate", 8} {"p99", 8}");
        foreach (var (scope, needs) in scopes)
        {
            Compare(scope, needs);
        }

        return 0;

        MatchResult Match(Need need) => Matcher.Match(need, index, country.Rules, Country.Now, Shown);

        void Check(string name, Func<PeerQuery, List<Placed>> ask)
        {
            var (same, all) = (0, 0);
            foreach (var (scope, needs) in scopes.Where(scope => scope.Key != Scopes.Mixture))
            {
                for (var at = 0; at < (scope == "country" ? CheckedOfCountry : CheckedOfAScope); at++)
                {
                    var ours = Match(needs[at])
                        .Candidates.Select(candidate => new Placed(numbered.PlaceOf(candidate.Team.Id), candidate.Score.Points));
                    same += ours.SequenceEqual(ask(questions[scope][at])) ? 1 : 0;
                    all++;
                }
            }

            Console.WriteLine($"{name}: {same} of {all} answers the same, team by team and to the thousandth of a point");
        }

        void Compare(string scope, IReadOnlyList<Need> needs)
        {
            var measured = asks.Keys.Prepend(Ours).ToDictionary(name => name, _ => new List<Times>(), StringComparer.Ordinal);
            Times.Of(time, at => Match(needs[at % needs.Count]));
            for (var round = 0; round < rounds; round++)
            {
                measured[Ours].Add(Times.Of(time, at => Match(needs[at % needs.Count])));
                foreach (var (name, ask) in asks)
                {
                    measured[name].Add(Times.Of(time, at => ask(questions[scope][at % needs.Count]), FewestCalls));
                }
            }

            var ours = Times.Median(measured[Ours]);
            foreach (var (name, all) in measured)
            {
                var times = Times.Median(all);
                Console.WriteLine(
                    $"{scope, -18} {name, -46} {times.Mean, 12:N1} {times.P50, 12:N1} {times.P99, 12:N1} {times.Mean / ours.Mean, 7:N0}x {times.P99 / ours.P99, 7:N0}x"
                );
            }
        }
    }
}

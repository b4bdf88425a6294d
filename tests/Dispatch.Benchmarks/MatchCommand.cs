using System.Diagnostics;
using System.Text.Json;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Benchmarks.Matching;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Tests.Matching.Index;

namespace Dispatch.Benchmarks;

/// <summary>The best ten for a need over a synthetic country, by how far the search goes; what the index takes in memory and in time; and
/// whether it says what judging every team would.</summary>
internal static class MatchCommand
{
    private const int Shown = 10;
    private const int NeedsOfAScope = 400;
    private const int WarmCalls = 20_000;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];
    private static readonly int[] SkillLists = [10_000, 48];

    /// <summary>Every size and skill list gets a process of its own, so that cold is cold and memory its own.</summary>
    public static async Task<int> Run(Options options)
    {
        options.Allow("teams", "skills", "seconds", "checked", "scope");
        if (options.Number("teams") is { } teams && options.Number("skills") is { } skills)
        {
            var time = TimeSpan.FromSeconds(options.Number("seconds") ?? 1);
            Measure(teams, skills, time, options.Number("checked") ?? 300, options.Text("scope"));
            return 0;
        }

        Console.WriteLine($"The best {Shown} of a country, one thread, {Machine.Described()}. Times in microseconds.");
        foreach (var list in options.Number("skills") is { } one ? [one] : SkillLists)
        {
            foreach (var size in options.Number("teams") is { } only ? [only] : Sizes)
            {
                using var alone = Process.Start(
                    Environment.ProcessPath!,
                    ["match", $"--teams={size}", $"--skills={list}", .. options.Given]
                )!;
                await alone.WaitForExitAsync();
                if (alone.ExitCode != 0)
                {
                    return alone.ExitCode;
                }
            }
        }

        return 0;
    }

    /// <param name="only">The one scope to measure; none: all of them.</param>
    private static void Measure(int size, int skills, TimeSpan time, int @checked, string? only)
    {
        var country = Country.WithSkills(skills);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var building = Stopwatch.StartNew();
        var index = country.Index(size);
        var built = building.Elapsed;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)size;

        Console.WriteLine();
        Console.WriteLine($"-- {size:N0} teams, {skills:N0} skills");
        Console.WriteLine($"{"", -18} {"", -22} {"mean", 10} {"p50", 10} {"p99", 10} {"calls", 8}");
        var random = new Random(1);
        var first = Stopwatch.GetTimestamp();
        Explained(country.ANeed(random, Domain.Teams.Tier.County, size));
        Console.WriteLine($"{"", -18} {"the very first, cold", -22} {Stopwatch.GetElapsedTime(first).TotalMicroseconds, 10:N0}");

        var scopes = Scopes.Of(country, index, NeedsOfAScope);
        for (var at = 0; at < WarmCalls; at++)
        {
            Explained(scopes[Scopes.Mixture][at % NeedsOfAScope]);
        }

        foreach (var (scope, needs) in scopes.Where(scope => only is null || scope.Key == only))
        {
            Print(scope, "ranked with reasons", Times.Of(time, at => Ranked(needs[at % needs.Count])));
            Print(scope, "in words, as JSON", Times.Of(time, at => Explained(needs[at % needs.Count])));
        }

        var after = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)size;
        Console.WriteLine(
            $"{"", -18} index: {bytes:N0} bytes a team, {after:N0} after all this; built in {built.TotalSeconds:N2} s, the making of the teams included; process {Environment.WorkingSet >> 20:N0} MB"
        );
        Check(country, index, [.. scopes.Values.Take(4).SelectMany(needs => needs.Take(@checked / 4))]);

        MatchResult Ranked(Need need) => Matcher.Match(need, index, country.Rules, Country.Now, Shown);

        int Explained(Need need) => JsonSerializer.SerializeToUtf8Bytes(MatchView.Of(Ranked(need)), JsonShape.In(Language.Chinese)).Length;
    }

    private static void Print(string scope, string what, Times times) =>
        Console.WriteLine($"{scope, -18} {what, -22} {times.Mean, 10:N1} {times.P50, 10:N1} {times.P99, 10:N1} {times.Calls, 8:N0}");

    /// <summary>Every team with the skill judged on its own, then sorted: the same teams, points and counts must come out.</summary>
    private static void Check(Country country, TeamIndex index, IReadOnlyList<Need> needs)
    {
        var asked = needs
            .GroupBy(need => need.Skills[0].Code)
            .ToDictionary(group => group.Key, _ => new List<Standed>(), StringComparer.Ordinal);
        foreach (var team in country.Teams(index.Count))
        {
            foreach (var code in team.Team.Skills.Keys)
            {
                if (asked.TryGetValue(code, out var having))
                {
                    having.Add(team);
                }
            }
        }

        var (same, slowest) = (0, 0.0);
        foreach (var need in needs)
        {
            var having = asked[need.Skills[0].Code];
            var loads = having.ToDictionary(team => team.Team.Id, team => team.Load);
            var from = Stopwatch.GetTimestamp();
            var plain = BruteForce.Match(need, [.. having.Select(team => team.Team)], id => loads[id], country.Rules, Country.Now, Shown);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            var found = Matcher.Match(need, index, country.Rules, Country.Now, Shown);
            same += Summary(plain) == Summary(found) ? 1 : 0;
        }

        Console.WriteLine(
            $"{"", -18} {same} of {needs.Count} equal to judging every team with the skill (which took up to {slowest:N0} ms)"
        );
        if (same != needs.Count)
        {
            throw new InvalidOperationException("The index is not exact.");
        }

        static string Summary(MatchResult match) =>
            $"{match.Opened} {match.Eligible} {string.Join(' ', match.Candidates.Select(candidate => $"{candidate.Team.Id}={candidate.Score.Points}"))}";
    }
}

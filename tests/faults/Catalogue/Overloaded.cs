using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Ten times as many ask as the node works on at once, most of them for lists and figures: they are told to come back, teams go on accepting
/// and reporting as before, and what is done in a second stays what it was.</summary>
internal sealed class Overloaded : Fault
{
    private const int AtOnce = 64;
    private const int FewReaders = 16;
    private const int ManyReaders = 160;
    private const int ManyAskers = 80;
    private const int RequestsToList = 300;
    private const double LeastOfPeak = 0.8;
    private const double MostTimesSlower = 10;
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    // What is asked of many at once, and costs.
    private static readonly string[] Lists =
    [
        "/v1/requests?page_size=200",
        "/v1/reports/summary?region=331083",
        "/v1/visits?page_size=100",
        "/v1/teams?page_size=200",
    ];
    private static readonly string[] Moves =
    [
        "/accept",
        "/decline",
        "/begin",
        "/complete",
        "/resolve",
        "/confirm",
        "/release",
        "/dispatch",
        "/cancel",
    ];

    public override string Name => "F31-overloaded";

    public override string Means => "ten times as many callers as are worked on at once";

    public override string Defect => DefectiveService.EverythingAlike;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 5;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        var node = await site.Start(Launch.With($"--Dispatch:CallsAtOnce={AtOnce}"));
        var load = new Load.Load([node], 1, journal);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, RequestsToList),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => await Asked(node, number)
        );
        // Whoever measures must have been warm.
        await Crowded(node, load, FewReaders, 0, tally);

        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var calm = await Crowded(node, load, FewReaders, 0, tally);
            var crowded = await Crowded(node, load, ManyReaders, ManyAskers, tally);
            tally.Notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{calm.Done / Work.TotalSeconds:F0} a second with {FewReaders} readers; {crowded.Done / Work.TotalSeconds:F0} with {ManyReaders} and {ManyAskers} who submit, {crowded.TurnedAway / Work.TotalSeconds:F0} turned away; moves of teams p99 {calm.SlowMove:F0} and {crowded.SlowMove:F0} ms"
                )
            );
            tally.Demand(crowded.TurnedAway > 0, "nobody was turned away");
            tally.Demand(crowded.Moves > 0, "no team did anything");
            if (crowded.MovesTurnedAway > 0)
            {
                tally.Break($"{crowded.MovesTurnedAway} moves of teams were turned away while lists were served");
            }

            if (crowded.Done < calm.Done * LeastOfPeak)
            {
                tally.Break($"only {crowded.Done} of {calm.Done} calls were answered");
            }

            if (crowded.SlowMove > calm.SlowMove * MostTimesSlower)
            {
                tally.Break($"moves of teams took {crowded.SlowMove:F0} ms (p99), {calm.SlowMove:F0} before");
            }

            if (await node.Readiness(TimeSpan.FromSeconds(5)) != HttpStatusCode.OK)
            {
                tally.Break("the node calls itself not ready once it is over");
            }

            tally.Rounds++;
            tally.Refused += crowded.TurnedAway;
        }

        tally.Acknowledged = load.Acknowledged;
        tally.Break(await site.Checker().Broken(journalFile));
    }

    /// <param name="Done">Calls that were answered with what they asked for.</param>
    /// <param name="SlowMove">99 of 100 moves took no longer, in ms.</param>
    private sealed record Seen(int Done, int TurnedAway, int Moves, int MovesTurnedAway, double SlowMove);

    private static async Task<Seen> Crowded(ServiceProcess node, Load.Load load, int readers, int askers, Tally tally)
    {
        var (before, written) = (load.Attempts.Count, load.Acknowledged);
        var (listed, away) = (0, 0);
        using var over = new CancellationTokenSource(Work);
        List<Task> crowd = [load.Run(over.Token)];
        crowd.AddRange(Enumerable.Range(0, readers).Select(number => Task.Run(() => Read(number))));
        crowd.AddRange(Enumerable.Range(0, askers).Select(number => Task.Run(() => Ask(number))));
        await Task.WhenAll(crowd);
        var mine = load.Attempts.Skip(before).ToList();
        var moves = mine.Where(attempt => Moves.Any(move => attempt.Path.EndsWith(move, StringComparison.Ordinal))).ToList();
        var times = moves.Select(attempt => attempt.Took.TotalMilliseconds).Order().ToList();
        return new Seen(
            listed + load.Acknowledged - written,
            away + mine.Count(attempt => attempt.IsTurnedAway),
            moves.Count,
            moves.Count(attempt => attempt.IsTurnedAway),
            times.Count == 0 ? 0 : times[(int)(times.Count * 0.99)]
        );

        async Task Read(int number)
        {
            for (var call = number; !over.IsCancellationRequested; call++)
            {
                using var message = new HttpRequestMessage(HttpMethod.Get, Lists[call % Lists.Length]);
                message.Headers.Authorization = new("Bearer", node.Officer);
                using var answer = await node.Client.SendAsync(message);
                await Count(answer.StatusCode);
            }
        }

        async Task Ask(int number)
        {
            for (var call = 0; !over.IsCancellationRequested; call++)
            {
                await Count((await Asked(node, (number * 100_000) + call)).Status!.Value);
            }
        }

        async Task Count(HttpStatusCode status)
        {
            if (status is HttpStatusCode.OK or HttpStatusCode.Created)
            {
                Interlocked.Increment(ref listed);
            }
            else if (status != HttpStatusCode.ServiceUnavailable)
            {
                tally.Break($"a reader was answered {(int)status}");
            }
            else
            {
                Interlocked.Increment(ref away);
                await Task.Delay(Patience);
            }
        }
    }

    private static Task<Attempt> Asked(ServiceProcess node, int number) =>
        new Attempt(
            "/v1/requests",
            JsonSerializer.Serialize(Load.Load.Call(new Random(number))),
            node.Officer,
            Guid.NewGuid().ToString(),
            true
        ).Send(node.Client);
}

using System.Text.Json;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>One write sent many times under one key: at once, over all nodes, later, and after a restart. One effect, and one answer to the byte.</summary>
internal sealed class SentTwice : Fault
{
    private const int Fewest = 2;
    private const int Most = 50;

    public override string Name => "F11-sent-twice";

    public override string Means => "2 to 50 sends of one key, at once, later, after a restart, over all nodes";

    public override string Defect => DefectiveService.ForgetsKeys;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 200;

    public override int RoundsInTheGate => 20;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        List<ServiceProcess> nodes = [await site.Start()];
        if (site.Engine == Engine.Postgres)
        {
            nodes.AddRange([await site.Start(), await site.Start()]);
        }

        var first = new List<Attempt>();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var random = new Random(round);
            var attempt = new Attempt(
                "/v1/requests",
                JsonSerializer.Serialize(Load.Load.Call(random)),
                nodes[0].Officer,
                $"sent-twice-{round}",
                true
            );
            var sends = random.Next(Fewest, Most + 1);
            var answers = await Task.WhenAll(Enumerable.Range(0, sends).Select(number => attempt.Send(nodes[number % nodes.Count].Client)));
            Compare(answers[0], answers, tally);
            tally.Acknowledged += answers.Count(answer => answer.IsAcknowledged);
            first.Add(answers[0]);
            tally.Rounds++;
        }

        await Again(nodes[^1], first, tally);
        nodes[0].Kill();
        await nodes[0].Ended();
        var restarted = await site.Start();
        await Again(restarted, first, tally);

        var made = await site.Checker().Count("select count(*) from help_request");
        if (made != rounds)
        {
            tally.Double($"{made} requests of {rounds}");
        }

        tally.Break(await site.Checker().Broken());
    }

    private static async Task Again(ServiceProcess node, List<Attempt> first, Tally tally)
    {
        foreach (var attempt in first)
        {
            Compare(attempt, [await attempt.Send(node.Client)], tally);
        }
    }

    private static void Compare(Attempt one, IEnumerable<Attempt> others, Tally tally)
    {
        foreach (var other in others)
        {
            if (!other.IsAcknowledged)
            {
                tally.Lose($"{other.Key}: {other.Answer}");
            }
            else if (other.Answer != one.Answer)
            {
                tally.Double($"{other.Key} has two answers");
            }
        }
    }
}

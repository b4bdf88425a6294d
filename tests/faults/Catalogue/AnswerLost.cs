using System.Text.Json;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The commit happened and its answer never arrives. The client sends again with its key, and is told what was done; nothing is done again.</summary>
internal sealed class AnswerLost : Fault
{
    public override string Name => "F13-answer-lost";

    public override string Means => "a proxy drops the answer after the commit; the client repeats";

    public override string Defect => DefectiveService.ForgetsKeys;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 500;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var node = await site.Start();
        await using var proxy = new DeafProxy(node.Client.BaseAddress!);
        using var behind = new HttpClient { BaseAddress = proxy.Address };
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var attempt = new Attempt(
                "/v1/requests",
                JsonSerializer.Serialize(Load.Load.Call(new Random(round))),
                node.Officer,
                $"answer-lost-{round}",
                true
            );
            try
            {
                await attempt.Send(behind);
                tally.Break("the proxy let an answer through");
            }
            catch (HttpRequestException)
            {
                tally.Unknown++;
            }

            var again = await attempt.Send(node.Client);
            if (!again.IsAcknowledged)
            {
                tally.Lose($"{again.Key}: {again.Answer}");
            }
            else if (!again.Replayed)
            {
                tally.Double($"{again.Key} was done anew");
            }
            else
            {
                tally.Happened++;
            }

            tally.Acknowledged++;
            tally.Rounds++;
        }

        var made = await site.Checker().Count("select count(*) from help_request");
        if (made != rounds)
        {
            tally.Double($"{made} requests of {rounds}");
        }

        tally.Break(await site.Checker().Broken());
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Several teams accept one request at the same moment, over all nodes: one of them has it, and the others are told so.</summary>
internal sealed class AcceptedTwice : Fault
{
    private const int AtOnce = 8;

    public override string Name => "F14-accepted-twice";

    public override string Means => "the teams of one emergency accept at once, over all nodes";

    public override string Defect => DefectiveService.EverybodyFirst;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 100_000;

    public override int RoundsInTheGate => 60;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        List<ServiceProcess> nodes = [await site.Start()];
        if (site.Engine == Engine.Postgres)
        {
            nodes.AddRange([await site.Start(), await site.Start()]);
        }

        var (next, races, turn) = (0, new int[AtOnce], new Lock());
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => Task.Run(() => Race(number))));
        tally.Rounds = races.Sum();
        tally.Break(await site.Checker().Broken());
        var twice = await site.Checker()
            .Count(
                "select count(*) from (select request_id from offer where state = 'accepted' group by request_id having count(*) > 1) twice"
            );
        if (twice > 0)
        {
            tally.Double($"{twice} requests were accepted by more than one team");
        }

        async Task Race(int number)
        {
            var random = new Random(number);
            while (site.Goes(Interlocked.Increment(ref next), rounds))
            {
                var seen = await One(nodes, random);
                lock (turn)
                {
                    races[number] += seen.Offers > 1 ? 1 : 0;
                    tally.Acknowledged += seen.Won;
                    tally.Refused += seen.Lost;
                    if (seen.Offers > 0 && seen.Won != 1)
                    {
                        tally.Double($"{seen.Won} of {seen.Offers} were told that they have it");
                    }
                    else if (seen.Offers - seen.Won != seen.Lost)
                    {
                        tally.Break($"a loser was told neither yes nor no: {seen.Odd}");
                    }
                }
            }
        }
    }

    private static async Task<(int Offers, int Won, int Lost, string? Odd)> One(List<ServiceProcess> nodes, Random random)
    {
        var node = nodes[random.Next(nodes.Count)];
        var call = JsonSerializer.SerializeToNode(Load.Load.Call(random))!;
        call["urgency"] = "emergency";
        var made = await Office("/v1/requests", call.ToJsonString());
        var request = $"/v1/requests/{JsonNode.Parse(made.Answer!)!.Id()}";
        await Office($"{request}/dispatch", "{}");
        using var question = new HttpRequestMessage(HttpMethod.Get, $"/v1/offers?request={request.Split('/')[^1]}&state=pending");
        question.Headers.Authorization = new("Bearer", node.Officer);
        using var listed = await node.Client.SendAsync(question);
        var offers = JsonNode.Parse(await listed.Content.ReadAsStringAsync())!["items"]!.AsArray();
        using var start = new SemaphoreSlim(0);
        var answers = offers
            .Select(
                async (offer, place) =>
                {
                    var there = nodes[place % nodes.Count];
                    await start.WaitAsync();
                    return await new Attempt(
                        $"/v1/offers/{offer!.Id()}/accept",
                        "{}",
                        there.LeaderByTeam[offer!.Id("teamId")],
                        Guid.NewGuid().ToString(),
                        false
                    ).Send(there.Client);
                }
            )
            .ToList();
        start.Release(Math.Max(1, answers.Count));
        var all = await Task.WhenAll(answers);
        // The teams are needed again.
        await Office($"{request}/cancel", """{"reason":"rejected"}""");
        var lost = all.Count(answer => answer.Status == HttpStatusCode.Conflict);
        var odd = Array.Find(all, answer => !answer.IsAcknowledged && answer.Status != HttpStatusCode.Conflict);
        return (
            all.Length,
            all.Count(answer => answer.IsAcknowledged),
            lost,
            odd is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(int?)odd.Status} {odd.Answer}")
        );

        Task<Attempt> Office(string path, string body) =>
            new Attempt(path, body, node.Officer, Guid.NewGuid().ToString(), true).Send(node.Client);
    }
}

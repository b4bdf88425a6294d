using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>A node dies while offers it made fall due: the others see to every one of them, and nobody does so twice.</summary>
internal sealed class NodeOfTimersKilled : Fault
{
    private const int Calls = 30;
    private const int WithinMilliseconds = 2500;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public override string Name => "F18-node-of-timers-killed";

    public override string Means => "kill -9 of a node while answers to its offers fall due";

    public override string Defect => "nobody-else-looks";

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 20;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var victim = await site.StartWhole();
        // The defect: timers are the matter of the node that set them.
        var others = site.IsPlanted ? Launch.With("--Dispatch:Timers=false") : Launch.Plain;
        List<ServiceProcess> staying = [await site.StartWhole(others), await site.StartWhole(others)];
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var random = new Random(round);
            var requests = new List<string>();
            for (var call = 0; call < Calls; call++)
            {
                requests.Add(await Asked(victim, random));
            }

            var due = await FallDue(site);
            await Task.Delay(random.Next(WithinMilliseconds));
            var left = await Left(site);
            victim.Kill();
            await victim.Ended();
            using var late = new CancellationTokenSource(Longest);
            while (!late.IsCancellationRequested && await Left(site) > 0)
            {
                await Task.Delay(100);
            }

            var never = await Left(site);
            if (never > 0)
            {
                tally.Break($"{never} timers of a dead node are seen to by nobody");
            }

            await Once(site, tally);
            tally.Notes.Add($"{due} answers fell due, {left} of them after the node had died or as it did");
            tally.Demand(due > 0, "nothing fell due");
            tally.Unknown += (int)left;
            tally.Acknowledged += (int)due;
            tally.Rounds++;
            // The teams are needed again.
            foreach (var request in requests)
            {
                await Office(staying[0], $"{request}/cancel", """{"reason":"rejected"}""");
            }

            tally.Break(await site.Checker().Broken());
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }

            victim = await site.StartWhole();
        }

        tally.Demand(tally.Unknown > 0, "the node never died with timers left");
    }

    private static async Task<string> Asked(ServiceProcess node, Random random)
    {
        var call = JsonSerializer.SerializeToNode(Load.Load.Call(random))!;
        call["urgency"] = "emergency";
        var made = await Office(node, "/v1/requests", call.ToJsonString());
        var request = $"/v1/requests/{JsonNode.Parse(made.Answer!)!.Id()}";
        await Office(node, $"{request}/dispatch", "{}");
        return request;
    }

    /// <summary>Every answer that is waited for is due within the next two seconds.</summary>
    private static async Task<long> FallDue(Site site)
    {
        await site.Tell(
            """
            begin;
            update deadline set due_at = date_trunc('milliseconds', clock_timestamp() + random() * interval '2 seconds') where kind = 'answer' and state = 'running';
            update timer set due_at = deadline.due_at from deadline where deadline.deadline_id = timer.deadline_id and deadline.kind = 'answer';
            create table if not exists fell_due (deadline_id uuid);
            delete from fell_due;
            insert into fell_due select deadline_id from deadline where kind = 'answer' and state = 'running';
            commit
            """
        );
        return await site.Checker().Count("select count(*) from fell_due");
    }

    private static Task<long> Left(Site site) =>
        site.Checker().Count("select count(*) from timer join fell_due on fell_due.deadline_id = timer.deadline_id");

    private static async Task Once(Site site, Tally tally)
    {
        var seenTo = "select count(*) from timeline where subject_id = fell_due.deadline_id and action = 'miss'";
        if (await site.Checker().Count($"select count(*) from fell_due where ({seenTo}) > 1") is var twice and > 0)
        {
            tally.Double($"{twice} deadlines were missed more than once");
        }

        if (await site.Checker().Count($"select count(*) from fell_due where ({seenTo}) = 0") is var never and > 0)
        {
            tally.Lose($"{never} deadlines passed and nothing followed");
        }

        if (
            await site.Checker()
                .Count(
                    "select count(*) from (select offer_id from notice where kind = 'offer_withdrawn' and recipient = 'team' group by offer_id having count(*) > 1) twice"
                )
            is var told
                and > 0
        )
        {
            tally.Double($"{told} teams were told twice that their time was over");
        }
    }

    private static Task<Attempt> Office(ServiceProcess node, string path, string body) =>
        new Attempt(path, body, node.Officer, Guid.NewGuid().ToString(), true).Send(node.Client);
}

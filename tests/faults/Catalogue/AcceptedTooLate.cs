using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Teams accept in the very moment their time to answer ends, before it and after it, with the timer early or late: each offer ends once, and the
/// team was told how.</summary>
internal sealed class AcceptedTooLate : Fault
{
    private const int RequestsAtOnce = 8;
    private const int Around = 25;

    // The timers are looked at once a second: some of what is due then is being accepted.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UntilFired = TimeSpan.FromSeconds(20);

    public override string Name => "F16-accepted-too-late";

    public override string Means => "acceptances at the moment the offer expires, within 25 ms of it";

    public override string Defect => DefectiveService.EverybodyFirst;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 100;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        using var clock = new ShiftedClock(Path.Combine(site.Data, "clock"));
        var launch = Launch.Plain with { Clock = clock };
        List<ServiceProcess> nodes = [await site.Start(launch)];
        if (site.Engine == Engine.Postgres)
        {
            nodes.Add(await site.Start(launch));
        }

        var seen = new Seen();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            await One(nodes, clock, round, seen, tally);
            tally.Rounds++;
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }

        tally.Acknowledged = seen.Accepted;
        tally.Refused = seen.Races - seen.Accepted;
        tally.Demand(seen.Accepted > 0 && seen.TimerFirst + seen.TimerLate > 0, "one of the two always came first");
        tally.Notes.Add(
            $"{seen.Races} acceptances: {seen.Accepted} in time, {seen.TimerFirst} after the timer, {seen.TimerLate} too late and before the timer, {seen.Taken} of a request another team had taken"
        );
        var late = await site.Checker().Count("select count(*) from offer where state = 'expired' and ended_at < answer_due_at");
        if (late > 0)
        {
            tally.Break($"{late} offers expired before their time was over");
        }

        tally.Break(await site.Checker().Broken());
    }

    private static async Task One(List<ServiceProcess> nodes, ShiftedClock clock, int round, Seen seen, Tally tally)
    {
        var random = new Random(round);
        var office = nodes[round % nodes.Count];
        var offers = new List<Asked>();
        for (var number = 0; number < RequestsAtOnce; number++)
        {
            var made = await office.Office("/v1/requests", Calls.Call(random, "emergency").ToJsonString());
            await office.Office($"/v1/requests/{made.Request}/dispatch", "{}");
            var found = await office.Offers(made.Request);
            offers.AddRange(
                found.Select(offer => new Asked(
                    offer!.Id(),
                    offer!.Id("requestId"),
                    offer!.Id("teamId"),
                    DateTimeOffset.Parse(offer!.Text("answerDueAt"), CultureInfo.InvariantCulture)
                ))
            );
            await Task.Delay(Apart);
        }

        if (offers.Count == 0)
        {
            tally.Demand(seen: false, "nobody was asked");
            return;
        }

        clock.Set(offers.Min(offer => offer.Due) - Before);
        var answers = await Task.WhenAll(
            offers.Select((offer, place) => Answer(offer, nodes[place % nodes.Count], random.Next(-Around, Around)))
        );
        await Fired(office, clock, offers);
        foreach (var (offer, answer) in offers.Zip(answers))
        {
            var now = (await office.Read($"/v1/offers/{offer.Id}")).Text("state");
            seen.Races++;
            if (answer.IsAcknowledged)
            {
                seen.Accepted++;
                if (now != "accepted")
                {
                    tally.Lose($"a team was told that it has it, and its offer is {now}");
                }
            }
            else if (answer.Status != HttpStatusCode.Conflict)
            {
                tally.Break($"an acceptance was answered {(int?)answer.Status}: {answer.Answer}");
            }
            else if (now is not ("expired" or "withdrawn"))
            {
                tally.Break($"a team was told that it is too late, and its offer is {now}: {answer.Answer}");
            }
            else
            {
                var said = JsonNode.Parse(answer.Answer!)!;
                seen.Taken += now == "withdrawn" ? 1 : 0;
                seen.TimerFirst += now == "expired" && said["state"]?.GetValue<string>() == "expired" ? 1 : 0;
                seen.TimerLate += now == "expired" && said["state"]?.GetValue<string>() == "pending" ? 1 : 0;
            }
        }

        // The teams are needed again.
        foreach (var request in offers.Select(offer => offer.Request).Distinct())
        {
            await office.Office($"/v1/requests/{request}/cancel", """{"reason":"rejected"}""");
        }

        async Task<Attempt> Answer(Asked offer, ServiceProcess node, int off)
        {
            var wait = offer.Due.AddMilliseconds(off) - clock.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            return await new Attempt(
                $"/v1/offers/{offer.Id}/accept",
                "{}",
                node.LeaderByTeam[offer.Team],
                Guid.NewGuid().ToString(),
                false
            ).Send(node.Client);
        }
    }

    // Every offer that nobody took in time has been ended by its timer.
    private static async Task Fired(ServiceProcess node, ShiftedClock clock, List<Asked> offers)
    {
        var from = clock.GetTimestamp();
        while (clock.GetElapsedTime(from) < UntilFired)
        {
            var pending = 0;
            foreach (var offer in offers)
            {
                pending += (await node.Read($"/v1/offers/{offer.Id}")).Text("state") == "pending" ? 1 : 0;
            }

            if (pending == 0)
            {
                return;
            }

            await Task.Delay(100);
        }
    }

    private sealed record Asked(Guid Id, Guid Request, Guid Team, DateTimeOffset Due);

    private sealed class Seen
    {
        public int Races { get; set; }
        public int Accepted { get; set; }
        public int TimerFirst { get; set; }
        public int TimerLate { get; set; }
        public int Taken { get; set; }
    }
}

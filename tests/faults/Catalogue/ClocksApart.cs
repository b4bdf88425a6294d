using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The clocks of two nodes are five minutes apart, and the database's stands between them: when an answer is too late is decided by its time alone, on
/// whichever node.</summary>
internal sealed class ClocksApart : Fault
{
    private const int Calls = 10;
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(4);

    public override string Name => "F10-clocks-apart";

    public override string Means => "one node's clock is 150 s fast, the other's 150 s slow; offers are due after a minute";

    public override string Defect => DefectiveService.OwnClock;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 3;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var (fast, slow) = (await Start(site, "150"), await Start(site, "-150"));
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var random = new Random(round);
            var began = await Now(site);
            var asked = new List<(string Request, List<Pending> Offers, ServiceProcess Other)>();
            for (var call = 0; call < Calls; call++)
            {
                var (node, other) = call % 2 == 0 ? (fast, slow) : (slow, fast);
                asked.Add(await Asked(node, other, random));
            }

            var offers = asked.SelectMany(one => one.Offers).ToList();
            tally.Demand(offers.Count > Calls, "hardly anybody was asked");
            var ended = await Now(site);
            foreach (
                var offer in offers.Where(offer =>
                    offer.Due < began + LongestAnswer - Tolerance || offer.Due > ended + LongestAnswer + Tolerance
                )
            )
            {
                tally.Break($"an answer was due {(offer.Due - began).TotalSeconds:F0} s after it was asked for");
            }

            if (tally.Violations.Count > 0)
            {
                return;
            }

            // In time by the database's clock, long past by one of the two others.
            await Until(site, offers.Min(offer => offer.Due) - Tolerance);
            foreach (var (request, its, other) in asked.Where((_, number) => number % 3 != 2))
            {
                var answer = await Accept(other, its[0]);
                tally.Acknowledged += answer.IsAcknowledged ? 1 : 0;
                if (!answer.IsAcknowledged)
                {
                    tally.Break($"an answer in time was not taken: {(int?)answer.Status} {answer.Answer}");
                }
            }

            await Until(site, offers.Max(offer => offer.Due) + Tolerance);
            foreach (var (request, its, other) in asked.Where((_, number) => number % 3 == 2))
            {
                foreach (var offer in its)
                {
                    var answer = await Accept(other, offer);
                    tally.Refused += answer.IsAcknowledged ? 0 : 1;
                    if (answer.Status != HttpStatusCode.Conflict)
                    {
                        tally.Break($"an answer that came too late was answered {(int?)answer.Status} {answer.Answer}");
                    }
                }
            }

            await Times(site, tally);
            foreach (var (request, _, _) in asked)
            {
                await Office(fast, $"{request}/cancel", """{"reason":"rejected"}""");
            }

            tally.Break(await site.Checker().Broken());
            tally.Rounds++;
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }

    private sealed record Pending(Guid Id, Guid Team, DateTimeOffset Due);

    private static Task<ServiceProcess> Start(Site site, string ahead) =>
        site.StartWhole(
            Launch.With("--Dispatch:Deadlines:answer_emergency=1 minutes") with
            {
                Around = $"{(site.IsPlanted ? DefectiveService.OwnClock : DefectiveService.WrongMachine)}:{ahead}",
            }
        );

    private static async Task<(string, List<Pending>, ServiceProcess)> Asked(ServiceProcess node, ServiceProcess other, Random random)
    {
        var call = JsonSerializer.SerializeToNode(Load.Load.Call(random))!;
        call["urgency"] = "emergency";
        var made = await Office(node, "/v1/requests", call.ToJsonString());
        var id = JsonNode.Parse(made.Answer!)!.Id();
        await Office(node, $"/v1/requests/{id}/dispatch", "{}");
        var offers = new List<Pending>();
        foreach (var offer in (await Read(other, other.Officer, $"/v1/offers?request={id}&state=pending"))["items"]!.AsArray())
        {
            var (offerId, team) = (offer!.Id(), offer!.Id("teamId"));
            // The time to answer begins when the team has read it.
            await Read(other, other.LeaderByTeam[team], "/v1/notices");
            var due = (await Read(node, node.Officer, $"/v1/offers/{offerId}")).Text("answerDueAt");
            offers.Add(new Pending(offerId, team, DateTimeOffset.Parse(due, CultureInfo.InvariantCulture)));
        }

        return ($"/v1/requests/{id}", offers, other);
    }

    private static async Task<JsonNode> Read(ServiceProcess node, string token, string path)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, path);
        question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await node.Client.SendAsync(question);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private static Task<Attempt> Accept(ServiceProcess node, Pending offer) =>
        new Attempt($"/v1/offers/{offer.Id}/accept", "{}", node.LeaderByTeam[offer.Team], Guid.NewGuid().ToString(), false).Send(
            node.Client
        );

    /// <summary>Nothing happened in the future, and no offer expired much earlier or later than it was due.</summary>
    private static async Task Times(Site site, Tally tally)
    {
        foreach (
            var (what, sql) in new[]
            {
                (
                    "offers were made in the future",
                    "select count(*) from offer where offered_at > clock_timestamp() + interval '2 seconds'"
                ),
                ("steps were taken in the future", "select count(*) from timeline where at > clock_timestamp() + interval '2 seconds'"),
                (
                    "offers expired at another time than they were due",
                    "select count(*) from offer where state = 'expired' and abs(extract(epoch from ended_at - answer_due_at)) > 4"
                ),
                ("timers are overdue", "select count(*) from timer where due_at < clock_timestamp() - interval '4 seconds'"),
            }
        )
        {
            if (await site.Checker().Count(sql) is var wrong and > 0)
            {
                tally.Break($"{wrong} {what}");
            }
        }
    }

    private static async Task<DateTimeOffset> Now(Site site) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            await site.Checker().Count("select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)")
        );

    private static async Task Until(Site site, DateTimeOffset time)
    {
        var left = time - await Now(site);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left);
        }
    }

    private static Task<Attempt> Office(ServiceProcess node, string path, string body) =>
        new Attempt(path, body, node.Officer, Guid.NewGuid().ToString(), true).Send(node.Client);
}

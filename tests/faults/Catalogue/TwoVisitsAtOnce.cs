using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>One leader accepts two requests at the same moment, for the same hours and with the same person: he is booked once.</summary>
internal sealed class TwoVisitsAtOnce : Fault
{
    public override string Name => "F15-two-visits";

    public override string Means => "one team accepts two requests for the same hours and person, at once";

    public override string Defect => DefectiveService.EverybodyFirst;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 1000;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        List<ServiceProcess> nodes = [await site.Start()];
        if (site.Engine == Engine.Postgres)
        {
            nodes.Add(await site.Start());
        }

        var node = nodes[0];
        var (team, leader) = node.LeaderByTeam.First(pair => pair.Key == Dispatch.Api.Features.Reference.SeedFiles.IdOf("E-331083-1"));
        var added = await Office($"/v1/teams/{team}/members", """{"name":"队员甲"}""");
        var member = JsonNode.Parse(added.Answer!)!.Id();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var random = new Random(round);
            var start = DateTimeOffset.UtcNow.AddHours(round % 1000);
            var window = JsonSerializer.Serialize(
                new
                {
                    start,
                    end = start.AddMinutes(50),
                    memberIds = new[] { member },
                }
            );
            var requests = new List<string>();
            var offers = new List<string>();
            for (var number = 0; number < 2; number++)
            {
                var made = await Office("/v1/requests", JsonSerializer.Serialize(Load.Load.Call(random)));
                requests.Add($"/v1/requests/{JsonNode.Parse(made.Answer!)!.Id()}");
                var offered = await Office($"{requests[^1]}/offers", JsonSerializer.Serialize(new { teamId = team }));
                offers.Add($"/v1/offers/{JsonNode.Parse(offered.Answer!)!.Id()}/accept");
            }

            var answers = await Task.WhenAll(
                offers.Select(
                    (offer, place) =>
                        new Attempt(offer, window, leader, Guid.NewGuid().ToString(), false).Send(nodes[place % nodes.Count].Client)
                )
            );
            var won = answers.Count(answer => answer.IsAcknowledged);
            tally.Acknowledged += won;
            tally.Refused += answers.Count(answer => answer.Status == HttpStatusCode.Conflict);
            if (won != 1)
            {
                tally.Double($"{won} of 2 visits at the same time: {string.Join(" / ", answers.Select(answer => answer.Status))}");
            }

            foreach (var request in requests)
            {
                await Office($"{request}/cancel", """{"reason":"rejected"}""");
            }

            tally.Rounds++;
        }

        tally.Break(await site.Checker(bookedApart: false).Broken());

        Task<Attempt> Office(string path, string body) =>
            new Attempt(path, body, node.Officer, Guid.NewGuid().ToString(), true).Send(node.Client);
    }
}

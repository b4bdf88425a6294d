using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Concurrency;

/// <summary>Many at once, one has it.</summary>
public sealed class AcceptanceRaceTests(RunningService service) : IClassFixture<RunningService>
{
    private const int Callers = 64;

    [Fact]
    public async Task Of_64_acceptances_over_the_three_offers_of_an_emergency_one_has_it()
    {
        // The seeds have two teams for it; an emergency asks three.
        await ATeamWithRoomForOne();
        var request = (await service.Given.AnOpenRequest(Given.PomeloCall("emergency"))).Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        var offers = (await service.Officer().Read($"/v1/offers?request={request}"))["items"]!.AsArray();
        Assert.Equal(3, offers.Count);
        var leaders = offers.Select(offer => (Offer: offer!.Id(), Client: service.LeaderOf(offer!.Id("teamId")))).ToList();

        var answers = await AtOnce(
            Enumerable.Range(0, Callers).Select(number => leaders[number % leaders.Count]),
            leader => leader.Client.Post($"/v1/offers/{leader.Offer}/accept")
        );

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(Callers - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        var rows = (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();
        Assert.Single(rows, Is("offer", "accept"));
        Assert.Single(rows, Is("request", "accept"));
        Assert.Single(rows, Is("assignment", "begin"));
        Assert.Equal(2, rows.Count(row => Is("offer", "withdraw")(row)));
        var after = (await service.Officer().Read($"/v1/offers?request={request}"))["items"]!.AsArray();
        Assert.Equal(["accepted", "withdrawn", "withdrawn"], after.Select(offer => offer!.Text("state")).Order(StringComparer.Ordinal));
        var shown = await service.Officer().Read($"/v1/requests/{request}");
        Assert.Equal("accepted", shown.Text("state"));
        var team = Assert.Single(shown["teams"]!.AsArray())!;
        Assert.Equal(after.Single(offer => offer!.Text("state") == "accepted")!.Text("teamId"), team.Text("teamId"));
    }

    [Fact]
    public async Task A_team_with_room_for_one_that_accepts_two_at_once_gets_one()
    {
        var team = await ATeamWithRoomForOne();
        var offers = new List<Guid>();
        for (var number = 0; number < 2; number++)
        {
            var request = (await service.Given.AnOpenRequest()).Id();
            offers.Add(
                (await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = team }).Must(HttpStatusCode.Created)).Id()
            );
        }

        var answers = await AtOnce(offers, offer => service.LeaderOf(team).Post($"/v1/offers/{offer}/accept"));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        var refused = answers.Single(answer => answer.StatusCode == HttpStatusCode.Conflict);
        Assert.Equal("team.at_capacity", (await refused.Json()).Text("code"));
        Assert.Equal(1, (await service.Officer().Read($"/v1/teams/{team}"))["openAssignments"]!.GetValue<int>());
        // The one it could not take still waits for its answer: nothing of the refusal was stored.
        var states = new List<string>();
        foreach (var offer in offers)
        {
            states.Add((await service.Officer().Read($"/v1/offers/{offer}")).Text("state"));
        }

        Assert.Equal(["accepted", "pending"], states.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Acceptance_and_withdrawal_at_once_have_one_outcome()
    {
        for (var round = 0; round < 8; round++)
        {
            var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
            var answers = await AtOnce<Func<Task<HttpResponseMessage>>>(
                [
                    () => service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept"),
                    () => service.Officer().Post($"/v1/offers/{offer}/withdraw"),
                    () => service.Leader(Given.Expert).Post($"/v1/offers/{offer}/decline", new { reason = "too_far" }),
                ],
                send => send()
            );

            Assert.Equal([200, 409, 409], answers.Select(answer => (int)answer.StatusCode).Order());
            var rows = (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();
            Assert.Single(rows, row => row!.Text("subject") == "offer" && row!.Text("action") is "accept" or "withdraw" or "decline");
            var taken = answers[0].StatusCode == HttpStatusCode.OK;
            Assert.Equal(taken ? "accepted" : "open", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
        }
    }

    [Fact]
    public async Task Two_officers_who_dispatch_one_request_at_once_make_one_offer()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var answers = await AtOnce(
            ["one", "two"],
            name => service.As("officer", subject: "officer-" + name).Post($"/v1/requests/{request}/dispatch")
        );
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        var refused = answers.Single(answer => answer.StatusCode == HttpStatusCode.Conflict);
        Assert.Equal("request.offer_live", (await refused.Json()).Text("code"));
        Assert.Single((await service.Officer().Read($"/v1/offers?request={request}"))["items"]!.AsArray());
    }

    [Fact]
    public async Task One_order_of_another_system_sent_twice_at_once_is_one_request()
    {
        var answers = await AtOnce(Enumerable.Range(0, 2), _ => service.Officer().Post("/v1/requests", Given.PomeloCall(number: "race-1")));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Created], answers.Select(answer => answer.StatusCode).Order());
        var ids = new HashSet<Guid>();
        foreach (var answer in answers)
        {
            ids.Add((await answer.Json()).Id());
        }

        Assert.Single(ids);
    }

    private async Task<Guid> ATeamWithRoomForOne()
    {
        var registered = await service
            .Officer()
            .Post(
                "/v1/teams",
                new
                {
                    name = "清港柑橘小组",
                    kind = "county_team",
                    regionCode = "331083",
                    size = 2,
                    capacity = 1,
                }
            )
            .Must(HttpStatusCode.Created);
        await service
            .Officer()
            .Put(
                $"/v1/teams/{registered.Id()}/skills",
                new { skills = new[] { "agr-citrus", "agr-soil", "agr-plantprot" }.Select(code => new { code, level = 6 }) },
                $"\"{registered["version"]}-0\""
            )
            .Must();
        return registered.Id();
    }

    /// <summary>Everybody is ready before anybody sends.</summary>
    internal static async Task<IReadOnlyList<HttpResponseMessage>> AtOnce<T>(IEnumerable<T> all, Func<T, Task<HttpResponseMessage>> send)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = all.Select(async one =>
            {
                await start.Task;
                return await send(one);
            })
            .ToList();
        start.SetResult();
        return await Task.WhenAll(sending);
    }

    private static Predicate<JsonNode?> Is(string subject, string action) =>
        row => row!.Text("subject") == subject && row!.Text("action") == action;
}

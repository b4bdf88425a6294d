using System.Net;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Features.Consents;

/// <summary>A yes is as easily taken back as given, and a no never costs the help.</summary>
public sealed class ConsentTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Whoever_refuses_all_that_can_be_refused_is_helped_all_the_same()
    {
        var told = await service
            .Officer()
            .Post(
                "/v1/requests",
                World.Call(
                    "白一鹭",
                    "13955550001",
                    consents: [new { purpose = "contact", given = false }, new { purpose = "publication", given = false }]
                )
            )
            .Must(HttpStatusCode.Created);
        var offer = await service
            .Officer()
            .Post($"/v1/requests/{told.Id()}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
            .Must(HttpStatusCode.Created);
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer.Id()}/accept").Must();
        await TeamSees(told.Id(), "139****0001");
        Assert.Equal("+8613955550001", (await service.Request(told.Id()))["requester"]!.Text("phone"));
    }

    [Fact]
    public async Task A_number_that_is_withheld_is_gone_for_the_team_at_once_and_back_with_the_next_yes()
    {
        var told = await service.Given.AnOpenRequest(World.Call("白二鹭", "13955550002"));
        var (request, track) = (told.Id(), told.Text("trackToken"));
        var offer = await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
            .Must(HttpStatusCode.Created);
        var accept = Guid.NewGuid().ToString();
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer.Id()}/accept", key: accept).Must();
        await TeamSees(request, "+8613955550002");
        var reply = Guid.NewGuid().ToString();
        var replied = await service.Anonymous().Post($"/v1/track/{track}/reply", new { text = "门口有狗" }, reply).Must();
        await Say(track, "contact", false);
        await TeamSees(request, "139****0002");
        // Whoever asked for help lost nothing.
        var again = await service.Anonymous().Post($"/v1/track/{track}/reply", new { text = "门口有狗" }, reply).Must();
        Assert.Equal(replied.ToJsonString(), again.ToJsonString());
        // The team has it no longer by the answer it once had either.
        await service
            .Leader(Given.Expert)
            .Post($"/v1/offers/{offer.Id()}/accept", key: accept)
            .MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        var seen = await service.Leader(Given.Expert).Read($"/v1/requests/{request}");
        Assert.DoesNotContain("13955550002", seen.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("白二鹭家门牌七号", seen["location"]!.Text("address"));
        Assert.Contains(
            (await service.Officer(World.Yuhuan).Read("/v1/notices")).Items(),
            notice => notice.Id("requestId") == request && notice.Text("kind") == "message"
        );
        await Say(track, "contact", true);
        await TeamSees(request, "+8613955550002");
    }

    [Fact]
    public async Task A_case_is_told_no_longer_once_its_requester_says_so()
    {
        var request = await service.AClosedRequest("白三鹭", "13955550003");
        Assert.Contains(await Like(), one => one.Items("problems").Count > 0);
        await service
            .Officer()
            .Post($"/v1/requests/{request}/consents", new { consent = new { purpose = "publication", given = false } })
            .Must();
        Assert.Empty(await Like());
        await service.Restart();
        Assert.Empty(await Like());

        async Task<IReadOnlyList<System.Text.Json.Nodes.JsonNode>> Like() =>
            (await service.Given.AnOpenRequest(World.Call("另一户", "13955550033"))).Items("solvedCases");
    }

    [Fact]
    public async Task Every_word_is_kept_with_the_wording_it_was_said_to()
    {
        var track = (await service.Given.AnOpenRequest(World.Call("白四鹭", "13955550004"))).Text("trackToken");
        await Say(track, "publication", false);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var kept = (await Say(track, "publication", true)).Items();
        Assert.Equal([false, true], kept.Select(one => one["given"]!.GetValue<bool>()));
        Assert.All(kept, one => Assert.Equal((1m, "web"), (one.Number("version"), one.Text("channel"))));
        Assert.True(kept[0].Time("saidAt") < kept[1].Time("saidAt"));
        var texts = (await service.Anonymous().Read("/v1/consent-texts")).Items();
        Assert.Equal(["contact", "publication", "service"], texts.Select(text => text.Text("purpose")));
    }

    [Fact]
    public async Task Whoever_says_yes_says_it_to_the_newest_wording()
    {
        await using var own = new Own();
        await own.InitializeAsync();
        var track = (await own.Given.AnOpenRequest(World.Call("白六鹭", "13955550006"))).Text("trackToken");
        await own.ByHand(
            "insert into consent_text (purpose, version, rests_on, zh, en) select purpose, 2, rests_on, zh, en from consent_text where purpose = 'publication'"
        );
        var said = new { consent = new { purpose = "publication", given = true } };
        var kept = (await own.Anonymous().Post($"/v1/track/{track}/consents", said).Must()).Items();
        Assert.Equal(2, Assert.Single(kept).Number("version"));
    }

    [Fact]
    public async Task What_the_help_rests_on_is_not_refused_but_withdrawn()
    {
        var track = (await service.Given.AnOpenRequest(World.Call("白五鹭", "13955550005"))).Text("trackToken");
        await service
            .Anonymous()
            .Post($"/v1/track/{track}/consents", new { consent = new { purpose = "service", given = false } })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await Say(track, "service", true);
    }

    private async Task TeamSees(Guid request, string phone) =>
        Assert.Equal(phone, (await service.Leader(Given.Expert).Read($"/v1/requests/{request}"))["requester"]!.Text("phone"));

    private Task<System.Text.Json.Nodes.JsonNode> Say(string track, string purpose, bool given) =>
        service.Anonymous().Post($"/v1/track/{track}/consents", new { consent = new { purpose, given } }).Must();

    private sealed class Own : RunningService, IAsyncDisposable
    {
        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}

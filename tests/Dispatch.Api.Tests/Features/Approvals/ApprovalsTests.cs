using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Approvals;

/// <summary>One asks, another decides.</summary>
public sealed class ApprovalsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Yuhuan = "331083";

    [Fact]
    public async Task Who_asked_does_not_decide_in_whatever_role()
    {
        var asked = await Asked("asker");
        foreach (var role in new[] { "officer", "admin" })
        {
            await service
                .As(role, Yuhuan, subject: "asker")
                .Post($"/v1/approvals/{asked}/approve")
                .MustRefuse(HttpStatusCode.Conflict, "approval.own");
            await service
                .As(role, subject: "asker")
                .Post($"/v1/approvals/{asked}/refuse", new { note = "不需要" })
                .MustRefuse(HttpStatusCode.Conflict, "approval.own");
        }

        Assert.Equal("approved", (await Approve(asked)).Text("state"));
    }

    [Fact]
    public async Task It_is_decided_once()
    {
        var asked = await Asked();
        await Approve(asked);
        await Another().Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.Conflict, "approval.ended");
        await Another()
            .Post($"/v1/approvals/{asked}/refuse", new { note = "太迟了" })
            .MustRefuse(HttpStatusCode.Conflict, "approval.ended");
    }

    [Fact]
    public async Task Of_many_who_decide_at_once_one_does()
    {
        var asked = await Asked();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(at => service.As("officer", Yuhuan, subject: $"decider-{at}").Post($"/v1/approvals/{asked}/approve"))
        );
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task After_three_days_it_is_no_longer_approved()
    {
        await using var own = new Fresh();
        await own.InitializeAsync();
        var asked = await Asked(own);
        own.Clock.Advance(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        Assert.Equal("waiting", (await own.Officer().Read($"/v1/approvals/{asked}")).Text("state"));
        own.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("expired", (await own.Officer().Read($"/v1/approvals/{asked}")).Text("state"));
        await own.Officer().Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.Conflict, "approval.ended");
        Assert.Equal([asked], Ids(await own.Officer().Read("/v1/approvals?state=expired")));
        Assert.Empty(Ids(await own.Officer().Read("/v1/approvals?state=waiting")));
    }

    [Fact]
    public async Task Another_region_neither_sees_nor_decides_it()
    {
        var asked = await Asked();
        foreach (var region in new[] { "331102", "331100" })
        {
            var stranger = service.As("officer", region, subject: "stranger");
            await stranger.GetAsync($"/v1/approvals/{asked}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
            await stranger.Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
            Assert.DoesNotContain(asked, Ids(await stranger.Read("/v1/approvals?page_size=200")));
        }

        Assert.Contains(asked, Ids(await service.Officer("331000").Read("/v1/approvals?page_size=200")));
        Assert.Contains(asked, Ids(await service.As("auditor", Yuhuan).Read("/v1/approvals?page_size=200&kind=export_unmasked")));
        await service.As("auditor", Yuhuan).Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task What_is_asked_for_the_country_a_county_does_not_decide()
    {
        var asked = (
            await service
                .As("admin", subject: "asker")
                .Post(
                    "/v1/exports",
                    new
                    {
                        from = "2026-06-01",
                        to = "2026-06-30",
                        reason = "年报",
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        await service.Officer(Yuhuan).Post($"/v1/approvals/{asked}/approve").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.As("officer", subject: "another").Post($"/v1/approvals/{asked}/approve").Must();
    }

    [Fact]
    public async Task Pages_of_approvals_are_walked_whole()
    {
        var asked = new List<Guid>();
        for (var at = 0; at < 3; at++)
        {
            asked.Add(await Asked());
        }

        var (seen, next) = (new List<Guid>(), "/v1/approvals?page_size=2");
        while (next is not null)
        {
            var page = await service.Officer(Yuhuan).Read(next);
            seen.AddRange(Ids(page));
            next = page["next"]?.GetValue<string>();
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.All(asked, id => Assert.Contains(id, seen));
        await service.Officer().GetAsync("/v1/approvals?state=maybe").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    private HttpClient Another() => service.As("officer", Yuhuan, subject: "another");

    private Task<JsonNode> Approve(Guid approval) => Another().Post($"/v1/approvals/{approval}/approve").Must();

    private Task<Guid> Asked(string by = "asker") => Asked(service, by);

    private static async Task<Guid> Asked(RunningService service, string by = "asker") =>
        (
            await service
                .As("officer", Yuhuan, subject: by)
                .Post(
                    "/v1/exports",
                    new
                    {
                        from = "2026-06-01",
                        to = "2026-06-30",
                        reason = "回访",
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private static List<Guid> Ids(JsonNode page) => [.. page["items"]!.AsArray().Select(item => item!.Id())];

    private sealed class Fresh : RunningService, IAsyncDisposable
    {
        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}

using System.Net;
using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>Who sees and does what.</summary>
public sealed class AccessTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    private const string Yuhuan = "331083";
    private const string Shenzhen = "440300";

    [Fact]
    public async Task An_officer_sees_the_own_region_and_no_other()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        var offer = (await service.Officer().Read($"/v1/offers?request={request}"))["items"]![0]!.Id();
        foreach (var region in new[] { Yuhuan, "331000", "330000", null })
        {
            var own = service.Officer(region);
            await own.Read($"/v1/requests/{request}");
            await own.Read($"/v1/offers/{offer}");
            await own.Read($"/v1/visits/{visit}");
            Assert.Contains((await own.Read("/v1/requests"))["items"]!.AsArray(), item => item!.Id() == request);
        }

        var other = service.Officer(Shenzhen);
        foreach (
            var path in new[]
            {
                $"requests/{request}",
                $"requests/{request}/timeline",
                $"requests/{request}/matches",
                $"offers/{offer}",
                $"visits/{visit}",
            }
        )
        {
            await other.GetAsync("/v1/" + path).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }

        foreach (var list in new[] { "requests", "offers", "visits" })
        {
            Assert.Empty((await other.Read("/v1/" + list))["items"]!.AsArray());
        }

        await other.GetAsync($"/v1/reports/summary?region={Yuhuan}").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task An_officer_of_another_region_moves_nothing()
    {
        var (request, offer) = await service.Given.AnOffer();
        var (_, visit) = await service.Given.AScheduledVisit();
        var before = await service.Officer().GetStringAsync($"/v1/requests/{request}/timeline");
        var other = service.Officer(Shenzhen);
        foreach (
            var (path, body) in new (string, object)[]
            {
                ($"offers/{offer}/accept", new { }),
                ($"offers/{offer}/decline", new { reason = "too_far" }),
                ($"offers/{offer}/withdraw", new { }),
                ($"requests/{request}/cancel", new { reason = "rejected" }),
                ($"requests/{request}/dispatch", new { }),
                ($"requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) }),
                ($"visits/{visit}/begin", new { }),
                ($"visits/{visit}/cancel", new { }),
            }
        )
        {
            await other.Post("/v1/" + path, body).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }

        Assert.Equal(before, await service.Officer().GetStringAsync($"/v1/requests/{request}/timeline"));
    }

    [Fact]
    public async Task An_officer_writes_down_calls_of_the_own_region_only()
    {
        var problem = await service
            .Officer(Shenzhen)
            .Post("/v1/requests", Given.PomeloCall())
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("region_not_yours", problem["errors"]![0]!.Text("code"));
    }

    [Fact]
    public async Task A_team_that_declines_loses_the_request_at_once()
    {
        var (request, offer) = await service.Given.AnOffer();
        var leader = service.Leader(Given.Expert);
        await leader.Read($"/v1/requests/{request}");
        await leader.Post($"/v1/offers/{offer}/decline", new { reason = "too_busy" }).Must();
        await leader.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await leader.GetAsync($"/v1/requests/{request}/timeline").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.DoesNotContain((await leader.Read("/v1/requests"))["items"]!.AsArray(), item => item!.Id() == request);
    }

    [Fact]
    public async Task A_team_that_gives_it_back_is_not_given_again_what_it_was_answered_before()
    {
        var (request, offer) = await service.Given.AnOffer();
        var (leader, key, released) = (service.Leader(Given.Expert), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var accepted = await leader.Post($"/v1/offers/{offer}/accept", key: key).Must();
        Assert.Equal(accepted.ToJsonString(), (await leader.Post($"/v1/offers/{offer}/accept", key: key).Must()).ToJsonString());

        var gone = await leader.Post($"/v1/requests/{request}/release", new { reason = "人手不够" }, released).Must();
        await leader.Post($"/v1/offers/{offer}/accept", key: key).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        // It lost no right to know that it gave it back.
        var again = await leader.Post($"/v1/requests/{request}/release", new { reason = "人手不够" }, released).Must();
        Assert.Equal(gone.ToJsonString(), again.ToJsonString());
        Assert.DoesNotContain("13800138000", gone.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_that_served_before_does_not_move_the_visit_of_the_next()
    {
        var request = await service.Given.AResolvedRequest();
        await service.Officer().Post($"/v1/requests/{request}/reopen", new { reason = "叶子又黄了", sameTeam = false }).Must();
        var next = (await service.Officer().Read($"/v1/requests/{request}/matches"))["candidates"]![0]!.Id("teamId");
        Assert.NotEqual(RunningService.TeamId(Given.Expert), next);
        var offer = await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = next }).Must(HttpStatusCode.Created);
        await service.LeaderOf(next).Post($"/v1/offers/{offer.Id()}/accept").Must();
        var start = service.Clock.GetUtcNow().AddHours(1);
        var visit = await service
            .LeaderOf(next)
            .Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(1) })
            .Must(HttpStatusCode.Created);
        var before = service.Leader(Given.Expert);
        await before.Read($"/v1/requests/{request}");
        foreach (var action in new[] { "depart", "begin", "cancel" })
        {
            await before.Post($"/v1/visits/{visit.Id()}/{action}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }
    }

    [Fact]
    public async Task A_requester_sees_the_own_requests_only()
    {
        var own = service.As("requester", subject: "requester-a");
        var other = service.As("requester", subject: "requester-b");
        var request = (await own.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();
        await own.Read($"/v1/requests/{request}");
        await other.GetAsync($"/v1/requests/{request}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await other
            .Post($"/v1/requests/{request}/cancel", new { reason = "withdrawn" })
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Empty((await other.Read("/v1/requests"))["items"]!.AsArray());
        await own.Post($"/v1/requests/{request}/cancel", new { reason = "rejected" })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task A_leader_changes_no_other_team()
    {
        var body = new { name = "新队员" };
        await service
            .Leader(Given.Expert)
            .Post($"/v1/teams/{RunningService.TeamId("T-44-1")}/members", body)
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Officer(Shenzhen)
            .Post($"/v1/teams/{RunningService.TeamId(Given.Expert)}/members", body)
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Leader(Given.Expert)
            .Post($"/v1/teams/{RunningService.TeamId(Given.Expert)}/members", body)
            .Must(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("requester", "GET", "/v1/offers")]
    [InlineData("requester", "GET", "/v1/visits")]
    [InlineData("partner", "GET", "/v1/reports/summary")]
    [InlineData("auditor", "GET", "/v1/notices")]
    [InlineData("auditor", "POST", "/v1/requests")]
    [InlineData("requester", "POST", "/v1/teams")]
    [InlineData("auditor", "POST", "/v1/requests/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90/cancel")]
    public async Task An_operation_is_closed_to_other_roles(string role, string method, string path)
    {
        using var answer = await service.As(role).Send(new HttpMethod(method), path, new { }, Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var anonymous = await service.Anonymous().Send(new HttpMethod(method), path, new { }, Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public void An_endpoint_nobody_decided_about_stops_the_start()
    {
        var undecided = new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/v1/new"), 0, [], "new");
        var refused = Assert.Throws<InvalidOperationException>(() => Openings.RequireDecisions([undecided]));
        Assert.Contains("/v1/new", refused.Message, StringComparison.Ordinal);
        var served = service.Services.GetRequiredService<EndpointDataSource>().Endpoints;
        Openings.RequireDecisions(served);
        refused = Assert.Throws<InvalidOperationException>(() =>
            Openings.RequireDecisions(served.Where(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName != "AcceptOffer"))
        );
        Assert.Contains("AcceptOffer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_without_a_line_of_the_table_stops_the_start()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGroup("/v1").OpenByPermissions().MapGet("/new", () => "").WithName("ShowTheNew");
        var refused = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)app).DataSources.Single().Endpoints);
        Assert.Contains("ShowTheNew", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_table_says_who_may_call_what_and_how_far_it_reaches()
    {
        var table = await service.Anonymous().Read("/v1/permissions");
        var served = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)
            .OfType<string>();
        Assert.Equal(served.Order(StringComparer.Ordinal), table["items"]!.AsArray().Select(item => item!.Text("operation")));
        var accept = table["items"]!.AsArray().Single(item => item!.Text("operation") == "AcceptOffer")!;
        Assert.Equal(
            ["leader team", "officer region", "admin region"],
            accept["reaches"]!.AsArray().Select(cell => $"{cell!.Text("role")} {cell!.Text("reach")}")
        );
        Assert.Equal("本地区及其下级地区；不受地区限制者为全国", table["reaches"]![2]!.Text("text"));
    }
}

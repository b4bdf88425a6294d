using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Tests.Features.DispatchRuns;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>What the matrix asks for by its id, asked for by another way: lists, sorting, boxes, cursors, kept answers, batches, figures.</summary>
public sealed class IndirectPathsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Here = "331083";
    private const string Elsewhere = "331102";
    private const string Canary = "鹤鸣沟后山文旦园";

    private Guid request;
    private string reference = "";

    public async Task InitializeAsync()
    {
        await service.MakeRoom();
        var call = System.Text.Json.JsonSerializer.SerializeToNode(Given.PomeloCall())!;
        call["text"] = $"{Canary}的文旦叶片发黄。";
        var posted = await service.As("requester", subject: "requester-a").Post("/v1/requests", call).Must(HttpStatusCode.Created);
        (request, reference) = (posted.Id(), posted.Text("reference"));
        var offer = (
            await service
                .Officer()
                .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
                .Must(HttpStatusCode.Created)
        ).Id();
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept").Must();
        await service.Given.BookedVisit(request, []);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task No_list_in_any_order_box_or_filter_shows_a_request_to_whom_it_is_none_of()
    {
        var lists = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint =>
                endpoint.RoutePattern.Parameters.Count == 0
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
                && endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)
            )
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/'))
            .ToList();
        Assert.Contains("/v1/requests", lists);
        string[] ways =
        [
            .. lists,
            "/v1/requests?sort=createdAt",
            "/v1/requests?sort=-createdAt",
            "/v1/requests?bbox=120,27,123,30",
            $"/v1/requests?region={Here}",
            "/v1/requests?state=in_progress",
            "/v1/requests?state=accepted",
            $"/v1/visits?team={RunningService.TeamId(Given.Expert)}",
            $"/v1/visits?request={request}",
            "/v1/visits?bbox=120,27,123,30",
            $"/v1/offers?request={request}",
            $"/v1/offers?team={RunningService.TeamId(Given.Expert)}",
        ];
        foreach (var (who, client) in Strangers())
        {
            foreach (var way in ways)
            {
                using var answer = await client.GetAsync(way);
                var said = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.StatusCode != HttpStatusCode.InternalServerError, $"{way} by {who}: {said}");
                // A list says again what it was asked for.
                Assert.False(Tells(said.Replace(way, "", StringComparison.Ordinal)), $"{way} tells {who}: {said}");
            }
        }

        // The same search finds it where it may be found.
        Assert.True(Tells((await service.Officer(Here).Read("/v1/requests")).ToJsonString()));
        Assert.True(Tells((await service.Officer(Here).Read($"/v1/visits?request={request}")).ToJsonString()));
    }

    [Fact]
    public async Task The_cursor_of_another_leads_only_through_what_is_ones_own()
    {
        var more = await service.Given.AnOpenRequest(Given.PomeloCall(phone: "13800138044"));
        Assert.NotEqual(request, more.Id());
        foreach (var path in new[] { "/v1/requests?page_size=1", "/v1/requests?page_size=1&sort=createdAt" })
        {
            var first = await service.Officer(Here).Read(path);
            var next = first["next"]!.GetValue<string>();
            Assert.NotEmpty((await service.Officer(Here).Read(next))["items"]!.AsArray());
            foreach (var (who, client) in Strangers())
            {
                using var answer = await client.GetAsync(next);
                var said = await answer.Content.ReadAsStringAsync();
                Assert.False(Tells(said) || said.Contains(more.Text("reference"), StringComparison.Ordinal), $"{who}: {said}");
            }
        }
    }

    [Fact]
    public async Task The_key_of_another_replays_nothing_of_his_answer()
    {
        var key = Guid.NewGuid().ToString();
        var path = $"/v1/requests/{request}/escalate";
        var body = new { note = "请市里支援" };
        using (var done = await service.Officer(Here).Post(path, body, key))
        {
            Assert.True(done.IsSuccessStatusCode || done.StatusCode == HttpStatusCode.Conflict);
        }

        var submit = Given.PomeloCall(phone: "13800138045");
        var (mine, submitKey) = (service.As("requester", subject: "requester-a"), Guid.NewGuid().ToString());
        var posted = await mine.Post("/v1/requests", submit, submitKey).Must(HttpStatusCode.Created);
        foreach (var (who, client) in Strangers())
        {
            using var replay = await client.Post(path, body, key);
            Assert.False(replay.Headers.Contains("Idempotent-Replayed"), who);
            Assert.True(
                replay.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized,
                $"{who}: {replay.StatusCode}"
            );
            using var again = await client.Post("/v1/requests", submit, submitKey);
            Assert.False(again.Headers.Contains("Idempotent-Replayed"), who);
            Assert.DoesNotContain(posted.Text("trackToken"), await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_batch_with_one_request_of_elsewhere_is_refused_whole_as_if_that_one_were_nowhere()
    {
        var own = await service.Officer(Elsewhere).Post("/v1/requests", CallFrom(Elsewhere)).Must(HttpStatusCode.Created);
        var foreign = await Batch(own.Id(), request);
        var nowhere = await Batch(own.Id(), Guid.NewGuid());
        Assert.Equal(nowhere.ToJsonString(), foreign.ToJsonString());
        Assert.Empty((await service.Officer(Elsewhere).Read("/v1/dispatch-runs"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_id_of_elsewhere_inside_a_body_is_unknown()
    {
        var own = await service.Officer(Elsewhere).Post("/v1/requests", CallFrom(Elsewhere)).Must(HttpStatusCode.Created);
        async Task<string> Named(Guid other)
        {
            var problem = await service
                .Officer(Elsewhere)
                .Post($"/v1/requests/{own.Id()}/cancel", new { reason = "duplicate", duplicateOf = other })
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
            return problem["errors"]!.ToJsonString();
        }

        Assert.Equal(await Named(Guid.NewGuid()), await Named(request));
        Assert.Equal("open", (await service.Officer().Read($"/v1/requests/{own.Id()}")).Text("state"));
    }

    [Fact]
    public async Task Figures_of_another_region_are_refused_and_ones_own_hold_no_cell_of_it()
    {
        var own = service.Officer(Elsewhere);
        var period = "from=2026-01-01&to=2026-12-31";
        foreach (var region in new[] { Here, "331000", "440000" })
        {
            using var answer = await own.GetAsync($"/v1/reports/summary?{period}&region={region}");
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{region}: {answer.StatusCode}");
        }

        // One service in one county is a household everybody there knows: of it nobody outside gets a cell at all.
        foreach (var (who, client) in Strangers())
        {
            foreach (var by in new[] { "region", "skill", "team", "month" })
            {
                using var answer = await client.GetAsync($"/v1/reports/summary?{period}&groupBy={by}");
                var said = await answer.Content.ReadAsStringAsync();
                Assert.False(Tells(said) || said.Contains(Here, StringComparison.Ordinal), $"{who}: {said}");
            }
        }
    }

    private async Task<JsonNode> Batch(params Guid[] ids)
    {
        using var answer = await service.Officer(Elsewhere).Post("/v1/dispatch-runs", new { requestIds = ids });
        Assert.True((int)answer.StatusCode is >= 400 and < 500, answer.StatusCode.ToString());
        var problem = (await answer.Json()).AsObject();
        problem.Remove("requestId");
        return problem;
    }

    private IEnumerable<(string Who, HttpClient Client)> Strangers() =>
        [
            ("anonymous", service.Anonymous()),
            ("requester", service.As("requester", subject: "requester-b")),
            ("partner", service.As("partner", subject: "hotline-b")),
            ("leader", service.Leader("E-330400-1")),
            ("member", service.As("member", team: RunningService.TeamId(Given.Expert), subject: "member-b")),
            ("officer", service.Officer(Elsewhere)),
            ("auditor", service.As("auditor", Elsewhere)),
            ("admin", service.As("admin", Elsewhere)),
        ];

    private bool Tells(string said) =>
        said.Contains(Canary, StringComparison.Ordinal)
        || said.Contains(reference, StringComparison.Ordinal)
        || said.Contains(request.ToString(), StringComparison.Ordinal);

    private static JsonNode CallFrom(string region)
    {
        var call = System.Text.Json.JsonSerializer.SerializeToNode(Given.PomeloCall(phone: "13800138046"))!;
        call["location"] = new JsonObject { ["regionCode"] = region };
        return call;
    }
}

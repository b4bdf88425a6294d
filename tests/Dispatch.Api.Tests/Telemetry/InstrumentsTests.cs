using System.Net;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>What happens is counted, once, where it happened; what does not happen is not.</summary>
public sealed class InstrumentsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Calls = "dispatch_call_duration_seconds_count";
    private const string Ended = "dispatch_offers_ended_total";

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_call_is_told_by_its_route_and_not_by_its_address()
    {
        var posted = await service.Given.AnOpenRequest();
        var (request, track) = (posted.Id(), posted.Text("trackToken"));
        var (office, anyone) = (service.Officer(), service.Anonymous());
        Assert.Equal(1, await Called(() => office.Read($"/v1/requests/{request}"), "GET", "/v1/requests/{requestId}", "2xx"));
        Assert.Equal(1, await Called(() => anyone.Read($"/v1/track/{track}"), "GET", "/v1/track/{track}", "2xx"));
        Assert.Equal(1, await Called(() => anyone.GetAsync($"/v1/track/{track}x"), "GET", "/v1/track/{track}", "4xx"));
        Assert.Equal(1, await Called(() => anyone.GetAsync($"/v1/requests/{request}"), "GET", "/v1/requests/{requestId}", "4xx"));
        Assert.Equal(1, await Called(() => office.Post("/v1/requests", Given.PomeloCall()), "POST", "/v1/requests", "2xx"));
        Assert.Equal(1, await Called(() => office.Post("/v1/requests", new { }), "POST", "/v1/requests", "4xx"));
        Assert.Equal(1, await Called(() => anyone.GetAsync("/health/live"), "GET", "/health/live", "2xx"));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/v1/skills");
        Assert.Equal(1, await Called(() => anyone.SendAsync(head), "HEAD", "/v1/skills", "2xx"));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing/13800138000", "GET", "4xx")]
    [InlineData("GET", "/docs/index.html", "GET", "2xx")]
    [InlineData("DELETE", "/v1/skills", "DELETE", "4xx")]
    [InlineData("OPTIONS", "/v1/skills", "OPTIONS", "2xx")]
    [InlineData("13800138000", "/v1/skills", "other", "4xx")]
    [InlineData("get", "/v1/skills", "other", "4xx")]
    public async Task What_is_no_route_and_no_method_has_one_label(string method, string path, string label, string status)
    {
        Assert.Equal(1, await Called(Ask, label, Instruments.Unmatched, status));
        Assert.DoesNotContain("13800138000", await service.As("admin").GetStringAsync("/metrics"), StringComparison.Ordinal);

        async Task Ask()
        {
            using var asked = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await service.Anonymous().SendAsync(asked);
        }
    }

    [Fact]
    public async Task Every_label_has_a_value_out_of_a_list_that_is_known_before()
    {
        await Everything();
        var routes = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.Replace(":guid", "", StringComparison.Ordinal))
            .Select(route => "/" + route.Replace(":int", "", StringComparison.Ordinal).Trim('/'))
            .Append(Instruments.Unmatched)
            .ToHashSet(StringComparer.Ordinal);
        string[] known =
        [
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "other",
            "2xx",
            "3xx",
            "4xx",
            "5xx",
            Instruments.Aborted,
        ];
        foreach (var family in (await service.Metrics()).Families.Values)
        {
            foreach (var (label, value) in family.Samples.SelectMany(sample => sample.Labels).Where(label => label.Key != "le"))
            {
                Assert.True(
                    label switch
                    {
                        "route" => routes.Contains(value),
                        "method" or "status" => known.Contains(value),
                        _ => value.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'),
                    },
                    $"{family.Name} has {label}={value}"
                );
            }

            Assert.True(family.Samples.Count < 30_000, family.Name);
        }
    }

    [Fact]
    public async Task An_offer_is_counted_when_it_is_made_and_once_by_how_it_ended()
    {
        Assert.Equal(1, await service.Growth(() => service.Given.AnOffer(), "dispatch_offers_made_total", ("way", "picked")));
        var (_, declined) = await service.Given.AnOffer();
        Assert.Equal(1, await Outcome(() => Leader.Post($"/v1/offers/{declined}/decline", new { reason = "too_busy" }), "declined"));
        var (_, accepted) = await service.Given.AnOffer();
        Assert.Equal(1, await Outcome(() => Leader.Post($"/v1/offers/{accepted}/accept"), "accepted"));
        var (cancelled, _) = await service.Given.AnOffer();
        Assert.Equal(
            1,
            await Outcome(() => service.Officer().Post($"/v1/requests/{cancelled}/cancel", new { reason = "rejected" }), "withdrawn")
        );
        Assert.Equal(0, (await service.Metrics()).Sum(Ended, ("outcome", "pending")));
    }

    [Fact]
    public async Task What_was_refused_or_only_repeated_is_not_counted()
    {
        var (_, offer) = await service.Given.AnOffer();
        var key = Guid.NewGuid().ToString();
        await Leader.Post($"/v1/offers/{offer}/accept", key: key).Must();
        Assert.Equal(0, await Outcome(() => Leader.Post($"/v1/offers/{offer}/accept", key: key), "accepted"));
        Assert.Equal(0, await Outcome(() => Leader.Post($"/v1/offers/{offer}/accept"), "accepted"));
        Assert.Equal(0, await Outcome(() => Leader.Post($"/v1/offers/{offer}/decline", new { reason = "too_busy" }), "declined"));
    }

    [Fact]
    public async Task The_wait_for_a_team_counts_from_asking_and_after_a_reopening_from_there()
    {
        var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("low"));
        service.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(600, await Waited(() => Leader.Post($"/v1/offers/{offer}/accept").Must(), "low"));

        var resolved = await service.Given.AResolvedRequest();
        service.Clock.Advance(TimeSpan.FromHours(2));
        await service.Officer().Post($"/v1/requests/{resolved}/reopen", new { reason = "又黄了。" }).Must();
        service.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(1200, await Waited(() => Take(resolved), "normal"));
        await service.Officer().Post($"/v1/requests/{request}/reassign", new { reason = "改派。" }).Must();

        Task<double> Waited(Func<Task> work, string urgency) =>
            service.Growth(work, "dispatch_acceptance_wait_seconds_sum", ("urgency", urgency));

        async Task Take(Guid reopened)
        {
            await service
                .Officer()
                .Post($"/v1/requests/{reopened}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
                .Must(HttpStatusCode.Created);
            var live = (await service.Officer().Read($"/v1/offers?request={reopened}&state=pending"))["items"]![0]!.Id();
            await Leader.Post($"/v1/offers/{live}/accept").Must();
        }
    }

    [Fact]
    public async Task A_silent_team_is_an_expired_offer_and_a_fired_timer()
    {
        await service.FireDue();
        await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
        service.Clock.Advance(TimeSpan.FromDays(1));
        var before = await service.Metrics();
        var fired = await service.FireDue();
        var after = await service.Metrics();
        Assert.True(fired > 0);
        Assert.Equal(fired, Grown("dispatch_timers_fired_total", ("outcome", "fired")));
        Assert.Equal(0, Grown("dispatch_timers_fired_total", ("outcome", "failed")));
        Assert.True(Grown(Ended, ("outcome", "expired")) >= 1);

        double Grown(string name, (string, string) label) => after.Value(name, label) - before.Value(name, label);
    }

    [Fact]
    public async Task A_notice_is_counted_by_whom_it_is_for()
    {
        var (_, offer) = await service.Given.AnOffer();
        var before = await service.Metrics();
        await Leader.Post($"/v1/offers/{offer}/accept").Must();
        var after = await service.Metrics();
        Assert.Equal([0, 1, 1], new[] { "team", "officer", "requester" }.Select(Grown));

        double Grown(string recipient) =>
            after.Value("dispatch_notices_written_total", ("recipient", recipient))
            - before.Value("dispatch_notices_written_total", ("recipient", recipient));
    }

    [Fact]
    public async Task The_team_index_says_how_far_it_is_behind_until_somebody_asks_it()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await service.Officer().Read($"/v1/requests/{request}/matches");
        await MustSay(behind: 0, age: 0);
        foreach (var code in new[] { Given.Expert, "T-44-1" })
        {
            await Change(RunningService.TeamId(code));
        }

        service.Clock.Advance(TimeSpan.FromSeconds(90));
        await MustSay(behind: 2, age: 90);
        await service.Officer().Read($"/v1/requests/{request}/matches");
        service.Clock.Advance(TimeSpan.FromSeconds(90));
        await MustSay(behind: 0, age: 0);

        // On PostgreSQL what is under way anywhere on the server, in the databases of other tests too, may still hide a change: it says at most.
        async Task MustSay(double behind, double age)
        {
            var said = await service.Metrics();
            var (teams, seconds) = (said.Value("dispatch_index_teams_behind"), said.Value("dispatch_index_age_seconds"));
            Assert.True(TestDatabase.IsPostgres ? teams >= behind : teams == behind, $"{teams} teams behind");
            Assert.True(TestDatabase.IsPostgres ? seconds >= age : seconds == age, $"{seconds} s behind");
        }

        async Task Change(Guid team)
        {
            using var patch = new HttpRequestMessage(HttpMethod.Patch, $"/v1/teams/{team}");
            using var read = await service.Officer().GetAsync($"/v1/teams/{team}");
            patch.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.Tag);
            patch.Content = new StringContent(
                $$"""{"capacity":{{(await read.Json())["capacity"]!.GetValue<int>() - 1}}}""",
                System.Text.Encoding.UTF8,
                "application/merge-patch+json"
            );
            using var answer = await service.Officer().SendAsync(patch);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_match_and_a_commit_take_time_and_each_command_is_in_one_commit()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var before = await service.Metrics();
        await service.Officer().Read($"/v1/requests/{request}/matches");
        var matched = await service.Metrics();
        Assert.Equal(1, matched.Sum("dispatch_match_duration_seconds_count") - before.Sum("dispatch_match_duration_seconds_count"));
        Assert.True(matched.Sum("dispatch_match_duration_seconds_sum") > before.Sum("dispatch_match_duration_seconds_sum"));
        Assert.Equal(before.Sum("dispatch_commit_commands_count"), matched.Sum("dispatch_commit_commands_count"));
        await service.Officer().Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created);
        await service
            .Officer()
            .Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 })
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        var after = await service.Metrics();
        Assert.Equal(1, after.Sum("dispatch_commit_commands_sum") - matched.Sum("dispatch_commit_commands_sum"));
        Assert.Equal(1, after.Sum("dispatch_commit_duration_seconds_count") - matched.Sum("dispatch_commit_duration_seconds_count"));
        Assert.True(after.Sum("dispatch_commit_duration_seconds_sum") > matched.Sum("dispatch_commit_duration_seconds_sum"));
        Assert.Equal(0, after.Value("dispatch_commands_waiting"));
        Assert.Equal(0, after.Value("dispatch_commits_failed_total"));
    }

    [Fact]
    public async Task Who_is_refused_is_counted_by_kind()
    {
        Assert.Equal(1, await Kind(() => service.Anonymous().GetAsync("/v1/requests"), "unauthenticated"));
        Assert.Equal(1, await Kind(() => service.As("requester").GetAsync("/v1/accounts"), "forbidden"));

        Task<double> Kind(Func<Task> work, string kind) => service.Growth(work, "dispatch_refused_total", ("kind", kind));
    }

    [Fact]
    public async Task Of_this_service_it_tells_and_not_of_another_in_the_same_process()
    {
        var other = new RunningService();
        await other.InitializeAsync();
        var before = await service.Metrics();
        await other.Given.AnOffer();
        await other.Anonymous().GetAsync("/v1/requests");
        var after = await service.Metrics();
        Assert.Equal(before.Sum("dispatch_offers_made_total"), after.Sum("dispatch_offers_made_total"));
        Assert.Equal(before.Sum("dispatch_refused_total"), after.Sum("dispatch_refused_total"));
        Assert.Equal(1, (await other.Metrics()).Sum("dispatch_offers_made_total"));
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_has_not_happened_yet_is_zero_and_not_missing()
    {
        var fresh = new RunningService();
        await fresh.InitializeAsync();
        var metrics = await fresh.Metrics();
        Assert.Equal(4, metrics.Families[Ended].Samples.Count);
        Assert.Equal(6, metrics.Families["dispatch_offers_made_total"].Samples.Count);
        Assert.All(
            metrics.Families.Values.Where(family =>
                family.Type == "counter" && family.Name.StartsWith("dispatch_", StringComparison.Ordinal)
            ),
            family => Assert.All(family.Samples, sample => Assert.Equal(0, sample.Value))
        );
        Assert.True(metrics.Families.Values.Count(family => family.Type == "counter") >= 8);
        await fresh.DisposeAsync();
    }

    private HttpClient Leader => service.Leader(Given.Expert);

    private Task<double> Called(Func<Task> work, string method, string route, string status) =>
        service.Growth(work, Calls, ("method", method), ("route", route), ("status", status));

    private Task<double> Outcome(Func<Task> work, string outcome) => service.Growth(work, Ended, ("outcome", outcome));

    private async Task Everything()
    {
        var request = await service.Given.AResolvedRequest();
        await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        await service.Anonymous().GetAsync("/v1/requests/13800138000?token=13800138000");
        await service.Anonymous().GetAsync("/13800138000");
    }
}

/// <summary>What only the store with one writer has: commands that wait for it, and share its commits.</summary>
public sealed class CommitFiguresTests(Storage.ServiceOnSqlite service) : IClassFixture<Storage.ServiceOnSqlite>
{
    private const int Together = 40;

    [Fact]
    public async Task Commands_that_wait_are_counted_and_then_share_a_commit()
    {
        var database = service.Services.GetRequiredService<Database>();
        using var inside = new ManualResetEventSlim();
        using var open = new ManualResetEventSlim();
        var first = Write(() =>
        {
            inside.Set();
            open.Wait();
        });
        inside.Wait();
        var waiting = Enumerable.Range(0, Together).Select(_ => Write(() => { })).ToList();
        var crowded = await service.Metrics();
        Assert.Equal(Together, crowded.Value("dispatch_commands_waiting"));
        open.Set();
        await Task.WhenAll([first, .. waiting]);
        var after = await service.Metrics();
        Assert.Equal(0, after.Value("dispatch_commands_waiting"));
        Assert.Equal(Together + 1, after.Sum("dispatch_commit_commands_sum") - crowded.Sum("dispatch_commit_commands_sum"));
        Assert.True(after.Sum("dispatch_commit_commands_count") - crowded.Sum("dispatch_commit_commands_count") <= 2);

        Task Write(Action work) =>
            database
                .Unwatched()
                .Write(
                    new Session(database.Unwatched()),
                    Chore.KeyUse,
                    () =>
                    {
                        work();
                        return Task.CompletedTask;
                    },
                    CancellationToken.None
                );
    }
}

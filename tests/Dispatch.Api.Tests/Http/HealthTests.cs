using System.Net;
using Dispatch.Api.Tests.Telemetry;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What a load balancer and an operator see.</summary>
public sealed class HealthTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/health/live", """{"status":"live"}""")]
    [InlineData("/health/ready", """{"status":"ready","synthetic":null}""")]
    public async Task Health_is_told_to_everybody_and_tells_nothing_else(string path, string body)
    {
        using var answer = await service.Anonymous().GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("admin", null, 200)]
    [InlineData("admin", "330000", 403)]
    [InlineData("partner", null, 200)]
    [InlineData("officer", null, 403)]
    [InlineData("auditor", null, 403)]
    [InlineData("requester", null, 403)]
    [InlineData(null, null, 401)]
    public async Task Metrics_tell_of_the_country_and_are_for_those_who_operate_it(string? role, string? region, int status)
    {
        var client = role is null ? service.Anonymous() : service.As(role, region);
        using var answer = await client.GetAsync("/metrics");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_count_what_is_under_way()
    {
        var before = await Metrics();
        await service.Given.ARequestWithoutSkills();
        await service.Given.AnOpenRequest();
        var (offered, _) = await service.Given.AnOffer();
        await service.Given.ARequestOnHold();
        var after = await Metrics();
        Assert.Equal(before.Value("dispatch_requests", ("state", "open")) + 2, after.Value("dispatch_requests", ("state", "open")));
        Assert.Equal(before.Value("dispatch_requests", ("state", "offered")) + 1, after.Value("dispatch_requests", ("state", "offered")));
        Assert.Equal(before.Value("dispatch_requests", ("state", "on_hold")) + 1, after.Value("dispatch_requests", ("state", "on_hold")));
        Assert.Equal(before.Value("dispatch_queue_depth", ("desk", "triage")) + 1, after.Value("dispatch_queue_depth", ("desk", "triage")));
        Assert.Equal(
            before.Value("dispatch_queue_depth", ("desk", "dispatch")) + 1,
            after.Value("dispatch_queue_depth", ("desk", "dispatch"))
        );
        Assert.Equal(before.Value("dispatch_offers_pending") + 1, after.Value("dispatch_offers_pending"));
        Assert.Equal(0, after.Value("dispatch_timers_overdue"));
        Assert.Equal(0, after.Value("dispatch_timers_oldest_wait_seconds"));
        await service.Officer().Post($"/v1/requests/{offered}/cancel", new { reason = "rejected" }).Must();
        Assert.Equal(before.Value("dispatch_offers_pending"), (await Metrics()).Value("dispatch_offers_pending"));
    }

    [Fact]
    public async Task Metrics_tell_how_long_a_timer_is_overdue_and_what_nobody_received()
    {
        await service.FireDue();
        var request = await service.Given.ARequestWithoutSkills();
        var due = DateTimeOffset.Parse(request["deadlines"]![0]!.Text("dueAt"), null);
        service.Clock.Advance(due - service.Clock.GetUtcNow() + TimeSpan.FromSeconds(90));
        var late = await Metrics();
        Assert.True(late.Value("dispatch_timers_overdue") >= 1);
        Assert.True(late.Value("dispatch_timers_oldest_wait_seconds") >= 90);
        await service.FireDue();
        var fired = await Metrics();
        Assert.Equal(0, fired.Value("dispatch_timers_overdue"));
        Assert.True(fired.Value("dispatch_notices_undelivered") >= 1);
        await service.Officer().Read("/v1/notices");
        Assert.True((await Metrics()).Value("dispatch_notices_undelivered") < fired.Value("dispatch_notices_undelivered"));
    }

    private Task<Exposition> Metrics() => service.Metrics();
}

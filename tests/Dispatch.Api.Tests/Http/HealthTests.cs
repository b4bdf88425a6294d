using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What a load balancer and an operator see.</summary>
public sealed class HealthTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/health/live", """{"status":"live"}""")]
    [InlineData("/health/ready", """{"status":"ready"}""")]
    public async Task Health_is_told_to_everybody_and_tells_nothing_else(string path, string body)
    {
        using var answer = await service.Anonymous().GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("officer", 200)]
    [InlineData("admin", 200)]
    [InlineData("auditor", 200)]
    [InlineData("requester", 403)]
    [InlineData("partner", 403)]
    [InlineData(null, 401)]
    public async Task Metrics_are_for_staff(string? role, int status)
    {
        var client = role is null ? service.Anonymous() : service.As(role);
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
        Assert.Equal(before["dispatch_requests{state=\"open\"}"] + 2, after["dispatch_requests{state=\"open\"}"]);
        Assert.Equal(before["dispatch_requests{state=\"offered\"}"] + 1, after["dispatch_requests{state=\"offered\"}"]);
        Assert.Equal(before["dispatch_requests{state=\"on_hold\"}"] + 1, after["dispatch_requests{state=\"on_hold\"}"]);
        Assert.Equal(before["dispatch_queue_depth{desk=\"triage\"}"] + 1, after["dispatch_queue_depth{desk=\"triage\"}"]);
        Assert.Equal(before["dispatch_queue_depth{desk=\"dispatch\"}"] + 1, after["dispatch_queue_depth{desk=\"dispatch\"}"]);
        Assert.Equal(before["dispatch_offers_pending"] + 1, after["dispatch_offers_pending"]);
        Assert.Equal(0, after["dispatch_timers_overdue"]);
        Assert.Equal(0, after["dispatch_timers_oldest_wait_seconds"]);
        await service.Officer().Post($"/v1/requests/{offered}/cancel", new { reason = "rejected" }).Must();
        Assert.Equal(before["dispatch_offers_pending"], (await Metrics())["dispatch_offers_pending"]);
    }

    [Fact]
    public async Task Metrics_tell_how_long_a_timer_is_overdue_and_what_nobody_received()
    {
        await service.FireDue();
        var request = await service.Given.ARequestWithoutSkills();
        var due = DateTimeOffset.Parse(request["deadlines"]![0]!.Text("dueAt"), null);
        service.Clock.Advance(due - service.Clock.GetUtcNow() + TimeSpan.FromSeconds(90));
        var late = await Metrics();
        Assert.True(late["dispatch_timers_overdue"] >= 1);
        Assert.True(late["dispatch_timers_oldest_wait_seconds"] >= 90);
        await service.FireDue();
        var fired = await Metrics();
        Assert.Equal(0, fired["dispatch_timers_overdue"]);
        Assert.True(fired["dispatch_notices_undelivered"] >= 1);
        await service.Officer().Read("/v1/notices");
        Assert.True((await Metrics())["dispatch_notices_undelivered"] < fired["dispatch_notices_undelivered"]);
    }

    private async Task<Dictionary<string, double>> Metrics()
    {
        using var answer = await service.Officer().GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n');
        var typed = lines
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2])
            .ToHashSet();
        var samples = lines.Where(line => !line.StartsWith('#')).ToList();
        Assert.All(samples, line => Assert.Matches("""^[a-z_]+(\{[a-z]+="[a-z_]+"\})? [0-9]+(\.[0-9]+)?$""", line));
        Assert.All(samples, line => Assert.Contains(line.Split('{', ' ')[0], typed));
        return samples.ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..]));
    }
}

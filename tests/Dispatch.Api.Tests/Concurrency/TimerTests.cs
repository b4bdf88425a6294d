using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Concurrency;

/// <summary>Each timer has one effect. Every test has a service of its own: firing is for all that is due.</summary>
public sealed class TimerTests : IAsyncLifetime
{
    private readonly RunningService service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Two_loops_at_once_fire_each_timer_once()
    {
        var offers = new List<(Guid Request, Guid Offer)>();
        for (var number = 0; number < 20; number++)
        {
            offers.Add(await service.Given.AnOffer(call: Given.PomeloCall("high")));
        }

        service.Clock.SetShanghai("2026-06-01 15:30");
        Assert.Equal(offers.Count, (await FiredByThree()).Sum());
        foreach (var (request, offer) in offers)
        {
            var rows = await Timeline(request);
            Assert.Single(rows, row => row!.Text("action") == "miss");
            Assert.Single(rows, row => row!.Text("action") == "expire" && row!.Text("subjectId") == offer.ToString());
            Assert.Single(rows, row => row!.Text("action") == "return");
        }
    }

    // Here no state stands in the way of a second effect: only the timer itself does.
    [Fact]
    public async Task Two_loops_at_once_note_a_missed_deadline_once_and_tell_of_it_once()
    {
        var requests = new List<Guid>();
        for (var number = 0; number < 20; number++)
        {
            requests.Add((await service.Given.AnAcceptedRequest(call: Given.PomeloCall("emergency"))).RequestId);
        }

        service.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(requests.Count, (await FiredByThree()).Sum());

        foreach (var request in requests)
        {
            var missed = Assert.Single(await Timeline(request), row => row!.Text("action") == "miss")!;
            Assert.Equal("first_visit", missed.Text("reason"));
        }

        var notices = await service.Officer().Read("/v1/notices");
        Assert.Equal(requests.Count, notices["items"]!.AsArray().Count(notice => notice!.Text("kind") == "deadline"));
    }

    [Fact]
    public async Task A_timer_survives_a_restart_and_fires_once()
    {
        var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("high"));
        await service.Restart();
        Assert.Equal(0, await service.FireDue());
        Assert.Equal("pending", await StateOf(offer));

        service.Clock.SetShanghai("2026-06-01 15:30");
        await service.Restart();
        Assert.Equal(1, await service.FireDue());
        Assert.Equal("expired", await StateOf(offer));

        await service.Restart();
        Assert.Equal(0, await service.FireDue());
        Assert.Single(await Timeline(request), row => row!.Text("action") == "expire");
    }

    [Fact]
    public async Task An_acceptance_and_the_end_of_its_time_at_once_have_one_outcome()
    {
        for (var round = 0; round < 5; round++)
        {
            var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
            var due = DateTimeOffset.Parse((await service.Officer().Read($"/v1/offers/{offer}")).Text("answerDueAt"));
            service.Clock.Advance(due - service.Clock.GetUtcNow());

            var answer = service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept");
            var firing = Task.Run(service.FireDue);
            await Task.WhenAll(answer, firing);

            // At the very instant it is due it is too late, whoever comes first.
            using var refused = await answer;
            Assert.Equal("offer.expired", (await refused.Json()).Text("code"));
            Assert.Equal("expired", await StateOf(offer));
            Assert.DoesNotContain(await Timeline(request), row => row!.Text("action") == "accept");
        }
    }

    [Fact]
    public async Task A_timer_that_fails_keeps_no_other_from_firing_and_leaves_nothing_half_done()
    {
        var (poisoned, poison) = await service.Given.AnOffer(call: Given.PomeloCall("high"));
        var (_, healthy) = await service.Given.AnOffer(call: Given.PomeloCall("high"));
        // Nothing the API does gets here: an offer that has ended although its timer still runs.
        await Tamper("update offer set state = 'declined' where offer_id = @offer", new { offer = poison });
        var before = (await Timeline(poisoned)).ToJsonString();

        service.Clock.SetShanghai("2026-06-01 15:30");
        Assert.Equal(1, await service.FireDue());

        Assert.Equal("expired", await StateOf(healthy));
        Assert.Equal(before, (await Timeline(poisoned)).ToJsonString());
        var told = await service.Metrics();
        Assert.Equal(
            [1, 1],
            new[] { "fired", "failed" }.Select(outcome => told.Value("dispatch_timers_fired_total", ("outcome", outcome)))
        );

        // Once the cause is gone it fires with the next look.
        await Tamper("update offer set state = 'pending' where offer_id = @offer", new { offer = poison });
        Assert.Equal(1, await service.FireDue());
        Assert.Equal("expired", await StateOf(poison));
    }

    [Fact]
    public async Task Many_timers_that_fail_keep_none_of_the_others_from_firing()
    {
        var poisoned = new List<Guid>();
        for (var number = 0; number < 100; number++)
        {
            poisoned.Add((await service.Given.AnOffer(call: Given.PomeloCall("high"))).OfferId);
        }

        await Tamper("update offer set state = 'declined'", new { });
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var (_, healthy) = await service.Given.AnOffer(call: Given.PomeloCall("high"));

        service.Clock.SetShanghai("2026-06-01 15:30");
        await service.FireDue();

        Assert.Equal("expired", await StateOf(healthy));
        Assert.Equal("declined", await StateOf(poisoned[0]));
    }

    private Task<int[]> FiredByThree() => Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(service.FireDue)));

    private async Task Tamper(string sql, object args)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await scope
            .ServiceProvider.GetRequiredService<Database>()
            .Unwatched()
            .Write(db, () => db.Execute(sql, args), CancellationToken.None);
    }

    private async Task<string> StateOf(Guid offer) => (await service.Officer().Read($"/v1/offers/{offer}")).Text("state");

    private async Task<JsonArray> Timeline(Guid request) =>
        (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();
}

using System.Text.Json.Nodes;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Features.Notices;

/// <summary>The hook against a listener of the test's own; a test sends what is due when it says so.</summary>
public sealed class NoticeHookTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Setting = "Dispatch:NoticeHook";
    private readonly List<JsonNode> received = [];
    private WebApplication listener = null!;
    private int answer = StatusCodes.Status200OK;
    private string? leadsTo;
    private bool endless;
    private bool wasElsewhere;

    public async Task InitializeAsync()
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        listener = builder.Build();
        listener.MapPost("/", Receive);
        listener.Map("/elsewhere", () => wasElsewhere = true);
        await listener.StartAsync();
        service.Services.GetRequiredService<IConfiguration>()[Setting] = listener.Urls.Single();
        await SendWhatIsLeft();
    }

    public async Task DisposeAsync() => await listener.DisposeAsync();

    [Fact]
    public async Task A_notice_is_passed_on_once_and_that_is_delivery()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var team = await county.CountyTeam(5);
        var request = await county.Dispatched("emergency");
        service.Clock.SetShanghai("2026-06-01 09:01");

        Assert.Equal(2, await SendDue());
        var offer = Assert.Single(received, notice => notice.Text("kind") == "offer");
        Assert.Equal(("team", team), (offer.Text("recipient"), offer.Id("recipientKey")));
        Assert.Equal(request, offer.Id("requestId"));
        Assert.Null(offer["phone"]);
        Assert.StartsWith("新派单 ", offer.Text("text"), StringComparison.Ordinal);
        Assert.StartsWith("New offer ", offer.Text("textEn"), StringComparison.Ordinal);
        var desk = Assert.Single(received, notice => notice.Text("kind") == "queue");
        Assert.Equal(("officer", LonelyCounty.County), (desk.Text("recipient"), desk.Text("recipientKey")));

        var heard = await service.LiveOffer(request);
        Assert.Equal(Shanghai("2026-06-01 09:01"), heard.Time("deliveredAt"));
        Assert.Equal(Shanghai("2026-06-01 09:16"), heard.Time("answerDueAt"));
        Assert.Equal(0, await SendDue());
        Assert.Equal(2, received.Count);
    }

    [Fact]
    public async Task A_requester_without_an_account_is_reached_by_phone_and_nobody_else_learns_the_number()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        await county.CountyTeam(5);
        var request = await county.Dispatched();
        await county.Accept(request);
        await SendDue();
        var told = Assert.Single(received, notice => notice.Text("recipient") == "requester");
        Assert.Equal("+8613800138777", told.Text("phone"));
        Assert.Null(told["recipientKey"]);
        Assert.All(received.Where(notice => notice.Text("recipient") != "requester"), notice => Assert.Null(notice["phone"]));
    }

    [Fact]
    public async Task A_failing_hook_is_tried_again_twice_as_late_each_time_and_then_left()
    {
        var county = new LonelyCounty(service, "mec-mould");
        await county.Request();
        answer = StatusCodes.Status500InternalServerError;
        var before = await service.Metrics();
        var wait = TimeSpan.FromSeconds(5);
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            Assert.Equal(0, await SendDue());
            Assert.Equal(attempt, received.Count);
            service.Clock.Advance(wait - TimeSpan.FromSeconds(1));
            await SendDue();
            Assert.Equal(attempt, received.Count);
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            wait *= 2;
        }

        service.Clock.Advance(TimeSpan.FromDays(30));
        await SendDue();
        Assert.Equal(8, received.Count);
        Assert.Single(received.Select(notice => notice.Id()).Distinct());
        var after = await service.Metrics();
        Assert.Equal([0, 8], new[] { "delivered", "postponed" }.Select(outcome => Hooked(after, outcome) - Hooked(before, outcome)));

        static double Hooked(Exposition told, string outcome) => told.Value("dispatch_notices_hooked_total", ("outcome", outcome));
    }

    [Fact]
    public async Task A_hook_that_comes_back_gets_what_it_missed_once()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var request = await county.Request();
        answer = StatusCodes.Status503ServiceUnavailable;
        await SendDue();
        answer = StatusCodes.Status202Accepted;
        service.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await SendDue());
        service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await SendDue());
        Assert.Equal(2, received.Count(notice => notice.Id("requestId") == request));
    }

    [Fact]
    public async Task A_hook_nobody_answers_at_is_tried_again_like_one_that_fails()
    {
        var county = new LonelyCounty(service, "mec-measure");
        var request = await county.Request();
        await listener.StopAsync();
        Assert.Equal(0, await SendDue());
        var waiting = (await service.Officer(LonelyCounty.County).Read("/v1/notices")).Items();
        Assert.Null(Assert.Single(waiting, notice => notice.Id("requestId") == request)["deliveredAt"]);
    }

    [Fact]
    public async Task A_hook_that_leads_elsewhere_is_not_followed()
    {
        var county = new LonelyCounty(service, "mec-surface");
        await county.Request();
        leadsTo = listener.Urls.Single() + "/elsewhere";
        Assert.Equal(0, await SendDue());
        Assert.Single(received);
        Assert.False(wasElsewhere);
    }

    [Fact]
    public async Task Of_a_hook_that_answers_without_end_nothing_is_read()
    {
        var county = new LonelyCounty(service, "mec-optic");
        await county.Request();
        endless = true;
        Assert.Equal(1, await SendDue());
    }

    // The tests share a database: what an earlier one left to be tried again is sent off here.
    private async Task SendWhatIsLeft()
    {
        service.Clock.Advance(TimeSpan.FromDays(60));
        await SendDue();
        received.Clear();
        service.Clock.SetShanghai("2026-06-01 09:00");
    }

    private Task<int> SendDue() => service.Services.GetRequiredService<NoticeHook>().SendDue(CancellationToken.None);

    private async Task<IResult> Receive(HttpRequest request)
    {
        var notice = (await JsonNode.ParseAsync(request.Body))!;
        lock (received)
        {
            received.Add(notice);
        }

        return leadsTo is not null ? Results.Redirect(leadsTo, preserveMethod: true)
            : endless ? Results.Stream(body => Pour(body, request.HttpContext.RequestAborted))
            : Results.StatusCode(answer);
    }

    private static async Task Pour(Stream body, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await body.WriteAsync(new byte[64 * 1024], ct);
        }
    }
}

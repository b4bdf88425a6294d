using System.Net;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Api.Tests.Machines;

/// <summary>Every state of an offer against every answer to it.</summary>
public sealed class OfferSweepTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Reached reached = new(service);

    public static TheoryData<OfferState, OfferAction> Cases()
    {
        var cases = new TheoryData<OfferState, OfferAction>();
        foreach (var state in Enum.GetValues<OfferState>())
        {
            foreach (var action in Enum.GetValues<OfferAction>().Where(action => action != OfferAction.Expire))
            {
                cases.Add(state, action);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_offer_ends_once_and_as_the_table_says(OfferState from, OfferAction action)
    {
        var (request, offer) = await reached.Offer(from);
        Assert.Equal(Words.Of(from), (await service.Officer().Read($"/v1/offers/{offer}")).Text("state"));
        var before = await reached.Snapshot(request);

        var sending = Send(action, offer);

        if (OfferFlow.Machine.Next(from, action) is { } to)
        {
            Assert.Equal(Words.Of(to), (await sending.Must()).Text("state"));
            var rows = (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();
            var row = Assert.Single(
                rows,
                row => row!.Text("subject") == "offer" && row!["fromState"]?.GetValue<string>() == Words.Of(from)
            )!;
            Assert.Equal(Words.Of(action), row.Text("action"));
            Assert.Equal(Words.Of(to), row.Text("toState"));
            return;
        }

        var isLate = (from, action) is (OfferState.Expired, OfferAction.Accept);
        var problem = await sending.MustRefuse(HttpStatusCode.Conflict, isLate ? "offer.expired" : "invalid-transition");
        Assert.Equal(Words.Of(from), problem.Text("state"));
        Assert.Equal(OfferFlow.Machine.Allowed(from).Count, problem["allowed"]!.AsArray().Count);
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Fact]
    public async Task Silence_has_no_endpoint()
    {
        var (_, offer) = await reached.Offer(OfferState.Pending);
        await service.Officer().Post($"/v1/offers/{offer}/expire").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task An_offer_whose_time_has_passed_is_expired_for_its_leader_even_before_the_timer_fires()
    {
        var (request, offer) = await reached.Offer(OfferState.Pending);
        service.Clock.Advance(TimeSpan.FromMinutes(21));
        var before = await reached.Snapshot(request);
        await Send(OfferAction.Accept, offer).MustRefuse(HttpStatusCode.Conflict, "offer.expired");
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Fact]
    public async Task Whoever_comes_second_is_told_that_another_team_has_it()
    {
        var (request, late) = await reached.Offer(OfferState.Pending);
        var other = RunningService.TeamId("T-3310");
        var first = (
            await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = other }).Must(HttpStatusCode.Created)
        ).Id();
        await service.LeaderOf(other).Post($"/v1/offers/{first}/accept").Must();
        var before = await reached.Snapshot(request);
        var problem = await Send(OfferAction.Accept, late).MustRefuse(HttpStatusCode.Conflict, "request.taken");
        Assert.Equal("withdrawn", problem.Text("state"));
        Assert.Equal(before, await reached.Snapshot(request));
    }

    private Task<HttpResponseMessage> Send(OfferAction action, Guid offer) =>
        action switch
        {
            OfferAction.Accept => service.Leader(Reached.Team).Post($"/v1/offers/{offer}/accept"),
            OfferAction.Decline => service
                .Leader(Reached.Team)
                .Post($"/v1/offers/{offer}/decline", new { reason = Words.Of(DeclineReason.TooBusy) }),
            OfferAction.Withdraw => service.Officer().Post($"/v1/offers/{offer}/withdraw"),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This action has no endpoint."),
        };
}

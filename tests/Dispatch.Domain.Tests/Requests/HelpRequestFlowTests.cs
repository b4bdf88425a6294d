using Dispatch.Domain.Requests;
using Xunit;
using static Dispatch.Domain.Requests.HelpRequestAction;
using static Dispatch.Domain.Requests.HelpRequestState;

namespace Dispatch.Domain.Tests.Requests;

public sealed class HelpRequestFlowTests
{
    // Action by action, as the procedure is written; the machine is written state by state.
    private static readonly (HelpRequestAction Action, HelpRequestState[] From, HelpRequestState? To)[] Procedure =
    [
        (Publish, [Open], Open),
        (Offer, [Open, Offered], Offered),
        (Return, [Offered], Open),
        (Accept, [Open, Offered], Accepted),
        (Claim, [Open], Accepted),
        (Begin, [Accepted], InProgress),
        (Release, [Accepted, InProgress], Open),
        (Reassign, [Accepted, InProgress], Open),
        (Hold, [Open, Accepted, InProgress], OnHold),
        (Resolve, [InProgress], Resolved),
        (Confirm, [Resolved, Closed], Closed),
        (Reopen, [Resolved, Closed], Open),
        (Cancel, [Open, Offered, Accepted, OnHold, InProgress], Cancelled),
        (Escalate, [Open, Offered], null), // stays where it is
        (Arbitrate, [Open, Offered], null),
    ];

    [Fact]
    public void The_moves_are_those_of_the_procedure_and_no_others()
    {
        var expected = Procedure
            .SelectMany(row => row.From.Select(from => (from, row.Action, row.To ?? from)))
            .Concat([(OnHold, Resume, Open), (OnHold, Resume, Accepted), (OnHold, Resume, InProgress)]);
        Assert.Equal(expected.Order(), HelpRequestFlow.Machine.Table.Order());
    }

    [Fact]
    public void Every_state_can_be_reached_from_open() =>
        Assert.Equal(Enum.GetValues<HelpRequestState>(), Reachable.From(HelpRequestFlow.Machine, Open));

    [Fact]
    public void Nothing_leads_out_of_cancelled() => Assert.Empty(HelpRequestFlow.Machine.Allowed(Cancelled));

    [Fact]
    public void A_closed_request_can_only_be_confirmed_late_or_reopened() =>
        Assert.Equal([Confirm, Reopen], HelpRequestFlow.Machine.Allowed(Closed));

    [Theory]
    [InlineData(Open, Open)]
    [InlineData(Accepted, Accepted)]
    [InlineData(InProgress, InProgress)]
    [InlineData(Offered, null)]
    [InlineData(Closed, null)]
    public void A_hold_ends_where_it_began(HelpRequestState began, HelpRequestState? back) =>
        Assert.Equal(back, HelpRequestFlow.Machine.Next(OnHold, Resume, began));

    [Fact]
    public void From_every_state_that_is_not_over_the_request_can_still_come_to_an_end() =>
        Assert.All(
            Enum.GetValues<HelpRequestState>(),
            state => Assert.Contains(Reachable.From(HelpRequestFlow.Machine, state), reached => reached is Closed or Cancelled)
        );
}

using Dispatch.Domain.Offers;
using Xunit;
using static Dispatch.Domain.Offers.OfferAction;
using static Dispatch.Domain.Offers.OfferState;

namespace Dispatch.Domain.Tests.Offers;

public sealed class OfferFlowTests
{
    [Theory]
    [InlineData(Accept, Accepted)]
    [InlineData(Decline, Declined)]
    [InlineData(Expire, Expired)]
    [InlineData(Withdraw, Withdrawn)]
    public void A_pending_offer_can_end_in_this_way(OfferAction action, OfferState end) =>
        Assert.Equal(end, OfferFlow.Machine.Next(Pending, action));

    [Fact]
    public void There_are_no_other_moves_so_an_offer_ends_exactly_once()
    {
        Assert.Equal(4, OfferFlow.Machine.Table.Count);
        Assert.All(Enum.GetValues<OfferState>().Where(state => state != Pending), state => Assert.Empty(OfferFlow.Machine.Allowed(state)));
    }

    [Fact]
    public void Every_state_can_be_reached_from_pending() =>
        Assert.Equal(Enum.GetValues<OfferState>(), Reachable.From(OfferFlow.Machine, Pending));
}

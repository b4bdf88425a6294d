using Dispatch.Domain.Offers;
using Xunit;
using static Dispatch.Domain.Offers.AssignmentAction;
using static Dispatch.Domain.Offers.AssignmentState;

namespace Dispatch.Domain.Tests.Offers;

public sealed class AssignmentFlowTests
{
    [Theory]
    [InlineData(Complete, AssignmentEnd.Completed)]
    [InlineData(Release, AssignmentEnd.Released)]
    [InlineData(Replace, AssignmentEnd.Replaced)]
    public void An_active_assignment_ends_in_one_of_three_ways(AssignmentAction action, AssignmentEnd end)
    {
        Assert.Equal(Ended, AssignmentFlow.Machine.Next(Active, action));
        Assert.Equal(end, AssignmentFlow.EndOf(action));
    }

    [Fact]
    public void There_are_no_other_moves_so_an_assignment_ends_exactly_once()
    {
        Assert.Equal(3, AssignmentFlow.Machine.Table.Count);
        Assert.Empty(AssignmentFlow.Machine.Allowed(Ended));
    }
}

using Dispatch.Domain.Assigning;
using Xunit;
using static Dispatch.Domain.Assigning.DispatchRunState;

namespace Dispatch.Domain.Tests.Assigning;

public sealed class DispatchRunFlowTests
{
    [Theory]
    [InlineData(Committed)]
    [InlineData(Cancelled)]
    public void A_run_that_has_ended_stays_ended(DispatchRunState end) => Assert.Empty(DispatchRunFlow.Machine.Allowed(end));

    [Fact]
    public void Nobody_is_asked_without_a_plan() =>
        Assert.Equal(
            [Planned, Committing],
            DispatchRunFlow.Machine.Table.Where(row => row.Action == DispatchRunAction.Commit).Select(row => row.From)
        );

    [Fact]
    public void Every_run_not_ended_can_be_given_up() =>
        Assert.All(
            new[] { Planning, Planned, Committing, Failed },
            state => Assert.Equal(Cancelled, DispatchRunFlow.Machine.Next(state, DispatchRunAction.Cancel))
        );

    [Fact]
    public void Every_state_is_reached_from_the_first()
    {
        var reached = new HashSet<DispatchRunState> { Planning };
        while (DispatchRunFlow.Machine.Table.Any(row => reached.Contains(row.From) && reached.Add(row.To)))
        {
            // Until nothing new is reached.
        }

        Assert.Equal(Enum.GetValues<DispatchRunState>().Order(), reached.Order());
    }
}

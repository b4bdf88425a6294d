using Dispatch.Domain.Visits;
using Xunit;
using static Dispatch.Domain.Visits.VisitAction;
using static Dispatch.Domain.Visits.VisitState;

namespace Dispatch.Domain.Tests.Visits;

public sealed class VisitFlowTests
{
    // Action by action, as the procedure is written; the machine is written state by state.
    private static readonly (VisitAction Action, VisitState[] From, VisitState To)[] Procedure =
    [
        (Depart, [Scheduled], Travelling),
        (Begin, [Scheduled, Travelling], InService),
        (Complete, [InService], Completed),
        (Abort, [InService], Aborted),
        (Miss, [Scheduled, Travelling], Missed),
        (Cancel, [Scheduled, Travelling], Cancelled),
        (Reschedule, [Scheduled], Scheduled),
    ];

    [Fact]
    public void The_moves_are_those_of_the_procedure_and_no_others() =>
        Assert.Equal(
            Procedure.SelectMany(row => row.From.Select(from => (from, row.Action, row.To))).Order(),
            VisitFlow.Machine.Table.Order()
        );

    [Fact]
    public void Every_state_can_be_reached_from_scheduled() =>
        Assert.Equal(Enum.GetValues<VisitState>(), Reachable.From(VisitFlow.Machine, Scheduled));

    [Theory]
    [InlineData(Completed)]
    [InlineData(Aborted)]
    [InlineData(Missed)]
    [InlineData(Cancelled)]
    public void A_visit_that_is_over_stays_as_it_is(VisitState state) => Assert.Empty(VisitFlow.Machine.Allowed(state));

    [Theory]
    [InlineData(Scheduled)]
    [InlineData(Travelling)]
    public void A_visit_not_yet_in_service_cannot_be_completed(VisitState state) => Assert.Null(VisitFlow.Machine.Next(state, Complete));
}

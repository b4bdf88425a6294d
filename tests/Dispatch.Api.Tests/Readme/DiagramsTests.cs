using Dispatch.Api.Storage;
using Dispatch.Domain;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class DiagramsTests
{
    private static readonly Page Readme = new("README.md");

    [Fact]
    public void The_diagram_of_the_help_request_is_its_table() => Compare("### HelpRequest", HelpRequestFlow.Machine);

    [Fact]
    public void The_diagram_of_the_offer_is_its_table() => Compare("### Offer", OfferFlow.Machine);

    [Fact]
    public void The_diagram_of_the_assignment_is_its_table() => Compare("### Assignment", AssignmentFlow.Machine);

    [Fact]
    public void The_diagram_of_the_visit_is_its_table() => Compare("### Visit", VisitFlow.Machine);

    [Fact]
    public void The_diagram_of_the_dispatch_run_is_its_table() =>
        Compare("## Life of a run", DispatchRunFlow.Machine, new Page("api-specs/guides/dispatch-runs.md"));

    private static void Compare<TState, TAction>(string heading, Flow<TState, TAction> machine, Page? guide = null)
        where TState : struct, Enum
        where TAction : struct, Enum
    {
        var lines = Assert
            .Single(Page.Blocks((guide ?? Readme).Section(heading), "mermaid"))
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => line.Trim());
        string[] first = ["stateDiagram-v2", $"[*] --> {Words.Of(Enum.GetValues<TState>()[0])}"];
        var moves = machine.Table.Select(row => $"{Words.Of(row.From)} --> {Words.Of(row.To)}: {Words.Of(row.Action)}");
        Assert.Equal(first.Concat(moves), lines);
    }
}

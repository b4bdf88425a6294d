using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Api.Tests.Machines;

/// <summary>Every state of an assignment, each way of having ended included, against the three actions on its request that end one.</summary>
public sealed class AssignmentSweepTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Reached reached = new(service);

    public static TheoryData<AssignmentAction> Ends() => new(Enum.GetValues<AssignmentAction>());

    public static TheoryData<AssignmentAction, AssignmentAction> Pairs()
    {
        var pairs = new TheoryData<AssignmentAction, AssignmentAction>();
        foreach (var ended in Enum.GetValues<AssignmentAction>())
        {
            foreach (var action in Enum.GetValues<AssignmentAction>())
            {
                pairs.Add(ended, action);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_active_assignment_ends_as_the_table_says(AssignmentAction action)
    {
        var (request, _) = await reached.Request(HelpRequestState.InProgress);

        await Send(action, request).Must();

        var (begun, ended) = await Rows(request);
        Assert.Equal("active", begun.Text("toState"));
        Assert.Equal(Words.Of(action), ended!.Text("action"));
        Assert.Equal("active", ended!.Text("fromState"));
        Assert.Equal(Words.Of(AssignmentFlow.Machine.Next(AssignmentState.Active, action)!.Value), ended!.Text("toState"));
        // Only who finished the work still stands beside the request.
        var teams = (await service.Officer().Read($"/v1/requests/{request}"))["teams"]!.AsArray();
        Assert.Equal(AssignmentFlow.EndOf(action) == AssignmentEnd.Completed ? 1 : 0, teams.Count);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task An_ended_assignment_does_not_end_again(AssignmentAction ended, AssignmentAction action)
    {
        Assert.Null(AssignmentFlow.Machine.Next(AssignmentState.Ended, action));
        var (request, _) = await reached.Request(HelpRequestState.InProgress);
        await Send(ended, request).Must();
        var before = await reached.Snapshot(request);

        await Send(action, request).MustRefuse(HttpStatusCode.Conflict, "invalid-transition");

        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Fact]
    public async Task A_team_that_gave_it_back_knows_the_request_no_more()
    {
        var (request, _) = await reached.Request(HelpRequestState.Accepted);
        await service.Leader(Reached.Team).Post($"/v1/requests/{request}/release").Must();
        var before = await reached.Snapshot(request);
        await service.Leader(Reached.Team).Post($"/v1/requests/{request}/release").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Fact]
    public async Task Cancelling_a_request_ends_its_assignment()
    {
        var (request, _) = await reached.Request(HelpRequestState.Accepted);
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "unmet" }).Must();
        Assert.Equal("replace", (await Rows(request)).Ended!.Text("action"));
    }

    private async Task<(JsonNode Begun, JsonNode? Ended)> Rows(Guid request)
    {
        var rows = (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();
        var own = rows.Where(row => row!.Text("subject") == "assignment").ToList();
        Assert.InRange(own.Count, 1, 2);
        return (own[0]!, own.Count == 2 ? own[1] : null);
    }

    private Task<HttpResponseMessage> Send(AssignmentAction action, Guid request) =>
        action switch
        {
            AssignmentAction.Complete => service
                .Officer()
                .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水。" }),
            AssignmentAction.Release => service.Officer().Post($"/v1/requests/{request}/release"),
            AssignmentAction.Replace => service.Officer().Post($"/v1/requests/{request}/reassign"),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This action has no endpoint."),
        };
}

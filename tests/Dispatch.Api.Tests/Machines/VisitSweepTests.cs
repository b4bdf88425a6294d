using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Api.Tests.Machines;

/// <summary>Every state of a visit against every action.</summary>
public sealed class VisitSweepTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Reached reached = new(service);

    public static TheoryData<VisitState, VisitAction> Cases()
    {
        var cases = new TheoryData<VisitState, VisitAction>();
        foreach (var state in Enum.GetValues<VisitState>())
        {
            foreach (var action in Enum.GetValues<VisitAction>())
            {
                cases.Add(state, action);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_visit_moves_as_the_table_says_and_in_no_other_way(VisitState from, VisitAction action)
    {
        var (request, visit) = await reached.Visit(from);
        var shown = await service.Officer().Read($"/v1/visits/{visit}");
        Assert.Equal(Words.Of(from), shown.Text("state"));
        var allowed = VisitFlow.Machine.Allowed(from).Select(Words.Of).ToList();
        Assert.Equal(allowed, Listed(shown));
        var before = await Snapshot(request, visit);

        var sending = service.Leader(Reached.Team).Post($"/v1/visits/{visit}/{Words.Of(action)}", BodyOf(action));

        if (VisitFlow.Machine.Next(from, action) is { } to)
        {
            Assert.Equal(Words.Of(to), (await sending.Must()).Text("state"));
            var last = (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!
                .AsArray()
                .Last(row => row!.Text("subject") == "visit")!;
            Assert.Equal(Words.Of(action), last.Text("action"));
            Assert.Equal(Words.Of(from), last.Text("fromState"));
            Assert.Equal(Words.Of(to), last.Text("toState"));
            return;
        }

        var problem = await sending.MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal(Words.Of(from), problem.Text("state"));
        Assert.Equal(allowed, Listed(problem));
        Assert.Equal(before, await Snapshot(request, visit));
    }

    [Theory]
    [InlineData("depart")]
    [InlineData("begin")]
    public async Task The_first_visit_under_way_puts_its_request_in_progress(string action)
    {
        var (request, visit) = await reached.Visit(VisitState.Scheduled);
        Assert.Equal("accepted", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
        await service.Leader(Reached.Team).Post($"/v1/visits/{visit}/{action}").Must();
        Assert.Equal("in_progress", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
    }

    private object BodyOf(VisitAction action)
    {
        var start = service.Clock.GetUtcNow().AddDays(1);
        return action switch
        {
            VisitAction.Complete => Reached.Report,
            VisitAction.Abort => new { reason = "暴雨" },
            VisitAction.Miss => new { by = "requester" },
            VisitAction.Reschedule => new { start, end = start.AddHours(2) },
            _ => new { },
        };
    }

    private static IEnumerable<string> Listed(JsonNode node) => node["allowed"]!.AsArray().Select(action => action!.GetValue<string>());

    private async Task<string> Snapshot(Guid request, Guid visit) =>
        await reached.Snapshot(request) + (await service.Officer().Read($"/v1/visits/{visit}")).ToJsonString();
}

using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Xunit;
using static Dispatch.Domain.Requests.HelpRequestAction;
using static Dispatch.Domain.Requests.HelpRequestState;

namespace Dispatch.Api.Tests.Machines;

/// <summary>Every state of a help request against every action HTTP has for it.</summary>
public sealed class HelpRequestSweepTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly HelpRequestAction[] RollUps = [Return, Begin];

    // No offer is pending while a request is open: the row waits for requests that several teams accept together.
    private static readonly (HelpRequestState, HelpRequestAction)[] WithoutWay = [(Open, Accept)];

    private readonly Reached reached = new(service);

    public static TheoryData<HelpRequestState, HelpRequestAction> Allowed() => Cases(wanted: true);

    public static TheoryData<HelpRequestState, HelpRequestAction> Refused() => Cases(wanted: false);

    public static TheoryData<HelpRequestState> States() => new(Enum.GetValues<HelpRequestState>());

    public static TheoryData<HelpRequestState> Holds() => new(From(Hold));

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task What_the_table_has_works_and_is_written_down(HelpRequestState from, HelpRequestAction action)
    {
        var (request, offer) = (from, action) is (Closed, Confirm)
            ? (await reached.SilentlyClosed(), Guid.Empty)
            : await reached.Request(from);
        var before = await Timeline(request);

        using var answer = await Send(action, request, offer);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var to = (from, action) is (OnHold, Resume) ? Accepted : HelpRequestFlow.Machine.Next(from, action)!.Value;
        var added = (await Timeline(request)).Skip(before.Count).ToList();
        Assert.Contains(
            added,
            row =>
                row!.Text("subject") == "request"
                && row!.Text("action") == Words.Of(action)
                && row!.Text("fromState") == Words.Of(from)
                && row!.Text("toState") == Words.Of(to)
        );
        // A team that was decided on is asked at once.
        var ends = action == Arbitrate ? Offered : to;
        Assert.Equal(Words.Of(ends), (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_the_table_does_not_have_is_refused_and_changes_nothing(HelpRequestState from, HelpRequestAction action)
    {
        var (request, offer) = await reached.Request(from);
        var before = await reached.Snapshot(request);

        var problem = await Send(action, request, offer).MustRefuse(HttpStatusCode.Conflict, "invalid-transition");

        if (action == Accept)
        {
            var ended = Words.To<OfferState>(problem.Text("state"));
            Assert.Equal(OfferFlow.Machine.Allowed(ended).Select(Words.Of), Listed(problem));
            Assert.NotEqual(OfferState.Pending, ended);
        }
        else
        {
            Assert.Equal(Words.Of(from), problem.Text("state"));
            Assert.Equal(AllowedIn(from), Listed(problem));
        }

        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_request_says_which_actions_its_state_allows(HelpRequestState state)
    {
        var (request, _) = await reached.Request(state);
        var shown = await service.Officer().Read($"/v1/requests/{request}");
        Assert.Equal(Words.Of(state), shown.Text("state"));
        Assert.Equal(AllowedIn(state), Listed(shown));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task One_click_dispatches_where_an_offer_may_be_made_and_nowhere_else(HelpRequestState state)
    {
        var (request, _) = await reached.Request(state);
        var before = await reached.Snapshot(request);
        var sending = service.Officer().Post($"/v1/requests/{request}/dispatch");
        if (HelpRequestFlow.Machine.Next(state, Offer) is not null)
        {
            Assert.Equal("offered", (await sending.Must()).Text("state"));
            return;
        }

        var problem = await sending.MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal(AllowedIn(state), Listed(problem));
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_content_is_changed_while_nobody_has_it_and_never_after(HelpRequestState state)
    {
        var (request, _) = await reached.Request(state);
        var before = await reached.Snapshot(request);
        var version = (await service.Officer().Read($"/v1/requests/{request}"))["version"];
        var sending = service
            .Officer()
            .Put(
                $"/v1/requests/{request}",
                new
                {
                    text = "文旦园里有五棵树发黄。",
                    location = new { regionCode = "331083" },
                    skills = new[] { new { code = "agr-citrus" } },
                    urgency = "emergency",
                    form = "on_site",
                    mode = "one_to_one",
                },
                $"\"{version}-0\""
            );
        if (state is Open or Offered)
        {
            Assert.Equal("文旦园里有五棵树发黄。", (await sending.Must()).Text("text"));
            return;
        }

        var problem = await sending.MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal(Words.Of(state), problem.Text("state"));
        Assert.Equal(AllowedIn(state), Listed(problem));
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_visit_is_booked_while_a_team_has_the_request_and_never_else(HelpRequestState state)
    {
        var (request, _) = await reached.Request(state);
        var before = await reached.Snapshot(request);
        var start = service.Clock.GetUtcNow().AddHours(1);
        var sending = service.Officer().Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(2) });
        if (state is Accepted or InProgress)
        {
            Assert.Equal("scheduled", (await sending.Must(HttpStatusCode.Created)).Text("state"));
            return;
        }

        var problem = await sending.MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal(Words.Of(state), problem.Text("state"));
        Assert.Equal(AllowedIn(state), Listed(problem));
        Assert.Equal(before, await reached.Snapshot(request));
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task Resuming_goes_back_to_where_the_hold_began(HelpRequestState from)
    {
        var request = await reached.Held(from);
        Assert.Contains((OnHold, Resume, from), HelpRequestFlow.Machine.Table);
        Assert.Equal(Words.Of(from), (await service.Officer().Post($"/v1/requests/{request}/resume").Must()).Text("state"));
    }

    [Theory]
    [InlineData("return")]
    [InlineData("begin")]
    public async Task A_roll_up_has_no_endpoint(string rollUp)
    {
        var (request, _) = await reached.Request(Offered);
        await service.Officer().Post($"/v1/requests/{request}/{rollUp}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Fact]
    public async Task An_open_request_that_was_not_published_cannot_be_claimed()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await RefusedWithoutTrace(request, "claim", new { teamId = Reached.TeamId }, "request.not_published");
    }

    [Fact]
    public async Task An_ordinary_request_has_one_live_offer_at_a_time()
    {
        var (request, _) = await service.Given.AnOffer("T-3310");
        await RefusedWithoutTrace(request, "offers", new { teamId = Reached.TeamId }, "request.offer_live");
        await RefusedWithoutTrace(request, "dispatch", new { }, "request.offer_live");
    }

    [Fact]
    public async Task A_team_is_not_asked_twice_while_it_has_not_answered()
    {
        var (request, _) = await reached.Request(Offered);
        await RefusedWithoutTrace(request, "offers", new { teamId = Reached.TeamId }, "request.offer_live");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("dispatch")]
    [InlineData("offers")]
    public async Task Nobody_is_asked_before_a_skill_is_known(string action)
    {
        var request = (await service.Given.ARequestWithoutSkills()).Id();
        object body = action == "offers" ? new { teamId = Reached.TeamId } : new { };
        await RefusedWithoutTrace(request, action, body, "request.no_skill");
    }

    [Theory]
    [InlineData("release", "depart")]
    [InlineData("release", "begin")]
    [InlineData("reassign", "depart")]
    [InlineData("reassign", "begin")]
    [InlineData("hold", "depart")]
    [InlineData("hold", "begin")]
    [InlineData("cancel", "depart")]
    [InlineData("cancel", "begin")]
    [InlineData("resolve", "depart")]
    [InlineData("resolve", "begin")]
    public async Task Nothing_is_taken_from_a_team_on_the_way_or_at_work(string action, string visitAction)
    {
        var (request, _) = await reached.Request(Accepted);
        var visit = await service.Given.BookedVisit(request);
        await service.Leader(Reached.Team).Post($"/v1/visits/{visit}/{visitAction}").Must();
        await RefusedWithoutTrace(request, action, BodyOf(Words.To<HelpRequestAction>(action)), "request.visit_open");
    }

    [Fact]
    public async Task Nothing_is_resolved_before_a_visit_was_completed()
    {
        var (request, visit) = await reached.Visit(Domain.Visits.VisitState.Aborted);
        Assert.NotEqual(Guid.Empty, visit);
        await RefusedWithoutTrace(request, "resolve", BodyOf(Resolve), "request.no_visit");
    }

    [Fact]
    public async Task A_confirmed_request_is_not_confirmed_again_but_may_be_reopened()
    {
        var (request, _) = await reached.Request(Closed);
        var problem = await RefusedWithoutTrace(request, "confirm", BodyOf(Confirm), "invalid-transition");
        Assert.Equal(["reopen"], Listed(problem));
    }

    private static TheoryData<HelpRequestState, HelpRequestAction> Cases(bool wanted)
    {
        var cases = new TheoryData<HelpRequestState, HelpRequestAction>();
        foreach (var state in Enum.GetValues<HelpRequestState>())
        {
            foreach (var action in Enum.GetValues<HelpRequestAction>().Except(RollUps))
            {
                var works = HelpRequestFlow.Machine.Next(state, action) is not null && !WithoutWay.Contains((state, action));
                if (works == wanted)
                {
                    cases.Add(state, action);
                }
            }
        }

        return cases;
    }

    private static IEnumerable<HelpRequestState> From(HelpRequestAction action) =>
        HelpRequestFlow.Machine.Table.Where(row => row.Action == action).Select(row => row.From);

    private static IEnumerable<string> AllowedIn(HelpRequestState state) =>
        HelpRequestFlow.Machine.Allowed(state).Except(RollUps).Select(Words.Of);

    private static IEnumerable<string> Listed(JsonNode node) => node["allowed"]!.AsArray().Select(action => action!.GetValue<string>());

    private static object BodyOf(HelpRequestAction action) =>
        action switch
        {
            Claim => new { teamId = Reached.TeamId },
            Arbitrate => new { teamId = Reached.TeamId, reason = "就近" },
            Cancel => new { reason = "rejected" },
            Resolve => new { result = "solved", summary = "开沟排水。" },
            Confirm => new { solved = true },
            _ => new { },
        };

    private async Task<HttpResponseMessage> Send(HelpRequestAction action, Guid request, Guid offer) =>
        action switch
        {
            Accept => await service.Leader(Reached.Team).Post($"/v1/offers/{offer}/accept"),
            Offer => await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = await AnotherTeam(request) }),
            _ => await service.Officer().Post($"/v1/requests/{request}/{Words.Of(action)}", BodyOf(action)),
        };

    private async Task<Guid> AnotherTeam(Guid request)
    {
        var matches = await service.Officer().Read($"/v1/requests/{request}/matches");
        return matches["candidates"]!
            .AsArray()
            .Select(candidate => candidate!.Id("teamId"))
            .Append(RunningService.TeamId("T-3310"))
            .First(team => team != Reached.TeamId);
    }

    private async Task<JsonArray> Timeline(Guid request) =>
        (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!.AsArray();

    private async Task<JsonNode> RefusedWithoutTrace(Guid request, string action, object body, string code)
    {
        var before = await reached.Snapshot(request);
        var problem = await service.Officer().Post($"/v1/requests/{request}/{action}", body).MustRefuse(HttpStatusCode.Conflict, code);
        Assert.Equal(before, await reached.Snapshot(request));
        return problem;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Tests.Features.Requests;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.SolvedCases;

public sealed class ShowSolvedCasesTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Yellow = "家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。";
    private const string YellowAgain = "柚子园里几棵文旦叶子发黄，果子长不大，想请人看看";
    private static readonly string[] Citrus = ["agr-citrus"];

    [Fact]
    public async Task What_worked_is_shown_at_intake_and_later_without_a_word_of_who_asked()
    {
        var solved = await Solved("文旦种植户周小川", "13912340001");
        var told = await Ask(YellowAgain);
        var atIntake = told.Items("solvedCases");
        Assert.InRange(atIntake.Count, 1, 3);
        Assert.Equal(
            told["solvedCases"]!.ToJsonString(),
            (await service.Officer().Read($"/v1/requests/{told.Id()}/solved-cases"))["items"]!.ToJsonString()
        );
        var shown = atIntake[0];
        Assert.Equal("2026-06", shown.Text("month"));
        Assert.Equal(1, (int)shown.Number("visits"));
        Assert.Equal("agr-citrus", shown.Items("skills")[0].Text("code"));
        Assert.Equal(RunningService.TeamId(Given.Expert), shown.Id("teamId"));
        Assert.True(shown.Number("likeness") > 0.1m);
        Assert.Contains(
            atIntake,
            one => one.Items("findings").Any(finding => finding.ToString().Contains("开沟排水", StringComparison.Ordinal))
        );
        var all = told["solvedCases"]!.ToJsonString(
            new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        Assert.All(
            new[] { "周小川", "13912340001", "桥头第三家", "13987654321", "331083", solved.ToString() },
            secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_place_is_named_only_as_closely_as_three_requesters_share_it_with_the_skill()
    {
        await using var alone = new Fresh();
        await alone.InitializeAsync();
        var cases = new ShowSolvedCasesTests(alone);
        await cases.Solved("种植户一", "13912340011");
        await cases.Solved("种植户一", "13912340011");
        await cases.Solved("种植户二", "13912340012");
        Assert.All((await cases.Ask(YellowAgain)).Items("solvedCases"), one => Assert.Null(one["regionCode"]));
        await cases.Solved("种植户三", "13912340013");
        var named = (await cases.Ask(YellowAgain)).Items("solvedCases");
        Assert.Equal(3, named.Count);
        Assert.All(named, one => Assert.Equal(("331083", "玉环市"), (one.Text("regionCode"), one.Text("regionName"))));
    }

    [Fact]
    public async Task A_reopened_a_secret_and_an_unsolved_case_are_not_shown()
    {
        await using var alone = new Fresh();
        await alone.InitializeAsync();
        var cases = new ShowSolvedCasesTests(alone);
        var reopened = await cases.Solved("种植户四", "13912340014");
        Assert.Single((await cases.Ask(YellowAgain)).Items("solvedCases"));
        await alone.Officer().Post($"/v1/requests/{reopened}/reopen").Must();
        Assert.Empty((await cases.Ask(YellowAgain)).Items("solvedCases"));
        await cases.Solved("种植户五", "13912340015", "process_secret");
        var denied = await cases.Resolved("种植户六", "13912340016");
        await alone.Officer().Post($"/v1/requests/{denied}/confirm", new { solved = false, leaveIt = true }).Must();
        Assert.Empty((await cases.Ask(YellowAgain)).Items("solvedCases"));
    }

    [Fact]
    public async Task Beside_a_danger_nothing_is_shown_and_a_team_sees_the_cases_of_its_own_requests_only()
    {
        await Solved("种植户七", "13912340017");
        var danger = await service.Given.AnOpenRequest(Calls.Told("文旦园里有人触电倒地不动了，叶子也发黄", skills: Citrus));
        Assert.Empty(danger.Items("solvedCases"));
        var (request, _) = await service.Given.AnOffer(call: Calls.Told(Yellow, skills: Citrus));
        Assert.NotEmpty((await service.Leader(Given.Expert).Read($"/v1/requests/{request}/solved-cases")).Items());
        await service
            .LeaderOf(Guid.NewGuid())
            .GetAsync($"/v1/requests/{request}/solved-cases")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .As("auditor")
            .GetAsync($"/v1/requests/{request}/solved-cases")
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Cases_are_found_again_after_a_restart_and_what_another_node_solved_at_the_next_look()
    {
        await using var alone = new Fresh();
        await alone.InitializeAsync();
        var cases = new ShowSolvedCasesTests(alone);
        await cases.Solved("种植户八", "13912340018");
        // What may not be told is not kept in memory either.
        await cases.Solved("种植户十", "13912340020", "process_secret");
        await alone.Restart();
        Assert.Single((await cases.Ask(YellowAgain)).Items("solvedCases"));

        await using var other = new SecondNode(alone);
        await other.Start();
        await cases.Solved("种植户九", "13912340019");
        await other.Look();
        Assert.Equal(2, other.Cases);
        await other.Look();
        Assert.Equal(2, other.Cases);
    }

    private Task<JsonNode> Ask(string text) => service.Given.AnOpenRequest(Calls.Told(text, skills: Citrus));

    private async Task<Guid> Solved(string name, string phone, string confidentiality = "normal")
    {
        var request = await Resolved(name, phone, confidentiality);
        await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        return request;
    }

    private async Task<Guid> Resolved(string name, string phone, string confidentiality = "normal")
    {
        var call = new
        {
            requester = new
            {
                kind = "farmer",
                name,
                phone,
            },
            text = Yellow,
            skills = new[] { new { code = "agr-citrus" } },
            location = new
            {
                regionCode = "331083",
                address = "桥头第三家",
                lat = 28.2531,
                lng = 121.2828,
            },
            confidentiality,
        };
        var (request, _) = await service.Given.ACompletedVisit(
            call: call,
            report: new
            {
                findings = $"{name}园里积水（桥头第三家），电话13987654321。开沟排水，补镁。",
                minutes = 80,
                personTimes = 1,
                problems = new[]
                {
                    new
                    {
                        title = $"{name}的树缺镁",
                        skill = "agr-citrus",
                        result = "solved",
                    },
                },
            }
        );
        await service
            .Leader(Given.Expert)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = $"{name}家已好转。" })
            .Must();
        return request;
    }

    private sealed class Fresh : RunningService, IAsyncDisposable
    {
        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }

    /// <summary>What another node over the same database holds in memory.</summary>
    private sealed class SecondNode(RunningService first) : IAsyncDisposable
    {
        private readonly CaseIndex cases = ActivatorUtilities.CreateInstance<CaseIndex>(first.Services);

        public long Cases => cases.Count;

        public Task Start() => cases.LoadOlder(1000);

        public Task Look() => cases.Follow();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

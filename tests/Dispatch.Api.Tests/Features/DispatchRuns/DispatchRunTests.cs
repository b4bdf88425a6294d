using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.DispatchRuns;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.DispatchRuns;

public sealed class DispatchRunTests(RunningService service) : IClassFixture<RunningService>
{
    private const string ChestPain = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？";

    [Fact]
    public async Task A_plan_gives_more_than_one_after_another_and_proves_that_nothing_gives_more()
    {
        var county = new LonelyCounty(service, "mec-cut");
        // The better team may serve both, the other one only where no level is asked for.
        var (best, other) = (await county.CountyTeam(8, capacity: 1), await county.CountyTeam(2, capacity: 1));
        var easy = await Asking(county, "mec-cut", minLevel: 1, "13800138601");
        var hard = await Asking(county, "mec-cut", minLevel: 6, "13800138602");

        var started = await service.StartRun(new { requestIds = new[] { easy, hard } });
        Assert.Equal("planning", started.Text("state"));
        Assert.Equal(["cancel"], started.Items("allowed").Select(action => action.GetValue<string>()));
        await service.WorkRuns();
        var run = await service.Run(started.Id());

        Assert.Equal("planned", run.Text("state"));
        Assert.Equal((other, best), (run.Item(easy).Id("teamId"), run.Item(hard).Id("teamId")));
        Assert.Equal(0, run.Number("gap"));
        Assert.Equal(run.Number("objective"), run.Number("bound"));
        // The order of arrival gives the best team away, and the second has nobody.
        Assert.True(run.Number("gained") > 90, run.ToJsonString());
        Assert.Equal(run.Number("total") - run.Number("greedyTotal"), run.Number("gained"));
        Assert.True(run.Number("arrivalTotal") <= run.Number("greedyTotal"));
        Assert.Equal(run.Number("total"), run.Items("assigned").Sum(item => item.Number("points")));
        Assert.All(
            run.Items("assigned"),
            item => Assert.Equal(item.Number("points"), item.Number("weight") * (100 + item.Number("score")))
        );
        Assert.Equal(("nothing", 2), (run.Text("plannedFrom"), run["counts"]!.Number("planned")));
        // Nobody has been asked.
        Assert.Empty(await service.Offers(easy));
        Assert.Empty(await service.Offers(hard));
    }

    [Fact]
    public async Task A_committed_plan_is_one_offer_for_each_request_with_what_it_was_decided_on()
    {
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(6, capacity: 2);
        var (one, two) = (await Asking(county, "mec-cnc", 1, "13800138603"), await Asking(county, "mec-cnc", 1, "13800138604"));
        var run = await service.PlannedRun(one, two);

        var committed = await service.CommittedRun(run.Id());

        Assert.Equal(("committed", 2), (committed.Text("state"), committed["counts"]!.Number("offered")));
        Assert.Equal(("test-officer", 2), (committed.Text("committedBy"), committed["progress"]!.Number("done")));
        foreach (var request in new[] { one, two })
        {
            var offer = await service.LiveOffer(request);
            Assert.Equal(("batch", team), (offer.Text("way"), offer.Id("teamId")));
            Assert.Equal(offer.Id(), committed.Item(request).Id("offerId"));
            // The second is judged when the first is asked already: the load counts a little.
            var judged = offer["explanation"]!["candidate"]!.Number("score");
            Assert.InRange(judged, request == one ? committed.Item(request).Number("score") : 1, committed.Item(request).Number("score"));
            Assert.Equal("offered", await service.State(request));
            var asked = Assert.Single((await service.Timeline(request)).Of("offer", "offer"));
            Assert.Equal(("test-officer", "batch"), (asked.Text("actor"), asked.Text("reason")));
        }

        await service.Officer().Post($"/v1/dispatch-runs/{run.Id()}/commit").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        await service.LeaderOf(team).Post($"/v1/offers/{committed.Item(one).Id("offerId")}/accept").Must();
        Assert.Equal("accepted", await service.State(one));
    }

    [Fact]
    public async Task A_run_that_is_no_dry_run_commits_itself()
    {
        var county = new LonelyCounty(service, "mec-mould");
        await county.CountyTeam(6);
        var request = await Asking(county, "mec-mould", 1, "13800138605");
        var run = (await service.StartRun(new { requestIds = new[] { request }, dryRun = false })).Id();
        await service.WorkRuns();
        Assert.Equal("committed", (await service.Run(run)).Text("state"));
        Assert.Equal("batch", (await service.LiveOffer(request)).Text("way"));
    }

    [Fact]
    public async Task What_has_changed_since_the_plan_is_told_and_not_overwritten()
    {
        var county = new LonelyCounty(service, "aut-nonstd");
        var team = await county.CountyTeam(6, capacity: 9);
        var requests = new List<Guid>();
        for (var number = 0; number < 5; number++)
        {
            requests.Add(await Asking(county, "aut-nonstd", 1, $"1380013861{number}"));
        }

        var run = await service.PlannedRun([.. requests]);
        var (cancelled, offered, changed, held, same) = (requests[0], requests[1], requests[2], requests[3], requests[4]);
        await service.Officer().Post($"/v1/requests/{cancelled}/cancel", new { reason = "rejected" }).Must();
        await county.Pick(offered, team);
        await service.Officer().Post($"/v1/requests/{changed}/escalate", new { reason = "催办" }).Must();
        await Hold(held);

        var committed = await service.CommittedRun(run.Id());

        Assert.Equal(("changed", "not_open"), committed.Outcome(cancelled));
        Assert.Equal(("changed", "not_open"), committed.Outcome(offered));
        Assert.Equal(("changed", "request_changed"), committed.Outcome(changed));
        Assert.Equal(("changed", "safety_hold"), committed.Outcome(held));
        Assert.Equal(("offered", null), committed.Outcome(same));
        Assert.Equal("picked", (await service.LiveOffer(offered)).Text("way"));
        Assert.Empty(await service.Offers(changed));
        Assert.Empty(await service.Offers(held));
        Assert.Equal("committed", committed.Text("state"));
    }

    [Fact]
    public async Task A_team_that_was_suspended_filled_or_lost_the_skill_since_the_plan_is_not_asked()
    {
        var (suspended, filled, unskilled) = (
            new LonelyCounty(service, "mec-valve"),
            new LonelyCounty(service, "mec-measure"),
            new LonelyCounty(service, "mec-surface")
        );
        var teams = new[] { await suspended.CountyTeam(6), await filled.CountyTeam(6, capacity: 1), await unskilled.CountyTeam(6) };
        var requests = new[]
        {
            await Asking(suspended, "mec-valve", 1, "13800138621"),
            await Asking(filled, "mec-measure", 1, "13800138622"),
            await Asking(unskilled, "mec-surface", 1, "13800138623"),
        };
        var run = await service.PlannedRun(requests);
        Assert.Equal(3, run["counts"]!.Number("planned"));
        await Suspend(teams[0]);
        await filled.Pick(await Asking(filled, "mec-measure", 1, "13800138624"), teams[1]);
        await unskilled.SetSkill(teams[2], 6, "agr-tea");

        var committed = await service.CommittedRun(run.Id());

        Assert.Equal(("changed", "team_suspended"), committed.Outcome(requests[0]));
        Assert.Equal(("changed", "team_at_capacity"), committed.Outcome(requests[1]));
        Assert.Equal(("changed", "team_not_eligible"), committed.Outcome(requests[2]));
        foreach (var request in requests)
        {
            Assert.Empty(await service.Offers(request));
        }
    }

    [Fact]
    public async Task Whoever_a_person_must_look_at_first_takes_no_part()
    {
        var county = new LonelyCounty(service, "agr-tea");
        await county.CountyTeam(6);
        var held = (
            await service.Given.AnOpenRequest(
                new
                {
                    requester = new
                    {
                        kind = "individual",
                        name = "求助人丙",
                        phone = "13800138631",
                    },
                    text = ChestPain,
                    location = new { regionCode = LonelyCounty.County },
                }
            )
        ).Id();
        var unknown = (await service.Given.ARequestWithoutSkills()).Id();
        var (first, again) = (await Asking(county, "agr-tea", 1, "13800138632"), await Asking(county, "agr-tea", 1, "13800138632"));
        var published = await Asking(county, "agr-tea", 1, "13800138633");
        await service.Officer().Post($"/v1/requests/{published}/publish").Must();
        var nobody = (await service.Given.AnOpenRequest(new LonelyCounty(service, "mec-optic").Call())).Id();

        var run = await service.PlannedRun(held, unknown, first, again, published, nobody);

        Assert.Equal(("kept_out", "safety_hold"), run.Outcome(held));
        Assert.Equal(("kept_out", "unknown_skill"), run.Outcome(unknown));
        Assert.Equal(("kept_out", "likely_duplicate"), run.Outcome(again));
        Assert.Equal(("kept_out", "published"), run.Outcome(published));
        Assert.Equal(("left_out", "no_team"), run.Outcome(nobody));
        Assert.Contains(
            run.Item(nobody).Items("refused"),
            refusal => refusal.Text("reason") == "out_of_area" && refusal.Number("count") > 0
        );
        Assert.Equal(("planned", null), run.Outcome(first));
        Assert.DoesNotContain("胸口", run.ToJsonString(), StringComparison.Ordinal);

        var committed = await service.CommittedRun(run.Id());
        Assert.Empty(await service.Offers(held));
        Assert.Empty(await service.Offers(again));
        Assert.Equal(("kept_out", "safety_hold"), committed.Outcome(held));
    }

    [Fact]
    public async Task Who_is_left_out_is_told_where_it_came_nearest_and_by_how_much()
    {
        var county = new LonelyCounty(service, "mec-tool");
        var team = await county.CountyTeam(6, capacity: 1);
        var (ordinary, emergency) = (
            await Asking(county, "mec-tool", 1, "13800138641"),
            await Asking(county, "mec-tool", 1, "13800138642", "emergency")
        );

        var run = await service.PlannedRun(ordinary, emergency);

        Assert.Equal(("planned", null), run.Outcome(emergency));
        Assert.Equal(("left_out", "places_worth_more"), run.Outcome(ordinary));
        Assert.Equal(team, run.Item(ordinary).Id("teamId"));
        Assert.True(run.Item(ordinary).Number("lacking") >= 0);
        Assert.Equal(4, run.Item(emergency).Number("weight"));
        Assert.Equal(1, run.Item(ordinary).Number("weight"));
    }

    [Fact]
    public async Task Fairness_spreads_the_load_and_shows_its_price()
    {
        var county = new LonelyCounty(service, "agr-citrus");
        var (best, other) = (await county.CountyTeam(8, capacity: 4), await county.CountyTeam(5, capacity: 4));
        var requests = new List<Guid>();
        for (var number = 0; number < 4; number++)
        {
            requests.Add(await Asking(county, "agr-citrus", 1, $"1380013865{number}"));
        }

        var unfair = await service.PlannedRun(new { requestIds = requests });
        var fair = await service.PlannedRun(new { requestIds = requests, fairness = 100 });

        Assert.All(unfair.Items("assigned"), item => Assert.Equal(best, item.Id("teamId")));
        Assert.Equal(0, unfair.Number("priceOfFairness"));
        Assert.Equal(2, fair.Items("assigned").Count(item => item.Id("teamId") == other));
        Assert.Equal(unfair.Number("total") - fair.Number("total"), fair.Number("priceOfFairness"));
        Assert.True(fair.Number("priceOfFairness") > 0);
        Assert.Equal(0, fair.Number("gap"));
        Assert.True(fair.Number("objective") < fair.Number("total"));
    }

    [Fact]
    public async Task A_plan_is_kept_current_from_the_last_one()
    {
        var county = new LonelyCounty(service, "mec-assembly");
        await county.CountyTeam(6, capacity: 2);
        var phones = Enumerable.Range(0, 3).Select(number => $"1380013866{number}").ToArray();
        var (one, two) = (await Asking(county, "mec-assembly", 1, phones[0]), await Asking(county, "mec-assembly", 1, phones[1]));
        var run = (await service.PlannedRun(new { regionCode = LonelyCounty.County })).Id();
        Assert.Equal("planned", (await service.Run(run)).Outcome(two).State);

        await service.Officer().Post($"/v1/requests/{one}/cancel", new { reason = "rejected" }).Must();
        var urgent = await Asking(county, "mec-assembly", 1, phones[2], "emergency");
        await service.Officer().Post($"/v1/dispatch-runs/{run}/refresh").Must();
        await service.WorkRuns();

        var refreshed = await service.Run(run);
        Assert.Equal(("planned", "last_plan"), (refreshed.Text("state"), refreshed.Text("plannedFrom")));
        Assert.Equal(("planned", "planned"), (refreshed.Outcome(two).State, refreshed.Outcome(urgent).State));
        Assert.DoesNotContain(refreshed.Items("assigned"), item => item.Id("requestId") == one);
        Assert.Equal(0, refreshed.Number("gap"));
        // What planning from nothing gives.
        var anew = await service.PlannedRun(new { regionCode = LonelyCounty.County });
        Assert.Equal(("nothing", anew.Number("total")), (anew.Text("plannedFrom"), refreshed.Number("total")));
    }

    [Fact]
    public async Task Two_runs_committed_at_once_never_ask_twice_for_one_request()
    {
        var county = new LonelyCounty(service, "aut-robot");
        await county.CountyTeam(6, capacity: 20);
        var requests = new List<Guid>();
        for (var number = 0; number < 6; number++)
        {
            requests.Add(await Asking(county, "aut-robot", 1, $"1380013867{number}"));
        }

        var runs = new[] { (await service.PlannedRun([.. requests])).Id(), (await service.PlannedRun([.. requests])).Id() };
        await Task.WhenAll(runs.Select(run => service.Officer().Post($"/v1/dispatch-runs/{run}/commit").Must()));
        await Task.WhenAll(Task.Run(service.WorkRuns), Task.Run(service.WorkRuns));

        var seen = await Task.WhenAll(runs.Select(service.Run));
        Assert.All(seen, run => Assert.Equal("committed", run.Text("state")));
        Assert.Equal(6, seen.Sum(run => run["counts"]!.Number("offered")));
        Assert.Equal(6, seen.Sum(run => run["counts"]!.Number("changed")));
        foreach (var request in requests)
        {
            Assert.Single(await service.Offers(request));
        }
    }

    [Fact]
    public async Task One_run_committed_twice_at_once_asks_once()
    {
        var county = new LonelyCounty(service, "aut-maint");
        await county.CountyTeam(6, capacity: 20);
        var request = await Asking(county, "aut-maint", 1, "13800138681");
        var run = (await service.PlannedRun(request)).Id();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Officer().Post($"/v1/dispatch-runs/{run}/commit").Must()));
        await Task.WhenAll(Task.Run(service.WorkRuns), Task.Run(service.WorkRuns));
        Assert.Single(await service.Offers(request));
        Assert.Equal("committed", (await service.Run(run)).Text("state"));
    }

    [Fact]
    public async Task A_commit_that_stopped_in_the_middle_goes_on_where_it_was()
    {
        var county = new LonelyCounty(service, "aut-quality");
        await county.CountyTeam(6, capacity: 20);
        var requests = new List<Guid>();
        for (var number = 0; number < 3; number++)
        {
            requests.Add(await Asking(county, "aut-quality", 1, $"1380013869{number}"));
        }

        var run = (await service.PlannedRun([.. requests])).Id();
        await service.Officer().Post($"/v1/dispatch-runs/{run}/commit").Must();
        await service.CommitOnly(run, 2);
        var halfway = await service.Run(run);
        Assert.Equal(
            ("committing", 2, 1),
            (halfway.Text("state"), halfway["counts"]!.Number("offered"), halfway["counts"]!.Number("planned"))
        );
        var first = (await service.LiveOffer(requests[0])).Id();

        var committed = await service.CommittedRun(run);

        Assert.Equal(("committed", 3), (committed.Text("state"), committed["counts"]!.Number("offered")));
        Assert.Equal(first, (await service.LiveOffer(requests[0])).Id());
        Assert.Equal(first, committed.Item(requests[0]).Id("offerId"));
        Assert.Single(await service.Offers(requests[2]));
    }

    [Fact]
    public async Task A_run_whose_worker_has_fallen_silent_is_taken_over()
    {
        var county = new LonelyCounty(service, "pow-energy");
        await county.CountyTeam(6);
        var request = await Asking(county, "pow-energy", 1, "13800138701");
        var run = (await service.StartRun(new { requestIds = new[] { request } })).Id();
        await Claimed(run);
        Assert.Equal(0, await service.WorkRuns());
        Assert.Equal("planning", (await service.Run(run)).Text("state"));
        service.Clock.Advance(RunLoop.LongestSilence + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await service.WorkRuns());
        Assert.Equal("planned", (await service.Run(run)).Text("state"));
    }

    [Fact]
    public async Task A_cancelled_run_asks_nobody_and_cannot_be_taken_up_again()
    {
        var county = new LonelyCounty(service, "ict-5g");
        await county.CountyTeam(6);
        var request = await Asking(county, "ict-5g", 1, "13800138711");
        var run = (await service.StartRun(new { requestIds = new[] { request } })).Id();
        var cancelled = await service.Officer().Post($"/v1/dispatch-runs/{run}/cancel").Must();
        Assert.Equal("cancelled", cancelled.Text("state"));
        Assert.Equal(0, await service.WorkRuns());
        Assert.Empty(await service.Offers(request));
        foreach (var action in new[] { "commit", "refresh", "cancel" })
        {
            await service.Officer().Post($"/v1/dispatch-runs/{run}/{action}").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        }
    }

    [Fact]
    public async Task Cancelled_in_the_middle_of_its_commit_it_stops_and_what_was_offered_stands()
    {
        var county = new LonelyCounty(service, "ict-digital");
        await county.CountyTeam(6, capacity: 9);
        var (one, two) = (await Asking(county, "ict-digital", 1, "13800138721"), await Asking(county, "ict-digital", 1, "13800138722"));
        var run = (await service.PlannedRun(one, two)).Id();
        await service.Officer().Post($"/v1/dispatch-runs/{run}/commit").Must();
        await service.CommitOnly(run, 1);
        await service.Officer().Post($"/v1/dispatch-runs/{run}/cancel").Must();
        await service.CommitOnly(run, 2);
        await service.WorkRuns();
        Assert.Single(await service.Offers(one));
        Assert.Empty(await service.Offers(two));
        Assert.Equal("cancelled", (await service.Run(run)).Text("state"));
    }

    [Fact]
    public async Task A_run_before_its_plan_cannot_be_committed()
    {
        var run = (await service.StartRun(new { regionCode = "442000" })).Id();
        var refused = await service
            .Officer()
            .Post($"/v1/dispatch-runs/{run}/commit")
            .MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        Assert.Equal("planning", refused.Text("state"));
        Assert.Equal(["cancel"], refused.Items("allowed").Select(action => action.GetValue<string>()));
        await service.WorkRuns();
        var empty = await service.Run(run);
        Assert.Equal(("planned", 0m), (empty.Text("state"), empty.Number("total")));
    }

    [Fact]
    public async Task An_officer_plans_and_sees_the_own_region_only()
    {
        var county = new LonelyCounty(service, "con-safety");
        await county.CountyTeam(6);
        var request = await Asking(county, "con-safety", 1, "13800138731");
        var own = await service.PlannedRun(new { }, LonelyCounty.City);
        Assert.Equal(LonelyCounty.City, own.Text("regionCode"));
        Assert.Equal("planned", own.Outcome(request).State);

        var elsewhere = service.Officer("331083");
        await elsewhere.GetAsync($"/v1/dispatch-runs/{own.Id()}").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await elsewhere.Post($"/v1/dispatch-runs/{own.Id()}/commit").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var beyond = await elsewhere
            .Post("/v1/dispatch-runs", new { regionCode = LonelyCounty.County })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("#/regionCode", beyond.Items("errors")[0].Text("pointer"));
        await elsewhere
            .Post("/v1/dispatch-runs", new { requestIds = new[] { request } })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.DoesNotContain((await elsewhere.Read("/v1/dispatch-runs?page_size=200")).Items(), run => run.Id() == own.Id());
        Assert.Contains(
            (await service.Officer(LonelyCounty.Province).Read("/v1/dispatch-runs?page_size=200")).Items(),
            run => run.Id() == own.Id()
        );
        await service.Leader(Given.Expert).Post("/v1/dispatch-runs").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task The_items_are_walked_page_by_page()
    {
        var county = new LonelyCounty(service, "con-civil");
        await county.CountyTeam(6, capacity: 2);
        var requests = new List<Guid>();
        for (var number = 0; number < 3; number++)
        {
            requests.Add(await Asking(county, "con-civil", 1, $"1380013874{number}"));
        }

        var run = (await service.PlannedRun([.. requests])).Id();
        var seen = new List<Guid>();
        for (var next = $"/v1/dispatch-runs/{run}/items?page_size=2"; next is not null; )
        {
            var page = await service.Officer().Read(next);
            seen.AddRange(page.Items().Select(item => item.Id("requestId")));
            next = page.Maybe("next");
        }

        Assert.Equal(requests, seen);
        Assert.Single((await service.Officer().Read($"/v1/dispatch-runs/{run}/items?state=left_out")).Items());
        await service
            .Officer()
            .GetAsync($"/v1/dispatch-runs/{run}/items?state=lost")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    private async Task<Guid> Asking(LonelyCounty county, string skill, int minLevel, string phone, string urgency = "normal")
    {
        // The order of arrival is an order of moments.
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var call = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(county.Call(urgency)))!;
        call["requester"]!["phone"] = phone;
        call["skills"] = new JsonArray(new JsonObject { ["code"] = skill, ["minLevel"] = minLevel });
        return (await service.Given.AnOpenRequest(call)).Id();
    }

    private async Task Hold(Guid request)
    {
        var shown = await service.Officer().GetAsync($"/v1/requests/{request}");
        await service
            .Officer()
            .Send(HttpMethod.Patch, $"/v1/requests/{request}", Patch(new { text = ChestPain }), null, shown.Headers.ETag!.ToString())
            .Must();
    }

    private async Task Suspend(Guid team)
    {
        var shown = await service.Officer().GetAsync($"/v1/teams/{team}");
        await service
            .Officer()
            .Send(HttpMethod.Patch, $"/v1/teams/{team}", Patch(new { suspended = true }), null, shown.Headers.ETag!.ToString())
            .Must();
    }

    private static StringContent Patch(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/merge-patch+json");

    /// <summary>What a worker that dies at once leaves behind.</summary>
    private async Task Claimed(Guid run)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await scope
            .ServiceProvider.GetRequiredService<Database>()
            .Unwatched()
            .Write(
                db,
                () =>
                    db.Execute(
                        "update dispatch_run set worker = 'gone', beat_at = @now where run_id = @run",
                        new { run, now = service.Clock.GetUtcNow() }
                    ),
                CancellationToken.None
            );
    }
}

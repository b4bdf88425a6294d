using System.Net;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Tests.Features;
using Xunit;
using static Dispatch.Api.Tests.Features.Reading;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>Wednesday 2026-06-03: kiwi growers in Heping want to be taught face to face; one group training with 96 attendances.</summary>
public sealed class KiwiTrainingTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Heping = "441624";
    private const string CityTeam = "T-4416";

    [Fact]
    public async Task A_group_training_counts_attendances_and_no_problem()
    {
        service.Clock.SetShanghai("2026-06-03 09:30");
        var submitted = await service.Officer(Heping).Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var request = submitted.Id();
        var seen = new Onlookers(service, request, submitted.Text("trackToken"), Heping, CityTeam);
        await seen.OnlyTheLeaderDoesNotSee("open", "待派单");

        // The county's own team knows kiwis, but not soil; the city's team brings all three skills.
        var match = await seen.Officer.Read($"/v1/requests/{request}/matches");
        var passed = Assert.Single(match.Items("passedOver"));
        Assert.Equal(("county", "nobody_brings_all"), (passed.Text("tier"), passed.Text("reason")));
        var whole = Assert.Single(match.Items("candidates"), candidate => candidate["bringsAll"]!.GetValue<bool>());
        Assert.Equal(RunningService.TeamId(CityTeam), whole.Id("teamId"));
        await seen.Officer.Post($"/v1/requests/{request}/dispatch").Must();
        await seen.AllSee("offered", "待接单");

        var offer = await service.LiveOffer(request);
        var accepted = await seen
            .Leader.Post(
                $"/v1/offers/{offer.Id()}/accept",
                new { start = Shanghai("2026-06-05 14:00"), end = Shanghai("2026-06-05 17:00") }
            )
            .Must();
        await seen.AllSee("accepted", "已接单");
        await TheTraining(accepted.Id("visitId"), seen);
        await seen.Leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "集中培训一次。" }).Must();
        await seen.Confirm(solved: true, rating: 5);
        await seen.AllSee("closed", "已办结");
        await TheFigures();
    }

    private static object Call() =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = "猕猴桃种植户甲",
                phone = "13800138021",
            },
            text = "猕猴桃园卖相不好，次果多，剪枝、施肥和病虫害都想有人面对面教一教，附近还有几十户一起听。",
            skills = new[] { new { code = "agr-kiwi" }, new { code = "agr-soil" }, new { code = "agr-plantprot" } },
            location = new
            {
                regionCode = Heping,
                address = "下车镇",
                lat = 24.6621,
                lng = 115.1124,
            },
            form = "training",
            mode = "one_to_many",
        };

    private async Task TheTraining(Guid visit, Onlookers seen)
    {
        service.Clock.SetShanghai("2026-06-05 14:00");
        var booked = await seen.Leader.Read($"/v1/visits/{visit}");
        Assert.Equal("training", booked.Text("form"));
        await seen.Leader.Post($"/v1/visits/{visit}/begin").Must();
        await seen.AllSee("in_progress", "服务中");
        service.Clock.SetShanghai("2026-06-05 17:00");
        await Complete(visit, seen, people: 97).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var completed = await Complete(visit, seen, people: 88).Must();
        var training = Assert.Single(completed.Items("trainings"));
        Assert.Equal((96, 88), (training.Number("attendances"), training.Number("people")));
        Assert.Empty(completed.Items("problems"));
    }

    private static Task<HttpResponseMessage> Complete(Guid visit, Onlookers seen, int people) =>
        seen.Leader.Post(
            $"/v1/visits/{visit}/complete",
            new
            {
                findings = "讲剪枝、施肥和溃疡病防治，田头示范。",
                minutes = 180,
                attended = new[]
                {
                    new { memberId = SeedFiles.IdOf(CityTeam + ":member:1"), minutes = 180 },
                    new { memberId = SeedFiles.IdOf(CityTeam + ":member:3"), minutes = 120 },
                },
                trainings = new[]
                {
                    new
                    {
                        topic = "猕猴桃剪枝与病虫害防治",
                        skill = "agr-kiwi",
                        sessions = 1,
                        attendances = 96,
                        people,
                        hours = 3,
                    },
                },
            }
        );

    private async Task TheFigures()
    {
        var june = await service.Officer().Read($"/v1/reports/summary?from=2026-06-01&to=2026-06-30&region={Heping}&groupBy=form");
        Assert.Equal(96, june.Figure("trained_person_times"));
        Assert.Equal((1, 3), (june.Figure("training_sessions"), june.Figure("training_hours")));
        Assert.Equal((0, 0), (june.Figure("problems_found"), june.Figure("problems_solved")));
        Assert.Equal((1, 2), (june.Figure("services"), june.Figure("service_person_times")));
        var training = Assert.Single(june.Items("groups"), group => group.Text("key") == "training");
        Assert.Equal(96, training.Figure("trained_person_times"));
    }
}

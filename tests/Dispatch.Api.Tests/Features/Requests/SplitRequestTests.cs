using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class SplitRequestTests(RunningService service) : IClassFixture<RunningService>
{
    private const string TwoJobs = "文旦采下来两个月就干瘪，想建个小冷库，再把网店开起来，麻烦分别派人。";

    private static readonly object Parts = new
    {
        parts = new object[]
        {
            new { text = "文旦采下来两个月就干瘪，想建个小冷库。" },
            new
            {
                text = "想把网店开起来。",
                skills = new[] { new { code = "ict-ecom" } },
                urgency = "low",
            },
        },
        note = "两件事",
    };

    [Fact]
    public async Task The_request_keeps_the_first_job_and_each_further_one_goes_its_own_way()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told(TwoJobs, name: "文旦合作社", phone: "13900000101"));
        var split = await service.Officer().Post($"/v1/requests/{told.Id()}/split", Parts).Must();
        Assert.Equal(("open", "foo-fruit"), (split.Text("state"), split.Items("skills")[0].Text("code")));
        var part = Assert.Single(split.Items("parts"));
        var other = await service.Request(part.Id());
        Assert.Equal(("ict-ecom", "low", "dispatch"), (other.Items("skills")[0].Text("code"), other.Text("urgency"), other.Text("queue")));
        Assert.Equal(told.Id(), other.Id("splitFrom"));
        Assert.Equal("文旦合作社", other["requester"]!.Text("name"));
        var row = Assert.Single((await service.Timeline(told.Id())).Of("request", "split"));
        Assert.Equal(("两件事", TwoJobs), (row.Text("reason"), row.Text("note")));
    }

    [Fact]
    public async Task Every_part_keeps_the_wanted_times_and_the_teams_not_wanted()
    {
        var start = service.Clock.GetUtcNow().AddDays(2);
        var told = await service.Given.AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "cooperative",
                    name = "文旦合作社",
                    phone = "13900000102",
                },
                text = TwoJobs,
                location = new { regionCode = "331083", address = "清港镇" },
                wanted = new[] { new { start, end = start.AddHours(3) } },
                excludeTeamIds = new[] { RunningService.TeamId(Given.Expert) },
            }
        );
        var split = await service.Officer().Post($"/v1/requests/{told.Id()}/split", Parts).Must();
        var part = await service.Request(split.Items("parts")[0].Id());
        Assert.Equal(start, Assert.Single(part.Items("wanted")).Time("start"));
        Assert.Equal(RunningService.TeamId(Given.Expert).ToString(), Assert.Single(part["excludeTeamIds"]!.AsArray())!.GetValue<string>());
        Assert.Equal("清港镇", part["location"]!.Text("address"));
    }

    [Fact]
    public async Task The_requester_sees_the_parts_with_his_own_token_and_each_part_has_one_of_its_own()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told(TwoJobs));
        var split = await service.Officer().Post($"/v1/requests/{told.Id()}/split", Parts).Must();
        var part = split.Items("parts")[0];
        var seen = Assert.Single((await service.Anonymous().Read($"/v1/track/{told.Text("trackToken")}")).Items("parts"));
        Assert.Equal((part.Text("reference"), "open"), (seen.Text("reference"), seen.Text("state")));
        Assert.Equal(part.Text("reference"), (await service.Anonymous().Read($"/v1/track/{part.Text("trackToken")}")).Text("reference"));
        Assert.Null((await service.Request(told.Id())).Items("parts")[0]["trackToken"]);
    }

    [Fact]
    public async Task Offers_made_for_the_whole_are_taken_back()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told(TwoJobs));
        await service.Officer().Post($"/v1/requests/{told.Id()}/dispatch").Must();
        var offer = await service.LiveOffer(told.Id());
        await service.Officer().Post($"/v1/requests/{told.Id()}/split", Parts).Must();
        Assert.Equal("withdrawn", (await service.Offers(told.Id())).Single(o => o.Id() == offer.Id()).Text("state"));
    }

    [Fact]
    public async Task One_part_is_no_split_and_a_taken_request_is_not_split()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told(TwoJobs));
        await service
            .Officer()
            .Post($"/v1/requests/{told.Id()}/split", new { parts = new[] { new { text = "只有一件事" } } })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Empty((await service.Request(told.Id())).Items("parts"));
        var (taken, _) = await service.Given.AnAcceptedRequest();
        await service.Officer().Post($"/v1/requests/{taken}/split", Parts).MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
    }

    [Fact]
    public async Task A_repeated_send_splits_once()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told(TwoJobs));
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await service.Officer().Post($"/v1/requests/{told.Id()}/split", Parts, key: "split-" + told.Id());
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Single((await service.Request(told.Id())).Items("parts"));
    }

    [Fact]
    public async Task Danger_in_a_part_holds_that_part_alone()
    {
        var told = await service.Given.AnOpenRequest(Calls.Told("帮我。"));
        var split = await service
            .Officer()
            .Post(
                $"/v1/requests/{told.Id()}/split",
                new
                {
                    parts = new[]
                    {
                        new { text = "菌棒出菇不齐，菇形小，请师傅来看看。" },
                        new { text = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？" },
                    },
                }
            )
            .Must();
        Assert.Null(split["safety"]);
        Assert.Equal("dispatch", split.Text("queue"));
        var part = await service.Request(split.Items("parts")[0].Id());
        Assert.Equal(("medical", "triage"), (part["safety"]!.Text("kind"), part.Text("queue")));
        Assert.True(part["safety"]!["held"]!.GetValue<bool>());
    }
}

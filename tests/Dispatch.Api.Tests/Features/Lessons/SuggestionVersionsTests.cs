using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Lessons;
using Dispatch.Api.Features.Reference;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Lessons;

public sealed class SuggestionVersionsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Versions = "/v1/suggestion-versions";
    private const string Skill = "cra-design";
    private const string Told = "文化墙旧了想重画，请问找谁";

    private static readonly string[] Murals = ["村里文化墙掉皮想重画", "文化墙褪色了，想请人重新画", "村口文化墙要重画，找会画的师傅"];

    public Task InitializeAsync() => Task.CompletedTask;

    // The tests of this class share one database: each leaves no confirmed correction behind, and version 0 in use.
    public async Task DisposeAsync()
    {
        foreach (var correction in (await service.Officer().Read("/v1/skill-corrections?state=confirmed&page_size=200")).Items())
        {
            await service.Officer().Post($"/v1/requests/{correction.Id("requestId")}/judge-correction", new { confirmed = false }).Must();
        }

        await service.As("admin").Post($"{Versions}/0/activate").Must();
    }

    [Fact]
    public async Task A_phrase_read_wrongly_is_read_right_once_its_corrections_are_confirmed_and_exactly_as_before_after_going_back()
    {
        var before = await Suggested(Told);
        Assert.NotEqual(Skill, MainOf(before));
        foreach (var text in Murals)
        {
            await service.Given.AConfirmedCorrection(text, Skill);
        }

        var made = await Make();
        Assert.Equal(("active", 3), (made.Text("state"), (int)made.Number("lessons")));
        AssertNoLower(made);
        var after = await Suggested(Told);
        Assert.Equal(Skill, MainOf(after));
        Assert.Equal(made.Number("number"), after.Number("readByVersion"));

        var number = (int)made.Number("number");
        var back = await service.As("admin").Post($"{Versions}/0/activate").Must();
        Assert.Equal(("active", 0), (back.Text("state"), (int)back.Number("number")));
        Assert.Equal(before.ToJsonString(), (await Suggested(Told)).ToJsonString());
        Assert.Equal("accepted", (await service.Officer().Read($"{Versions}/{number}")).Text("state"));

        await service.As("admin").Post($"{Versions}/{number}/activate").Must();
        Assert.Equal(after.ToJsonString(), (await Suggested(Told)).ToJsonString());
        await service.Restart();
        Assert.Equal(after.ToJsonString(), (await Suggested(Told)).ToJsonString());
    }

    [Fact]
    public async Task A_batch_of_wrong_corrections_is_kept_as_refused_and_the_older_version_stays()
    {
        var before = await Suggested(Told);
        await service.Given.AWrongBatch();
        var made = await Make();
        Assert.Equal("refused", made.Text("state"));
        var (now, compared) = (made["control"]!, (await service.Officer().Read($"{Versions}/0"))["control"]!);
        Assert.Contains(Figures, figure => now.Number(figure) < compared.Number(figure));
        Assert.Equal(before.ToJsonString(), (await Suggested(Told)).ToJsonString());
        var listed = (await service.Officer().Read(Versions)).Items();
        Assert.Equal(made.Number("number"), listed[0].Number("number"));
        Assert.Equal("active", listed[^1].Text("state"));
    }

    [Fact]
    public async Task A_correction_counts_when_the_requester_says_that_it_was_solved_and_not_before()
    {
        var request = await service.Given.ACorrectedRequest("老树今年不对劲，请来看看", "agr-citrus");
        Assert.Equal("waiting", (await CorrectionOf(request)).Text("state"));
        await Nothing();
        await Solve(request);
        Assert.Equal("confirmed", (await CorrectionOf(request)).Text("state"));
        Assert.Equal(1, (int)(await Make()).Number("lessons"));
    }

    [Fact]
    public async Task Nobody_confirms_his_own_correction_but_may_take_it_back()
    {
        var request = await service.Given.ACorrectedRequest("文化墙晒花了要重画", Skill);
        await Judge(service.Officer(), request, true).MustRefuse(HttpStatusCode.Conflict, "correction.own");
        await Judge(service.As("officer", "331083", subject: "second-officer"), request, true).Must();
        Assert.Equal("second-officer", (await CorrectionOf(request)).Text("judgedBy"));
        Assert.Equal("confirmed", Assert.Single((await service.Timeline(request)).Of("request", "judge_correction")).Text("reason"));
        await Judge(service.Officer(), request, false).Must();
        Assert.Equal("refused", (await CorrectionOf(request)).Text("state"));
        await Nothing();
    }

    [Fact]
    public async Task What_was_refused_later_is_left_out_of_the_next_version_and_stays_in_the_older_one()
    {
        var kept = await service.Given.AConfirmedCorrection(Murals[0], Skill);
        var wrong = await service.Given.AConfirmedCorrection("文化墙掉皮", "cra-pottery");
        var first = (int)(await Make()).Number("number");
        await Judge(service.Officer(), wrong, false).Must();
        var second = (int)(await Make()).Number("number");
        Assert.Equal(new[] { kept, wrong }.Order(), (await LessonsOf(first)).Select(lesson => lesson.Request).Order());
        Assert.Equal([kept], (await LessonsOf(second)).Select(lesson => lesson.Request));
    }

    [Fact]
    public async Task Lessons_hold_no_phone_and_no_name()
    {
        var request = await service.Given.AConfirmedCorrection("文化墙要重画，找周小川，电话13911112222", Skill, name: "周小川");
        var number = (int)(await Make()).Number("number");
        var lesson = Assert.Single(await LessonsOf(number), lesson => lesson.Request == request);
        Assert.Equal("文化墙要重画，找某，电话***", lesson.Text);
        Assert.Equal(lesson.Text, (await CorrectionOf(request)).Text("text"));
    }

    [Theory]
    [InlineData("process_secret", null)]
    [InlineData("normal", "车间有人触电倒地，墙要重画")]
    public async Task Of_a_secret_and_of_a_danger_nothing_is_learned(string confidentiality, string? danger)
    {
        var request = await service.Given.AConfirmedCorrection(Murals[1], Skill);
        await service
            .Officer()
            .Put(
                $"/v1/requests/{request}",
                new
                {
                    text = danger ?? Murals[1],
                    location = new { regionCode = "331083" },
                    skills = new[] { new { code = Skill } },
                    urgency = "normal",
                    form = "on_site",
                    mode = "one_to_one",
                    confidentiality,
                },
                "*"
            )
            .Must();
        Assert.DoesNotContain(
            (await service.Officer().Read("/v1/skill-corrections?page_size=200")).Items(),
            correction => correction.Id("requestId") == request
        );
        await Nothing();
    }

    [Fact]
    public async Task Another_node_takes_up_what_is_in_use_at_its_next_look()
    {
        await service.Given.AConfirmedCorrection(Murals[0], Skill);
        var number = (int)(await Make()).Number("number");
        var catalogue = service.Services.GetRequiredService<Catalogue>();
        catalogue.Use(new Reader(0, catalogue.Delivered));
        Assert.Equal(0, (await Suggested(Told)).Number("readByVersion"));
        await service.Services.GetRequiredService<KeepingUp>().LookNow();
        Assert.Equal(number, (await Suggested(Told)).Number("readByVersion"));
    }

    [Fact]
    public async Task Only_an_administrator_changes_how_texts_are_read_and_an_officer_sees_the_corrections_of_his_region()
    {
        await service.Officer().Post(Versions).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.Officer().Post($"{Versions}/0/activate").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.As("admin").Post($"{Versions}/999/activate").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var request = await service.Given.ACorrectedRequest(Murals[2], Skill);
        Assert.DoesNotContain(
            (await service.Officer("440305").Read("/v1/skill-corrections")).Items(),
            correction => correction.Id("requestId") == request
        );
        await service.Officer().GetAsync("/v1/skill-corrections?state=maybe").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    private static readonly string[] Figures = ["givenFirst", "givenThree", "unseenFirst", "unseenThree"];

    private static void AssertNoLower(JsonNode made)
    {
        var control = made["control"]!;
        Assert.True(control.Number("givenFirst") >= 74 && control.Number("givenThree") >= 75);
        Assert.True(control.Number("unseenFirst") >= 196 && control.Number("unseenThree") >= 221);
    }

    private Task<JsonNode> Make() => service.As("admin").Post(Versions).Must(HttpStatusCode.Created);

    private Task Nothing() => service.As("admin").Post(Versions).MustRefuse(HttpStatusCode.Conflict, "suggestion.nothing_new");

    private Task<JsonNode> Suggested(string text) => service.Officer().Post("/v1/skill-suggestions", new { text }).Must();

    private static string? MainOf(JsonNode suggestion) => suggestion.Items("skills") is [var main, ..] ? main.Text("code") : null;

    private static Task<HttpResponseMessage> Judge(HttpClient officer, Guid request, bool confirmed) =>
        officer.Post($"/v1/requests/{request}/judge-correction", new { confirmed });

    private async Task<JsonNode> CorrectionOf(Guid request) =>
        Assert.Single(
            (await service.Officer().Read("/v1/skill-corrections?page_size=200")).Items(),
            correction => correction.Id("requestId") == request
        );

    private async Task<IReadOnlyList<(Guid Request, string Text)>> LessonsOf(int number)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var lessons = await scope.ServiceProvider.GetRequiredService<LessonStore>().LessonsOf(number);
        return [.. lessons.Select(lesson => (lesson.RequestId, lesson.Text))];
    }

    private async Task Solve(Guid request)
    {
        var team = RunningService.TeamId(Given.Expert);
        var offer = await service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = team }).Must(HttpStatusCode.Created);
        await service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/accept").Must();
        var start = service.Clock.GetUtcNow().AddHours(1);
        var visit = await service
            .LeaderOf(team)
            .Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(2) })
            .Must(HttpStatusCode.Created);
        await service.LeaderOf(team).Post($"/v1/visits/{visit.Id()}/begin").Must();
        await service.LeaderOf(team).Post($"/v1/visits/{visit.Id()}/complete", new { findings = "已看过。", minutes = 60 }).Must();
        await service.LeaderOf(team).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "已看过。" }).Must();
        await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true }).Must();
    }
}

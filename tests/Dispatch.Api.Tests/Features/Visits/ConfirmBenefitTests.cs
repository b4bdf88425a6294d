using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Visits;

public sealed class ConfirmBenefitTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Yuhuan = "331083";

    private static readonly object Report = new
    {
        findings = "根系积水。",
        minutes = 90,
        benefits = new object[]
        {
            new
            {
                kind = "income_gain",
                amountFen = 300_000,
                basis = "种植户估算",
            },
            new
            {
                kind = "sales",
                amountFen = 70_000,
                basis = "收购单",
            },
        },
    };

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_is_confirmed_moves_from_the_estimated_figure_to_the_confirmed_one()
    {
        var (_, visit, benefit) = await AResolvedOne();
        var before = await Figures();
        var confirmed = Benefit(await Confirm(visit, benefit, new { evidence = "已核对收购单" }).Must(), benefit);
        Assert.Equal("confirmed", confirmed.Text("proof"));
        Assert.Equal("已核对收购单", confirmed.Text("evidence"));
        Assert.Equal("test-officer", confirmed.Text("confirmedBy"));
        Assert.Null(confirmed["reportedFen"]);
        var after = await Figures();
        Assert.Equal(before.All, after.All);
        Assert.Equal(before.Estimated - 3000, after.Estimated);
        Assert.Equal(before.Confirmed + 3000, after.Confirmed);
    }

    [Fact]
    public async Task Another_amount_counts_instead_and_what_was_reported_stays_readable()
    {
        var (request, visit, benefit) = await AResolvedOne();
        var before = await Figures();
        await Confirm(visit, benefit, new { evidence = "过磅单", amountFen = 250_000 }).Must();
        var after = await Figures();
        Assert.Equal(before.Estimated - 3000, after.Estimated);
        Assert.Equal(before.Confirmed + 2500, after.Confirmed);
        Assert.Equal(before.All - 500, after.All);

        // To confirm it anew corrects what was confirmed, and never what was reported.
        await Confirm(visit, benefit, new { evidence = "过磅单（更正）", amountFen = 260_000 }).Must();
        var shown = Benefit(await service.Officer().Read($"/v1/visits/{visit}"), benefit);
        Assert.Equal((260_000, 300_000), (shown["amountFen"]!.GetValue<long>(), shown["reportedFen"]!.GetValue<long>()));
        Assert.Equal(before.Confirmed + 2600, (await Figures()).Confirmed);
        Assert.Equal(
            ["completed confirm_benefit corrected test-officer", "completed confirm_benefit corrected test-officer"],
            await History(request)
        );
        await Confirm(visit, benefit, new { evidence = "过磅单（更正）", amountFen = 300_000 }).Must();
        Assert.Null(Benefit(await service.Officer().Read($"/v1/visits/{visit}"), benefit)["reportedFen"]);
    }

    [Fact]
    public async Task The_same_said_twice_is_said_once()
    {
        var (request, visit, benefit) = await AResolvedOne();
        var first = await Confirm(visit, benefit, new { evidence = "收购单" }).Must();
        var again = await Confirm(visit, benefit, new { evidence = "收购单" }).Must();
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(["completed confirm_benefit as_reported test-officer"], await History(request));
    }

    [Fact]
    public async Task Whoever_read_an_older_visit_confirms_nothing()
    {
        var (_, visit, benefit) = await AResolvedOne();
        using var read = await service.Officer().GetAsync($"/v1/visits/{visit}");
        var tag = read.Headers.ETag!.Tag;
        await Confirm(visit, benefit, new { evidence = "收购单" }).Must();
        var path = Path(visit, benefit);
        await service
            .Officer()
            .Post(path, new { evidence = "x" }, ifMatch: tag)
            .MustRefuse(HttpStatusCode.PreconditionFailed, "resource.changed");
        using var again = await service.Officer().GetAsync($"/v1/visits/{visit}");
        await service.Officer().Post(path, new { evidence = "x" }, ifMatch: again.Headers.ETag!.Tag).Must();
    }

    [Fact]
    public async Task Only_the_office_of_the_region_confirms_and_never_the_team_itself()
    {
        var (_, visit, benefit) = await AResolvedOne();
        var path = Path(visit, benefit);
        var body = new { evidence = "收购单" };
        await service.Leader(Given.Expert).Post(path, body).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.Officer("331102").Post(path, body).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer().Post(Path(visit, Guid.NewGuid()), body).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var (_, other, _) = await AResolvedOne();
        await service.Officer().Post(Path(other, benefit), body).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        foreach (
            var wrong in new object[]
            {
                new { evidence = "" },
                new { evidence = "x", amountFen = 0 },
                new { evidence = new string('x', 501) },
            }
        )
        {
            await service.Officer().Post(path, wrong).MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        }

        await service.Officer(Yuhuan).Post(path, body).Must();
    }

    [Fact]
    public async Task Before_there_is_a_result_and_after_a_reopening_nothing_is_confirmed()
    {
        var (request, visit) = await service.Given.ACompletedVisit(report: Report);
        var benefit = await IncomeOf(visit);
        await Confirm(visit, benefit, new { evidence = "x" }).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        await Resolve(request);
        await service.Officer().Post($"/v1/requests/{request}/reopen", new { reason = "问题又出现了。" }).Must();
        await Confirm(visit, benefit, new { evidence = "x" }).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
    }

    [Fact]
    public async Task The_evidence_goes_with_the_person_and_nothing_is_confirmed_afterwards()
    {
        var (request, visit, benefit) = await AResolvedOne();
        await Confirm(visit, benefit, new { evidence = "白鲸收购单" }).Must();
        Assert.NotEmpty(await service.Find("白鲸收购单"));
        await service.Approve(await service.AskErasure(new { requestId = request, reason = "本人要求" }));
        Assert.Empty(await service.Find("白鲸收购单"));
        Assert.Equal("confirmed", Benefit(await service.Officer().Read($"/v1/visits/{visit}"), benefit).Text("proof"));
        await Confirm(visit, benefit, new { evidence = "x" }).MustRefuse(HttpStatusCode.Conflict, "person.erased");
    }

    private async Task<(Guid Request, Guid Visit, Guid Benefit)> AResolvedOne()
    {
        var (request, visit) = await service.Given.ACompletedVisit(report: Report);
        await Resolve(request);
        return (request, visit, await IncomeOf(visit));
    }

    private async Task<Guid> IncomeOf(Guid visit) =>
        (await service.Officer().Read($"/v1/visits/{visit}"))["benefits"]!
            .AsArray()
            .Single(benefit => benefit!.Text("kind") == "income_gain")!
            .Id("benefitId");

    private Task Resolve(Guid request) =>
        service.Leader(Given.Expert).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水。" }).Must();

    private Task<HttpResponseMessage> Confirm(Guid visit, Guid benefit, object body) => service.Officer().Post(Path(visit, benefit), body);

    private static string Path(Guid visit, Guid benefit) => $"/v1/visits/{visit}/benefits/{benefit}/confirm";

    private static JsonNode Benefit(JsonNode visit, Guid benefit) =>
        visit["benefits"]!.AsArray().Single(one => one!.Id("benefitId") == benefit)!;

    private async Task<IReadOnlyList<string>> History(Guid request) =>
        [
            .. (await service.Officer().Read($"/v1/requests/{request}/timeline"))["items"]!
                .AsArray()
                .Where(entry => entry!.Text("action") == "confirm_benefit")
                .Select(entry => $"{entry!.Text("toState")} {entry!.Text("action")} {entry!.Text("reason")} {entry!.Text("actor")}"),
        ];

    private async Task<(decimal All, decimal Estimated, decimal Confirmed)> Figures()
    {
        var figures = (await service.Officer().Read("/v1/reports/summary"))["figures"]!.AsArray();
        return (Of("economic_benefit_yuan"), Of("economic_benefit_yuan_estimated"), Of("economic_benefit_yuan_confirmed"));

        decimal Of(string indicator) =>
            decimal.Parse(
                figures.Single(figure => figure!.Text("indicator") == indicator)!["value"]!.ToString(),
                CultureInfo.InvariantCulture
            );
    }
}

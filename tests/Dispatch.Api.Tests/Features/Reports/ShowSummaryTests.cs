using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Domain.Outcomes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>What a union is asked every month, and whether it can be answered for.</summary>
public sealed class ShowSummaryTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    private const string June = "from=2026-06-01&to=2026-06-30";

    private static readonly object Report = new
    {
        findings = "根系积水，缺镁。",
        minutes = 80,
        personTimes = 3,
        problems = new[] { new { title = "积水", result = "solved" }, new { title = "缺镁", result = "partly" } },
        trainings = new[]
        {
            new
            {
                topic = "修剪",
                sessions = 2,
                attendances = 40,
                people = 25,
                hours = 1.5,
            },
        },
        benefits = new[]
        {
            new
            {
                kind = "cost_saved",
                amountFen = 120_050,
                basis = "少用药",
            },
            new
            {
                kind = "fee_deferred",
                amountFen = 999_900,
                basis = "缓交",
            },
        },
        results = new[] { new { kind = "method", title = "起垄栽培" } },
    };

    [Fact]
    public async Task A_figure_is_the_same_before_and_after_it_is_booked()
    {
        await service.Given.ACompletedVisit(report: Report);
        var waiting = await service.Stored<long>("select count(*) from figure_due");
        Assert.True(waiting > 0);
        var path = $"/v1/reports/summary?{June}&groupBy=team&rows=city&columns=month";
        var before = await service.Officer().GetStringAsync(path);
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        Assert.Equal(0, await service.Stored<long>("select count(*) from figure_due"));
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        Assert.Equal(before, await service.Officer().GetStringAsync(path));
    }

    [Fact]
    public async Task Deferred_fees_never_enter_the_economic_benefit()
    {
        var before = await Values("economic_benefit_yuan,fees_deferred_yuan,cost_saved_yuan,methods");
        await service.Given.ACompletedVisit(report: Report);
        var after = await Values("economic_benefit_yuan,fees_deferred_yuan,cost_saved_yuan,methods");
        Assert.Equal([1200.50m, 9999m, 1200.50m, 1m], after.Select(pair => pair.Value - before[pair.Key]));
    }

    [Fact]
    public async Task Rates_are_made_of_sums_and_persons_are_not_added_over_trainings()
    {
        await service.Given.ACompletedVisit(report: Report);
        await service.Given.ACompletedVisit(report: Report);
        var figures = (
            await service
                .Officer()
                .Read(
                    $"/v1/reports/summary?{June}&indicators=problems_found,problems_solved,solved_rate,trained_persons,median_minutes_to_offer"
                )
        )
            .Items("figures")
            .ToDictionary(figure => figure.Text("indicator"));
        var (found, solved) = (Value(figures["problems_found"]), Value(figures["problems_solved"]));
        Assert.Equal(Math.Round(100 * solved / found, 2, MidpointRounding.AwayFromZero), Value(figures["solved_rate"]));
        Assert.Equal(25, Value(figures["trained_persons"]));
        Assert.Equal("at_least", figures["trained_persons"].Text("qualifier"));
        Assert.NotNull(figures["median_minutes_to_offer"]["value"]);
    }

    [Fact]
    public async Task Every_grouping_adds_up_to_the_whole()
    {
        await service.Given.ACompletedVisit(report: Report);
        foreach (var axis in Words.All<ReportAxis>())
        {
            var answer = await service
                .Officer()
                .Read($"/v1/reports/summary?{June}&indicators=services,problems_found,trained_person_times&rows={axis}&columns=form");
            foreach (var figure in answer.Items("figures"))
            {
                var cells = answer["table"]!
                    .Items("cells")
                    .SelectMany(cell => cell.Items("figures"))
                    .Where(cell => cell.Text("indicator") == figure.Text("indicator"))
                    .Sum(Value);
                Assert.True(
                    Value(figure) == cells,
                    $"{axis}: {figure.Text("indicator")} is {Value(figure)}, and its cells come to {cells}."
                );
            }
        }
    }

    [Fact]
    public async Task Every_figure_leads_to_its_meaning_and_to_the_requests_behind_it()
    {
        var (request, _) = await service.Given.ACompletedVisit(report: Report);
        var answer = await service.Officer().Read($"/v1/reports/summary?{June}&rows=tier&columns=month");
        foreach (var figure in answer["table"]!.Items("cells").SelectMany(cell => cell.Items("figures")).Concat(answer.Items("figures")))
        {
            Assert.Equal(figure.Text("indicator"), (await service.Anonymous().Read(figure.Text("definition"))).Text("code"));
            Assert.Equal(Value(figure), await Behind(figure.Text("records")));
        }

        var services = answer.Items("figures").Single(figure => figure.Text("indicator") == "services");
        Assert.Contains(
            (await service.Officer().Read(services.Text("records") + "&page_size=200")).Items(),
            item => item["requestId"]!.GetValue<Guid>() == request
        );
        // Booked or not.
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        foreach (var figure in answer.Items("figures"))
        {
            Assert.Equal(Value(figure), await Behind(figure.Text("records")));
        }
    }

    [Fact]
    public async Task A_request_that_moves_to_another_place_takes_its_figures_along()
    {
        var before = await Of("331083", "requests_received");
        var beforeThere = await Of("331102", "requests_received");
        var request = (await service.Given.AnOpenRequest()).Id();
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        Assert.Equal(before + 1, await Of("331083", "requests_received"));
        await service
            .Officer()
            .Put(
                $"/v1/requests/{request}",
                new
                {
                    text = "文旦园叶子发黄。",
                    location = new { regionCode = "331102" },
                    skills = new[] { new { code = "agr-citrus" } },
                    urgency = "normal",
                    form = "on_site",
                    mode = "one_to_one",
                },
                "*"
            )
            .Must();
        foreach (var _ in new[] { "waiting", "booked" })
        {
            Assert.Equal(before, await Of("331083", "requests_received"));
            Assert.Equal(beforeThere + 1, await Of("331102", "requests_received"));
            await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        }
    }

    [Fact]
    public async Task What_a_team_is_by_now_is_what_it_is_credited_as()
    {
        await service.Given.ACompletedVisit();
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        var team = RunningService.TeamId(Given.Expert);
        await service.ByHand($"update team set tier = 'city' where team_id = '{team}'");
        Assert.True(await service.Stored<long>("select count(*) from figure_due") > 0);
        var tiers = (await service.Officer().Read($"/v1/reports/summary?{June}&indicators=services&rows=tier"))["table"]!.Items("cells");
        Assert.DoesNotContain(tiers, cell => cell.Text("row") == "county");
        await service.ByHand($"update team set tier = 'county' where team_id = '{team}'");
    }

    [Theory]
    [InlineData("indicators=colour", "indicators")]
    [InlineData("rows=colour", "rows")]
    [InlineData("columns=month", "columns")]
    public async Task What_no_report_knows_is_refused(string query, string parameter)
    {
        var refused = await service
            .Officer()
            .GetAsync($"/v1/reports/summary?{query}")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.Equal(parameter, refused["errors"]![0]!.Text("pointer"));
    }

    [Fact]
    public async Task Every_indicator_can_be_asked_for_and_told()
    {
        var all = (await service.Anonymous().Read("/v1/indicators")).Items().Select(item => item.Text("code")).ToList();
        Assert.True(all.Count > 40);
        var figures = (await service.Officer().Read($"/v1/reports/summary?{June}&indicators={string.Join(',', all)}&groupBy=domain")).Items(
            "figures"
        );
        Assert.Equal(all, figures.Select(figure => figure.Text("indicator")));
    }

    /// <summary>The schema has a column for each measure, where it is booked and where it is summed.</summary>
    [Theory]
    [InlineData("figure_entry")]
    [InlineData("figure_rollup")]
    public async Task Every_measure_has_its_column(string table)
    {
        foreach (var measure in Enum.GetValues<Measure>())
        {
            Assert.True(await service.Stored<long>($"select count({Words.Of(measure)}) from {table}") >= 0);
        }
    }

    [Fact]
    public async Task Nobody_changes_or_deletes_an_entry()
    {
        await service.Given.AnOpenRequest();
        await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        foreach (var harm in new[] { "update figure_entry set services = 7", "delete from figure_entry" })
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => service.ByHand(harm));
        }
    }

    private async Task<decimal> Of(string region, string indicator) =>
        Value((await service.Officer().Read($"/v1/reports/summary?{June}&region={region}&indicators={indicator}")).Items("figures")[0]);

    private async Task<Dictionary<string, decimal>> Values(string indicators) =>
        (await service.Officer().Read($"/v1/reports/summary?{June}&indicators={indicators}"))
            .Items("figures")
            .ToDictionary(figure => figure.Text("indicator"), Value);

    private async Task<decimal> Behind(string records)
    {
        var sum = 0m;
        for (var next = records + "&page_size=2"; next is not null; )
        {
            var page = await service.Officer().Read(next);
            sum += page.Items().Sum(item => item["value"]!.GetValue<decimal>());
            next = page["next"]?.GetValue<string>();
        }

        return sum;
    }

    private static decimal Value(JsonNode figure) => figure["value"]!.GetValue<decimal>();
}

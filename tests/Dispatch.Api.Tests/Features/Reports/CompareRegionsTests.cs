using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>Sister regions may be compared; a few people of a sister region may not be told apart.</summary>
public sealed class CompareRegionsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Own = "331181";
    private const string Within = "from=2026-06-01&to=2026-06-30&indicators=requests_received,solved_rate,economic_benefit_yuan";

    private static readonly string[] Sisters = ["331102", "331121", "331122"];

    public async Task InitializeAsync()
    {
        if ((await Compared(service.Officer(Own))).Items("figures")[0]["value"]?.GetValue<decimal>() > 0)
        {
            return;
        }

        // One of the own, two of one sister, six of another, seven of a third.
        await Open(Own, 1);
        await Open(Sisters[0], 2);
        await Open(Sisters[1], 6);
        await Open(Sisters[2], 7);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_small_figure_of_a_sister_is_hidden_with_the_next_so_that_the_total_does_not_tell_it()
    {
        var answer = await Compared(service.Officer(Own));
        Assert.Equal("331100", answer.Text("region"));
        Assert.Equal(16, answer.Items("figures")[0]["value"]!.GetValue<decimal>());
        Assert.Equal((1m, false), Received(answer, Own));
        Assert.Equal((null, true), Received(answer, Sisters[0]));
        Assert.Equal((null, true), Received(answer, Sisters[1]));
        Assert.Equal((7m, false), Received(answer, Sisters[2]));
        Assert.Null(Of(answer, Sisters[2])["records"]);
        Assert.NotNull(Of(answer, Own)["records"]);
    }

    [Fact]
    public async Task Whoever_answers_for_all_of_them_sees_all_of_them()
    {
        foreach (var officer in new[] { service.Officer("331100"), service.Officer("330000") })
        {
            var answer = await Compared(officer, "&region=331100");
            Assert.Equal((2m, false), Received(answer, Sisters[0]));
            Assert.Equal((6m, false), Received(answer, Sisters[1]));
        }
    }

    /// <summary>Eight in two months less six in the first would be two in the second.</summary>
    [Fact]
    public async Task What_one_month_hides_no_longer_period_tells()
    {
        (string Region, int June, int July)[] opened = [("330402", 1, 1), ("330411", 6, 2), ("330421", 7, 7), ("330424", 9, 9)];
        foreach (var one in opened)
        {
            await Open(one.Region, one.June);
        }

        await service.At("2026-07-02 09:00");
        foreach (var one in opened)
        {
            await Open(one.Region, one.July, one.June);
        }

        var june = await Months("2026-06-01", "2026-06-30");
        Assert.Equal([(1m, false), (6m, false), (7m, false), (9m, false)], opened.Select(one => Received(june, one.Region)));
        var july = await Months("2026-07-01", "2026-07-31");
        Assert.Equal([(1m, false), (null, true), (null, true), (9m, false)], opened.Select(one => Received(july, one.Region)));
        var both = await Months("2026-06-01", "2026-07-31");
        Assert.Equal([(2m, false), (null, true), (null, true), (18m, false)], opened.Select(one => Received(both, one.Region)));
        Assert.Equal(42, both.Items("figures")[0]["value"]!.GetValue<decimal>());

        Task<JsonNode> Months(string from, string to) =>
            service.Officer("330402").Read($"/v1/reports/region-comparison?from={from}&to={to}&indicators=requests_received");
    }

    [Theory]
    [InlineData("from=2026-06-01&to=2026-06-29", "to")]
    [InlineData("from=2026-06-02&to=2026-06-30", "to")]
    [InlineData("region=440000", "region")]
    [InlineData("region=330000", "region")]
    [InlineData("indicators=helpers", "indicators")]
    public async Task Neither_days_nor_far_regions_are_compared(string query, string parameter)
    {
        var refused = await service
            .Officer(Own)
            .GetAsync("/v1/reports/region-comparison?" + query)
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.Equal(parameter, refused["errors"]![0]!.Text("pointer"));
    }

    private static Task<JsonNode> Compared(HttpClient officer, string further = "") =>
        officer.Read("/v1/reports/region-comparison?" + Within + further);

    private static JsonNode Of(JsonNode answer, string region) =>
        answer.Items("regions").Single(one => one.Text("region") == region).Items("figures")[0];

    private static (decimal? Value, bool Suppressed) Received(JsonNode answer, string region) =>
        (Of(answer, region)["value"]?.GetValue<decimal>(), Of(answer, region)["suppressed"]!.GetValue<bool>());

    private async Task Open(string region, int times, int before = 0)
    {
        for (var time = before; time < before + times; time++)
        {
            await service.Given.AnOpenRequest(
                new
                {
                    requester = new
                    {
                        kind = "farmer",
                        name = "种植户",
                        phone = $"139{region}{time:D2}",
                    },
                    text = "文旦园叶子发黄。",
                    skills = new[] { new { code = "agr-citrus" } },
                    location = new { regionCode = region },
                    channel = "phone",
                }
            );
        }
    }
}

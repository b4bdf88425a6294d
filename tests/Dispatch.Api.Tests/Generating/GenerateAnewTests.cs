using System.Net;
using Dapper;
using Dispatch.Api.Generating;
using Xunit;

namespace Dispatch.Api.Tests.Generating;

/// <summary>A year that is cut off, and one that has no place.</summary>
public sealed class GenerateAnewTests : IAsyncLifetime
{
    private readonly EmptySite site = new();

    public Task InitializeAsync() => site.InitializeAsync();

    public Task DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task A_year_that_is_cut_off_goes_on_and_nothing_is_there_twice()
    {
        var batches = 0;
        var (code, said) = await site.Generate(
            "0.01",
            "--batch 10",
            _ =>
            {
                if (++batches == 3)
                {
                    throw new InvalidOperationException("The power went.");
                }
            }
        );
        Assert.Equal(1, code);
        Assert.Contains("The power went.", said, StringComparison.Ordinal);
        Assert.Equal("false", await Told());
        (code, said) = await site.Generate("0.01", "--batch 10");
        Assert.True(code == 0, said);
        Assert.Equal("true", await Told());
        await using var connection = site.Connection();
        var (names, requests) = (
            await connection.ExecuteScalarAsync<long>(
                "select count(distinct requester_key) from help_request where cancel_reason is null or cancel_reason <> 'duplicate'"
            ),
            await connection.ExecuteScalarAsync<long>(
                "select count(*) from help_request where cancel_reason is null or cancel_reason <> 'duplicate'"
            )
        );
        // Everybody who asks has a number of his own.
        Assert.Equal(requests, names);
        var summary = await site.Officer().Read($"/v1/reports/summary?from=2024-01-01&to=2024-12-31&region={EmptySite.Province}");
        var figures = summary["figures"]!
            .AsArray()
            .ToDictionary(figure => figure!.Text("indicator"), figure => figure!["value"]!.GetValue<decimal>());
        Assert.Equal(
            (62, 99, 122, 1_290, 10_000_000),
            (
                figures["services"],
                figures["service_person_times"],
                figures["problems_solved"],
                figures["trained_person_times"],
                figures["economic_benefit_yuan"]
            )
        );
    }

    [Fact]
    public async Task A_database_with_records_takes_no_made_up_year()
    {
        await site.Given.AnOpenRequest();
        var (code, said) = await site.Generate("0.01");
        Assert.Equal(2, code);
        Assert.Contains("never put beside real records", said, StringComparison.Ordinal);
        Assert.Null((await site.Officer().Read("/health/ready"))["synthetic"]);
    }

    [Fact]
    public async Task A_made_up_year_refuses_no_real_request_beside_it()
    {
        await site.Generate("0.002");
        await site.Officer("440106")
            .Post(
                "/v1/requests",
                new
                {
                    requester = new { kind = "enterprise", name = "求助人" },
                    text = "请来看看。",
                    location = new { regionCode = "440106" },
                    skills = new[] { new { code = "aut-maint" } },
                }
            )
            .Must(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1e3")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("0.00001")]
    public async Task A_scale_that_makes_no_year_is_told_and_nothing_is_tried(string scale)
    {
        var said = new StringWriter();
        Assert.Equal(2, await GenerateCommand.Run(["generate", "--scenario", EmptySite.Scenario, "--scale", scale], said));
        Assert.Contains("--scenario <guangdong-2024>", said.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> Told() => (await site.Officer().Read("/health/ready"))["synthetic"]!["finished"]!.ToJsonString();
}

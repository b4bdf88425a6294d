using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Tests.Features;
using Dispatch.Domain.Calendar;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Generating;

/// <summary>A year nobody lived through: exact in its totals, written by the rules of real work, and told apart from it everywhere.</summary>
public sealed class GenerateCommandTests(SyntheticSite service) : IClassFixture<SyntheticSite>
{
    private const string Period = "from=2024-01-01&to=2024-12-31";

    private static readonly Dictionary<string, decimal> Totals = new(StringComparer.Ordinal)
    {
        ["services"] = 124,
        ["service_person_times"] = 198,
        ["problems_solved"] = 244,
        ["trained_person_times"] = 2_580,
        ["economic_benefit_yuan"] = 20_000_000,
    };

    [Fact]
    public async Task The_year_comes_to_its_five_totals_exactly()
    {
        var summary = await service.Officer().Read($"/v1/reports/summary?{Period}&region={EmptySite.Province}");
        var figures = summary["figures"]!
            .AsArray()
            .ToDictionary(figure => figure!.Text("indicator"), figure => figure!["value"]!.GetValue<decimal>());
        Assert.All(Totals, total => Assert.Equal(total.Value, figures[total.Key]));
        Assert.True(figures["shared_services"] > 0);
    }

    [Theory]
    [InlineData("month")]
    [InlineData("region")]
    [InlineData("tier")]
    [InlineData("skill")]
    [InlineData("team")]
    [InlineData("form")]
    public async Task Each_grouping_comes_to_the_same_totals(string grouping)
    {
        var summary = await service.Officer().Read($"/v1/reports/summary?{Period}&region={EmptySite.Province}&groupBy={grouping}");
        var groups = summary["groups"]!.AsArray();
        Assert.True(groups.Count > 1);
        Assert.All(
            Totals,
            total =>
                Assert.Equal(
                    total.Value,
                    groups
                        .SelectMany(group => group!["figures"]!.AsArray())
                        .Where(figure => figure!.Text("indicator") == total.Key)
                        .Sum(figure => figure!["value"]!.GetValue<decimal>())
                )
        );
    }

    [Fact]
    public async Task Whoever_reads_a_report_or_asks_for_readiness_is_told_that_it_is_made_up()
    {
        var officer = service.Officer();
        foreach (
            var path in new[]
            {
                "/health/ready",
                $"/v1/reports/summary?{Period}",
                $"/v1/reports/region-comparison?{Period}&region={EmptySite.Province}",
                $"/v1/reports/funnel?{Period}",
                $"/v1/reports/unmet-needs?{Period}",
                $"/v1/reports/published?{Period}",
                $"/v1/reports/team-record/{SeedFiles.IdOf("guangdong-2024:S-440000-1")}?{Period}",
            }
        )
        {
            var told = (await officer.Read(path))["synthetic"]!;
            Assert.Equal((EmptySite.Scenario, SyntheticSite.Scale), (told.Text("scenario"), told.Text("scale")));
            Assert.True(told["finished"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task Records_behind_figures_and_closed_months_say_it_too_and_what_is_signed_of_them()
    {
        var officer = service.Officer(EmptySite.Province);
        var records = (await officer.Read($"/v1/reports/records?indicator=services&{Period}")).Items();
        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.True(record["synthetic"]!.GetValue<bool>()));
        var closed = await officer.Post("/v1/report-periods/2024-03/close").Must();
        foreach (var month in new[] { closed, await officer.Read("/v1/report-periods/2024-03") })
        {
            Assert.Equal(EmptySite.Scenario, month["synthetic"]!.Text("scenario"));
            Assert.Equal(EmptySite.Scenario, JsonNode.Parse(month.Text("frozen"))!.Text("synthetic"));
        }

        var visits = (await officer.Read($"/v1/exports/records/visits?format=json&{Period}")).AsArray();
        Assert.NotEmpty(visits);
        Assert.All(visits, visit => Assert.Equal(EmptySite.Scenario, visit!.Text("synthetic")));
        Assert.All((await officer.Read("/v1/report-periods")).Items(), month => Assert.True(month["synthetic"]!.GetValue<bool>()));
        using var output = new StringWriter();
        await using var connection = service.Raw();
        await connection.OpenAsync();
        Assert.True(
            await new PeriodVerification(service.Services.GetRequiredService<AuditKey>(), output).Run(connection),
            output.ToString()
        );
        Assert.Contains("guangdong-2024", await officer.GetStringAsync("/v1/reports/monthly/2024-03"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_something_of_everything_for_the_reports_to_show()
    {
        Assert.True(await Count("help_request where reopen_count > 0") > 0);
        Assert.True(await Count("assignment where role = 'support' and ended_as = 'completed'") > 0);
        Assert.True(
            await Count(
                "problem_result earlier join problem_result later on later.problem_id = earlier.problem_id and later.visit_id <> earlier.visit_id"
            ) > 0
        );
        Assert.True(await Count("help_request where cancel_reason = 'unmet'") > 0);
        Assert.True(await Count("offer where state = 'declined'") > 0);
        Assert.True(await Count("offer where state = 'expired'") > 0);
        Assert.True(await Count("timeline where action = 'escalate'") > 0);
        Assert.True(await Count("help_request where outcome = 'not_confirmed'") > 0);
        Assert.True(await Count("benefit where kind in ('sales', 'output', 'fee_deferred', 'donation')") > 0);
    }

    [Fact]
    public async Task Everybody_works_in_working_hours_and_one_thing_follows_the_other()
    {
        var calendar = service.Services.GetRequiredService<Catalogue>().Calendar;
        await using var connection = service.Connection();
        var visits = (await connection.QueryAsync<VisitRow>("select began_at, ended_at from visit where state = 'completed'")).ToList();
        Assert.All(
            visits,
            visit =>
            {
                Assert.True(calendar.IsWorkingDay(ShanghaiTime.DayOf(visit.BeganAt)));
                Assert.Equal(2024, ShanghaiTime.DayOf(visit.EndedAt).Year);
                Assert.InRange(ShanghaiTime.ToLocal(visit.BeganAt).Hour, 8, 17);
                Assert.InRange(ShanghaiTime.ToLocal(visit.EndedAt).Hour, 9, 18);
            }
        );
        Assert.Equal(
            0,
            await Count(
                "timeline one join timeline next on next.request_id = one.request_id and next.seq = one.seq + 1 where next.at < one.at"
            )
        );
    }

    [Fact]
    public async Task Nothing_of_it_is_left_for_the_service_to_do_and_nobody_is_told_today()
    {
        Assert.Equal(0, await Count("timer"));
        Assert.Equal(0, await Count("notice where delivered_at is null or read_at is null"));
        Assert.Equal(0, await Count("help_request where state not in ('closed', 'cancelled')"));
        Assert.Equal(0, await service.FireDue());
    }

    [Fact]
    public async Task The_audit_says_who_made_it_up_and_nothing_of_those_who_never_acted()
    {
        Assert.True(await Count("audit_entry where action = 'GenerateYear' and actor = 'operator'") > 0);
        Assert.Equal(0, await Count("audit_entry where actor like 'synthetic-%'"));
        Assert.Equal(0, await Count("audit_entry where action in ('AcceptOffer', 'CompleteVisit', 'MissDeadline')"));
    }

    [Fact]
    public async Task Nobody_in_it_is_a_person() => Assert.Equal(0, await Count("help_request where phone_key is not null"));

    [Fact]
    public async Task The_same_call_again_adds_nothing_and_another_year_is_refused()
    {
        var before = await Count("help_request");
        var (code, said) = await service.Generate(SyntheticSite.Scale);
        Assert.True(code == 0, said);
        Assert.Equal(before, await Count("help_request"));
        Assert.Equal(2, (await service.Generate("0.03")).Code);
        Assert.Equal(2, (await service.Generate(SyntheticSite.Scale, "--seed 5")).Code);
        Assert.Equal(before, await Count("help_request"));
    }

    private async Task<long> Count(string what)
    {
        await using var connection = service.Connection();
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {what}");
    }

    private sealed record VisitRow
    {
        public DateTimeOffset BeganAt { get; init; }
        public DateTimeOffset EndedAt { get; init; }
    }
}

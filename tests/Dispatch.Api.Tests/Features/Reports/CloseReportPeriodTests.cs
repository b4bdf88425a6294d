using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

/// <summary>A closed month says what it said; what is corrected later is a correction, and shown as one.</summary>
public sealed class CloseReportPeriodTests : IAsyncLifetime
{
    private const string Taizhou = "331000";
    private const string Zhejiang = "330000";

    private readonly RunningService service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_closed_month_never_changes_and_its_corrections_stand_in_the_month_they_are_booked_in()
    {
        var request = await service.Given.AResolvedRequest();
        await service
            .Officer()
            .Post(
                $"/v1/requests/{request}/confirm",
                new
                {
                    solved = true,
                    rating = 5,
                    by = "callback",
                }
            )
            .Must();
        await service.At("2026-07-02 09:00");
        var closed = await service.Officer(Zhejiang).Post("/v1/report-periods/2026-06/close").Must();
        Assert.Equal(1, Figure(closed, "requests_closed"));
        Assert.Equal(1, Figure(closed, "services"));
        Assert.Equal(AuditChain.Digest(closed.Text("frozen")), closed.Text("digest"));
        Assert.True(service.Services.GetRequiredService<AuditKey>().Signed(closed.Text("signed"), closed.Text("signature")));

        // It is back: what was closed in June no longer is.
        await service.Officer().Post($"/v1/requests/{request}/reopen", new { reason = "又黄了", sameTeam = true }).Must();
        foreach (var _ in new[] { "waiting", "booked" })
        {
            Assert.Equal(1, await Said("2026-06-01", "2026-06-30", "requests_closed"));
            Assert.Equal(-1, await Said("2026-07-01", "2026-07-31", "requests_closed"));
            Assert.Equal(0, await Said("2026-06-01", "2026-07-31", "requests_closed"));
            var shown = await service.Officer(Zhejiang).Read("/v1/report-periods/2026-06");
            Assert.Equal(closed.Text("frozen"), shown.Text("frozen"));
            Assert.Equal(1, Figure(shown, "requests_closed"));
            var correction = Assert.Single(shown.Items("corrections"));
            Assert.Equal("2026-07", correction.Text("bookedIn"));
            Assert.Equal(-1, Figure(correction, "requests_closed"));
            await service.Services.GetRequiredService<FigureRoller>().BookWaiting();
        }
    }

    [Fact]
    public async Task The_city_the_province_and_the_country_still_agree_when_one_of_them_is_closed()
    {
        await service.Given.ACompletedVisit();
        await service.At("2026-07-02 09:00");
        await service.Officer(Taizhou).Post("/v1/report-periods/2026-06/close").Must();
        await service.Given.ACompletedVisit();
        foreach (var region in new[] { "331083", Taizhou, Zhejiang, null })
        {
            Assert.Equal(2, await Said("2026-06-01", "2026-07-31", "services", region));
            Assert.Equal(1, await Said("2026-06-01", "2026-06-30", "services", region));
        }

        await service.Officer(Zhejiang).Post("/v1/report-periods/2026-06/close").Must();
        Assert.Equal(1, Figure(await service.Officer(Zhejiang).Read("/v1/report-periods/2026-06"), "services"));
        Assert.Equal(
            ["331000", "330000"],
            (await service.Officer().Read("/v1/report-periods"))
                .Items()
                .Select(item => item.Text("region"))
                .Order(StringComparer.Ordinal)
                .Reverse()
        );
        Assert.Empty((await service.Officer("440300").Read("/v1/report-periods")).Items());
    }

    [Fact]
    public async Task A_month_is_closed_once_when_it_is_over_by_the_city_or_the_province()
    {
        await service.Officer(Zhejiang).Post("/v1/report-periods/2026-06/close").MustRefuse(HttpStatusCode.Conflict, "period.not_over");
        await service.Officer(Zhejiang).Post("/v1/report-periods/2026-05/close").Must();
        await service.Officer(Zhejiang).Post("/v1/report-periods/2026-05/close").MustRefuse(HttpStatusCode.Conflict, "period.closed");
        await service
            .Officer("331083")
            .Post("/v1/report-periods/2026-05/close")
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await service
            .Officer(Taizhou)
            .Post("/v1/report-periods/2026-05/close", new { region = Zhejiang })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await service.As("auditor").Post("/v1/report-periods/2026-05/close").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.Officer(Zhejiang).Post("/v1/report-periods/May/close").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer(Taizhou).GetAsync("/v1/report-periods/2026-05").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
    }

    [Theory]
    [InlineData("nothing", true, "1 closed months read")]
    [InlineData(
        "update report_period set figures = replace(figures, '\"services\":1', '\"services\":9')",
        false,
        "not those of the digest"
    )]
    [InlineData("update report_period set closed_at = '2026-07-03T01:00:00.000Z'", false, "signature is not of this month")]
    [InlineData("update figure_entry set services = 9 where services = 1", false, "add up to something else")]
    public async Task Whoever_has_the_database_cannot_change_a_closed_month_unseen(string harm, bool holds, string said)
    {
        await service.Given.ACompletedVisit();
        await service.At("2026-07-02 09:00");
        await service.Officer(Zhejiang).Post("/v1/report-periods/2026-06/close").Must();
        if (harm != "nothing")
        {
            foreach (var table in new[] { "figure_entry", "report_period" })
            {
                await service.ByHand(
                    TestDatabase.IsPostgres ? $"alter table {table} disable trigger all" : $"drop trigger {table}_is_not_changed"
                );
            }

            Assert.True(await service.ByHand(harm) > 0);
        }

        using var output = new StringWriter();
        await using var connection = service.Raw();
        await connection.OpenAsync();
        var verification = new PeriodVerification(service.Services.GetRequiredService<AuditKey>(), output);
        Assert.Equal(holds, await verification.Run(connection));
        Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
    }

    private async Task<decimal> Said(string from, string to, string indicator, string? region = Zhejiang) =>
        Figure(
            await service
                .Officer()
                .Read($"/v1/reports/summary?from={from}&to={to}&indicators={indicator}{(region is null ? "" : "&region=" + region)}"),
            indicator
        );

    private static decimal Figure(JsonNode answer, string indicator) =>
        answer.Items("figures").Single(figure => figure.Text("indicator") == indicator)["value"]!.GetValue<decimal>();
}

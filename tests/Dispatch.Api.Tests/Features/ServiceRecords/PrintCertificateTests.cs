using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.MonthlyReport;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Features.ServiceRecords;

public sealed class PrintCertificateTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private static readonly Guid Team = RunningService.TeamId(Given.Expert);

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_page_says_all_that_the_certificate_says_in_either_language()
    {
        var (member, certificate) = await ACertificate("printed");
        foreach (
            var (language, title, hours) in new[]
            {
                ("zh-CN", "志愿服务记录证明", "1.9 小时"),
                ("en", "Certificate of volunteer service", ">1.9 hours<"),
            }
        )
        {
            using var client = service.Leader(Given.Expert);
            client.DefaultRequestHeaders.Add("Accept-Language", language);
            using var answer = await client.GetAsync(Page(member, certificate));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith(
                "default-src 'none'; style-src 'sha256-",
                answer.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
            Assert.True(answer.Headers.CacheControl!.NoStore);
            var page = await answer.Content.ReadAsStringAsync();
            foreach (
                var words in new[]
                {
                    title,
                    hours,
                    certificate.Text("number"),
                    "队员甲",
                    "经办人甲",
                    "0576-12345678",
                    certificate.Text("issuer"),
                    $"http://localhost{certificate.Text("link")}",
                }
            )
            {
                Assert.Contains(words, page, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("REVOKED", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_somebody_wrote_becomes_no_tag()
    {
        var (member, certificate) = await ACertificate("escaped", "<script>alert(1)</script>");
        var page = await service.Officer().GetStringAsync(Page(member, certificate));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task He_prints_his_own_and_nobody_prints_another_s()
    {
        var (member, certificate) = await ACertificate("own-page");
        var (other, _) = await ACertificate("other-page");
        using var him = service.As("member", team: Team, subject: "own-page");
        Assert.Contains("队员甲", await him.GetStringAsync(Page(member, certificate)), StringComparison.Ordinal);
        using var another = service.As("member", team: Team, subject: "other-page");
        await another.GetAsync(Page(member, certificate)).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        // Not through the own record either.
        await another.GetAsync(Page(other, certificate)).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Officer("331102").GetAsync(Page(member, certificate)).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Anonymous().GetAsync(Page(member, certificate)).MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
    }

    [Fact]
    public async Task One_that_was_taken_back_says_so_on_paper()
    {
        var (member, certificate) = await ACertificate("revoked-page");
        await service.Officer().Post($"/v1/certificates/{certificate.Id()}/revoke", new { reason = "时长有误" }).Must();
        Assert.Contains("本证明已撤销，无效", await service.Officer().GetStringAsync(Page(member, certificate)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_prints_a_name_leaves_a_line_in_the_audit()
    {
        var (member, certificate) = await ACertificate("audited-page");
        await service.As("officer", subject: "who-prints").GetStringAsync(Page(member, certificate));
        Assert.Contains(
            await service.Audit("actor=who-prints"),
            entry =>
                entry.Text("action") == "PrintCertificate" && entry.ToJsonString().Contains(member.ToString(), StringComparison.Ordinal)
        );
    }

    [BrowserFact]
    public async Task It_prints_on_one_sheet_of_A4()
    {
        var (member, certificate) = await ACertificate("paper");
        foreach (var (language, title) in new[] { ("zh-CN", "志愿服务记录证明"), ("en", "Certificate of volunteer service") })
        {
            var printed = await PrintedPage.Of(service.Officer(), Page(member, certificate), language);
            Assert.InRange(printed.WidthMm, 209.5, 210.5);
            Assert.InRange(printed.HeightMm, 296.5, 297.5);
            Assert.Equal(1, printed.Pages);
            Assert.Contains(title, printed.Text, StringComparison.Ordinal);
            Assert.Contains(certificate.Text("number"), printed.Text, StringComparison.Ordinal);
        }
    }

    private static string Page(Guid member, JsonNode certificate) => $"/v1/members/{member}/certificates/{certificate.Id()}/page";

    private async Task<(Guid Member, JsonNode Certificate)> ACertificate(string subject, string personInCharge = "经办人甲")
    {
        var member = await service.Given.AMember(subject);
        await service.Given.ACompletedVisit(
            report: new
            {
                findings = "根系积水。",
                minutes = 120,
                attended = new[] { new { memberId = member, minutes = 119 } },
            }
        );
        service.Clock.Advance(TimeSpan.FromDays(1));
        var certificate = await service
            .Leader(Given.Expert)
            .Post($"/v1/members/{member}/certificates", new { personInCharge, contact = "0576-12345678" })
            .Must(HttpStatusCode.Created);
        return (member, certificate);
    }
}

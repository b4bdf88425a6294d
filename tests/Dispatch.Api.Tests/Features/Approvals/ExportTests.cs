using System.Net;
using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Features.Approvals;

/// <summary>Names and telephone numbers of many leave the service once, by two people's word.</summary>
public sealed class ExportTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Yuhuan = "331083";

    [Fact]
    public async Task An_approved_export_is_fetched_once_by_whoever_asked()
    {
        await service.Given.AnOpenRequest(Given.PomeloCall(phone: "13911110001"));
        var asked = await Asked();
        await service.Officer(Yuhuan).Post($"/v1/exports/{asked}/take").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await Asker().Post($"/v1/exports/{asked}/take").MustRefuse(HttpStatusCode.Conflict, "approval.spent");
        await service.Officer(Yuhuan).Post($"/v1/approvals/{asked}/approve").Must();
        await service.Officer(Yuhuan).Post($"/v1/exports/{asked}/take").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");

        using var file = await Asker().Post($"/v1/exports/{asked}/take");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
        Assert.True(file.Headers.CacheControl?.NoStore);
        var bytes = await file.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        Assert.Contains(",+8613911110001,", text, StringComparison.Ordinal);
        Assert.Contains("文旦种植户甲", text, StringComparison.Ordinal);
        Assert.Equal(12, text.Split("\r\n")[0].Split(',').Length);

        await Asker().Post($"/v1/exports/{asked}/take").MustRefuse(HttpStatusCode.Conflict, "approval.spent");
    }

    [Fact]
    public async Task After_an_hour_it_is_not_fetched_any_more()
    {
        var asked = await Asked();
        await service.Officer(Yuhuan).Post($"/v1/approvals/{asked}/approve").Must();
        service.Clock.Advance(TimeSpan.FromHours(1));
        await Asker().Post($"/v1/exports/{asked}/take").MustRefuse(HttpStatusCode.Conflict, "approval.spent");
    }

    [Fact]
    public async Task Of_two_who_fetch_at_once_one_gets_it()
    {
        var asked = await Asked();
        await service.Officer(Yuhuan).Post($"/v1/approvals/{asked}/approve").Must();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Asker().Post($"/v1/exports/{asked}/take")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_holds_the_region_and_days_that_were_asked_for_and_nothing_that_is_held()
    {
        var inside = (await service.Given.AnOpenRequest()).Text("reference");
        var beyond = (await service.Given.ARequestWithoutSkills()).Text("reference");
        var held = (
            await service.Given.AnOpenRequest(
                new
                {
                    requester = new
                    {
                        kind = "individual",
                        name = "求助人",
                        phone = "13911110009",
                    },
                    text = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？",
                    location = new { regionCode = Yuhuan },
                }
            )
        ).Text("reference");
        var text = await Taken(await Asked());
        Assert.Contains(inside, text, StringComparison.Ordinal);
        Assert.DoesNotContain(beyond, text, StringComparison.Ordinal);
        Assert.DoesNotContain(held, text, StringComparison.Ordinal);
        Assert.DoesNotContain(inside, await Taken(await Asked("2025-01-01", "2025-12-31")), StringComparison.Ordinal);
        await Asker()
            .Post(
                "/v1/exports",
                new
                {
                    from = "2026-06-01",
                    to = "2026-06-30",
                    reason = "回访",
                    regionCode = "331102",
                }
            )
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task Who_was_erased_is_not_in_it_and_the_audit_names_everybody_who_is()
    {
        var (stays, goes) = (
            await service.Given.AnOpenRequest(World.Call("薛一舟", "13911110011")),
            await service.Given.AnOpenRequest(World.Call("薛二舟", "13911110012"))
        );
        await service.Erase(goes.Id());
        var asked = await Asked();
        var text = await Taken(asked);
        Assert.Contains(stays.Text("reference"), text, StringComparison.Ordinal);
        Assert.DoesNotContain(goes.Text("reference"), text, StringComparison.Ordinal);
        var lines = (await service.Audit(stays.Id())).Where(line => line.Text("action") == "TakeExport").ToList();
        Assert.Equal(["address contact name phone point text"], lines.Select(line => line.Seen(stays.Id())));
        Assert.DoesNotContain(await service.Audit(goes.Id()), line => line.Text("action") == "TakeExport");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("　=1", "'　=1")]
    [InlineData("\"=1", "'\"=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＠SUM", "'＠SUM")]
    [InlineData("+8613800138000", "+8613800138000")]
    [InlineData("+86-138", "'+86-138")]
    [InlineData("清港镇", "清港镇")]
    [InlineData("A-1", "A-1")]
    [InlineData(null, "")]
    public void No_cell_is_taken_for_a_formula(string? cell, string safe) => Assert.Equal(safe, SafeCell.Of(cell));

    private HttpClient Asker() => service.As("officer", Yuhuan, subject: "asker");

    private async Task<Guid> Asked(string from = "2026-06-01", string to = "2026-06-30") =>
        (
            await Asker()
                .Post(
                    "/v1/exports",
                    new
                    {
                        from,
                        to,
                        reason = "回访",
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private async Task<string> Taken(Guid asked)
    {
        await service.Officer(Yuhuan).Post($"/v1/approvals/{asked}/approve").Must();
        using var file = await Asker().Post($"/v1/exports/{asked}/take");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        return await file.Content.ReadAsStringAsync();
    }
}

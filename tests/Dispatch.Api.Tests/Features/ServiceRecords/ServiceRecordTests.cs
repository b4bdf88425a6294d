using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Features.ServiceRecords;

public sealed class ServiceRecordTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private static readonly object Training = new
    {
        part = "training",
        day = "2026-05-12",
        title = "触电急救培训",
        issuer = "玉环市总工会",
        hours = 4,
    };

    private static readonly Guid Team = RunningService.TeamId(Given.Expert);

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_record_has_five_parts_and_services_come_out_of_the_visits()
    {
        var member = await AVolunteer("five", minutes: 95);
        await Enter(member, Training);
        await Enter(
            member,
            new
            {
                part = "commendation",
                day = "2026-05-20",
                title = "优秀志愿者",
                issuer = "玉环市总工会",
            }
        );
        await Enter(
            member,
            new
            {
                part = "evaluation",
                day = "2026-05-21",
                title = "优秀",
                issuer = "服务队",
            }
        );

        using var him = Him("five");
        var record = await him.Read($"/v1/members/{member}/service-record");
        Assert.Equal("队员甲", record["basics"]!.Text("name"));
        var done = record["service"]!;
        Assert.Equal((1, 95), (done["services"]!.GetValue<int>(), done["minutes"]!.GetValue<int>()));
        Assert.Equal(1.5m, done["hours"]!.GetValue<decimal>());
        Assert.Equal("浙江省台州市玉环市", done["items"]![0]!.Text("place"));
        Assert.Equal(Today(), done["items"]![0]!.Text("day"));
        Assert.Equal("触电急救培训", record["trainings"]![0]!.Text("title"));
        Assert.Equal("优秀志愿者", record["commendations"]![0]!.Text("title"));
        Assert.Equal("优秀", record["evaluation"]!["items"]![0]!.Text("title"));
        Assert.DoesNotContain("文旦种植户", record.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("清港镇", record.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visit_that_is_not_completed_and_one_he_was_not_at_are_no_service_of_his()
    {
        var member = await service.Given.AMember("absent");
        await service.Given.ACompletedVisit(call: Given.PomeloCall(phone: "13800138091"));
        var (request, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138092"));
        service.Clock.Advance(TimeSpan.FromHours(5));
        await service.Given.BookedVisit(request, member);
        using var him = Him("absent");
        Assert.Equal(0, (await him.Read($"/v1/members/{member}/service-record"))["service"]!["services"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_member_reads_his_own_record_and_no_other_one()
    {
        var (mine, other) = (await service.Given.AMember("own-record"), await service.Given.AMember("other-record"));
        using var him = Him("own-record");
        await him.Read($"/v1/members/{mine}/service-record");
        await him.GetAsync($"/v1/members/{other}/service-record").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Leader("E-330400-1")
            .GetAsync($"/v1/members/{mine}/service-record")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service
            .Officer("331102")
            .GetAsync($"/v1/members/{mine}/service-record")
            .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await him.Post($"/v1/members/{mine}/record-entries", Training).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Services_and_days_ahead_cannot_be_entered()
    {
        var member = await service.Given.AMember("no-service");
        foreach (
            var wrong in new object[]
            {
                new
                {
                    part = "service",
                    day = "2026-05-01",
                    title = "x",
                    issuer = "y",
                },
                new
                {
                    part = "training",
                    day = "2099-05-01",
                    title = "x",
                    issuer = "y",
                },
            }
        )
        {
            await service
                .Officer()
                .Post($"/v1/members/{member}/record-entries", wrong)
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        }
    }

    [Fact]
    public async Task A_certificate_says_what_the_records_say_and_a_stranger_learns_no_name()
    {
        var member = await AVolunteer("certified", minutes: 119);
        service.Clock.Advance(TimeSpan.FromDays(1));
        var certificate = await Issue(member).Must(HttpStatusCode.Created);
        Assert.Equal(1, certificate["services"]!.GetValue<int>());
        // 119 minutes are not two hours.
        Assert.Equal(1.9m, certificate["hours"]!.GetValue<decimal>());
        Assert.Equal("队员甲", certificate.Text("name"));
        var check = await service.Anonymous().Read(certificate.Text("link"));
        Assert.True(check["genuine"]!.GetValue<bool>());
        Assert.True(check["valid"]!.GetValue<bool>());
        Assert.Equal("队**", check.Text("maskedName"));
        Assert.Equal(1.9m, check["hours"]!.GetValue<decimal>());
        Assert.DoesNotContain("队员甲", check.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("经办人", check.ToJsonString(), StringComparison.Ordinal);
        var unknown = await service.Anonymous().Read("/v1/certificates/20260601-AAAAAAAAAAAAAA");
        Assert.False(unknown["genuine"]!.GetValue<bool>());
        Assert.False(unknown["valid"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_same_certificate_is_issued_once_and_a_revoked_one_is_no_longer_valid()
    {
        var member = await AVolunteer("revoked", minutes: 60);
        service.Clock.Advance(TimeSpan.FromDays(1));
        var first = await Issue(member).Must(HttpStatusCode.Created);
        var again = await Issue(member).Must();
        Assert.Equal(first.Text("number"), again.Text("number"));
        var revoke = $"/v1/certificates/{first.Id()}/revoke";
        await service.Officer("331102").Post(revoke, new { reason = "x" }).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await service.Leader(Given.Expert).Post(revoke, new { reason = "x" }).MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await service.Officer().Post(revoke, new { reason = "时长有误" }).Must();
        await service.Officer().Post(revoke, new { reason = "时长有误" }).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        var check = await service.Anonymous().Read(first.Text("link"));
        Assert.True(check["genuine"]!.GetValue<bool>());
        Assert.False(check["valid"]!.GetValue<bool>());
        Assert.NotEqual(first.Text("number"), (await Issue(member).Must(HttpStatusCode.Created)).Text("number"));
    }

    [Fact]
    public async Task Nothing_is_certified_that_is_not_over_not_there_or_disputed()
    {
        var member = await AVolunteer("disputed", minutes: 60);
        var today = new
        {
            personInCharge = "经办人甲",
            contact = "0576-1",
            to = Today(),
        };
        Assert.Equal("day_not_over", await Code(member, today));
        Assert.Equal(
            "no_service",
            await Code(
                member,
                new
                {
                    personInCharge = "甲",
                    contact = "1",
                    from = "2020-01-01",
                    to = "2020-12-31",
                }
            )
        );
        service.Clock.Advance(TimeSpan.FromDays(1));
        using var him = Him("disputed");
        var correction = await him.Post($"/v1/members/{member}/record-corrections", new { part = "service", wish = "应为两小时" })
            .Must(HttpStatusCode.Created);
        await Issue(member).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        await Decide(correction.Id(), new { granted = false, answer = "签到为一小时" }).Must();
        await Issue(member).Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_certificate_counts_its_first_and_its_last_day()
    {
        var member = await AVolunteer("both-days", minutes: 60);
        var day = Today();
        service.Clock.Advance(TimeSpan.FromDays(1));
        var body = new
        {
            personInCharge = "经办人甲",
            contact = "0576-1",
            from = day,
            to = day,
        };
        var certificate = await service.Officer().Post($"/v1/members/{member}/certificates", body).Must(HttpStatusCode.Created);
        Assert.Equal((1, 1m), (certificate["services"]!.GetValue<int>(), certificate["hours"]!.GetValue<decimal>()));
    }

    [Fact]
    public async Task What_is_disputed_in_the_basics_is_not_certified_either()
    {
        var member = await AVolunteer("basics", minutes: 60);
        service.Clock.Advance(TimeSpan.FromDays(1));
        using var him = Him("basics");
        await him.Post($"/v1/members/{member}/record-corrections", new { part = "training", wish = "漏记" }).Must(HttpStatusCode.Created);
        await Issue(member).Must(HttpStatusCode.Created);
        await him.Post($"/v1/members/{member}/record-corrections", new { part = "basics", wish = "姓名有误" }).Must(HttpStatusCode.Created);
        await Issue(member).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
    }

    [Fact]
    public async Task More_done_in_the_same_time_is_another_certificate()
    {
        var member = await AVolunteer("more", minutes: 60);
        service.Clock.Advance(TimeSpan.FromDays(1));
        var first = await Issue(member).Must(HttpStatusCode.Created);
        await service.Write("update attendance set minutes = 61 where member_id = @member", new { member });
        var second = await Issue(member).Must(HttpStatusCode.Created);
        Assert.NotEqual(first.Text("number"), second.Text("number"));
    }

    [Fact]
    public async Task A_correction_is_asked_decided_by_another_and_both_stand_in_the_record()
    {
        var member = await service.Given.AMember("asks");
        var entry = (await Enter(member, Training))["entry"]!.Id();
        using var him = Him("asks");
        var ask = $"/v1/members/{member}/record-corrections";
        var asked = (await him.Post(ask, new { part = "training", wish = "该培训不是我参加的" }).Must(HttpStatusCode.Created)).Id();
        await him.Post($"/v1/record-corrections/{asked}/decide", new { granted = true, answer = "x" })
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
        await Decide(
                asked,
                new
                {
                    granted = false,
                    answer = "x",
                    takeOutEntryId = entry,
                }
            )
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await Decide(
                asked,
                new
                {
                    granted = true,
                    answer = "x",
                    takeOutEntryId = Guid.NewGuid(),
                }
            )
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await Decide(
                asked,
                new
                {
                    granted = true,
                    answer = "已核实，予以移除",
                    takeOutEntryId = entry,
                }
            )
            .Must();
        await Decide(asked, new { granted = false, answer = "x" }).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
        var record = await him.Read($"/v1/members/{member}/service-record");
        Assert.Empty(record["trainings"]!.AsArray());
        var correction = record["corrections"]![0]!;
        Assert.Equal("granted", correction.Text("state"));
        Assert.Equal("该培训不是我参加的", correction.Text("wish"));
        Assert.Equal("已核实，予以移除", correction.Text("answer"));

        var own = (
            await service.As("officer", subject: "decider").Post(ask, new { part = "basics", wish = "x" }).Must(HttpStatusCode.Created)
        ).Id();
        await Decide(own, new { granted = true, answer = "x" }).MustRefuse(HttpStatusCode.Conflict, "correction.own");
    }

    [Fact]
    public async Task What_is_entered_certified_and_asked_is_sealed_and_goes_with_the_person()
    {
        var member = await AVolunteer("sealed", minutes: 60);
        await Enter(
            member,
            new
            {
                part = "training",
                day = "2026-05-12",
                title = "蓝鲸培训班",
                issuer = "蓝鲸单位",
            }
        );
        service.Clock.Advance(TimeSpan.FromDays(1));
        var certificate = await service
            .Officer()
            .Post($"/v1/members/{member}/certificates", new { personInCharge = "蓝鲸经办", contact = "蓝鲸电话" })
            .Must(HttpStatusCode.Created);
        using var him = Him("sealed");
        await him.Post($"/v1/members/{member}/record-corrections", new { part = "basics", wish = "蓝鲸愿望" }).Must(HttpStatusCode.Created);
        Assert.Empty(await service.Find("蓝鲸"));
        // As long as a record is kept.
        service.Clock.Advance(TimeSpan.FromDays(3655));
        await service.Approve(await service.AskErasure(new { memberId = member, reason = "满十年" }));
        var record = await service.Officer().Read($"/v1/members/{member}/service-record");
        Assert.Equal("***", record["basics"]!.Text("name"));
        Assert.Empty(record["trainings"]!.AsArray());
        Assert.Empty(record["certificates"]!.AsArray());
        Assert.False((await service.Anonymous().Read(certificate.Text("link")))["genuine"]!.GetValue<bool>());
        await service.Officer().Post($"/v1/members/{member}/record-entries", Training).MustRefuse(HttpStatusCode.Conflict, "person.erased");
    }

    private string Today() =>
        service.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static HttpClient Him(RunningService service, string subject) => service.As("member", team: Team, subject: subject);

    private HttpClient Him(string subject) => Him(service, subject);

    private async Task<Guid> AVolunteer(string subject, int minutes)
    {
        var member = await service.Given.AMember(subject);
        await service.Given.ACompletedVisit(
            report: new
            {
                findings = "根系积水。",
                minutes = 120,
                attended = new[] { new { memberId = member, minutes } },
            }
        );
        return member;
    }

    private Task<JsonNode> Enter(Guid member, object entry) =>
        service.Leader(Given.Expert).Post($"/v1/members/{member}/record-entries", entry).Must(HttpStatusCode.Created);

    private Task<HttpResponseMessage> Issue(Guid member) =>
        service
            .Leader(Given.Expert)
            .Post($"/v1/members/{member}/certificates", new { personInCharge = "经办人甲", contact = "0576-12345678" });

    private Task<HttpResponseMessage> Decide(Guid correction, object decision) =>
        service.As("officer", subject: "decider").Post($"/v1/record-corrections/{correction}/decide", decision);

    private async Task<string> Code(Guid member, object body) =>
        (
            await service
                .Officer()
                .Post($"/v1/members/{member}/certificates", body)
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid")
        )["errors"]![0]!.Text("code");
}

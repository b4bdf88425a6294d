using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Tests.Features.Accounts;
using Dispatch.Api.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Auditing;

/// <summary>What gets a line in the audit, and what stands in it.</summary>
public sealed class AuditTrailTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Whole = "address name phone point text";

    [Fact]
    public async Task A_write_says_who_did_what_to_which_object_from_which_call_and_what_the_answer_showed()
    {
        var officer = service.As("officer", "331083", subject: "officer-who-writes");
        officer.DefaultRequestHeaders.Add("X-Request-Id", "call-7");
        var request = (await officer.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();

        var entry = (await service.Audit(request)).One("SubmitRequest");
        Assert.Equal("write", entry.Text("kind"));
        Assert.Equal("officer-who-writes", entry.Text("actor"));
        Assert.Equal("officer", entry.Text("role"));
        Assert.Equal("request", entry.Text("objectKind"));
        Assert.Equal(request.ToString(), entry.Text("objectId"));
        Assert.Equal("331083", entry.Text("regionCode"));
        Assert.Equal("call-7", entry.Text("callId"));
        Assert.Equal(Whole, entry.Seen(request));
        Assert.Equal(service.Clock.GetUtcNow(), DateTimeOffset.Parse(entry.Text("at"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Every_step_of_the_main_job_stands_under_its_request()
    {
        var request = await service.Given.AResolvedRequest();
        await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        var steps = (await service.Audit(request)).Where(entry => entry.Text("kind") == "write").Select(entry => entry.Text("action"));
        Assert.Equal(
            ["SubmitRequest", "MakeOffer", "AcceptOffer", "BookVisit", "BeginVisit", "CompleteVisit", "ResolveRequest", "ConfirmRequest"],
            steps.Where(step => step != "DeliverNotices").Distinct()
        );
    }

    [Fact]
    public async Task The_team_that_accepts_has_seen_the_phone_and_the_one_that_was_only_asked_has_not()
    {
        var (request, offer) = await service.Given.AnOffer();
        var leader = service.Leader(Given.Expert);
        await leader.Read($"/v1/requests/{request}");
        Assert.Equal("name", (await service.Audit(request)).One("ShowRequest").Seen(request));
        await leader.Post($"/v1/offers/{offer}/accept").Must();
        await leader.Read($"/v1/requests/{request}");
        var reads = (await service.Audit(request)).Where(entry => entry.Text("action") == "ShowRequest").ToList();
        Assert.Equal(["name", Whole], reads.Select(read => read.Seen(request)));
        Assert.All(reads, read => Assert.Equal("leader-" + Given.Expert, read.Text("actor")));
    }

    [Fact]
    public async Task Who_asked_for_help_reads_his_own_without_a_line_and_the_hotline_with_one()
    {
        var requester = service.As("requester", subject: "the-grower");
        var own = (await requester.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created));
        await requester.Read($"/v1/requests/{own.Id()}");
        await requester.Read("/v1/requests");
        await service.Anonymous().Read($"/v1/track/{own.Text("trackToken")}");
        var entry = Assert.Single(await service.Audit(own.Id()));
        Assert.Empty(entry["seen"]!.AsArray());

        var hotline = service.As("partner", subject: "hotline-12345");
        var handed = (await hotline.Post("/v1/requests", Given.PomeloCall()).Must(HttpStatusCode.Created)).Id();
        await hotline.Read($"/v1/requests/{handed}");
        Assert.Equal(Whole, (await service.Audit(handed)).One("ShowRequest").Seen(handed));
    }

    [Fact]
    public async Task What_is_done_by_track_token_names_the_request_and_nobody()
    {
        var opened = await service.Given.AnOpenRequest();
        await service.Anonymous().Post($"/v1/track/{opened.Text("trackToken")}/reply", new { text = "下午都在家。" }).Must();
        var entry = (await service.Audit(opened.Id())).One("ReplyByTrack");
        Assert.Equal("anonymous", entry.Text("actor"));
        Assert.Equal(opened.Id().ToString(), entry.Text("objectId"));
        Assert.DoesNotContain(opened.Text("trackToken"), entry.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_one_line_that_names_each_request_whose_name_it_showed()
    {
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var (one, other) = ((await service.Given.AnOpenRequest()).Id(), (await service.Given.AnOpenRequest()).Id());
        var reader = service.As("officer", "331083", subject: "officer-who-lists");
        await reader.Read("/v1/requests?page_size=2");
        var entry = Assert.Single(await service.Audit("actor=officer-who-lists"));
        Assert.Equal("ListRequests", entry.Text("action"));
        Assert.Null(entry["objectId"]);
        Assert.Equal("331083", entry.Text("regionCode"));
        Assert.Equal(2, entry["seen"]!.AsArray().Count);
        Assert.Equal("name", entry.Seen(one));
        Assert.Equal("name", entry.Seen(other));
        Assert.Contains(await service.Audit(one), found => found.Text("id") == entry.Text("id"));
    }

    [Fact]
    public async Task A_list_over_several_counties_is_a_matter_of_whoever_audits_them_all()
    {
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var (here, there) = (await service.Given.AnOpenRequest(), await service.Given.ARequestWithoutSkills());
        await service.As("officer", subject: "officer-of-the-country").Read("/v1/requests?page_size=2");
        var entry = Assert.Single(await service.Audit("actor=officer-of-the-country"));
        Assert.Equal("name", entry.Seen(here.Id()));
        Assert.Equal("name", entry.Seen(there.Id()));
        Assert.Equal("330000", entry.Text("regionCode"));
        foreach (var (region, count) in new[] { ("331083", 0), ("331102", 0), ("331100", 0), ("330000", 1) })
        {
            var seen = await service.As("auditor", region).Read("/v1/audit?actor=officer-of-the-country");
            Assert.Equal(count, seen["items"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task A_timeline_with_words_unmasked_and_a_team_with_its_members_are_reads_and_a_plain_list_is_none()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var reader = service.As("officer", subject: "officer-who-looks-about");
        await reader.Read($"/v1/requests/{request}/timeline");
        await reader.Read($"/v1/teams/{RunningService.TeamId(Given.Expert)}");
        await reader.Read("/v1/teams");
        await reader.Read("/v1/regions");
        await reader.Read("/v1/offers");
        var lines = await service.Audit("actor=officer-who-looks-about");
        Assert.Equal(["ShowTimeline", "ShowTeam"], lines.Select(line => line.Text("action")));
        Assert.Equal("text", lines[0].Seen(request));
        Assert.Equal("member_name", lines[1].Seen(RunningService.TeamId(Given.Expert)));
    }

    [Fact]
    public async Task A_command_that_is_refused_leaves_no_line()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        var before = (await service.Audit(request)).Count;
        await service.Officer().Post($"/v1/requests/{request}/publish").MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        await service.Officer().Post("/v1/requests", new { }).MustRefuse(HttpStatusCode.BadRequest, "body.malformed");
        Assert.Equal(before, (await service.Audit(request)).Count);
    }

    [Fact]
    public async Task A_repeated_key_is_a_read_of_what_its_answer_shows_and_no_second_deed()
    {
        var key = Guid.NewGuid().ToString();
        var request = (await service.Officer().Post("/v1/requests", Given.PomeloCall(), key).Must(HttpStatusCode.Created)).Id();
        await service.Officer().Post("/v1/requests", Given.PomeloCall(), key).Must(HttpStatusCode.Created);
        var lines = await service.Audit(request);
        Assert.Equal(["write", "read"], lines.Select(line => line.Text("kind")));
        Assert.All(lines, line => Assert.Equal("SubmitRequest", line.Text("action")));
        Assert.Equal(Whole, lines[1].Seen(request));
    }

    [Fact]
    public async Task What_a_timer_does_is_done_by_the_clock()
    {
        var (request, _) = await service.Given.AnOffer();
        service.Clock.Advance(TimeSpan.FromDays(4));
        await service.FireDue();
        var entry = (await service.Audit(request)).First(line => line.Text("action") == "MissDeadline");
        Assert.Equal("clock", entry.Text("actor"));
        Assert.Equal("deadline", entry.Text("objectKind"));
        Assert.Equal(request.ToString(), entry.Text("requestId"));
    }

    [Fact]
    public async Task Who_is_refused_is_counted_by_kind_and_caller_and_the_audit_gets_the_counts()
    {
        await service.Sealer().WriteRefusals();
        var member = service.As("member", team: RunningService.TeamId(Given.Expert), subject: "member-who-tries");
        for (var i = 0; i < 3; i++)
        {
            await member.GetAsync("/v1/accounts").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
            await service.Bearer("no token").GetAsync("/v1/requests").MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
        }

        Assert.Empty(await service.Audit("actor=member-who-tries"));
        Assert.Equal(2, await service.Sealer().WriteRefusals());
        var entry = Assert.Single(await service.Audit("actor=member-who-tries"));
        Assert.Equal(("security", "forbidden", 3), (entry.Text("kind"), entry.Text("action"), entry["times"]!.GetValue<long>()));
        Assert.Contains(await service.Audit("action=unauthenticated"), line => line["times"]!.GetValue<long>() == 3);
        var metrics = await service.Officer().GetStringAsync("/metrics");
        Assert.Contains("dispatch_refused_total{kind=\"forbidden\"} ", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("dispatch_refused_total{kind=\"forbidden\"} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_many_are_refused_the_audit_grows_by_a_hundred_lines_at_most_and_one_for_the_others()
    {
        var refusals = service.Services.GetRequiredService<Refusals>();
        refusals.Take();
        for (var i = 0; i < 500; i++)
        {
            refusals.Count(Refusals.Forbidden, $"caller-{i}", "member");
        }

        Assert.Equal(101, await service.Sealer().WriteRefusals());
        var others = Assert.Single(await service.Audit("actor=others"));
        Assert.Equal(400, others["times"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("update audit_entry set actor = 'nobody'")]
    [InlineData("delete from audit_entry")]
    [InlineData("update audit_seal set hash = ''")]
    [InlineData("delete from audit_seal")]
    [InlineData("delete from audit_checkpoint")]
    public async Task The_database_itself_lets_nobody_change_or_delete_a_line(string sql)
    {
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        await service.Sealer().WriteCheckpoint();
        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => service.ByHand(sql));
        Assert.Contains("only grows", refusal.Message, StringComparison.Ordinal);
    }
}

/// <summary>What cannot be written down is not shown.</summary>
public sealed class UnwritableAuditTests(ServiceOnAFailingStore service) : IClassFixture<ServiceOnAFailingStore>
{
    [Fact]
    public async Task Personal_data_is_not_shown_while_the_audit_cannot_be_written()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        service.FailWith(() => new InvalidOperationException("the disk is gone"));
        foreach (var path in new[] { $"/v1/requests/{request}", "/v1/requests", $"/v1/requests/{request}/timeline" })
        {
            var problem = await service.Officer().GetAsync(path).MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
            Assert.DoesNotContain("13800138", problem.ToJsonString(), StringComparison.Ordinal);
        }

        await service.Officer().Read("/v1/regions");
        await service.Officer().Read("/v1/teams");
        service.FailWith(null);
        Assert.Equal("+8613800138000", (await service.Officer().Read($"/v1/requests/{request}"))["requester"]!.Text("phone"));
    }
}

/// <summary>What happens to identities, in the audit.</summary>
public sealed class AuditedIdentitiesTests(ServiceWithAccounts service) : IClassFixture<ServiceWithAccounts>
{
    [Fact]
    public async Task A_sign_in_and_a_new_role_are_lines_by_ids_and_a_failed_try_is_counted()
    {
        var administrator = await service.Administrator();
        var (id, login) = await service.Account(region: "331083");
        await service.SignIn(login);
        await service.TrySignIn(login, "not the password").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "auditor", regionCode = "331083" }).Must();
        await service.Sealer().WriteRefusals();

        var lines = await Audit(administrator, $"account-{id}");
        Assert.Equal(
            ["account_made", "signed_in", "role_set"],
            lines.Select(line => line.Text("action")).Where(action => action != "password_changed").Distinct()
        );
        Assert.Equal($"account-{id}", lines.First(line => line.Text("action") == "signed_in").Text("actor"));
        Assert.StartsWith("account-", lines.First(line => line.Text("action") == "role_set").Text("actor"), StringComparison.Ordinal);
        Assert.DoesNotContain(login, string.Concat(lines.Select(line => line.ToJsonString())), StringComparison.Ordinal);
        var tries = (await administrator.Read($"/v1/audit?action=sign_in_refused&actor=account-{id}"))["items"]!.AsArray();
        Assert.Equal(1, Assert.Single(tries)!["times"]!.GetValue<long>());
    }

    private static async Task<IReadOnlyList<JsonNode>> Audit(HttpClient administrator, string subject) =>
        [.. (await administrator.Read($"/v1/audit?object={subject}"))["items"]!.AsArray().Select(item => item!).Reverse()];
}

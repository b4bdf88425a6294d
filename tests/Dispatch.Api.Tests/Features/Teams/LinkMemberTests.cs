using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Teams;

public sealed class LinkMemberTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private static readonly Guid Team = RunningService.TeamId(Given.Expert);

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_member_has_the_visits_he_is_booked_for_and_no_others_of_his_team()
    {
        var member = await service.Given.AMember("member-own");
        var (mine, _) = await service.Given.AnAcceptedRequest();
        var visit = await service.Given.BookedVisit(mine, member);
        var (others, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138022"));
        service.Clock.Advance(TimeSpan.FromHours(4));
        var otherVisit = await service.Given.BookedVisit(others);

        using var him = Member("member-own");
        Assert.Equal([visit], Ids(await him.Read("/v1/visits")));
        Assert.Equal([mine], Ids(await him.Read("/v1/requests")));
        Assert.Equal("+8613800138000", (await him.Read($"/v1/requests/{mine}"))["requester"]!.Text("phone"));
        Assert.Equal(visit, (await him.Read($"/v1/visits/{visit}")).Id());
        await him.Post($"/v1/visits/{visit}/depart").Must();
        await him.GetAsync($"/v1/requests/{others}").Must(HttpStatusCode.NotFound);
        await him.GetAsync($"/v1/visits/{otherVisit}").Must(HttpStatusCode.NotFound);
        await him.Post($"/v1/visits/{otherVisit}/depart").Must(HttpStatusCode.NotFound);
        Assert.Equal([mine], Ids(await him.Read("/v1/notices"), "requestId").Distinct());
        Assert.Contains(others, Ids(await service.Leader(Given.Expert).Read("/v1/notices"), "requestId"));
    }

    [Fact]
    public async Task A_visit_that_is_cancelled_takes_the_request_from_him_and_so_does_the_team_that_gives_it_back()
    {
        var member = await service.Given.AMember("member-after");
        var (request, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138023"));
        var visit = await service.Given.BookedVisit(request, member);
        using var him = Member("member-after");
        await him.Read($"/v1/requests/{request}");

        await service.Leader(Given.Expert).Post($"/v1/visits/{visit}/cancel", new { reason = "改期" }).Must();
        await him.GetAsync($"/v1/requests/{request}").Must(HttpStatusCode.NotFound);

        await service.Given.BookedVisit(request, member);
        await him.Read($"/v1/requests/{request}");
        await service.Leader(Given.Expert).Post($"/v1/requests/{request}/release", new { reason = "too_busy" }).Must();
        await him.GetAsync($"/v1/requests/{request}").Must(HttpStatusCode.NotFound);
        Assert.DoesNotContain(request, Ids(await him.Read("/v1/requests")));
    }

    [Fact]
    public async Task Of_one_request_he_has_his_own_visit_and_even_a_completed_one_leads_nowhere_once_it_is_given_back()
    {
        var (mine, other) = (await service.Given.AMember("member-of-one"), await service.Given.AMember("member-of-the-other"));
        var (request, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138025"));
        var (visit, otherVisit) = (await service.Given.BookedVisit(request, mine), await service.Given.BookedVisit(request, other));
        using var him = Member("member-of-one");
        await him.GetAsync($"/v1/visits/{otherVisit}").Must(HttpStatusCode.NotFound);
        await him.Post($"/v1/visits/{otherVisit}/begin").Must(HttpStatusCode.NotFound);
        await him.Post($"/v1/visits/{visit}/begin").Must();
        await him.Post($"/v1/visits/{visit}/complete", new { findings = "缺镁。", minutes = 60 }).Must();
        await him.Read($"/v1/requests/{request}");

        await service.Leader(Given.Expert).Post($"/v1/requests/{request}/release", new { reason = "too_busy" }).Must();
        await him.GetAsync($"/v1/requests/{request}").Must(HttpStatusCode.NotFound);
        Assert.DoesNotContain(request, Ids(await him.Read("/v1/requests")));
    }

    [Fact]
    public async Task Whom_nobody_linked_or_who_was_let_go_has_nothing()
    {
        var member = await service.Given.AMember("member-gone");
        var (request, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall(phone: "13800138024"));
        var visit = await service.Given.BookedVisit(request, member);
        using var other = Member("member-unlinked");
        await other.GetAsync($"/v1/visits/{visit}").Must(HttpStatusCode.NotFound);
        Assert.Empty(Ids(await other.Read("/v1/visits")));
        using var ofAnotherTeam = service.As("member", team: RunningService.TeamId("E-330400-1"), subject: "member-gone");
        await ofAnotherTeam.GetAsync($"/v1/visits/{visit}").Must(HttpStatusCode.NotFound);
        Assert.Empty(Ids(await ofAnotherTeam.Read("/v1/visits")));

        using var him = Member("member-gone");
        await him.Read($"/v1/visits/{visit}");
        var unlinked = await service
            .Leader(Given.Expert)
            .Post($"/v1/teams/{Team}/members/{member}/link", new { subject = (string?)null })
            .Must();
        Assert.Null(unlinked["subject"]);
        await him.GetAsync($"/v1/visits/{visit}").Must(HttpStatusCode.NotFound);
        await him.GetAsync($"/v1/requests/{request}").Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task One_person_is_one_member_of_a_team_and_a_member_of_another_team_is_not_there()
    {
        var member = await service.Given.AMember("member-twice");
        var second = await service.Given.AMember("member-second");
        var problem = await service
            .Leader(Given.Expert)
            .Post($"/v1/teams/{Team}/members/{second}/link", new { subject = "member-twice" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("subject_taken", problem["errors"]![0]!.Text("code"));
        await service.Leader(Given.Expert).Post($"/v1/teams/{Team}/members/{member}/link", new { subject = "member-twice" }).Must();

        var elsewhere = RunningService.TeamId("E-330400-1");
        await service
            .LeaderOf(elsewhere)
            .Post($"/v1/teams/{elsewhere}/members/{member}/link", new { subject = "thief" })
            .Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_is_a_member_of_two_teams_has_with_each_what_that_team_booked_him_for()
    {
        var county = new LonelyCounty(service, "mec-cut");
        var (lead, support) = (await county.CountyTeam(5), await new LonelyCounty(service, "aut-robot").CountyTeam(4));
        var request = await county.Request();
        await county.Pick(request, lead);
        await county.Accept(request);
        var asked = await service
            .Officer()
            .Post($"/v1/requests/{request}/support-offers", new { teamId = support, skills = new[] { new { code = "aut-robot" } } })
            .Must(HttpStatusCode.Created);
        await service.LeaderOf(support).Post($"/v1/offers/{asked.Id()}/accept").Must();
        var ofLead = await Linked(lead);
        await Linked(support);
        var start = service.Clock.GetUtcNow().AddHours(1);
        await service
            .LeaderOf(lead)
            .Post(
                $"/v1/requests/{request}/visits",
                new
                {
                    start,
                    end = start.AddHours(2),
                    memberIds = new[] { ofLead },
                }
            )
            .Must(HttpStatusCode.Created);

        await service.As("member", team: lead, subject: "member-of-two").Read($"/v1/requests/{request}");
        using var him = service.As("member", team: support, subject: "member-of-two");
        await him.GetAsync($"/v1/requests/{request}").Must(HttpStatusCode.NotFound);
        Assert.Empty(Ids(await him.Read("/v1/requests")));
        Assert.Empty(Ids(await him.Read("/v1/notices")));

        async Task<Guid> Linked(Guid team)
        {
            var leader = service.LeaderOf(team);
            var member = (await leader.Post($"/v1/teams/{team}/members", new { name = "队员乙" }).Must(HttpStatusCode.Created)).Id();
            await leader.Post($"/v1/teams/{team}/members/{member}/link", new { subject = "member-of-two" }).Must();
            return member;
        }
    }

    [Fact]
    public async Task A_link_counts_as_a_change_of_the_team_and_a_blank_one_is_none()
    {
        var member = await service.Given.AMember("member-blank");
        var before = (await service.Officer().Read($"/v1/teams/{Team}")).Number("version");
        var place = $"/v1/teams/{Team}/members/{member}/link";
        Assert.Null((await service.Leader(Given.Expert).Post(place, new { subject = " " }).Must())["subject"]);
        Assert.Equal(before + 1, (await service.Officer().Read($"/v1/teams/{Team}")).Number("version"));
        await service
            .Leader(Given.Expert)
            .Post(place, new { subject = new string('a', 201) })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    private HttpClient Member(string subject) => service.As("member", team: Team, subject: subject);

    private static IEnumerable<Guid> Ids(JsonNode page, string name = "id") =>
        page["items"]!.AsArray().Select(item => Guid.Parse(item![name]!.GetValue<string>()));
}

using System.Net;
using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests.Features;

/// <summary>A county of which the seeds know next to nothing: who helps there was registered by the test itself. Each test takes a skill
/// of its own, so that tests on one database do not meet.</summary>
public sealed class LonelyCounty(RunningService service, string skill)
{
    public const string County = "511529";
    public const string City = "511500";
    public const string Province = "510000";

    /// <summary>A higher level ranks first: everything else about these teams is equal.</summary>
    public Task<Guid> CountyTeam(int level, int? capacity = null) => Team(County, "county_team", level, capacity);

    public Task<Guid> CityTeam(int level) => Team(City, "city_team", level);

    public Task<Guid> ProvinceTeam(int level) => Team(Province, "province_team", level);

    public async Task<Guid> Team(string region, string kind, int level, int? capacity = null)
    {
        var team = (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = $"{skill} {level} 级服务队",
                        kind,
                        regionCode = region,
                        size = 6,
                        capacity,
                        bases = new[] { new { lat = 28.8307, lng = 104.3208 } },
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        await SetSkill(team, level);
        return team;
    }

    public Task SetSkill(Guid team, int level, string? other = null) =>
        service.Officer().Put($"/v1/teams/{team}/skills", new { skills = new[] { new { code = other ?? skill, level } } }).Must();

    public object Call(string urgency = "normal", string form = "on_site", string text = "机器坏了，请派人来看。") =>
        new
        {
            requester = new
            {
                kind = "enterprise",
                name = "求助企业 " + skill,
                phone = "13800138777",
            },
            text,
            skills = new[] { new { code = skill } },
            location = new
            {
                regionCode = County,
                lat = 28.8307,
                lng = 104.3208,
            },
            urgency,
            form,
        };

    public async Task<Guid> Request(string urgency = "normal", string form = "on_site") =>
        (await service.Given.AnOpenRequest(Call(urgency, form))).Id();

    public async Task<(Guid Request, string Track)> TrackedRequest()
    {
        var request = await service.Given.AnOpenRequest(Call());
        return (request.Id(), request.Text("trackToken"));
    }

    /// <summary>One click.</summary>
    public Task<JsonNode> Dispatch(Guid request) => service.Officer().Post($"/v1/requests/{request}/dispatch").Must();

    public async Task<Guid> Dispatched(string urgency = "normal")
    {
        var request = await Request(urgency);
        await Dispatch(request);
        return request;
    }

    /// <summary>The team that is asked says no.</summary>
    public async Task<Guid> Decline(Guid request, string reason = "too_busy")
    {
        var offer = await service.LiveOffer(request);
        var team = offer.Id("teamId");
        await service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/decline", new { reason }).Must();
        return team;
    }

    /// <summary>The team that is asked says yes.</summary>
    public async Task<Guid> Accept(Guid request)
    {
        var offer = await service.LiveOffer(request);
        var team = offer.Id("teamId");
        await service.LeaderOf(team).Post($"/v1/offers/{offer.Id()}/accept").Must();
        return team;
    }

    public Task<JsonNode> Pick(Guid request, Guid team) =>
        service.Officer().Post($"/v1/requests/{request}/offers", new { teamId = team }).Must(HttpStatusCode.Created);

    public async Task<Guid> BookedVisit(Guid request, Guid team, TimeSpan? ahead = null)
    {
        var start = service.Clock.GetUtcNow() + (ahead ?? TimeSpan.FromHours(1));
        return (
            await service
                .LeaderOf(team)
                .Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(2) })
                .Must(HttpStatusCode.Created)
        ).Id();
    }

    public async Task<Guid> CompletedVisit(Guid request, Guid team)
    {
        var visit = await BookedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/visits/{visit}/begin").Must();
        await service
            .LeaderOf(team)
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "轴承磨损，已更换。",
                    minutes = 60,
                    personTimes = 2,
                }
            )
            .Must();
        return visit;
    }

    /// <summary>Accepted by this team, served once, and answered: the requester has the word.</summary>
    public async Task<(Guid Request, string Track)> Resolved(Guid team)
    {
        var (request, track) = await TrackedRequest();
        await Pick(request, team);
        await Accept(request);
        await CompletedVisit(request, team);
        await service.LeaderOf(team).Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "已更换轴承。" }).Must();
        return (request, track);
    }
}

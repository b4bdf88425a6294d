using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features;

/// <summary>A workshop in a county of which the seeds know next to nothing asks for several trades at once. Each test takes trades of its own,
/// so that tests on one database do not meet.</summary>
public sealed class Workshop(RunningService service, string main, string other)
{
    public const string County = LonelyCounty.County;
    private const string LongLicensed = "2030-01-01";

    public string Main => main;

    public string Other => other;

    public Task<Guid> MainTeam(int level = 5, int? capacity = null) => Team(County, level, capacity, main);

    public Task<Guid> OtherTeam(int level = 5, int? capacity = null) => Team(County, level, capacity, other);

    public Task<Guid> CityTeam(int level, params string[] skills) => Team(LonelyCounty.City, level, null, skills);

    public async Task<Guid> Team(string region, int level, int? capacity, params string[] skills)
    {
        var team = (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = $"{string.Join('、', skills)} {level} 级服务队",
                        kind = region == County ? "county_team" : "city_team",
                        regionCode = region,
                        size = 6,
                        capacity,
                        bases = new[] { new { lat = 28.8307, lng = 104.3208 } },
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        var proven = skills.Select(code => new
        {
            code,
            level,
            licensedUntil = LongLicensed,
        });
        await service.Officer().Put($"/v1/teams/{team}/skills", new { skills = proven }).Must();
        return team;
    }

    /// <summary>So many teams of the main trade and one of the other.</summary>
    public object[] Groups(int count = 1) =>
        [
            new
            {
                mode = "all",
                skills = new[] { new { code = main } },
                count,
            },
            new { mode = "all", skills = new[] { new { code = other } } },
        ];

    public object Call(object[]? groups, string urgency = "normal") =>
        new
        {
            requester = new
            {
                kind = "enterprise",
                name = $"求助车间 {main}",
                phone = "13800138666",
            },
            text = "车间进水，设备停了，请派人来抢修。",
            skills = new[] { new { code = main }, new { code = other } },
            requirements = groups,
            location = new
            {
                regionCode = County,
                lat = 28.8307,
                lng = 104.3208,
            },
            urgency,
            form = "on_site",
        };

    /// <summary>Asked for in groups: so many teams of the main trade and one of the other.</summary>
    public async Task<Guid> Request(int count = 1, string urgency = "normal") =>
        (await service.Given.AnOpenRequest(Call(Groups(count), urgency))).Id();

    /// <summary>Asked for by skills alone.</summary>
    public async Task<Guid> PlainRequest() => (await service.Given.AnOpenRequest(Call(null))).Id();

    public async Task<Guid> Dispatched(int count = 1, string urgency = "normal")
    {
        var request = await Request(count, urgency);
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        return request;
    }

    public async Task<JsonNode> OfferTo(Guid request, Guid team, string state = "pending") =>
        Assert.Single(await service.Offers(request), offer => offer.Id("teamId") == team && offer.Text("state") == state);

    public async Task<JsonNode> Accept(Guid request, Guid team) =>
        await service.LeaderOf(team).Post($"/v1/offers/{(await OfferTo(request, team)).Id()}/accept").Must();

    public async Task Decline(Guid request, Guid team) =>
        await service.LeaderOf(team).Post($"/v1/offers/{(await OfferTo(request, team)).Id()}/decline", new { reason = "too_busy" }).Must();

    /// <summary>How the parts stand: role, first skill, state and team of each.</summary>
    public async Task<IReadOnlyList<string>> Parts(Guid request) =>
        [
            .. (await service.Request(request))
                .Items("jointTeam")
                .Select(part =>
                    $"{part.Text("role")} {part["skills"]![0]!.GetValue<string>()} {part.Text("state")} {part.Maybe("teamId") ?? "-"}"
                ),
        ];

    public async Task<Guid> PartOf(Guid request, string skill, string state) =>
        Assert
            .Single(
                (await service.Request(request)).Items("jointTeam"),
                part => part.Text("state") == state && part["skills"]![0]!.GetValue<string>() == skill && part.Text("role") == "support"
            )
            .Id();
}

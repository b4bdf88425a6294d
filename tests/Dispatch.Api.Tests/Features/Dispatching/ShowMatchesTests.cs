using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Api.Tests.Features.Dispatching;

public sealed class ShowMatchesTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly GeoPoint Orchard = new(28.2531, 121.2828);

    [Theory]
    [InlineData("gcj02")]
    [InlineData("bd09")]
    [InlineData("cgcs2000")]
    public async Task One_spot_given_in_another_coordinate_system_gets_the_same_ranking(string crs)
    {
        var given = CoordinateSystems.FromWgs84(Orchard, Enum.Parse<Crs>(crs, ignoreCase: true));
        var plain = await Asked(new { lat = Orchard.Lat, lng = Orchard.Lng });
        var converted = await Asked(
            new
            {
                lat = given.Lat,
                lng = given.Lng,
                crs,
            }
        );
        var place = converted.Request["location"]!;
        Assert.Equal((double)plain.Request["location"]!.Number("lat"), (double)place.Number("lat"), 6);
        Assert.Equal((double)plain.Request["location"]!.Number("lng"), (double)place.Number("lng"), 6);
        Assert.Equal(given.Lat, place["givenLat"]!.GetValue<double>());
        Assert.Equal(crs, place.Text("givenCrs"));
        Assert.Equal(Ranking(plain.Match), Ranking(converted.Match));
    }

    [Fact]
    public async Task Read_in_the_wrong_coordinate_system_the_spot_lies_elsewhere()
    {
        var given = CoordinateSystems.FromWgs84(Orchard, Crs.Gcj02);
        var wrong = await Asked(new { lat = given.Lat, lng = given.Lng });
        Assert.InRange(Distance.GreatCircleKm(Orchard, new GeoPoint(given.Lat, given.Lng)), 0.4, 0.7);
        Assert.NotEqual(Orchard.Lat, (double)wrong.Request["location"]!.Number("lat"), 4);
    }

    [Theory]
    [InlineData(null, 28.1684, 121.3471, "331083")]
    [InlineData("331021", null, null, "331083")]
    [InlineData("331083103", null, null, "331083102")]
    [InlineData("331083", 28.2531, 121.2828, "331083")]
    public async Task A_place_is_given_by_code_by_former_code_or_by_point(string? code, double? lat, double? lng, string region)
    {
        var asked = await Asked(
            new
            {
                regionCode = code,
                lat,
                lng,
            }
        );
        Assert.Equal(region, asked.Request["location"]!.Text("regionCode"));
        Assert.Equal(RunningService.TeamId(Given.Expert), asked.Match.TeamAt(1));
    }

    [Fact]
    public async Task Every_team_is_accounted_for_and_every_score_is_the_sum_of_its_parts()
    {
        var (_, match) = await Asked(new { regionCode = "331083" });
        Assert.Equal(61, match.Number("evaluated"));
        Assert.Equal(61, match.Number("eligible") + match.Items("refused").Sum(refusal => refusal.Number("count")));
        foreach (var candidate in match.Items("candidates"))
        {
            var parts = candidate.Items("parts");
            Assert.Equal(["skill", "nearness", "load", "record", "soonness", "familiarity"], parts.Select(part => part.Text("name")));
            Assert.Equal(100, parts.Sum(part => part.Number("weight")));
            Assert.Equal(candidate.Number("score"), parts.Sum(part => part.Number("points")));
            Assert.All(parts, part => Assert.NotEmpty(part.Text("reason")));
        }

        Assert.All(match.Items("refused"), refusal => Assert.NotEmpty(refusal.Text("remedy")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    public async Task A_ranking_shows_one_to_a_hundred_teams(string limit)
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await service
            .Officer()
            .GetAsync($"/v1/requests/{request}/matches?limit={limit}")
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Fact]
    public async Task A_ranking_is_not_for_teams()
    {
        var (request, _) = await service.Given.AnOffer();
        await service
            .Leader(Given.Expert)
            .GetAsync($"/v1/requests/{request}/matches")
            .MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Any_team_can_be_asked_about_whatever_its_place()
    {
        var (request, match) = await Asked(new { regionCode = "331083" });
        var first = match.TeamAt(1);
        var last = match.Items("candidates")[^1].Id("teamId");
        // Whoever has not the skill or is not open is counted, and explained when asked for.
        var counted = match
            .Items("refused")
            .Where(refusal => refusal.Text("reason") is "skill_missing" or "out_of_area" or "tier_not_open");
        Assert.NotEmpty(counted);
        Assert.All(counted, refusal => Assert.Empty(refusal.Items("teamIds")));
        var outside = RunningService.TeamId("T-44-1");

        var asked = await service
            .Officer()
            .Read($"/v1/requests/{request.Id()}/matches?limit=1&explain=full&teamIds={last},{outside},{first}");
        Assert.Single(asked.Items("candidates"));
        var explained = asked.Items("explained");
        Assert.Equal([last, outside, first], explained.Select(team => team.Id("teamId")));
        Assert.Equal(match.Items("candidates").Count, explained[0].Number("rank"));
        Assert.Empty(explained[0].Items("against"));
        Assert.Equal(match.Items("candidates")[^1].Number("score"), explained[0]["candidate"]!.Number("score"));
        Assert.Null(explained[1]["rank"]);
        Assert.Null(explained[1]["candidate"]);
        var against = explained[1].Items("against");
        Assert.Contains("out_of_area", against.Select(rule => rule.Text("reason")));
        Assert.All(against, rule => Assert.NotEmpty(rule.Text("remedy")));
        Assert.Equal(1, explained[2].Number("rank"));
    }

    [Theory]
    [InlineData("explain=full")]
    [InlineData("teamIds=019e80ba-69e8-7d0e-bc0b-33cea89eb856")]
    [InlineData("explain=full&teamIds=019e80ba-69e8-7d0e-bc0b-33cea89eb856")]
    [InlineData("explain=everything")]
    [InlineData("explain=full&teamIds=one,two")]
    public async Task Asking_about_a_team_names_a_team_there_is(string query)
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await service.Officer().GetAsync($"/v1/requests/{request}/matches?{query}").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    private static List<(Guid Team, decimal Score)> Ranking(JsonNode match) =>
        [.. match.Items("candidates").Select(candidate => (candidate.Id("teamId"), candidate.Number("score")))];

    private async Task<(JsonNode Request, JsonNode Match)> Asked(object location)
    {
        var request = await service.Given.AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "farmer",
                    name = "文旦种植户甲",
                    phone = "13800138000",
                },
                text = "文旦园叶子发黄。",
                skills = new[] { new { code = "agr-citrus" }, new { code = "agr-soil" } },
                location,
            }
        );
        return (request, await service.Officer().Read($"/v1/requests/{request.Id()}/matches?limit=100"));
    }
}

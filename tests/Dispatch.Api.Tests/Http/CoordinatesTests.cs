using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>The system of coordinates is always said: WGS-84 unless the caller speaks another, in bodies by <c>crs</c>, in queries by <c>coord_type</c>.</summary>
public sealed class CoordinatesTests(RunningService service) : IClassFixture<RunningService>
{
    private const double OneMillimetreInKm = 1e-6;
    private const int MostBases = 20;

    [Theory]
    [InlineData("gcj02")]
    [InlineData("bd09")]
    [InlineData("cgcs2000")]
    [InlineData("wgs84")]
    public async Task A_point_anywhere_in_China_comes_back_within_a_millimetre_of_where_it_was_given(string crs)
    {
        var system = Enum.Parse<Crs>(crs, ignoreCase: true);
        foreach (var points in GridOfChina().Chunk(MostBases))
        {
            var made = await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "测绘服务队",
                        kind = "county_team",
                        regionCode = "331083",
                        size = 6,
                        bases = points.Select(point => new
                        {
                            lat = point.Lat,
                            lng = point.Lng,
                            crs,
                        }),
                    }
                )
                .Must(HttpStatusCode.Created);
            var stored = made.Items("bases");
            Assert.All(stored, point => Assert.Equal("wgs84", point.Text("crs")));
            Assert.Equal(points.Select(point => CoordinateSystems.ToWgs84(point, system)), stored.Select(Point));
            var shown = (await service.Officer().Read($"/v1/teams/{made.Id()}?coord_type={crs}")).Items("bases");
            Assert.All(shown, point => Assert.Equal(crs, point.Text("crs")));
            foreach (var (given, answered) in points.Zip(shown.Select(Point)))
            {
                var error = Distance.GreatCircleKm(given, answered);
                Assert.True(error < OneMillimetreInKm, $"{given} came back {error * 1e6:F3} mm away");
            }
        }
    }

    [Fact]
    public async Task What_was_read_in_another_system_can_be_put_back_as_it_is()
    {
        var team = await service
            .Officer()
            .Post(
                "/v1/teams",
                new
                {
                    name = "果树修剪服务队",
                    kind = "county_team",
                    regionCode = "331083",
                    size = 6,
                    bases = new[] { new { lat = 28.2531, lng = 121.2828 } },
                }
            )
            .Must(HttpStatusCode.Created);
        var read = await service.Officer().Read($"/v1/teams/{team.Id()}?coord_type=gcj02");
        Assert.NotEqual(28.2531, read["bases"]![0]!["lat"]!.GetValue<double>(), 1e-4);
        var change = new JsonObject { ["size"] = 7 };
        foreach (var member in new[] { "name", "kind", "regionCode", "bases" })
        {
            change[member] = read[member]!.DeepClone();
        }

        var after = await service.Officer().Put($"/v1/teams/{team.Id()}", change, "*").Must();
        Assert.Equal(28.2531, after["bases"]![0]!["lat"]!.GetValue<double>(), 1e-8);
        Assert.Equal(121.2828, after["bases"]![0]!["lng"]!.GetValue<double>(), 1e-8);
    }

    [Fact]
    public async Task A_request_is_shown_in_the_system_of_its_reader_and_masked_before_it_is_shifted()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var (exact, coarse) = (new GeoPoint(28.2531, 121.2828), new GeoPoint(28.25, 121.28));
        foreach (var (client, point) in new[] { (service.Officer(), exact), (service.As("auditor"), coarse) })
        {
            foreach (var crs in Enum.GetValues<Crs>())
            {
                var word = crs.ToString().ToLowerInvariant();
                var place = (await client.Read($"/v1/requests/{request}?coord_type={word}"))["location"]!;
                Assert.Equal(word, place.Text("crs"));
                Assert.Equal(CoordinateSystems.FromWgs84(point, crs), Point(place));
            }
        }
    }

    [Theory]
    [InlineData("coord_type")]
    [InlineData("crs")]
    public async Task A_region_is_found_by_a_point_in_another_system_and_answered_in_it(string parameter)
    {
        var seat = await service.Anonymous().Read("/v1/regions/331083100");
        Assert.Equal("wgs84", seat.Text("crs"));
        var shifted = CoordinateSystems.FromWgs84(Point(seat), Crs.Gcj02);
        var found = Assert.Single(
            (await service.Anonymous().Read($"/v1/regions?lat={shifted.Lat:R}&lng={shifted.Lng:R}&{parameter}=gcj02")).Items()
        );
        Assert.Equal("331083", found.Text("code"));
        Assert.Equal("gcj02", found.Text("crs"));
        var county = Point(await service.Anonymous().Read("/v1/regions/331083"));
        Assert.Equal(CoordinateSystems.FromWgs84(county, Crs.Gcj02), Point(found));
        Assert.Equal(Point(found), Point(await service.Anonymous().Read("/v1/regions/331083?coord_type=gcj02")));
    }

    [Fact]
    public async Task The_county_of_a_point_between_two_depends_on_its_system()
    {
        var (nanhu, xiuzhou) = (await Seat("330402"), await Seat("330411"));
        var border = Enumerable
            .Range(0, 1000)
            .Select(step => new GeoPoint(30.76, 120.70 + (step * 0.0001)))
            .First(point => IsNanhu(point) != IsNanhu(CoordinateSystems.ToWgs84(point, Crs.Gcj02)));
        Assert.Equal(IsNanhu(border) ? "330402" : "330411", await CodeAt(border, "wgs84"));
        Assert.Equal(IsNanhu(border) ? "330411" : "330402", await CodeAt(border, "gcj02"));

        async Task<GeoPoint> Seat(string code) => Point(await service.Anonymous().Read($"/v1/regions/{code}"));

        bool IsNanhu(GeoPoint point) => Distance.GreatCircleKm(point, nanhu) < Distance.GreatCircleKm(point, xiuzhou);
    }

    [Fact]
    public async Task A_box_of_another_system_finds_what_it_shows_there()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var shown = CoordinateSystems.FromWgs84(new GeoPoint(28.25, 121.28), Crs.Gcj02);
        var box = FormattableString.Invariant($"{shown.Lng - 0.0005},{shown.Lat - 0.0005},{shown.Lng + 0.0005},{shown.Lat + 0.0005}");
        Assert.Contains(
            (await service.Officer().Read($"/v1/requests?bbox={box}&coord_type=gcj02&page_size=200")).Items(),
            item => item.Id() == request
        );
        Assert.DoesNotContain(
            (await service.Officer().Read($"/v1/requests?bbox={box}&page_size=200")).Items(),
            item => item.Id() == request
        );
    }

    [Fact]
    public async Task A_map_in_another_system_says_so()
    {
        var team = RunningService.TeamId(Given.Expert);
        var wgs84 = await MapOf(team, "");
        var gcj02 = await MapOf(team, "&coord_type=gcj02");
        Assert.Null(wgs84.Said);
        Assert.Equal("gcj02", gcj02.Said);
        Assert.Equal(CoordinateSystems.FromWgs84(wgs84.Point, Crs.Gcj02), gcj02.Point);
        Assert.Null((await MapOf(team, "&coord_type=wgs84")).Said);
    }

    [Theory]
    [InlineData("/v1/regions?coord_type=mars", "coord_type", "unknown")]
    [InlineData("/v1/regions?coord_type=GCJ02", "coord_type", "unknown")]
    [InlineData("/v1/regions?lat=28.2&lng=121.3&crs=gcj02&coord_type=gcj02", "crs", "repeated")]
    [InlineData("/v1/regions/331083?coord_type=", "coord_type", "unknown")]
    [InlineData("/v1/teams?coord_type=mars", "coord_type", "unknown")]
    [InlineData("/v1/teams/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90?coord_type=mars", "coord_type", "unknown")]
    [InlineData("/v1/requests?coord_type=mars", "coord_type", "unknown")]
    [InlineData("/v1/visits?coord_type=mars", "coord_type", "unknown")]
    [InlineData("/v1/skills?coord_type=gcj02", "coord_type", "unknown")]
    public async Task A_system_that_is_none_is_refused(string path, string parameter, string code)
    {
        if (path.Contains("/teams/", StringComparison.Ordinal))
        {
            path = path.Replace(
                "0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90",
                RunningService.TeamId(Given.Expert).ToString(),
                StringComparison.Ordinal
            );
        }

        var problem = await service.Officer().GetAsync(path).MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.Equal(parameter, problem["errors"]![0]!.Text("pointer"));
        Assert.Equal(code, problem["errors"]![0]!.Text("code"));
    }

    [Theory]
    [InlineData(91, 121, "#/bases/0/lat")]
    [InlineData(-91, 121, "#/bases/0/lat")]
    [InlineData(28, 181, "#/bases/0/lng")]
    [InlineData(48.8584, 2.2945, "#/bases/0/lat")]
    public async Task A_point_out_of_range_or_outside_China_is_refused_in_every_system(double lat, double lng, string at)
    {
        foreach (var crs in new[] { "wgs84", "gcj02", "bd09" })
        {
            var problem = await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "测绘服务队",
                        kind = "county_team",
                        regionCode = "331083",
                        size = 6,
                        bases = new[]
                        {
                            new
                            {
                                lat,
                                lng,
                                crs,
                            },
                        },
                    }
                )
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
            Assert.Contains(problem.Items("errors"), error => error.Text("pointer") == at);
            await service
                .Anonymous()
                .GetAsync(FormattableString.Invariant($"/v1/regions?lat={lat}&lng={lng}&coord_type={crs}"))
                .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        }
    }

    private async Task<string> CodeAt(GeoPoint point, string crs) =>
        Assert
            .Single(
                (
                    await service
                        .Anonymous()
                        .Read(FormattableString.Invariant($"/v1/regions?lat={point.Lat:R}&lng={point.Lng:R}&coord_type={crs}"))
                ).Items()
            )
            .Text("code");

    private async Task<(GeoPoint Point, string? Said)> MapOf(Guid team, string query)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/teams?region=331083&page_size=200" + query);
        asked.Headers.TryAddWithoutValidation("Accept", "application/geo+json");
        var map = await service.Officer().SendAsync(asked).Must();
        var position = map.Items("features").Single(feature => feature.Id() == team)["geometry"]!["coordinates"]!;
        return (new GeoPoint(position[1]!.GetValue<double>(), position[0]!.GetValue<double>()), map.Maybe("coordType"));
    }

    private static GeoPoint Point(JsonNode place) => new(place["lat"]!.GetValue<double>(), place["lng"]!.GetValue<double>());

    private static IEnumerable<GeoPoint> GridOfChina()
    {
        for (var lat = 4.07; lat < 53.9; lat += 4.531)
        {
            for (var lng = 73.57; lng < 135.4; lng += 4.279)
            {
                yield return new GeoPoint(lat, lng);
            }
        }
    }
}

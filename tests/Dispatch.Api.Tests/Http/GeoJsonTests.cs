using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Tests.Features;
using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Lists as a map (RFC 7946).</summary>
public sealed class GeoJsonTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string MediaType = "application/geo+json";

    // Where Given.PomeloCall is, and what is shown of it to whoever need not know.
    private const double Lat = 28.2531;
    private const double Lng = 121.2828;
    private const string AroundTheOrchard = "121.2827,28.2530,121.2829,28.2532";
    private const string AroundTheCell = "121.2799,28.2499,121.2801,28.2501";

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/v1/regions")]
    [InlineData("/v1/teams")]
    [InlineData("/v1/requests")]
    [InlineData("/v1/visits")]
    public async Task A_list_is_a_feature_collection_of_the_same_items_in_the_same_order(string path)
    {
        await service.Given.AScheduledVisit();
        var list = await service.Officer().Read(path);
        var (map, _) = await Map(service.Officer(), path);
        Assert.Equal("FeatureCollection", map.Text("type"));
        Assert.Null(map["crs"]);
        Assert.Null(map["coordType"]);
        Assert.NotEmpty(map.Items("features"));
        Assert.Equal(
            list.Items().Select(item => item.ToJsonString()),
            map.Items("features").Select(feature => feature["properties"]!.ToJsonString())
        );
        var positions = map.Items("features").SelectMany(Positions).ToList();
        Assert.All(positions, position => Assert.True(new GeoPoint(position.Lat, position.Lng).IsInChina, position.ToString()));
        Assert.Equal(
            [positions.Min(p => p.Lng), positions.Min(p => p.Lat), positions.Max(p => p.Lng), positions.Max(p => p.Lat)],
            map["bbox"]!.AsArray().Select(edge => edge!.GetValue<double>())
        );
        foreach (var feature in map.Items("features"))
        {
            Assert.Equal("Feature", feature.Text("type"));
            Assert.Equal((feature["properties"]!["id"] ?? feature["properties"]!["code"])!.GetValue<string>(), feature.Text("id"));
        }
    }

    [Fact]
    public async Task A_team_stands_at_all_its_bases()
    {
        var one = await ATeam((28.2, 121.2));
        var two = await ATeam((28.2, 121.2), (28.3, 121.4));
        var features = await Features(service.Officer(), "/v1/teams?region=331083&page_size=200");
        Assert.Equal("""{"type":"Point","coordinates":[121.2,28.2]}""", features[one]["geometry"]!.ToJsonString());
        Assert.Equal("""{"type":"MultiPoint","coordinates":[[121.2,28.2],[121.4,28.3]]}""", features[two]["geometry"]!.ToJsonString());
    }

    [Fact]
    public async Task Pages_of_a_map_are_walked_like_those_of_a_list()
    {
        var ids = (await service.Officer().Read("/v1/teams?page_size=200")).Items().Select(item => item.Text("id")).ToList();
        var seen = new List<string>();
        string? next = "/v1/teams?page_size=20";
        while (next is not null)
        {
            var (map, link) = await Map(service.Officer(), next);
            Assert.Equal(next, map.Text("self"));
            seen.AddRange(map.Items("features").Select(feature => feature.Text("id")));
            next = map.Maybe("next");
            Assert.Equal(next is null ? null : $"<{next}>; rel=\"next\"", link);
        }

        Assert.Equal(ids, seen);
    }

    [Theory]
    [InlineData("application/geo+json", true)]
    [InlineData("application/geo+json, application/json", true)]
    [InlineData("application/json;q=0.5, application/GEO+json;q=0.9", true)]
    [InlineData("application/geo+json, */*;q=0.1", true)]
    [InlineData("application/geo+json;q=0.5, application/json", false)]
    [InlineData("application/geo+json;q=0", false)]
    [InlineData("application/json", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html", false)]
    [InlineData("not a header, geo+json", false)]
    public async Task A_map_is_given_to_whoever_names_it(string accept, bool map)
    {
        using var answer = await Ask(service.Anonymous(), "/v1/regions?parent=330000", accept);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(map ? MediaType : "application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task The_map_of_the_catalogue_has_a_tag_of_its_own()
    {
        using var list = await Ask(service.Anonymous(), "/v1/regions", "application/json");
        using var map = await Ask(service.Anonymous(), "/v1/regions", MediaType);
        Assert.NotEqual(list.Headers.ETag, map.Headers.ETag);
        var again = new HttpRequestMessage(HttpMethod.Get, "/v1/regions");
        again.Headers.TryAddWithoutValidation("Accept", MediaType);
        again.Headers.TryAddWithoutValidation("If-None-Match", map.Headers.ETag!.Tag);
        using var held = await service.Anonymous().SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, held.StatusCode);
    }

    [Fact]
    public async Task An_operation_without_places_stays_JSON()
    {
        using var answer = await Ask(service.Anonymous(), "/v1/skills", MediaType);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/v1/regions?bbox=121,28,122,29", "331000,331083,331083001,331083100,331083101,331083102")]
    [InlineData("/v1/regions?parent=331000&bbox=121,28,122,29", "331083")]
    [InlineData("/v1/regions?bbox=121.2262,28.1383,121.2262,28.1383", "331083")]
    [InlineData("/v1/regions?bbox=28,121,29,122", null)]
    [InlineData("/v1/regions?bbox=170,-20,-170,20", "")]
    public async Task A_box_is_west_south_east_north(string path, string? codes)
    {
        if (codes is null)
        {
            await service.Anonymous().GetAsync(path).MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
            return;
        }

        var found = (await service.Anonymous().Read(path)).Items().Select(item => item.Text("code"));
        Assert.Equal(codes, string.Join(',', found.Where(code => code.StartsWith("331", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("121,28,122", "wrong_type")]
    [InlineData("121,28,122,29,0,100", "wrong_type")]
    [InlineData("121;28;122;29", "wrong_type")]
    [InlineData("121,28,122,north", "wrong_type")]
    [InlineData("121,28,122,1e999", "wrong_type")]
    [InlineData("121,28,122,NaN", "wrong_type")]
    [InlineData("", "wrong_type")]
    [InlineData("121,28,181,29", "out_of_range")]
    [InlineData("121,28,122,91", "out_of_range")]
    [InlineData("121,29,122,28", "out_of_range")]
    public async Task A_box_that_is_none_is_refused(string bbox, string code)
    {
        foreach (var list in new[] { "regions", "teams", "requests", "visits" })
        {
            var problem = await service
                .Officer()
                .GetAsync($"/v1/{list}?bbox={bbox}")
                .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
            Assert.Equal("bbox", problem["errors"]![0]!.Text("pointer"));
            Assert.Equal(code, problem["errors"]![0]!.Text("code"));
        }
    }

    [Fact]
    public async Task A_team_is_found_by_any_of_its_bases()
    {
        var team = await ATeam((28.2, 121.2), (28.3, 121.4));
        foreach (
            var (box, found) in new[]
            {
                ("121.19,28.19,121.21,28.21", true),
                ("121.39,28.29,121.41,28.31", true),
                ("121.25,28.22,121.35,28.28", false),
            }
        )
        {
            var ids = (await service.Officer().Read($"/v1/teams?region=331083&page_size=200&bbox={box}")).Items().Select(item => item.Id());
            Assert.Equal(found, ids.Contains(team));
        }
    }

    [Fact]
    public async Task A_map_shows_where_help_is_wanted_to_a_kilometre_and_no_closer()
    {
        var (request, offer) = await service.Given.AnOffer();
        var (visited, _) = await service.Given.AScheduledVisit();
        var coarse = new GeoPoint(28.25, 121.28);
        var leader = service.Leader(Given.Expert);
        foreach (var reader in new[] { service.Officer(), service.As("auditor"), leader })
        {
            Assert.Equal(coarse, await PointOf(reader, "requests", request));
            Assert.Equal(coarse, await PointOf(reader, "requests", visited));
            Assert.Equal(coarse, await VisitOf(reader, visited));
        }

        await leader.Post($"/v1/offers/{offer}/accept").Must();
        Assert.Equal(coarse, await PointOf(leader, "requests", request));
        var location = (await leader.Read($"/v1/requests/{request}"))["location"]!;
        Assert.Equal((Lat, Lng), (location["lat"]!.GetValue<double>(), location["lng"]!.GetValue<double>()));
    }

    [Fact]
    public async Task A_box_that_shrinks_does_not_find_the_house()
    {
        var (request, _) = await service.Given.AnOffer();
        var (visited, _) = await service.Given.AScheduledVisit();
        foreach (var reader in new[] { service.Officer(), service.As("auditor"), service.Leader(Given.Expert) })
        {
            Assert.False(await Found(reader, request, AroundTheOrchard));
            Assert.True(await Found(reader, request, AroundTheCell));
            Assert.True(await Found(reader, visited, AroundTheCell, "visits"));
            Assert.False(await Found(reader, visited, AroundTheOrchard, "visits"));
        }
    }

    [Theory]
    [InlineData("121.28,28.25,121.29,28.26", true)]
    [InlineData("121.27,28.24,121.28,28.25", true)]
    [InlineData("121.281,28.25,121.29,28.26", false)]
    [InlineData("121.27,28.24,121.279,28.25", false)]
    [InlineData("121.27,28.251,121.29,28.26", false)]
    [InlineData("121.27,28.24,121.29,28.249", false)]
    public async Task A_masked_request_is_found_where_it_is_shown(string bbox, bool found)
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        Assert.Equal(found, await Found(service.As("auditor"), request, bbox));
    }

    [Fact]
    public async Task Help_from_afar_has_no_place()
    {
        var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall(form: "remote"));
        var leader = service.Leader(Given.Expert);
        await leader.Post($"/v1/offers/{offer}/accept").Must();
        var start = service.Clock.GetUtcNow().AddHours(1);
        var visit = (
            await leader
                .Post(
                    $"/v1/requests/{request}/visits",
                    new
                    {
                        form = "remote",
                        start,
                        end = start.AddHours(1),
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        var features = await Features(service.Officer(), $"/v1/visits?request={request}");
        Assert.Null(features[visit]["geometry"]);
        Assert.True(features[visit].AsObject().ContainsKey("geometry"));
        var (map, _) = await Map(service.Officer(), $"/v1/visits?request={request}");
        Assert.Null(map["bbox"]);
        Assert.False(await Found(service.Officer(), request, AroundTheCell, "visits"));
    }

    [Theory]
    [InlineData("ListRegions", "/v1/regions")]
    [InlineData("ListTeams", "/v1/teams")]
    [InlineData("ListRequests", "/v1/requests")]
    [InlineData("ListVisits", "/v1/visits")]
    public async Task The_example_of_the_contract_has_the_members_of_the_answer(string operation, string path)
    {
        await service.Given.AScheduledVisit();
        var (map, _) = await Map(service.Officer(), path);
        var example = ContractExamples.Map(operation)!;
        Assert.Equal(Names(map).Except(["next"]), Names(example).Except(["next"]));
        var (feature, shown) = (map.Items("features")[0], example.Items("features")[0]);
        Assert.Equal(Names(feature), Names(shown));
        Assert.Equal(Names(feature["properties"]!), Names(shown["properties"]!));
        Assert.Equal(Names(feature["geometry"]!), Names(shown["geometry"]!));

        static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);
    }

    private async Task<Guid> ATeam(params (double Lat, double Lng)[] bases) =>
        (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "果树修剪服务队",
                        kind = "county_team",
                        regionCode = "331083",
                        size = 6,
                        bases = bases.Select(point => new { lat = point.Lat, lng = point.Lng }),
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();

    private static async Task<GeoPoint> PointOf(HttpClient client, string list, Guid id) =>
        Assert.Single(Positions((await Features(client, $"/v1/{list}?page_size=200"))[id]));

    private static async Task<GeoPoint> VisitOf(HttpClient client, Guid request) =>
        Assert.Single(Positions(Assert.Single(await Features(client, $"/v1/visits?request={request}")).Value));

    private static async Task<bool> Found(HttpClient client, Guid request, string bbox, string list = "requests")
    {
        var found = (await client.Read($"/v1/{list}?page_size=200&bbox={bbox}")).Items();
        return found.Any(item => item.Id(list == "visits" ? "requestId" : "id") == request);
    }

    private static async Task<Dictionary<Guid, JsonNode>> Features(HttpClient client, string path) =>
        (await Map(client, path)).Map.Items("features").ToDictionary(feature => feature.Id());

    private static async Task<(JsonNode Map, string? Link)> Map(HttpClient client, string path)
    {
        using var answer = await Ask(client, path, MediaType);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(MediaType, answer.Content.Headers.ContentType!.ToString());
        return (await answer.Json(), answer.Headers.TryGetValues("Link", out var link) ? link.Single() : null);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client, string path, string accept)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, path);
        asked.Headers.TryAddWithoutValidation("Accept", accept);
        return client.SendAsync(asked);
    }

    private static IEnumerable<GeoPoint> Positions(JsonNode feature)
    {
        if (feature["geometry"] is not { } geometry)
        {
            return [];
        }

        var coordinates = geometry["coordinates"]!.AsArray();
        return geometry.Text("type") == "Point" ? [Point(coordinates)] : coordinates.Select(position => Point(position!.AsArray()));

        static GeoPoint Point(JsonArray position) => new(position[1]!.GetValue<double>(), position[0]!.GetValue<double>());
    }
}

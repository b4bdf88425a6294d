using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What bad input gets: a problem in the caller's language that points to the member, and nothing stored.</summary>
public sealed class BadInputTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    private const string Hole = "\"@@\"";

    [Theory]
    [InlineData("/location/regionCode", "\"999999\"", "#/location/regionCode", "region_unknown")]
    [InlineData("/location", """{"lat":35.68,"lng":139.69}""", "#/location/lat", "point_outside_china")]
    [InlineData("/location", """{"lat":38.5,"lng":84.0}""", "#/location/lat", "point_far_from_any_county")]
    [InlineData("/location", """{"regionCode":"331083","lat":39.9,"lng":116.4}""", "#/location/regionCode", "point_contradicts_region")]
    [InlineData("/location", """{"lat":121.2828,"lng":28.2531}""", "#/location/lat", "point_outside_china")]
    [InlineData("/location", """{"lat":28.2531}""", "#/location/lng", "point_incomplete")]
    [InlineData("/location", "{}", "#/location/regionCode", "place_missing")]
    [InlineData("/location/address", "\"@201\"", "#/location/address", "maximum_length")]
    [InlineData("/skills/0/code", "\"no-such-skill\"", "#/skills/0/code", "skill_unknown")]
    [InlineData("/skills/1/code", "\"agr\"", "#/skills/1/code", "skill_unknown")]
    [InlineData("/skills/0/minLevel", "9", "#/skills/0/minLevel", "inclusive_between")]
    [InlineData("/text", "\"\"", "#/text", "not_empty")]
    [InlineData("/text", "\" \\n　\"", "#/text", "not_empty")]
    [InlineData("/text", "\"@4001\"", "#/text", "maximum_length")]
    [InlineData("/requester/name", "\"\"", "#/requester/name", "not_empty")]
    [InlineData("/requester/phone", "\"1380013\"", "#/requester/phone", "phone")]
    [InlineData("/requester/phone", "\"种植户的电话\"", "#/requester/phone", "phone")]
    [InlineData("/requester/creditCode", "\"91330000MA27U0000X\"", "#/requester/creditCode", "credit_code")]
    [InlineData(
        "/wanted",
        """[{"start":"2026-05-31T09:00:00+08:00","end":"2026-06-03T11:00:00+08:00"}]""",
        "#/wanted/0/start",
        "window_past"
    )]
    [InlineData(
        "/wanted",
        """[{"start":"2026-06-03T11:00:00+08:00","end":"2026-06-03T09:00:00+08:00"}]""",
        "#/wanted/0/end",
        "window_reversed"
    )]
    [InlineData("/wanted", """[{"start":"2026-06-03T11:00:00Z","end":"9999-12-31T23:59:59Z"}]""", "#/wanted/0/end", "out_of_years")]
    [InlineData("/wanted", """[{"start":"9999-12-31T22:59:59Z","end":"9999-12-31T23:59:59Z"}]""", "#/wanted/0/start", "out_of_years")]
    [InlineData("/preferredTeamId", "\"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90\"", "#/preferredTeamId", "team_unknown")]
    [InlineData("/excludeTeamIds", "[\"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90\"]", "#/excludeTeamIds", "team_unknown")]
    [InlineData("/followsRequestId", "\"0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90\"", "#/followsRequestId", "request_unknown")]
    [InlineData("/externalRef", """{"source":"","number":"1"}""", "#/externalRef/source", "not_empty")]
    public Task A_call_that_breaks_a_rule_is_refused_at_its_member(string member, string value, string at, string code) =>
        RefusesCall(Call(member, Long(value)), HttpStatusCode.UnprocessableEntity, "body.invalid", (at, code));

    [Theory]
    [InlineData("/location/lat", "1e999", "#/location/lat", "wrong_type")]
    [InlineData("/location/lng", "-1e999", "#/location/lng", "wrong_type")]
    [InlineData("/location/lat", "NaN", "#/location/lat", "malformed")]
    [InlineData("/location/lat", "\"28.2531\"", "#/location/lat", "wrong_type")]
    [InlineData("/skills/0/minLevel", "\"1\"", "#/skills/0/minLevel", "wrong_type")]
    [InlineData("/skills/0/minLevel", "1.5", "#/skills/0/minLevel", "wrong_type")]
    [InlineData("/skills/0/minLevel", "99999999999", "#/skills/0/minLevel", "wrong_type")]
    [InlineData("/text", "5", "#/text", "wrong_type")]
    [InlineData("/text", "null", "#/text", "missing")]
    [InlineData("/text", "\"a\\u0000b\"", "#/text", "nul_character")]
    [InlineData("/text", "\"a\0b\"", "#/text", "malformed")]
    [InlineData("/text", "\"\\ud800\"", "#/text", "lone_surrogate")]
    [InlineData("/requester/name", "\"\\udc00甲\"", "#/requester/name", "lone_surrogate")]
    [InlineData("/requester/kind", "\"peasant\"", "#/requester/kind", "wrong_type")]
    [InlineData("/urgency", "\"urgent\"", "#/urgency", "wrong_type")]
    [InlineData("/urgency", "\"normal, high\"", "#/urgency", "wrong_type")]
    [InlineData("/urgency", "1", "#/urgency", "wrong_type")]
    [InlineData("/form", "\"onSite\"", "#/form", "wrong_type")]
    [InlineData("/location/crs", "\"mars\"", "#/location/crs", "wrong_type")]
    [InlineData("/preferredTeamId", "\"T-44-1\"", "#/preferredTeamId", "wrong_type")]
    [InlineData("/wanted", """[{"start":"2026-06-03T09:00:00","end":"2026-06-03T11:00:00Z"}]""", "#/wanted/0/start", "wrong_type")]
    [InlineData("/wanted", """[{"start":"03/06/2026 09:00:00 +08:00","end":"2026-06-03T11:00:00Z"}]""", "#/wanted/0/start", "wrong_type")]
    [InlineData("/wanted", """[{"start":"2026-06-03T09:00:00Z","end":"9999-12-31T23:59:59-08:00"}]""", "#/wanted/0/end", "wrong_type")]
    [InlineData("/colour", "\"red\"", "#/colour", "unknown_member")]
    [InlineData("/Text", "\"帮我\"", "#/Text", "unknown_member")]
    [InlineData("/requester/age", "50", "#/requester/age", "unknown_member")]
    [InlineData("/state", "\"closed\"", "#/state", "unknown_member")]
    public Task A_call_of_another_shape_is_refused_at_its_member(string member, string value, string at, string code) =>
        RefusesCall(Call(member, value), HttpStatusCode.BadRequest, "body.malformed", (at, code));

    [Fact]
    public Task Every_broken_rule_is_named_at_once()
    {
        var call = JsonNode.Parse(Call("/text", "\"\""))!;
        call["requester"]!["phone"] = "1";
        call["skills"]![0]!["code"] = "no-such-skill";
        call["location"]!["regionCode"] = "999999";
        return RefusesCall(
            call.ToJsonString(),
            HttpStatusCode.UnprocessableEntity,
            "body.invalid",
            ("#/text", "not_empty"),
            ("#/requester/phone", "phone"),
            ("#/skills/0/code", "skill_unknown"),
            ("#/location/regionCode", "region_unknown")
        );
    }

    [Fact]
    public Task Every_missing_member_is_named_at_once() =>
        RefusesCall(
            "{}",
            HttpStatusCode.BadRequest,
            "body.malformed",
            ("#/requester", "missing"),
            ("#/text", "missing"),
            ("#/location", "missing")
        );

    [Theory]
    [InlineData("""{"text":"甲","text":"乙"}""", "#/text", "duplicate_member")]
    [InlineData("""{"requester":{"kind":"farmer","name":"甲","name":"乙"}}""", "#/requester/name", "duplicate_member")]
    public Task A_member_that_stands_twice_is_refused(string body, string at, string code) =>
        RefusesCall(body, HttpStatusCode.BadRequest, "body.malformed", (at, code));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"text\":")]
    [InlineData("{\"text\":\"甲\",}")]
    [InlineData("{} {}")]
    [InlineData("// 注释\n{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"帮我\"")]
    [InlineData("text=帮我")]
    public Task What_is_no_JSON_object_is_refused(string body) =>
        Refuses("/v1/requests", () => Api.Raw(body), HttpStatusCode.BadRequest, "body.malformed");

    [Fact]
    public async Task Nesting_deeper_than_32_levels_is_refused()
    {
        var deep = new string('[', 33) + new string(']', 33);
        await Refuses("/v1/requests", () => Api.Raw(deep), HttpStatusCode.BadRequest, "body.malformed");
        await RefusesCall(Call("/text", deep), HttpStatusCode.BadRequest, "body.malformed", ("#/text", "too_deep"));
        await RefusesCall(Call("/colour", deep), HttpStatusCode.BadRequest, "body.malformed", ("#/colour", "unknown_member"));
        var endless = new string('[', 500_000);
        await Refuses("/v1/requests", () => Api.Raw(endless), HttpStatusCode.BadRequest, "body.malformed");
    }

    [Fact]
    public Task Bytes_that_are_no_UTF_8_are_refused() =>
        Refuses(
            "/v1/requests",
            () =>
            {
                var bytes = Encoding.UTF8.GetBytes(Call("/text", "\"#\""));
                bytes[Array.IndexOf(bytes, (byte)'#')] = 0xFF;
                return new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
            },
            HttpStatusCode.BadRequest,
            "body.malformed"
        );

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=gb18030")]
    [InlineData(null)]
    public async Task Another_media_type_is_refused_and_the_right_one_named(string? mediaType)
    {
        await Refuses("/v1/requests", Content, HttpStatusCode.UnsupportedMediaType, "body.media_type");
        using var answer = await service.Officer().Post("/v1/requests", Content());
        Assert.Equal("application/json", answer.Headers.GetValues("Accept").Single());

        ByteArrayContent Content()
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Call("/text", "\"帮我\"")));
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
            return content;
        }
    }

    [Theory]
    [InlineData("/v1/requests?colour=red", "query.invalid", "colour", "unknown")]
    [InlineData("/v1/requests?State=open", "query.invalid", "State", "unknown")]
    [InlineData("/v1/requests?state=open&state=closed", "query.invalid", "state", "repeated")]
    [InlineData("/v1/requests?state=waiting", "query.invalid", "state", "unknown")]
    [InlineData("/v1/requests?queue=waiting", "query.invalid", "queue", "unknown")]
    [InlineData("/v1/requests?urgency=urgent", "query.invalid", "urgency", "unknown")]
    [InlineData("/v1/requests?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/requests?skill=no-such-skill", "query.invalid", "skill", "skill_unknown")]
    [InlineData("/v1/requests?sort=text", "query.invalid", "sort", "unknown")]
    [InlineData("/v1/requests?page_size=0", "query.invalid", "page_size", "out_of_range")]
    [InlineData("/v1/requests?page_size=-1", "query.invalid", "page_size", "out_of_range")]
    [InlineData("/v1/requests?page_size=many", "query.invalid", "page_size", "wrong_type")]
    [InlineData("/v1/requests?page_size=99999999999", "query.invalid", "page_size", "wrong_type")]
    [InlineData("/v1/requests?cursor=no-cursor", "cursor.invalid", null, null)]
    [InlineData("/v1/requests?cursor=%F0%9F%8D%8A", "cursor.invalid", null, null)]
    [InlineData("/v1/requests?cursor=", "cursor.invalid", null, null)]
    [InlineData("/v1/teams?kind=firm", "query.invalid", "kind", "unknown")]
    [InlineData("/v1/teams?code=%00", "query.invalid", "code", "control_character")]
    [InlineData("/v1/offers?state=open", "query.invalid", "state", "unknown")]
    [InlineData("/v1/offers?team=T-44-1", "query.invalid", "team", "wrong_type")]
    [InlineData("/v1/visits?state=open", "query.invalid", "state", "unknown")]
    [InlineData("/v1/visits?from=2026-06-01T09:00:00", "query.invalid", "from", "wrong_type")]
    [InlineData("/v1/visits?from=2026-06-01T09:00:00+08:00", "query.invalid", "from", "wrong_type")]
    [InlineData("/v1/visits?to=9999-12-31T23:59:59Z", "query.invalid", "to", "out_of_years")]
    [InlineData("/v1/reports/summary?to=9999-12-31", "query.invalid", "to", "out_of_years")]
    [InlineData("/v1/reports/summary?from=0001-01-01", "query.invalid", "from", "out_of_years")]
    [InlineData("/v1/reports/summary?from=06/01/2026", "query.invalid", "from", "wrong_type")]
    [InlineData("/v1/reports/summary?from=2026-06-02&to=2026-06-01", "query.invalid", "to", "period")]
    [InlineData("/v1/reports/summary?groupBy=colour", "query.invalid", "groupBy", "unknown")]
    [InlineData("/v1/reports/summary?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/summary?indicators=colour", "query.invalid", "indicators", "unknown")]
    [InlineData("/v1/reports/summary?rows=colour", "query.invalid", "rows", "unknown")]
    [InlineData("/v1/reports/summary?columns=month", "query.invalid", "columns", "rows_missing")]
    [InlineData("/v1/reports/summary?skill=agr-citrus", "query.invalid", "skill", "unknown")]
    [InlineData("/v1/reports/funnel?from=2026-06-02&to=2026-06-01", "query.invalid", "to", "period")]
    [InlineData("/v1/reports/funnel?from=2026-13-01", "query.invalid", "from", "wrong_type")]
    [InlineData("/v1/reports/funnel?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/funnel?skill=no-such-skill", "query.invalid", "skill", "skill_unknown")]
    [InlineData("/v1/reports/funnel?rows=month", "query.invalid", "rows", "unknown")]
    [InlineData("/v1/reports/unmet-needs?to=9999-12-31", "query.invalid", "to", "out_of_years")]
    [InlineData("/v1/reports/unmet-needs?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/unmet-needs?skill=agr-citrus", "query.invalid", "skill", "unknown")]
    [InlineData("/v1/reports/team-record/00000000-0000-0000-0000-000000000001?from=soon", "query.invalid", "from", "wrong_type")]
    [InlineData("/v1/reports/team-record/00000000-0000-0000-0000-000000000001?region=331083", "query.invalid", "region", "unknown")]
    [InlineData("/v1/reports/region-comparison?from=2026-06-02&to=2026-06-30", "query.invalid", "to", "whole_months")]
    [InlineData("/v1/reports/region-comparison?from=2026-06-01&indicators=helpers", "query.invalid", "indicators", "not_compared")]
    [InlineData("/v1/reports/region-comparison?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/records?indicator=colour", "query.invalid", "indicator", "unknown")]
    [InlineData("/v1/reports/records?from=2026-06-02&to=2026-06-01", "query.invalid", "to", "period")]
    [InlineData("/v1/reports/records?team=T-44-1", "query.invalid", "team", "wrong_type")]
    [InlineData("/v1/reports/records?page_size=0", "query.invalid", "page_size", "out_of_range")]
    [InlineData("/v1/reports/records?cursor=no-cursor", "cursor.invalid", null, null)]
    [InlineData("/v1/reports/published?from=2026-06-02&to=2026-06-01", "query.invalid", "to", "period")]
    [InlineData("/v1/reports/published?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/published?document=%00", "query.invalid", "document", "control_character")]
    [InlineData("/v1/reports/published?indicators=services", "query.invalid", "indicators", "unknown")]
    [InlineData("/v1/reports/monthly/2026-05?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/reports/monthly/2026-05?month=2026-05", "query.invalid", "month", "unknown")]
    [InlineData("/v1/report-periods?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/report-periods?page_size=many", "query.invalid", "page_size", "wrong_type")]
    [InlineData("/v1/report-periods?cursor=no-cursor", "cursor.invalid", null, null)]
    [InlineData("/v1/report-periods/2026-05?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/indicators?code=services", "query.invalid", "code", "unknown")]
    [InlineData("/v1/indicators/services?lang=en", "query.invalid", "lang", "unknown")]
    [InlineData("/v1/exports/records/visits?format=pdf", "query.invalid", "format", "unknown")]
    [InlineData("/v1/exports/records/visits?from=2026-06-02&to=2026-06-01", "query.invalid", "to", "period")]
    [InlineData("/v1/exports/records/visits?region=999999", "query.invalid", "region", "region_unknown")]
    [InlineData("/v1/exports/records/visits?skill=agr-citrus", "query.invalid", "skill", "unknown")]
    [InlineData("/v1/exports/reports/summary?format=pdf", "query.invalid", "format", "unknown")]
    [InlineData("/v1/exports/reports/summary?columns=month", "query.invalid", "columns", "rows_missing")]
    [InlineData("/v1/exports/reports/summary?document=guangdong", "query.invalid", "document", "unknown")]
    [InlineData("/v1/exports/reports/funnel?skill=no-such-skill", "query.invalid", "skill", "skill_unknown")]
    [InlineData("/v1/exports/reports/team-record", "query.invalid", "team", "missing")]
    [InlineData("/v1/exports/reports/team-record?team=T-44-1", "query.invalid", "team", "wrong_type")]
    [InlineData("/v1/exports/reports/region-comparison?from=2026-05-02", "query.invalid", "to", "whole_months")]
    [InlineData("/v1/exports/00000000-0000-0000-0000-000000000001?format=csv", "query.invalid", "format", "unknown")]
    [InlineData("/v1/exports/00000000-0000-0000-0000-000000000001/file?format=csv", "query.invalid", "format", "unknown")]
    [InlineData("/v1/imports/00000000-0000-0000-0000-000000000001?rows=1", "query.invalid", "rows", "unknown")]
    [InlineData("/v1/imports/00000000-0000-0000-0000-000000000001/problems?page_size=0", "query.invalid", "page_size", "out_of_range")]
    [InlineData("/v1/imports/00000000-0000-0000-0000-000000000001/problems?cursor=no-cursor", "cursor.invalid", null, null)]
    [InlineData("/v1/imports/00000000-0000-0000-0000-000000000001/problems/file?format=xlsx", "query.invalid", "format", "unknown")]
    [InlineData("/v1/imports/templates/requests?format=xlsx", "query.invalid", "format", "unknown")]
    [InlineData("/v1/members/00000000-0000-0000-0000-000000000001/service-record?from=2026-06-01", "query.invalid", "from", "unknown")]
    [InlineData("/v1/certificates/X?name=1", "query.invalid", "name", "unknown")]
    [InlineData("/v1/regions?lat=28.2", "query.invalid", "lat", "point_incomplete")]
    [InlineData("/v1/regions?lat=1e999&lng=121", "query.invalid", "lat", "point_unplaced")]
    [InlineData("/v1/regions?lat=here&lng=121", "query.invalid", "lat", "wrong_type")]
    [InlineData("/v1/regions?lat=NaN&lng=121", "query.invalid", "lat", "point_unplaced")]
    [InlineData("/v1/regions?lat=28.2&lng=121.3&crs=mars", "query.invalid", "crs", "unknown")]
    [InlineData("/v1/regions?parent=999999", "query.invalid", "parent", "region_unknown")]
    [InlineData("/v1/skills?domain=agr-citrus", "query.invalid", "domain", "domain_unknown")]
    [InlineData("/v1/notices?wait=soon", "query.invalid", "wait", "wrong_type")]
    [InlineData("/v1/notices?wait=31", "query.invalid", "wait", "out_of_range")]
    [InlineData("/v1/notices?wait=-1", "query.invalid", "wait", "out_of_range")]
    public async Task A_query_parameter_that_is_wrong_is_named(string path, string code, string? at, string? field)
    {
        foreach (var language in Languages)
        {
            using var officer = Speaking(service.Officer(), language);
            var problem = await officer.GetAsync(path).MustRefuse(HttpStatusCode.BadRequest, code);
            Understood(problem, language);
            if (at is not null)
            {
                Assert.Contains((at, field!), Fields(problem));
            }
        }
    }

    [Fact]
    public async Task A_page_above_the_cap_is_lowered()
    {
        var page = await service.Officer().Read("/v1/teams?page_size=1000");
        Assert.Equal(61, page["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Matches_beyond_the_limit_are_refused()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        foreach (var limit in new[] { "0", "101", "-1" })
        {
            var problem = await service
                .Officer()
                .GetAsync($"/v1/requests/{request}/matches?limit={limit}")
                .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
            Assert.Contains(("limit", "out_of_range"), Fields(problem));
        }
    }

    [Theory]
    [InlineData("""{"start":"9999-12-31T22:00:00Z","end":"9999-12-31T23:00:00Z"}""", "#/start", "out_of_years")]
    [InlineData("""{"start":"0001-01-01T00:00:00Z","end":"2026-06-02T03:00:00Z"}""", "#/start", "out_of_years")]
    [InlineData("""{"start":"2026-06-02T03:00:00Z","end":"2026-06-02T01:00:00Z"}""", "#/end", "window_reversed")]
    public async Task A_visit_needs_a_time_that_can_be(string body, string at, string code)
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        foreach (var path in new[] { $"/v1/requests/{request}/visits", $"/v1/visits/{visit}/reschedule" })
        {
            await Refuses(path, () => Api.Raw(body), HttpStatusCode.UnprocessableEntity, "body.invalid", (at, code));
        }

        await service.Officer().Post($"/v1/visits/{visit}/cancel").Must();
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "withdrawn" }).Must();
        var (_, offer) = await service.Given.AnOffer();
        await Refuses($"/v1/offers/{offer}/accept", () => Api.Raw(body), HttpStatusCode.UnprocessableEntity, "body.invalid", (at, code));
    }

    [Theory]
    [InlineData("availability", """{"leaves":[{"from":"9999-12-30","to":"9999-12-31"}]}""", "#/leaves/0/to", "out_of_years")]
    [InlineData("availability", """{"daysOff":["0001-01-01"]}""", "#/daysOff/0", "out_of_years")]
    [InlineData("availability", """{"weekly":[{"day":"monday","start":"25:00","end":"26:00"}]}""", "#/weekly/0/start", "time")]
    [InlineData("availability", """{"weekly":[{"day":"monday","start":"18:00","end":"09:00"}]}""", "#/weekly/0/end", "window_reversed")]
    [InlineData("skills", """{"skills":[{"code":"agr-citrus","level":9}]}""", "#/skills/0/level", "inclusive_between")]
    [InlineData(
        "skills",
        """{"skills":[{"code":"agr-citrus","level":5,"licensedUntil":"9999-12-31"}]}""",
        "#/skills/0/licensedUntil",
        "out_of_years"
    )]
    public async Task A_team_needs_days_and_skills_that_can_be(string part, string body, string at, string code)
    {
        var path = $"/v1/teams/{RunningService.TeamId(Given.Expert)}/{part}";
        var before = await service.Officer().GetStringAsync($"/v1/teams/{RunningService.TeamId(Given.Expert)}");
        using var officer = Speaking(service.Officer(), "en");
        var problem = await officer
            .Send(HttpMethod.Put, path, Api.Raw(body), null)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Contains((at, code), Fields(problem));
        Assert.Equal(before, await service.Officer().GetStringAsync($"/v1/teams/{RunningService.TeamId(Given.Expert)}"));
    }

    [Fact]
    public async Task An_offer_whose_time_is_over_is_not_accepted()
    {
        var (request, offer) = await service.Given.AnOffer();
        service.Clock.Advance(TimeSpan.FromDays(4));
        await RefusesOn(request, $"/v1/offers/{offer}/accept", "{}", "offer.expired", service.Leader(Given.Expert));
        await service.FireDue();
        await RefusesOn(request, $"/v1/offers/{offer}/accept", "{}", "offer.expired", service.Leader(Given.Expert));
    }

    [Fact]
    public async Task A_second_team_does_not_get_what_the_first_has_taken()
    {
        var request = (await service.Given.AnOpenRequest(Given.PomeloCall(urgency: "emergency"))).Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        var offers = (await service.Officer().Read($"/v1/offers?request={request}"))["items"]!.AsArray();
        Assert.True(offers.Count >= 2, $"{offers.Count} offers");
        await service.LeaderOf(offers[0]!.Id("teamId")).Post($"/v1/offers/{offers[0]!.Id()}/accept").Must();
        await RefusesOn(request, $"/v1/offers/{offers[1]!.Id()}/accept", "{}", "request.taken", service.LeaderOf(offers[1]!.Id("teamId")));
    }

    [Fact]
    public async Task A_visit_that_never_began_is_not_completed()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        var problem = await RefusesOn(
            request,
            $"/v1/visits/{visit}/complete",
            """{"findings":"根系积水。","minutes":80}""",
            "invalid-transition",
            service.Leader(Given.Expert)
        );
        Assert.Equal("scheduled", problem.Text("state"));
        Assert.Equal(
            ["begin", "cancel", "depart", "miss", "reschedule"],
            problem["allowed"]!.AsArray().Select(action => action!.GetValue<string>()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_request_with_an_open_visit_is_not_resolved()
    {
        var (request, _) = await service.Given.ACompletedVisit();
        await service.Given.BookedVisit(request);
        await RefusesOn(
            request,
            $"/v1/requests/{request}/resolve",
            """{"result":"solved","summary":"开沟排水。"}""",
            "request.visit_open",
            service.Leader(Given.Expert)
        );
    }

    [Fact]
    public async Task A_request_nobody_has_visited_is_not_resolved()
    {
        var (request, _) = await service.Given.AVisitInService();
        var visit = (await service.Officer().Read($"/v1/visits?request={request}"))["items"]![0]!.Id();
        await service.Leader(Given.Expert).Post($"/v1/visits/{visit}/abort", new { reason = "下雨" }).Must();
        await RefusesOn(
            request,
            $"/v1/requests/{request}/resolve",
            """{"result":"solved","summary":"开沟排水。"}""",
            "request.no_visit",
            service.Leader(Given.Expert)
        );
    }

    private static readonly string[] Languages = ["zh-CN", "en"];

    /// <summary>The pomelo call with one member replaced by a piece of JSON, well-formed or not.</summary>
    private static string Call(string member, string value)
    {
        var call = JsonSerializer.SerializeToNode(Given.PomeloCall())!;
        var names = member.Split('/')[1..];
        var parent = names[..^1].Aggregate(call, (node, name) => int.TryParse(name, out var place) ? node[place]! : node[name]!);
        parent[names[^1]] = "@@";
        return call.ToJsonString().Replace(Hole, value, StringComparison.Ordinal);
    }

    /// <summary><c>@201</c> stands for 201 characters.</summary>
    private static string Long(string value) =>
        value.StartsWith("\"@", StringComparison.Ordinal) ? $"\"{new string('果', int.Parse(value[2..^1]))}\"" : value;

    private Task RefusesCall(string body, HttpStatusCode status, string code, params (string Pointer, string Code)[] fields) =>
        Refuses("/v1/requests", () => Api.Raw(body), status, code, fields);

    /// <summary>In both languages a clear problem, and every request is as it was.</summary>
    private async Task Refuses(
        string path,
        Func<HttpContent> body,
        HttpStatusCode status,
        string code,
        params (string Pointer, string Code)[] fields
    )
    {
        var before = await Stored();
        foreach (var language in Languages)
        {
            using var officer = Speaking(service.Officer(), language);
            var problem = await officer.Post(path, body()).MustRefuse(status, code);
            Understood(problem, language);
            foreach (var field in fields)
            {
                Assert.Contains(field, Fields(problem));
            }
        }

        Assert.Equal(before, await Stored());
    }

    private async Task<JsonNode> RefusesOn(Guid request, string path, string body, string code, HttpClient by)
    {
        var before = await Whole(request);
        JsonNode problem = null!;
        foreach (var language in Languages)
        {
            problem = await Speaking(by, language).Post(path, Api.Raw(body)).MustRefuse(HttpStatusCode.Conflict, code);
            Understood(problem, language);
        }

        Assert.Equal(before, await Whole(request));
        return problem;
    }

    private Task<string> Stored() => service.Officer().GetStringAsync("/v1/requests?page_size=200");

    private async Task<string> Whole(Guid request)
    {
        var officer = service.Officer();
        var parts = new[] { "", "/timeline" }.Select(part => $"/v1/requests/{request}{part}");
        var lists = new[] { "offers", "visits" }.Select(list => $"/v1/{list}?request={request}");
        return string.Join('\n', await Task.WhenAll(parts.Concat(lists).Select(officer.GetStringAsync)));
    }

    private static HttpClient Speaking(HttpClient client, string language)
    {
        client.DefaultRequestHeaders.AcceptLanguage.Clear();
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client;
    }

    private static IEnumerable<(string, string)> Fields(JsonNode problem) =>
        (problem["errors"]?.AsArray() ?? []).Select(field => (field!.Text("pointer"), field!.Text("code")));

    /// <summary>Title, detail and every field are in the language asked for; type and code are the same in each.</summary>
    private static void Understood(JsonNode problem, string language)
    {
        var kind = ProblemKinds.All.Single(kind => kind.Code == problem.Text("code"));
        Assert.Equal(kind.Type, problem.Text("type"));
        Assert.Equal(language == "en" ? kind.En : kind.Zh, problem.Text("title"));
        var texts = (problem["errors"]?.AsArray() ?? []).Select(field => field!.Text("detail")).Append(problem.Text("detail"));
        Assert.All(texts, text => Assert.Equal(language != "en", text.Any(c => c is >= '一' and <= '龥')));
        Assert.DoesNotContain("System.", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToJsonString(), StringComparison.Ordinal);
    }
}

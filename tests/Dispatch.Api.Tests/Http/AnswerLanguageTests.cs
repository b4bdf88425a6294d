using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Successes speak the caller's language too: all that the service says, and nothing that a person wrote.</summary>
public sealed class AnswerLanguageTests(RunningService service) : IClassFixture<RunningService>
{
    private const string CallText = "The lathe rattles and the tools wear out within an hour.";

    // Names are as they are registered, and a reference names its skills in both languages.
    private static readonly string[] Names = ["zh", "teamName", "regionName", "requesterName", "requestText", "name", "place", "synonyms"];

    [Fact]
    public async Task Whatever_the_service_says_comes_in_the_language_asked_for()
    {
        foreach (var (path, client) in await Told())
        {
            using var chinese = await client().In("zh-CN").GetAsync(path);
            using var english = await client().In("en").GetAsync(path);
            using var unknown = await client().In("fr").GetAsync(path);
            Assert.All(new[] { chinese, english, unknown }, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            Assert.Equal(["zh-CN"], chinese.Content.Headers.ContentLanguage);
            Assert.Equal(["en"], english.Content.Headers.ContentLanguage);
            Assert.Equal(["zh-CN"], unknown.Content.Headers.ContentLanguage);
            Assert.All(new[] { chinese, english }, answer => Assert.Contains("Accept-Language", answer.Headers.Vary));
            var (zh, en) = (await chinese.Content.ReadAsStringAsync(), await english.Content.ReadAsStringAsync());
            Assert.Equal(zh, await unknown.Content.ReadAsStringAsync());
            Assert.NotEqual(zh, en);
            Assert.Equal(Members(zh), Members(en));
            Assert.All(Differing(zh, en), pair => Assert.True(pair.Zh.HasChinese() && !pair.En.HasChinese(), $"{path}: {pair}"));
            Assert.All(
                Leaves(JsonNode.Parse(en)!),
                leaf => Assert.True(Names.Contains(leaf.Member) || !leaf.Text.HasChinese(), $"{path}: {leaf}")
            );
        }
    }

    [Theory]
    [InlineData("/v1/regions/331083")]
    [InlineData("/v1/skills")]
    [InlineData("/v1/teams")]
    [InlineData("/v1/visits")]
    [InlineData("/v1/reports/funnel")]
    [InlineData("/v1/reports/region-comparison?from=2026-06-01")]
    [InlineData("/v1/reports/records?indicator=requests_received")]
    [InlineData("/v1/reports/published")]
    [InlineData("/v1/report-periods")]
    [InlineData("/v1/exports/records/visits")]
    [InlineData("/health/live")]
    public async Task An_answer_without_words_is_the_same_in_every_language(string path)
    {
        using var chinese = await service.Officer().In("zh-CN").GetAsync(path);
        using var english = await service.Officer().In("en").GetAsync(path);
        Assert.Empty(english.Content.Headers.ContentLanguage);
        Assert.Equal(await chinese.Content.ReadAsStringAsync(), await english.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_danger_is_answered_in_the_language_of_the_call_and_of_each_reader()
    {
        const string text = "My father has chest pain and is sweating. 老人胸口痛一小时还在冒冷汗。";
        var county = new LonelyCounty(service, "hss-medical");
        var english = await service.Officer().In("en").Post("/v1/requests", county.Call(text: text)).Must(HttpStatusCode.Created);
        Assert.Contains("call 120", english["safety"]!.Text("text"), StringComparison.Ordinal);
        var path = $"/v1/requests/{english.Id()}";
        Assert.Contains("拨打 120", (await service.Officer().In("zh").Read(path))["safety"]!.Text("text"), StringComparison.Ordinal);
        var track = $"/v1/track/{english.Text("trackToken")}";
        Assert.Contains("call 120", (await service.Anonymous().In("en").Read(track))["safety"]!.Text("text"), StringComparison.Ordinal);
        var told = (await service.Officer(LonelyCounty.County).In("en").Read("/v1/notices")).Items();
        var notice = Assert.Single(told, notice => notice.Id("requestId") == english.Id() && notice.Text("kind") == "queue");
        Assert.False(notice.Text("text").HasChinese());
        Assert.DoesNotContain("father", notice.Text("text"), StringComparison.Ordinal);
        var listed = (await service.Officer(LonelyCounty.County).In("en").Read("/v1/requests")).Items();
        Assert.False(Assert.Single(listed, item => item.Id() == english.Id()).Text("text").HasChinese());
    }

    [Fact]
    public async Task A_tag_belongs_to_the_bytes_of_one_language()
    {
        var (_, offer) = await service.Given.AnOffer();
        var path = $"/v1/offers/{offer}";
        using var chinese = await service.Officer().In("zh").GetAsync(path);
        using var english = await service.Officer().In("en").GetAsync(path);
        Assert.NotEqual(chinese.Headers.ETag, english.Headers.ETag);
        var tag = chinese.Headers.ETag!.Tag;
        using var same = await Holding(tag, "zh").GetAsync(path);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Contains("Accept-Language", same.Headers.Vary);
        using var other = await Holding(tag, "en").GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(["en"], other.Content.Headers.ContentLanguage);

        // A change needs the version alone: whichever language it was read in.
        await service.Officer().Post($"{path}/withdraw", new { }, ifMatch: tag).Must();
    }

    [Fact]
    public async Task A_repeat_gets_the_first_bytes_whatever_language_it_asks_in()
    {
        var (_, offer) = await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
        var (path, key) = ($"/v1/offers/{offer}/decline", Guid.NewGuid().ToString());
        using var first = await service.Leader(Given.Expert).In("en").Post(path, new { reason = "too_far" }, key);
        using var again = await service.Leader(Given.Expert).In("zh").Post(path, new { reason = "too_far" }, key);
        Assert.Equal(["true"], again.Headers.GetValues("Idempotent-Replayed"));
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(["en"], first.Content.Headers.ContentLanguage);
        Assert.Equal(["en"], again.Content.Headers.ContentLanguage);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
    }

    /// <summary>Everything that is worded, on one request that nobody can take.</summary>
    private async Task<IReadOnlyList<(string Path, Func<HttpClient> Client)>> Told()
    {
        var county = new LonelyCounty(service, "mec-cut");
        await county.CountyTeam(6);
        var call = await service.Given.AnOpenRequest(county.Call(text: CallText));
        var request = call.Id();
        await county.Dispatch(request);
        var offer = (await service.LiveOffer(request)).Id();
        await county.Decline(request);
        Assert.Equal("arbitration", (await service.Request(request)).Text("queue"));
        var team = await county.CountyTeam(5);
        var served = (await county.Resolved(team)).Request;
        await new LonelyCounty(service, "cra-pottery").Dispatched();
        var member = await AVolunteer();
        var officer = () => service.Officer(LonelyCounty.County);
        return
        [
            ($"/v1/requests/{request}/matches", officer),
            ($"/v1/offers/{offer}", officer),
            ($"/v1/offers?request={request}", officer),
            ($"/v1/requests/{request}/timeline", officer),
            ($"/v1/track/{call.Text("trackToken")}", service.Anonymous),
            ("/v1/reports/summary?groupBy=skill", officer),
            ("/v1/reports/unmet-needs", officer),
            ($"/v1/members/{member}/service-record", () => service.Officer()),
            ("/v1/indicators", service.Anonymous),
            ("/v1/indicators/solved_rate", service.Anonymous),
            ($"/v1/offers/{(await service.Offers(served))[0].Id()}", () => service.LeaderOf(team)),
        ];
    }

    private async Task<Guid> AVolunteer()
    {
        var member = await service.Given.AMember("told-in-both");
        await service.Given.ACompletedVisit(
            report: new
            {
                findings = "根系积水。",
                minutes = 60,
                attended = new[] { new { memberId = member, minutes = 60 } },
            }
        );
        return member;
    }

    private HttpClient Holding(string tag, string language)
    {
        var client = service.Officer().In(language);
        client.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", tag);
        return client;
    }

    private static IEnumerable<(string Zh, string En)> Differing(string zh, string en) =>
        Leaves(JsonNode.Parse(zh)!)
            .Zip(Leaves(JsonNode.Parse(en)!), (one, other) => (Zh: one.Text, En: other.Text))
            .Where(pair => pair.Zh != pair.En);

    private static List<string> Members(string json) => [.. Leaves(JsonNode.Parse(json)!).Select(leaf => leaf.Member)];

    private static IEnumerable<(string Member, string Text)> Leaves(JsonNode node, string member = "") =>
        node switch
        {
            JsonObject whole => whole.Where(pair => pair.Value is not null).SelectMany(pair => Leaves(pair.Value!, pair.Key)),
            JsonArray list => list.Where(item => item is not null).SelectMany(item => Leaves(item!, member)),
            _ => [(member, node.ToString())],
        };
}

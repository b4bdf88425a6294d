using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Notices;

public sealed class NoticeStoreTests(RunningService service) : IClassFixture<RunningService>
{
    private const int LongestText = 70;
    private const string Phone = "13800138777";

    [Fact]
    public async Task Each_thing_a_person_must_learn_is_told_once_and_to_those_it_concerns()
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var county = new LonelyCounty(service, "mec-cut");
        var (team, bystander) = (await county.CountyTeam(6), await county.CountyTeam(4));
        var (asker, other) = (service.As("requester", subject: "asker"), service.As("requester", subject: "somebody-else"));
        var text = $"数控车床主轴异响，{Phone} 请尽快来电，" + string.Concat(Enumerable.Repeat("已停机等待，", 30));
        var request = (await asker.Post("/v1/requests", county.Call(text: text)).Must(HttpStatusCode.Created)).Id();

        var readers = new Dictionary<string, HttpClient>(StringComparer.Ordinal)
        {
            ["requester"] = asker,
            ["team"] = service.LeaderOf(team),
            ["county office"] = service.Officer(LonelyCounty.County),
            ["city office"] = service.Officer(LonelyCounty.City),
            ["another requester"] = other,
            ["another team"] = service.LeaderOf(bystander),
            ["another office"] = service.Officer("331083"),
        };
        await Told("queue", "county office", "city office");
        await county.Dispatch(request);
        await Told("offer", "team");
        await county.Accept(request);
        await Told("accepted", "requester", "county office", "city office");
        await service.At("2026-06-08 18:00");
        await Told("deadline", "county office", "city office");

        async Task Told(string kind, params string[] whom)
        {
            foreach (var (reader, client) in readers)
            {
                var told = (await client.Read("/v1/notices")).Items().Where(notice => notice.Id("requestId") == request).ToList();
                Assert.All(told, IsShortAndWithoutPhone);
                Assert.True(
                    told.Count(notice => notice.Text("kind") == kind) == (whom.Contains(reader, StringComparer.Ordinal) ? 1 : 0),
                    $"{kind} for {reader}: {string.Join(", ", told.Select(notice => notice.Text("kind")))}"
                );
            }
        }
    }

    [Fact]
    public async Task A_notice_is_read_in_the_language_of_its_reader_and_short_in_both()
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var county = new LonelyCounty(service, "mec-mould");
        var team = await county.CountyTeam(6);
        var text = $"The mould leaks, call {Phone}. " + string.Concat(Enumerable.Repeat("It stands still. ", 20));
        var request = (await service.Given.AnOpenRequest(county.Call(text: text))).Id();
        await county.Dispatch(request);
        foreach (var reader in new[] { service.LeaderOf(team), service.Officer(LonelyCounty.County) })
        {
            var (chinese, english) = (await Told(reader, "zh-CN"), await Told(reader, "en"));
            Assert.Equal(chinese, await Told(reader, "fr"));
            Assert.True(chinese.HasChinese());
            Assert.False(english.HasChinese());
            Assert.Contains("The mould leaks", english, StringComparison.Ordinal);
        }

        async Task<string> Told(HttpClient reader, string language)
        {
            var notice = Assert.Single(
                (await reader.In(language).Read("/v1/notices")).Items(),
                notice => notice.Id("requestId") == request
            );
            IsShortAndWithoutPhone(notice);
            return notice.Text("text");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_long_text_is_not_cut_in_the_middle_of_a_character(int before)
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var county = new LonelyCounty(service, "mec-tool");
        var text = new string('急', before) + string.Concat(Enumerable.Repeat("🔧", 60));
        var request = (await service.Given.AnOpenRequest(county.Call(text: text))).Id();
        await service.Officer().Post($"/v1/requests/{request}/dispatch").Must();
        foreach (var language in new[] { "zh", "en" })
        {
            var told = (await service.Officer(LonelyCounty.County).In(language).Read("/v1/notices")).Items();
            var notice = told.First(notice => notice.Id("requestId") == request).Text("text");
            Assert.EndsWith("🔧…", notice, StringComparison.Ordinal);
            Assert.InRange(notice.Length, LongestText - 1, LongestText);
        }
    }

    [Fact]
    public async Task What_the_requester_is_told_of_a_visit_names_the_time_in_Shanghai()
    {
        service.Clock.SetShanghai("2026-06-01 09:00");
        var county = new LonelyCounty(service, "mec-cnc");
        var team = await county.CountyTeam(6);
        var asker = service.As("requester", subject: "asker-of-a-visit");
        var request = (await asker.Post("/v1/requests", county.Call()).Must(HttpStatusCode.Created)).Id();
        await county.Dispatch(request);
        await county.Accept(request);
        await county.BookedVisit(request, team, TimeSpan.FromHours(6));
        var told = Assert.Single((await asker.Read("/v1/notices")).Items(), notice => notice.Text("kind") == "visit");
        Assert.Contains("6月1日 15:00", told.Text("text"), StringComparison.Ordinal);
        var english = (await asker.In("en").Read("/v1/notices")).Items();
        Assert.Contains(english, notice => notice.Text("text").Contains("on 1 June at 15:00", StringComparison.Ordinal));
    }

    private static void IsShortAndWithoutPhone(JsonNode notice)
    {
        Assert.InRange(notice.Text("text").Length, 1, LongestText);
        Assert.DoesNotContain(Phone, notice.Text("text"), StringComparison.Ordinal);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CsvHelper;

namespace Dispatch.Benchmarks;

/// <summary>Everybody who works with the service under test: who signs in, and what each calls.</summary>
internal sealed class Desk
{
    private readonly ConcurrentDictionary<string, string> leaders = new(StringComparer.Ordinal);

    public static string Officer(int number) => Site.Token($"officer-{number}");

    public string Leader(string teamId) => leaders.GetOrAdd(teamId, id => Site.Token("leader-" + id, leaderOf: id));
}

/// <summary>One client of the service: an officer at his connection, who takes one call for help after the other to its end.</summary>
internal sealed class MainJob(int number, Wire wire, Desk desk, Place place, Recorder recorder)
{
    /// <summary>From open to closed.</summary>
    public static readonly string[] Calls =
    [
        "submit",
        "matches",
        "dispatch",
        "offers",
        "notices",
        "read notice",
        "accept",
        "depart",
        "begin",
        "complete",
        "resolve",
        "confirm",
    ];

    private readonly string officer = Desk.Officer(number);
    private readonly string keys = Guid.NewGuid().ToString("N");
    private int count;

    /// <summary>The intake alone; the request stays open.</summary>
    public async Task<bool> Submit() => (await Post("submit", "/v1/requests", Request(), officer)).IsSuccess;

    /// <summary>All of it; false when a call was refused, which ends the job there.</summary>
    public async Task<bool> Run()
    {
        var submitted = await Post("submit", "/v1/requests", Request(), officer);
        if (!submitted.IsSuccess)
        {
            return false;
        }

        var (request, track) = ($"/v1/requests/{submitted.Text("id")}", submitted.Text("trackToken"));
        var id = submitted.Text("id");
        if (
            !(await Get("matches", $"{request}/matches", officer)).IsSuccess
            || !(await Post("dispatch", $"{request}/dispatch", "{}", officer)).IsSuccess
        )
        {
            return false;
        }

        var offers = await Get("offers", $"/v1/offers?request={id}&state=pending", officer);
        if (!offers.IsSuccess || offers.Body.Span.IndexOf("\"teamId\""u8) < 0)
        {
            return recorder.Fail("offers", offers);
        }

        var (offer, leader) = (offers.Text("id"), desk.Leader(offers.Text("teamId")));
        var notices = await Get("notices", "/v1/notices?wait=5", leader);
        if (!notices.IsSuccess || notices.Body.Span.IndexOf("\"kind\""u8) < 0)
        {
            return recorder.Fail("notices", notices);
        }

        if (!(await Post("read notice", $"/v1/notices/{notices.Text("id")}/read", "", leader)).IsSuccess)
        {
            return false;
        }

        var accepted = await Post("accept", $"/v1/offers/{offer}/accept", Window(), leader);
        if (!accepted.IsSuccess)
        {
            return false;
        }

        var visit = $"/v1/visits/{accepted.Text("visitId")}";
        return (await Post("depart", $"{visit}/depart", "{}", leader)).IsSuccess
            && (await Post("begin", $"{visit}/begin", "{}", leader)).IsSuccess
            && (await Post("complete", $"{visit}/complete", Report(), leader)).IsSuccess
            && (await Post("resolve", $"{request}/resolve", """{"result":"solved","summary":"开沟排水，补镁。"}""", leader)).IsSuccess
            && (
                await Post("confirm", $"/v1/track/{track}/confirm", """{"solved":true,"rating":5,"comment":"叶子绿了。"}""", null)
            ).IsSuccess;
    }

    private string Request() =>
        $$"""
            {"requester":{"kind":"farmer","name":"种植户{{number}}-{{count}}","phone":"13800138000"},
            "text":"家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。第{{number}}-{{count}}棵。",
            "skills":[{"code":"{{place.Skill}}"}],
            "location":{"regionCode":"{{place.Region}}","address":"村口"},"channel":"phone"}
            """;

    private static string Window()
    {
        var start = DateTimeOffset.UtcNow.AddHours(1);
        return $$"""{"start":"{{start:yyyy-MM-ddTHH:mm:ssZ}}","end":"{{start.AddHours(2):yyyy-MM-ddTHH:mm:ssZ}}"}""";
    }

    private string Report() =>
        $$"""
            {"findings":"园地积水，根系受损；叶片缺镁。","minutes":90,"personTimes":1,
            "problems":[{"title":"根系积水","skill":"{{place.Skill}}","result":"solved"},{"title":"缺镁","result":"solved"}],
            "benefits":[{"kind":"income_gain","amountFen":300000,"basis":"多收三百公斤"}]}
            """;

    private Task<Reply> Get(string call, string path, string token) => Timed(call, () => wire.Get(path, token));

    private Task<Reply> Post(string call, string path, string body, string? token)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{keys}-{count++}");
        return Timed(call, () => wire.Post(path, body, token, key));
    }

    private async Task<Reply> Timed(string call, Func<ValueTask<Reply>> send)
    {
        var from = Stopwatch.GetTimestamp();
        var reply = await send();
        recorder.Note(call, Stopwatch.GetElapsedTime(from));
        if (!reply.IsSuccess)
        {
            recorder.Fail(call, reply);
        }

        return reply;
    }
}

/// <summary>A county and a skill that a team there has, so that every call for help finds its team.</summary>
internal sealed record Place(string Region, string Skill)
{
    /// <summary>One for each demo team of a county or a city: its county, or the first below its city, and its first skill without licence.</summary>
    public static IReadOnlyList<Place> OfDemoTeams(string seeds)
    {
        var levels = Rows("regions.csv", "code", "level").ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);
        var below = Rows("regions.csv", "parent_code", "code")
            .Where(row => levels[row[1]] == "county")
            .ToLookup(row => row[0], row => row[1], StringComparer.Ordinal);
        var licensed = Rows("skills.csv", "code", "licence").Where(row => row[1].Length > 0).Select(row => row[0]).ToHashSet();
        return
        [
            .. from team in Rows("teams.csv", "region_code", "skills", "forms")
            let county = levels[team[0]] == "county" ? team[0] : below[team[0]].FirstOrDefault()
            let skill = team[1].Split(';').Select(cell => cell.Split(':')[0]).FirstOrDefault(code => !licensed.Contains(code))
            where county is not null && skill is not null && team[2].Contains("on_site", StringComparison.Ordinal)
            select new Place(county, skill),
        ];

        IEnumerable<string[]> Rows(string file, params string[] columns)
        {
            using var csv = CsvReader.FromFile(Path.Combine(seeds, file));
            while (csv.Read())
            {
                yield return [.. columns.Select(csv.GetString)];
            }
        }
    }
}

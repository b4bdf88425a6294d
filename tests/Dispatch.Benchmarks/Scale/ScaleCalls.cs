using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Dispatch.Benchmarks.Scale;

/// <summary>What is asked of a site of one size, one call after the other, and how long each took.</summary>
internal sealed class ScaleCalls(Wire wire, IReadOnlyList<string> bodies, IReadOnlyList<string> counties, string run)
{
    private static readonly TimeSpan LongestOfOne = TimeSpan.FromSeconds(1.5);

    private readonly Desk desk = new();
    private readonly Dictionary<string, List<double>> times = new(StringComparer.Ordinal);
    private int asked;
    private string leader = "";

    public IReadOnlyDictionary<string, List<double>> Times => times;

    /// <summary>A request from its telling to its acceptance; a fresh offer each time.</summary>
    public async Task Job()
    {
        var number = asked++;
        var body = bodies[number % bodies.Count].Replace("农户", $"农户{run}-{number}-", StringComparison.Ordinal);
        var officer = Desk.Officer(number % 8);
        var submitted = await Timed("submit", () => wire.Post("/v1/requests", body, officer, $"{run}-s{number}"));
        var id = submitted.Text("id");
        await Timed("matches", () => wire.Get($"/v1/requests/{id}/matches", officer));
        await Timed("one click", () => wire.Post($"/v1/requests/{id}/dispatch", "{}", officer, $"{run}-d{number}"));
        var offers = await Timed("offers of a request", () => wire.Get($"/v1/offers?request={id}&state=pending", officer));
        if (offers.Body.Span.IndexOf("\"teamId\""u8) < 0)
        {
            return;
        }

        var offer = offers.Text("id");
        leader = desk.Leader(offers.Text("teamId"));
        await Timed("accept", () => wire.Post($"/v1/offers/{offer}/accept", "{}", leader, $"{run}-a{number}"));
        await Timed("request", () => wire.Get($"/v1/requests/{id}", officer));
        await Timed("timeline", () => wire.Get($"/v1/requests/{id}/timeline", officer));
    }

    public async Task Read(int atMost)
    {
        var officer = Desk.Officer(0);
        var deep = await Deep(officer);
        var year = $"from={DateTime.UtcNow.AddDays(-364):yyyy-MM-dd}&to={DateTime.UtcNow:yyyy-MM-dd}";
        (string Name, Func<string> Path)[] reads =
        [
            ("list, first page", () => "/v1/requests"),
            ("list, deep cursor", () => deep),
            ("list of a county", () => $"/v1/requests?region={County()}"),
            ("list of a county, open", () => $"/v1/requests?region={County()}&state=open"),
            ("list of a city, closed", () => $"/v1/requests?region={County()[..4]}00&state=closed"),
            ("list of a province", () => $"/v1/requests?region={County()[..2]}0000"),
            ("list, open, oldest first", () => "/v1/requests?state=open&sort=createdAt"),
            ("offers", () => "/v1/offers"),
            ("visits", () => "/v1/visits"),
            ("report of a county, a year", () => $"/v1/reports/summary?{year}&region={County()}"),
            ("report of a city, by skill", () => $"/v1/reports/summary?{year}&region={County()[..4]}00&groupBy=skill"),
            ("report of a province, a year", () => $"/v1/reports/summary?{year}&region={County()[..2]}0000"),
            (
                "report of a province, a month",
                () => $"/v1/reports/summary?from={DateTime.UtcNow.AddDays(-30):yyyy-MM-dd}&region={County()[..2]}0000"
            ),
        ];
        foreach (var (name, path) in reads)
        {
            var clock = Stopwatch.StartNew();
            for (var call = 0; call < atMost && clock.Elapsed < LongestOfOne; call++)
            {
                await Timed(name, () => wire.Get(path(), officer));
            }
        }

        var (county, province) = (
            Site.Token("county-office", region: counties[0]),
            Site.Token("province-office", region: counties[0][..2] + "0000")
        );
        for (var call = 0; call < atMost / 4; call++)
        {
            await Timed("notices of a county's office", () => wire.Get("/v1/notices?wait=0", county));
            await Timed("notices of a province's office", () => wire.Get("/v1/notices?wait=0", province));
            await Timed("notices of the country's office", () => wire.Get("/v1/notices?wait=0", officer));
        }

        for (var call = 0; leader.Length > 0 && call < atMost; call++)
        {
            await Timed("a leader's list", () => wire.Get("/v1/requests", leader));
            await Timed("a leader's offers", () => wire.Get("/v1/offers?state=pending", leader));
        }
    }

    /// <summary>Of the whole country, once: it reads everything.</summary>
    public Task Country() =>
        Timed(
            "report of the country, a year",
            () => wire.Get($"/v1/reports/summary?from={DateTime.UtcNow.AddDays(-364):yyyy-MM-dd}", Desk.Officer(0))
        );

    public void Forget() => times.Clear();

    private string County() => counties[asked++ % counties.Count];

    // The cursor of the first page, put half a year back.
    private async Task<string> Deep(string officer)
    {
        var page = JsonNode.Parse((await wire.Get("/v1/requests", officer)).Body.Span)!;
        var next = page["next"]!.GetValue<string>();
        var mark = next.IndexOf("cursor=", StringComparison.Ordinal) + 7;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(next.AsSpan(mark))).Split('\n', 2);
        var key = JsonNode.Parse(parts[1])!.AsObject();
        key["at"] = DateTimeOffset
            .UtcNow.AddDays(-180)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return next[..mark] + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(parts[0] + "\n" + key.ToJsonString()));
    }

    private async Task<Reply> Timed(string name, Func<ValueTask<Reply>> call)
    {
        var from = Stopwatch.GetTimestamp();
        var reply = await call();
        var took = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        if (!reply.IsSuccess)
        {
            throw new InvalidOperationException($"{name}: {reply}");
        }

        if (!times.TryGetValue(name, out var all))
        {
            times[name] = all = [];
        }

        all.Add(took);
        return reply;
    }
}

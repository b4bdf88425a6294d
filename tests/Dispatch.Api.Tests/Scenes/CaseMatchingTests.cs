using System.Globalization;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features;
using Xunit;
using Xunit.Abstractions;

namespace Dispatch.Api.Tests.Scenes;

/// <summary>The cases whose skills are known, each put before the demo teams over HTTP, and how often the kind of team somebody
/// expected for it is the first choice.</summary>
public sealed class CaseMatchingTests(RunningService service, ITestOutputHelper output) : IClassFixture<RunningService>
{
    private const int ExpectedFirst = 60;
    private const int ExpectedAmongThree = 62;

    [Fact]
    public async Task Every_case_finds_a_team_and_mostly_of_the_kind_expected()
    {
        var cases = Cases();
        Assert.Equal(68, cases.Count);
        var (first, amongThree) = (0, 0);
        List<string> without = [];
        foreach (var it in cases)
        {
            var kinds = (await Match(it)).Select(candidate => candidate.Text("kind")).ToList();
            if (kinds.Count == 0)
            {
                without.Add(it.Text("id"));
                continue;
            }

            var expected = it.Text("expectedKind");
            first += kinds[0] == expected ? 1 : 0;
            amongThree += kinds.Take(3).Contains(expected, StringComparer.Ordinal) ? 1 : 0;
            if (kinds[0] != expected)
            {
                output.WriteLine($"{it.Text("id")}: {expected} expected, {string.Join(", ", kinds.Take(3))} found");
            }
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The expected kind is first in {first} of {cases.Count} and among the first three in {amongThree}."
            )
        );
        Assert.Empty(without);
        Assert.True(first >= ExpectedFirst, $"The expected kind is first in {first} only.");
        Assert.True(amongThree >= ExpectedAmongThree, $"The expected kind is among the first three in {amongThree} only.");
    }

    [Fact]
    public async Task Every_demo_request_with_a_skill_finds_a_team()
    {
        List<string> without = [];
        var requests = JsonNode
            .Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "seeds", "requests.json")))!
            .AsArray();
        Assert.InRange(requests.Count, 40, 50);
        foreach (var body in requests)
        {
            var request = await service.Given.AnOpenRequest(body);
            var skills = request.Items("skills").Count;
            // One firm tells its trouble twice in other words; the second waits for a person's yes or no.
            var waits = skills == 0 || request["likelyDuplicateOf"] is not null;
            Assert.Equal(waits ? "triage" : "dispatch", request.Text("queue"));
            var match = await service.Officer().Read($"/v1/requests/{request.Id()}/matches");
            if (skills > 0 && match.Items("candidates").Count == 0)
            {
                without.Add(body!["externalRef"]!.Text("number"));
            }
        }

        Assert.Empty(without);
    }

    private static List<JsonNode> Cases() => [.. JsonNode.Parse(File.ReadAllText(CasesFile()))!.AsArray().Select(it => it!)];

    private static string CasesFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return Path.Combine(folder.FullName, "tests", "Dispatch.Api.Tests", "Scenes", "cases.json");
    }

    private async Task<IReadOnlyList<JsonNode>> Match(JsonNode it)
    {
        var request = await service.Given.AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "enterprise",
                    name = "求助单位",
                    phone = "13800138000",
                },
                text = "请派人帮忙。",
                skills = it.Items("skills").Select(skill => new { code = skill.GetValue<string>() }),
                location = new
                {
                    regionCode = it.Text("regionCode"),
                    lat = it.Number("lat"),
                    lng = it.Number("lng"),
                },
                urgency = it.Text("urgency"),
                form = it.Text("form"),
            }
        );
        return (await service.Officer().Read($"/v1/requests/{request.Id()}/matches?limit=100")).Items("candidates");
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;
using Xunit.Abstractions;

namespace Dispatch.Domain.Tests.Suggestions;

public sealed class QualityTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<Case> Cases = CasesOf("cases.json");

    [Fact]
    public void The_main_skill_of_the_reference_cases_comes_first_in_92_of_100_and_among_three_in_98()
    {
        var (first, three) = Shares(Cases);
        var (heldFirst, heldThree) = Shares([.. Cases.Where(each => HeldOut.Has(each.Id))]);
        output.WriteLine($"whole {first:P1} first, {three:P1} among three; held-out third {heldFirst:P1}, {heldThree:P1}");
        foreach (var missed in Cases.Where(each => !IsFirst(each)))
        {
            output.WriteLine($"{missed.Id}: {string.Join(' ', Said(missed))} instead of {string.Join(' ', missed.Skills)}");
        }

        Assert.True(first >= 0.92, $"{first:P1} first");
        Assert.True(three >= 0.98, $"{three:P1} among three");
    }

    /// <summary>Nothing was learned from <c>unseen.json</c>; one weight was chosen with its figures in view. They are printed, and must not fall.</summary>
    [Fact]
    public void Of_requests_nobody_learned_from_the_main_skill_comes_first_in_three_of_four_and_among_three_in_nearly_nine_of_ten()
    {
        var unseen = CasesOf("unseen.json").Where(each => each.Skills.Count > 0).ToList();
        var (first, three) = Shares(unseen);
        output.WriteLine($"{unseen.Count} requests: {first:P1} first, {three:P1} among three");
        Assert.True(first >= 0.77, $"{first:P1} first");
        Assert.True(three >= 0.88, $"{three:P1} among three");
    }

    [Fact]
    public void What_is_said_with_much_confidence_is_mostly_right()
    {
        var said = Cases
            .SelectMany(
                each => Seeds.Suggester.Read(each.Text).Skills,
                (each, skill) => (skill.Confidence, Right: each.Skills.Contains(skill.Code))
            )
            .ToList();
        foreach (var step in said.GroupBy(one => Math.Min(9, (int)(one.Confidence * 10))).OrderBy(step => step.Key))
        {
            output.WriteLine(
                $"said {step.Key / 10.0:F1} {step.Count(), 4}  {step.Average(one => one.Confidence):F2} -> {step.Average(one => one.Right ? 1 : 0):F2} right"
            );
        }

        Assert.True(said.Where(one => one.Confidence >= 0.8).Average(one => one.Right ? 1.0 : 0) >= 0.8);
        Assert.True(said.Where(one => one.Confidence < 0.4).Average(one => one.Right ? 1.0 : 0) <= 0.5);
    }

    private static IReadOnlyList<Case> CasesOf(string file) =>
        JsonSerializer.Deserialize<List<Case>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Suggestions", file)))!;

    private static (double First, double Three) Shares(IReadOnlyList<Case> cases) =>
        (
            cases.Average(each => IsFirst(each) ? 1.0 : 0),
            cases.Average(each =>
                each.Skills.Count == 0 ? (Said(each).Count == 0 ? 1.0 : 0)
                : Said(each).Take(3).Contains(each.Skills[0]) ? 1
                : 0
            )
        );

    private static bool IsFirst(Case each) =>
        Said(each) is { Count: > 0 } said ? each.Skills.Count > 0 && said[0] == each.Skills[0] : each.Skills.Count == 0;

    private static IReadOnlyList<string> Said(Case each) => [.. Seeds.Suggester.Read(each.Text).Skills.Select(skill => skill.Code)];

    private sealed record Case
    {
        [JsonPropertyName("id")]
        public string Id { get; init; } = "";

        [JsonPropertyName("text_zh")]
        public string Text { get; init; } = "";

        [JsonPropertyName("skills")]
        public IReadOnlyList<string> Skills { get; init; } = [];
    }
}

using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class MatchingGuideTests
{
    private static readonly Page Guide = new("api-specs/guides/matching.md");

    [Fact]
    public void The_guide_lists_the_rules_in_the_order_they_are_put()
    {
        var rules = Eligibility.Rules.Select(rule => $"{Words.Of(rule)} | {Wording.Of(rule).Zh}");
        Assert.Equal(rules, Page.Rows(Guide.Section("## Rules")).Select(row => $"{row[0]} | {row[1]}"));
    }

    [Theory]
    [InlineData("README.md", "## Matching in short")]
    [InlineData("api-specs/guides/matching.md", "## Score")]
    public void The_weights_are_the_published_ones(string page, string heading)
    {
        var w = Weights.Published;
        int[] weights = [w.Skill, w.Nearness, w.Load, w.Record, w.Soonness, w.Familiarity];
        var parts = Enum.GetValues<PartName>().Select(part => $"{Words.Of(part)} {weights[(int)part]}");
        Assert.Equal(parts, Page.Rows(new Page(page).Section(heading)).Select(row => $"{row[0]} {row[1]}"));
    }

    [Fact]
    public void The_constants_are_those_of_the_code()
    {
        (string Name, object Value)[] constants =
        [
            ("MainSkillShare", Score.MainSkillShare),
            ("LevelJustMet", Score.LevelJustMet),
            ("HighestLevel", Score.HighestLevel),
            ("SameDomain", Score.SameDomain),
            ("HalfwayMinutes", Score.HalfwayMinutes),
            ("WhileResting", Score.WhileResting),
            ("RestAfterService", Score.RestAfterService.TotalHours + " hours"),
            ("DaysAhead", FreeDay.DaysAhead),
            ("RoadFactor", TravelTimes.RoadFactor),
            ("SpeedKmh", TravelTimes.SpeedKmh),
            ("LeastConfidence", WantedSkill.LeastConfidence),
            ("OffersInEmergency", Dispatcher.OffersInEmergency),
            ("BouncesPerTier", Dispatcher.BouncesPerTier),
            ("BouncesInAll", Dispatcher.BouncesInAll),
        ];
        Assert.Equal(
            constants.Select(constant => $"{constant.Name} = {constant.Value}"),
            Page.Rows(Guide.Section("## Constants")).Select(row => $"{row[0]} = {row[1]}")
        );
    }
}

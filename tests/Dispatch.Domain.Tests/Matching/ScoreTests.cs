using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class ScoreTests
{
    [Theory]
    [InlineData(1, 1, 0.5)]
    [InlineData(8, 1, 1)]
    [InlineData(5, 1, 0.5 + (0.5 * 4 / 7))]
    [InlineData(5, 5, 0.5)]
    [InlineData(6, 4, 0.75)]
    [InlineData(8, 8, 1)]
    public void Alone_the_main_skill_makes_all_of_skill_fit_by_the_level_above_need(int level, int needed, double value) =>
        Assert.Equal(value, Value(PartName.Skill, Given.ANeed($"agr-citrus:{needed}"), Given.ATeam(1, $"agr-citrus:{level}")), 12);

    [Theory]
    [InlineData("agr-soil", 1)] // exactly
    [InlineData("agr-plantprot", 0.3)] // the same domain
    [InlineData("agr-soil:1", 0.3)] // the same skill below the level
    [InlineData("ict-5g", 0.3)] // the main skill is of the domain too
    public void A_further_skill_counts_when_it_is_brought_and_a_little_when_the_domain_is(string proven, double covered) =>
        Assert.Equal(
            0.6 + (0.4 * covered),
            Value(PartName.Skill, Given.ANeed("agr-citrus", "agr-soil:2"), Given.ATeam(1, "agr-citrus:8", proven)),
            12
        );

    [Theory]
    [InlineData(0, "mec-cut")]
    [InlineData(1, "ict-5g", "mec-cut")]
    public void Further_skills_count_as_their_mean(double first, params string[] proven) =>
        Assert.Equal(
            0.6 + (0.4 * (first + 0) / 2),
            Value(PartName.Skill, Given.ANeed("mec-cut", "ict-5g", "agr-soil"), Given.ATeam(1, [.. proven.Select(code => code + ":8")])),
            12
        );

    [Fact]
    public void A_skill_the_list_does_not_know_has_no_domain_to_share() =>
        Assert.Equal(0.6, Value(PartName.Skill, Given.ANeed("agr-citrus", "old-craft"), Given.ATeam(1, "agr-citrus:8", "old-trade")), 12);

    [Fact]
    public void An_unlicensed_further_skill_counts_as_its_domain_only()
    {
        var need = Given.ANeed("agr-citrus", "mec-weld");
        var team = Given.ATeam(1, "agr-citrus:8", "mec-weld:8");
        Assert.Equal(0.6 + (0.4 * 0.3), Value(PartName.Skill, need, team), 12);
        Assert.Equal(1, Value(PartName.Skill, need with { Form = VisitForm.Remote }, team), 12);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(60, 0.5)]
    [InlineData(20, 0.75)]
    [InlineData(180, 0.25)]
    public void Nearness_is_halved_by_an_hour_on_the_road(double minutes, double value)
    {
        var rules = Given.Rules with { TravelTimes = new([new(Given.County, Given.County, minutes)]) };
        Assert.Equal(value, Value(PartName.Nearness, Given.ANeed(), Given.ATeam(), rules: rules), 12);
    }

    [Theory]
    [InlineData(VisitForm.OnSite, 25_000)]
    [InlineData(VisitForm.Training, 25_000)]
    [InlineData(VisitForm.Remote, 0)]
    [InlineData(VisitForm.Lecture, 0)]
    [InlineData(VisitForm.Consultation, 0)]
    public void Nearness_does_not_apply_to_help_from_afar(VisitForm form, int weight)
    {
        var score = Score.Of((Given.ANeed() with { Form = form }).Asked(), Given.ATeam(), default);
        var part = score.Parts[(int)PartName.Nearness];
        Assert.Equal(weight, part.Weight);
        Assert.Equal(weight, part.Points);
        Assert.Equal(weight > 0 ? new Journey(0, 0) : null, score.Journey);
        Assert.Equal(new NearnessReason(score.Journey), part.Reason);
        Assert.Equal(Weights.WholeScore, score.Parts.Sum(each => each.Weight));
    }

    [Theory]
    [InlineData(0, 0, null, 1)]
    [InlineData(1, 0, null, 0.75)]
    [InlineData(1, 2, null, 0.25)] // open offers count as taken
    [InlineData(3, 4, null, 0)] // never below 0
    [InlineData(0, 0, "2026-05-31 10:01", 0.5)] // resting
    [InlineData(0, 0, "2026-05-31 10:00", 1)] // rested
    [InlineData(2, 0, "2026-06-01 09:00", 0.25)]
    public void Load_is_the_free_share_of_capacity_and_half_of_it_while_resting(int active, int pending, string? last, double value) =>
        Assert.Equal(
            value,
            Value(
                PartName.Load,
                Given.ANeed(),
                Given.ATeam() with
                {
                    Capacity = 4,
                },
                new TeamLoad(active, pending, 0, 0, last is null ? null : Given.At(last))
            ),
            12
        );

    [Theory]
    [InlineData(0, 0, 0.8)]
    [InlineData(1, 1, 5 / 6.0)]
    [InlineData(1, 0, 4 / 6.0)]
    [InlineData(95, 95, 0.99)]
    [InlineData(15, 6, 0.5)]
    public void Record_is_the_share_solved_of_what_requesters_confirmed(int confirmed, int solved, double value) =>
        Assert.Equal(value, Value(PartName.Record, Given.ANeed(), Given.ATeam(), new TeamLoad(0, 0, confirmed, solved, null)), 12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.9)]
    [InlineData(9, 0.1)]
    [InlineData(10, 0)]
    public void Soonness_falls_by_a_tenth_a_day(int daysAway, double value) =>
        Assert.Equal(value, Value(PartName.Soonness, Given.ANeed(), Away(daysAway)), 12);

    [Theory]
    [InlineData(4, 1)] // back when the window begins
    [InlineData(6, 0.8)]
    [InlineData(20, 0)] // never below 0
    public void Soonness_counts_from_the_first_day_wanted(int daysAway, double value)
    {
        var need = Given.ANeed() with { Wanted = [Given.Window("2026-06-05 09:00", "2026-06-30 18:00")] };
        Assert.Equal(value, Value(PartName.Soonness, need, Away(daysAway)), 12);
    }

    [Fact]
    public void Familiarity_is_having_served_this_requester()
    {
        Assert.Equal(
            1,
            Value(PartName.Familiarity, Given.ANeed() with { ServedBefore = new HashSet<Guid> { Given.Id(1) } }, Given.ATeam())
        );
        Assert.Equal(
            0,
            Value(PartName.Familiarity, Given.ANeed() with { ServedBefore = new HashSet<Guid> { Given.Id(2) } }, Given.ATeam())
        );
    }

    [Fact]
    public void A_score_is_the_sum_of_its_parts_in_thousandths_of_a_point()
    {
        var need = Given.ANeed("agr-citrus:2", "agr-soil", "mec-cut") with { ServedBefore = new HashSet<Guid> { Given.Id(1) } };
        var team = Given.ATeam(1, "agr-citrus:5", "agr-soil:5") with
        {
            Bases = [new GeoPoint(Given.Place.Lat + (10 / 111.195), Given.Place.Lng)],
            Availability = Availability.Always with { DaysOff = [Given.Today] },
        };
        var score = Score.Of(need.Asked(), team, new TeamLoad(1, 0, 2, 1, null));

        Assert.Equal(Enum.GetValues<PartName>(), score.Parts.Select(part => part.Name));
        Assert.Equal([35_000, 25_000, 15_000, 10_000, 10_000, 5_000], score.Parts.Select(part => part.Weight));
        // 0.6 x (0.5 + 0.5 x 3/6) + 0.4 x (1 + 0)/2; 60/81; 2/3; 5/7; 9/10; 1
        Assert.Equal([22_750, 18_519, 10_000, 7_143, 9_000, 5_000], score.Parts.Select(part => part.Points));
        Assert.Equal(72_412, score.Points);
        Assert.Equal(new Journey(10, 21), score.Journey);

        var skill = Assert.IsType<SkillReason>(score.Parts[0].Reason);
        Assert.Equal(("agr-citrus", 5, 2), (skill.Main.Code, skill.Level, skill.Needed));
        Assert.Equal(["agr-soil"], skill.Brought.Select(each => each.Code));
        Assert.Equal(["mec-cut"], skill.Lacking.Select(each => each.Code));
        Assert.Equal(
            [
                new NearnessReason(new Journey(10, 21)),
                new LoadReason(1, 0, 3, Resting: false),
                new RecordReason(2, 1),
                new SoonnessReason(Given.Today.AddDays(1), 1),
                new FamiliarityReason(ServedBefore: true),
            ],
            score.Parts.Skip(1).Select(part => part.Reason)
        );
    }

    private static double Value(PartName name, Need need, Team team, TeamLoad load = default, MatchRules? rules = null) =>
        Score.Of(need.Asked(rules), team, load).Parts[(int)name].Value;

    private static Team Away(int days) =>
        Given.ATeam() with
        {
            Availability = Availability.Always with { DaysOff = [.. Enumerable.Range(0, days).Select(Given.Today.AddDays)] },
        };
}

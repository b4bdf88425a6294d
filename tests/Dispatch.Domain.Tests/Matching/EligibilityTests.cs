using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using Xunit;
using static Dispatch.Domain.Matching.Ineligibility;

namespace Dispatch.Domain.Tests.Matching;

public sealed class EligibilityTests
{
    [Fact]
    public void A_team_that_fails_no_rule_is_eligible() => Assert.Null(Check(Given.ANeed(), Given.ATeam()));

    [Theory]
    [InlineData("agr-citrus", null)]
    [InlineData("agr-soil", SkillMissing)]
    [InlineData("mec-cut", SkillMissing)]
    public void Without_the_main_skill_a_team_is_refused(string proven, Ineligibility? reason) =>
        Assert.Equal(reason, Check(Given.ANeed("agr-citrus", "agr-soil"), Given.ATeam(1, proven)));

    [Theory]
    [InlineData(SkillSource.Suggested, 0.59, SkillMissing)]
    [InlineData(SkillSource.Suggested, 0.6, null)]
    [InlineData(SkillSource.Given, 0, null)]
    public void A_skill_suggested_with_little_confidence_is_ignored(SkillSource source, double confidence, Ineligibility? reason)
    {
        var need = Given.ANeed() with { Skills = [new("agr-citrus", 1, source, confidence), new("mec-cut", 1)] };
        Assert.Equal(reason, Check(need, Given.ATeam(1, "agr-citrus")));
    }

    [Fact]
    public void When_the_main_skill_is_ignored_the_next_one_that_counts_is_the_main_one()
    {
        var need = Given.ANeed() with { Skills = [new("agr-citrus", 1, SkillSource.Suggested, 0.5), new("mec-cut", 1), new("mec-cut", 8)] };
        Assert.Equal([new WantedSkill("mec-cut", 1)], need.Asked().Skills);
        Assert.Null(Check(need, Given.ATeam(1, "mec-cut")));
    }

    [Fact]
    public void A_request_without_any_skill_that_counts_has_no_team() =>
        Assert.Equal(SkillMissing, Check(Given.ANeed() with { Skills = [] }, Given.ATeam()));

    [Theory]
    [InlineData(4, LevelTooLow)]
    [InlineData(5, null)]
    [InlineData(8, null)]
    public void The_main_skill_is_needed_at_the_level_asked_for(int level, Ineligibility? reason) =>
        Assert.Equal(reason, Check(Given.ANeed("agr-citrus:5"), Given.ATeam(1, $"agr-citrus:{level}")));

    [Fact]
    public void The_level_of_a_further_skill_refuses_nobody() =>
        Assert.Null(Check(Given.ANeed("agr-citrus", "agr-soil:8"), Given.ATeam(1, "agr-citrus", "agr-soil:1")));

    [Theory]
    [InlineData(VisitForm.OnSite, null, LicenceMissing)]
    [InlineData(VisitForm.OnSite, "2026-05-31", LicenceMissing)]
    [InlineData(VisitForm.OnSite, "2026-06-01", null)]
    [InlineData(VisitForm.Remote, null, null)]
    [InlineData(VisitForm.Training, null, null)]
    [InlineData(VisitForm.Lecture, null, null)]
    [InlineData(VisitForm.Consultation, null, null)]
    public void Reserved_work_by_hand_needs_a_licence_in_force(VisitForm form, string? until, Ineligibility? reason) =>
        Assert.Equal(reason, Check(Given.ANeed("mec-weld") with { Form = form }, Welders(until)));

    [Theory]
    [InlineData("2026-06-09", LicenceMissing)]
    [InlineData("2026-06-10", null)]
    public void The_licence_must_be_in_force_on_the_first_wanted_day(string until, Ineligibility? reason)
    {
        var need = Given.ANeed("mec-weld") with
        {
            Wanted = [Given.Window("2026-06-12 09:00", "2026-06-12 12:00"), Given.Window("2026-06-10 00:30", "2026-06-10 12:00")],
        };
        Assert.Equal(reason, Check(need, Welders(until)));
    }

    [Fact]
    public void An_emergency_waives_no_licence() =>
        Assert.Equal(LicenceMissing, Check(Given.ANeed("mec-weld") with { Urgency = Urgency.Emergency }, Welders(until: null)));

    [Fact]
    public void A_further_skill_without_its_licence_refuses_nobody_and_is_not_brought()
    {
        var asked = Given.ANeed("mec-cut", "mec-weld").Asked();
        var team = Given.ATeam(1, "mec-cut", "mec-weld");
        Assert.Null(Eligibility.Check(asked, team, default, Tier.County));
        Assert.False(asked.BringsAll(team));
    }

    [Theory]
    [InlineData(Given.Township, Tier.County, null)]
    [InlineData(Given.NeighbourCounty, Tier.County, TierNotOpen)]
    [InlineData(Given.NeighbourCounty, Tier.City, null)]
    [InlineData(Given.City, Tier.County, TierNotOpen)]
    [InlineData(Given.City, Tier.City, null)]
    [InlineData(Given.OtherCityCounty, Tier.City, TierNotOpen)]
    [InlineData(Given.OtherCityCounty, Tier.Province, null)]
    [InlineData(Given.Province, Tier.City, TierNotOpen)]
    [InlineData(Given.Province, Tier.Province, null)]
    [InlineData(Given.OtherProvince, Tier.County, OutOfArea)]
    [InlineData(Given.OtherProvince, Tier.Province, OutOfArea)]
    public void A_team_waits_for_its_tier_and_other_provinces_are_out_of_area(string region, Tier opened, Ineligibility? reason) =>
        Assert.Equal(reason, Check(Given.ANeed(), Given.ATeam() with { RegionCode = region }, opened: opened));

    [Theory]
    [InlineData(VisitForm.OnSite, false, OutOfArea)]
    [InlineData(VisitForm.Training, false, OutOfArea)]
    [InlineData(VisitForm.OnSite, true, TierNotOpen)]
    [InlineData(VisitForm.Remote, false, TierNotOpen)]
    [InlineData(VisitForm.Lecture, false, TierNotOpen)]
    [InlineData(VisitForm.Consultation, false, TierNotOpen)]
    public void The_country_opens_by_itself_only_for_help_from_afar(VisitForm form, bool countryOpened, Ineligibility reason)
    {
        var need = Given.ANeed() with { Form = form, CountryOpened = countryOpened };
        var team = Given.ATeam() with { RegionCode = Given.OtherProvince };
        Assert.Equal(reason, Check(need, team, opened: Tier.Province));
        Assert.Equal(reason == OutOfArea ? OutOfArea : null, Check(need, team, opened: Tier.Country));
    }

    [Theory]
    [InlineData(VisitForm.OnSite, null)]
    [InlineData(VisitForm.Remote, FormNotOffered)]
    public void The_form_asked_for_must_be_offered(VisitForm form, Ineligibility? reason) =>
        Assert.Equal(
            reason,
            Check(Given.ANeed() with { Form = form }, Given.ATeam() with { Forms = new HashSet<VisitForm> { VisitForm.OnSite } })
        );

    [Fact]
    public void An_excluded_team_or_a_rival_is_a_conflict_of_interest()
    {
        Assert.Equal(ConflictOfInterest, Check(Given.ANeed() with { ExcludedTeams = Only(1) }, Given.ATeam()));
        Assert.Equal(ConflictOfInterest, Check(Given.ANeed() with { ConflictTeams = Only(1) }, Given.ATeam()));
        Assert.Null(Check(Given.ANeed() with { ExcludedTeams = Only(2), ConflictTeams = Only(3) }, Given.ATeam()));
    }

    [Fact]
    public void A_suspended_team_is_refused() => Assert.Equal(Suspended, Check(Given.ANeed(), Given.ATeam() with { Suspended = true }));

    [Fact]
    public void A_team_whose_offer_has_ended_is_not_asked_again()
    {
        Assert.Equal(DeclinedBefore, Check(Given.ANeed() with { EndedWith = Only(1) }, Given.ATeam()));
        Assert.Null(Check(Given.ANeed() with { EndedWith = Only(2) }, Given.ATeam()));
    }

    [Theory]
    [InlineData(2, 5, Urgency.High, null)]
    [InlineData(3, 0, Urgency.High, AtCapacity)]
    [InlineData(4, 0, Urgency.Normal, AtCapacity)]
    [InlineData(3, 0, Urgency.Emergency, null)]
    public void A_team_with_its_hands_full_is_refused_except_in_an_emergency(
        int active,
        int pending,
        Urgency urgency,
        Ineligibility? reason
    ) =>
        Assert.Equal(
            reason,
            Check(Given.ANeed() with { Urgency = urgency }, Given.ATeam() with { Capacity = 3 }, new TeamLoad(active, pending, 0, 0, null))
        );

    [Theory]
    [InlineData(Urgency.Normal, NotAvailable)]
    [InlineData(Urgency.Emergency, null)]
    public void A_team_without_a_free_day_is_refused_except_in_an_emergency(Urgency urgency, Ineligibility? reason)
    {
        var everyDayOff = Availability.Always with { DaysOff = [.. Enumerable.Range(0, 20).Select(Given.Today.AddDays)] };
        Assert.Equal(reason, Check(Given.ANeed() with { Urgency = urgency }, Given.ATeam() with { Availability = everyDayOff }));
    }

    [Fact]
    public void The_first_rule_failed_is_the_reason_and_on_demand_all_are_told()
    {
        var need = Given.ANeed("mec-weld:6") with { ExcludedTeams = Only(1), EndedWith = Only(1) };
        var team = Given.ATeam(1, "mec-weld:5") with
        {
            RegionCode = Given.NeighbourCounty,
            Forms = new HashSet<VisitForm>(),
            Suspended = true,
            Availability = Availability.Always with { Leaves = [new(Given.Today, Given.Today.AddDays(30))] },
        };
        Ineligibility[] all =
        [
            TierNotOpen,
            LevelTooLow,
            LicenceMissing,
            FormNotOffered,
            ConflictOfInterest,
            Suspended,
            DeclinedBefore,
            NotAvailable,
            AtCapacity,
        ];
        var busy = new TeamLoad(3, 0, 0, 0, null);

        Assert.Equal(all, Matcher.Explain(need, team, busy, Given.Rules, Given.Now, Tier.County));
        Assert.Equal(TierNotOpen, Check(need, team, busy));

        // Each change takes the first reason away: the next one is told.
        List<Ineligibility?> told = [];
        Tell();
        team = team with { RegionCode = Given.County };
        Tell();
        need = need with { Skills = [new("mec-weld", 5)] };
        Tell();
        team = team with { Skills = new Dictionary<string, TeamSkill> { ["mec-weld"] = new("mec-weld", 5, Given.Today) } };
        Tell();
        team = team with { Forms = new HashSet<VisitForm> { VisitForm.OnSite } };
        Tell();
        need = need with { ExcludedTeams = Only(2) };
        Tell();
        team = team with { Suspended = false };
        Tell();
        need = need with { EndedWith = Only(2) };
        Tell();
        team = team with { Availability = Availability.Always };
        Tell();
        busy = default;
        Tell();
        Assert.Equal([.. all, null], told);

        void Tell() => told.Add(Check(need, team, busy));
    }

    [Fact]
    public void A_team_elsewhere_without_the_skill_is_refused_for_the_skill() =>
        Assert.Equal(SkillMissing, Check(Given.ANeed(), Given.ATeam(1, "mec-cut") with { RegionCode = Given.OtherProvince }));

    private static Ineligibility? Check(Need need, Team team, TeamLoad load = default, Tier opened = Tier.County) =>
        Eligibility.Check(need.Asked(), team, load, opened);

    private static HashSet<Guid> Only(int number) => [Given.Id(number)];

    private static Team Welders(string? until) =>
        Given.ATeam() with
        {
            Skills = new Dictionary<string, TeamSkill> { ["mec-weld"] = new("mec-weld", 5, until is null ? null : DateOnly.Parse(until)) },
        };
}

using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using Xunit;
using static Dispatch.Domain.Matching.Ineligibility;

namespace Dispatch.Domain.Tests.Matching;

public sealed class MatcherTests
{
    [Fact]
    public void The_highest_score_ranks_first()
    {
        var result = Given.ANeed().Match(Given.ATeam(1, "agr-citrus:4"), Given.ATeam(2, "agr-citrus:8"), Given.ATeam(3, "agr-citrus:6"));
        Assert.Equal([2, 3, 1], result.Numbers());
        Assert.Equal([1, 2, 3], result.Candidates.Select(candidate => candidate.Rank));
        Assert.Equal(3, result.Evaluated);
        Assert.Empty(result.Refused);
        Assert.Empty(result.Shortfalls);
        Assert.Null(result.Joint);
        Assert.Equal(Weights.Published.Version, result.WeightsVersion);
    }

    [Fact]
    public void Equal_scores_go_to_fewer_open_offers_and_then_to_the_lower_id()
    {
        // One assignment and one offer weigh the same: only their kind differs.
        var loads = new Dictionary<Guid, TeamLoad>
        {
            [Given.Id(1)] = new(0, 1, 0, 0, null),
            [Given.Id(2)] = new(1, 0, 0, 0, null),
            [Given.Id(3)] = new(0, 1, 0, 0, null),
            [Given.Id(4)] = new(1, 0, 0, 0, null),
        };
        var result = Given.ANeed().Match(id => loads[id], Given.ATeam(4), Given.ATeam(3), Given.ATeam(2), Given.ATeam(1));
        Assert.Single(result.Candidates.Select(candidate => candidate.Score.Points).Distinct());
        Assert.Equal([2, 4, 1, 3], result.Numbers());
    }

    [Fact]
    public void A_team_asked_for_by_name_ranks_first_and_is_shown_as_such()
    {
        var need = Given.ANeed() with { PreferredTeamId = Given.Id(1) };
        var result = need.Match(Given.ATeam(1, "agr-citrus:1"), Given.ATeam(2, "agr-citrus:8"));
        Assert.Equal([1, 2], result.Numbers());
        Assert.Equal([true, false], result.Candidates.Select(candidate => candidate.PreferredByName));
        Assert.True(result.Candidates[0].Score.Points < result.Candidates[1].Score.Points);
    }

    [Fact]
    public void A_team_asked_for_by_name_still_has_to_be_eligible()
    {
        var need = Given.ANeed() with { PreferredTeamId = Given.Id(1) };
        var result = need.Match(Given.ATeam(1) with { Suspended = true }, Given.ATeam(2));
        Assert.Equal([2], result.Numbers());
        Assert.Equal([Suspended], result.Refused.Select(group => group.Reason));
    }

    [Theory]
    [InlineData(Given.NeighbourCounty, true)]
    [InlineData(Given.City, true)]
    [InlineData(Given.OtherCityCounty, false)]
    [InlineData(Given.Province, false)]
    public void A_team_asked_for_by_name_is_open_from_the_start_within_the_city(string region, bool open)
    {
        var need = Given.ANeed() with { PreferredTeamId = Given.Id(1) };
        var result = need.Match(Given.ATeam(1) with { RegionCode = region }, Given.ATeam(2));
        Assert.Equal(Tier.County, result.Opened);
        Assert.Equal(open ? [1, 2] : [2], result.Numbers());
    }

    [Fact]
    public void The_lowest_tier_that_can_do_it_goes_first()
    {
        var result = Given.ANeed().Match(Given.ATeam(1, "agr-citrus:1"), Given.ATeam(2, "agr-citrus:8") with { RegionCode = Given.City });
        Assert.Equal(Tier.County, result.Opened);
        Assert.Empty(result.PassedOver);
        Assert.Equal([1], result.Numbers());
        Assert.Equal([TierNotOpen], result.Refused.Select(group => group.Reason));
    }

    [Theory]
    [InlineData(Given.Township, Tier.County)]
    [InlineData(Given.NeighbourCounty, Tier.City)]
    [InlineData(Given.City, Tier.City)]
    [InlineData(Given.OtherCity, Tier.Province)]
    [InlineData(Given.Province, Tier.Province)]
    public void Tiers_in_which_nobody_is_eligible_are_passed_over(string region, Tier opened)
    {
        var result = Given
            .ANeed()
            .Match(Given.ATeam(1) with { RegionCode = region }, Given.ATeam(2, "mec-cut"), Given.ATeam(3) with { Suspended = true });
        Assert.Equal(opened, result.Opened);
        Assert.Equal([1], result.Numbers());
        Assert.Equal(
            Enumerable
                .Range((int)Tier.County, opened - Tier.County)
                .Select(tier => new PassedOver((Tier)tier, PassedOverReason.NobodyEligible)),
            result.PassedOver
        );
    }

    [Fact]
    public void A_tier_without_a_team_that_brings_all_is_passed_over_for_a_higher_one_that_has_one()
    {
        var result = Given
            .ANeed("agr-citrus", "agr-soil")
            .Match(
                Given.ATeam(1, "agr-citrus:8"),
                Given.ATeam(2, "agr-citrus", "agr-soil") with
                {
                    RegionCode = Given.Province,
                    Bases = [new GeoPoint(30.2937, 120.1614)],
                }
            );
        Assert.Equal(Tier.Province, result.Opened);
        Assert.Equal(
            [new PassedOver(Tier.County, PassedOverReason.NobodyBringsAll), new PassedOver(Tier.City, PassedOverReason.NobodyBringsAll)],
            result.PassedOver
        );
        // The county's team is open too, and near: the score decides between them.
        Assert.Equal([1, 2], result.Numbers());
        Assert.Equal([false, true], result.Candidates.Select(candidate => candidate.BringsAll));
        Assert.Null(result.Joint);
    }

    [Theory]
    [InlineData("agr-soil:2", Tier.City)] // at the level wanted
    [InlineData("agr-soil:1", Tier.County)] // below it: not brought
    public void A_further_skill_is_brought_only_at_the_level_wanted(string proven, Tier opened)
    {
        var city = Given.ATeam(2, "agr-citrus", proven) with { RegionCode = Given.City };
        Assert.Equal(opened, Given.ANeed("agr-citrus", "agr-soil:2").Match(Given.ATeam(), city).Opened);
    }

    [Fact]
    public void If_no_tier_brings_all_the_lowest_with_the_main_skill_goes()
    {
        var result = Given
            .ANeed("agr-citrus", "agr-soil", "mec-cut")
            .Match(
                Given.ATeam(1) with
                {
                    RegionCode = Given.City,
                },
                Given.ATeam(2, "agr-citrus", "agr-soil") with
                {
                    RegionCode = Given.Province,
                }
            );
        Assert.Equal(Tier.City, result.Opened);
        Assert.Equal([new PassedOver(Tier.County, PassedOverReason.NobodyEligible)], result.PassedOver);
        Assert.Equal([1], result.Numbers());
    }

    [Fact]
    public void A_team_that_brings_all_but_is_not_eligible_passes_no_tier_over()
    {
        var result = Given
            .ANeed("agr-citrus", "agr-soil")
            .Match(Given.ATeam(1), Given.ATeam(2, "agr-citrus", "agr-soil") with { RegionCode = Given.City, Suspended = true });
        Assert.Equal(Tier.County, result.Opened);
        Assert.Equal([1], result.Numbers());
        // Outside the opened tier its turn has not come, whatever else it fails.
        Assert.Equal([TierNotOpen], result.Refused.Select(group => group.Reason));
    }

    [Fact]
    public void Bringing_all_from_another_province_passes_no_tier_over()
    {
        var need = Given.ANeed("agr-citrus", "agr-soil") with { Form = VisitForm.Remote };
        var result = need.Match(Given.ATeam(1), Given.ATeam(2, "agr-citrus", "agr-soil") with { RegionCode = Given.OtherProvince });
        Assert.Equal(Tier.County, result.Opened);
    }

    [Theory]
    [InlineData(Tier.Grassroots, Tier.County)]
    [InlineData(Tier.County, Tier.County)]
    [InlineData(Tier.City, Tier.City)]
    [InlineData(Tier.Province, Tier.Province)]
    public void Matching_begins_where_the_request_stands(Tier stands, Tier opened)
    {
        var result = (Given.ANeed() with { Tier = stands }).Match(Given.ATeam());
        Assert.Equal(opened, result.Opened);
        Assert.Equal([1], result.Numbers());
        Assert.Empty(result.PassedOver);
    }

    [Fact]
    public void A_request_of_a_city_without_counties_finds_the_teams_of_the_city()
    {
        var need = Given.ANeed() with { RegionCode = Given.CityWithoutCounties, Point = new(22.52, 113.39), Tier = Tier.City };
        var result = need.Match(
            Given.ATeam(1) with
            {
                RegionCode = Given.TownshipWithoutCounty,
            },
            Given.ATeam(2) with
            {
                RegionCode = "440305",
            }
        );
        Assert.Equal(Tier.City, result.Opened);
        Assert.Equal([1], result.Numbers());
    }

    [Theory]
    [InlineData(VisitForm.OnSite, false, false)]
    [InlineData(VisitForm.OnSite, true, true)]
    [InlineData(VisitForm.Lecture, false, true)]
    public void After_the_province_comes_the_country(VisitForm form, bool countryOpened, bool found)
    {
        var need = Given.ANeed() with { Form = form, CountryOpened = countryOpened };
        var result = need.Match(Given.ATeam() with { RegionCode = Given.OtherProvince });
        Assert.Equal(found ? Tier.Country : Tier.Province, result.Opened);
        Assert.Equal(found ? [1] : [], result.Numbers());
    }

    [Fact]
    public void From_afar_the_nearer_team_has_no_advantage()
    {
        var far = Given.ATeam(1, "agr-citrus:6") with { Bases = [new(30.2937, 120.1614)] };
        var near = Given.ATeam(2, "agr-citrus:5");
        Assert.Equal([2, 1], Given.ANeed().Match(far, near).Numbers());
        var remote = Given.ANeed() with { Form = VisitForm.Remote };
        Assert.Equal([1, 2], remote.Match(far, near).Numbers());
        Assert.Null(remote.Match(far, near).Candidates[0].Score.Journey);
    }

    [Fact]
    public void An_emergency_finds_busy_teams_and_ranks_free_ones_before_them()
    {
        var need = Given.ANeed() with { Urgency = Urgency.Emergency };
        var result = need.Match(id => id == Given.Id(1) ? new(3, 0, 0, 0, null) : default, Given.ATeam(1), Given.ATeam(2));
        Assert.Equal([2, 1], result.Numbers());
    }

    [Fact]
    public void Honours_never_count()
    {
        var team = Given.ATeam(1) with { Kind = TeamKind.ExpertIndividual, HostOrganisation = "全国五一劳动奖状获得单位" };
        var result = Given.ANeed().Match(team, Given.ATeam(2));
        Assert.Equal(result.Candidates[0].Score.Points, result.Candidates[1].Score.Points);
    }

    [Fact]
    public void Every_refused_team_is_counted_once_under_its_reason()
    {
        var result = Given
            .ANeed()
            .Match(
                id => id == Given.Id(7) ? new(3, 0, 0, 0, null) : default,
                Given.ATeam(6, "mec-cut"),
                Given.ATeam(7),
                Given.ATeam(2, "mec-cut"),
                Given.ATeam(3) with
                {
                    RegionCode = Given.OtherProvince,
                },
                Given.ATeam(4) with
                {
                    RegionCode = Given.City,
                },
                Given.ATeam(5)
            );
        Assert.Equal(
            [(SkillMissing, 2, []), (OutOfArea, 1, []), (TierNotOpen, 1, []), (AtCapacity, 1, new[] { 7 })],
            result.Refused.Select(group => (group.Reason, group.Count, group.TeamIds.Select(Given.Number).ToArray()))
        );
        Assert.Equal(6, result.Evaluated);
    }

    [Fact]
    public void Without_candidates_every_rule_says_how_many_it_stopped_and_how_many_it_alone()
    {
        var result = Given
            .ANeed("agr-citrus:5")
            .Match(
                id => id == Given.Id(3) ? new(3, 0, 0, 0, null) : default,
                Given.ATeam(1, "mec-cut"),
                Given.ATeam(2, "agr-citrus:4") with
                {
                    Suspended = true,
                },
                Given.ATeam(3),
                Given.ATeam(4) with
                {
                    RegionCode = Given.OtherProvince,
                },
                Given.ATeam(5, "agr-citrus:1") with
                {
                    RegionCode = Given.City,
                }
            );
        Assert.Empty(result.Candidates);
        Assert.Equal(Tier.Province, result.Opened);
        Assert.Equal([PassedOverReason.NobodyEligible, PassedOverReason.NobodyEligible], result.PassedOver.Select(passed => passed.Reason));
        Assert.Equal(
            [
                new Shortfall(SkillMissing, 1, 0),
                new Shortfall(OutOfArea, 1, 1),
                new Shortfall(LevelTooLow, 2, 1),
                new Shortfall(Suspended, 1, 0),
                new Shortfall(AtCapacity, 1, 1),
            ],
            result.Shortfalls
        );
    }

    [Fact]
    public void Teams_that_declined_make_way_for_the_next_tier()
    {
        var need = Given.ANeed() with { EndedWith = new HashSet<Guid> { Given.Id(1) } };
        var result = need.Match(Given.ATeam(1), Given.ATeam(2) with { RegionCode = Given.City });
        Assert.Equal(Tier.City, result.Opened);
        Assert.Equal([2], result.Numbers());
    }

    [Fact]
    public void A_request_without_a_skill_stays_where_it_stands()
    {
        var need = Given.ANeed() with { Skills = [] };
        var result = need.Match(Given.ATeam());
        Assert.Equal(Tier.County, result.Opened);
        Assert.Empty(result.Candidates);
        Assert.Equal([SkillMissing], result.Refused.Select(group => group.Reason));
    }

    [Fact]
    public void Nobody_to_ask_is_an_answer_too()
    {
        var result = Given.ANeed().Match();
        Assert.Empty(result.Candidates);
        Assert.Empty(result.Shortfalls);
        Assert.Equal(0, result.Evaluated);
    }

    [Fact]
    public void The_order_of_the_teams_changes_nothing()
    {
        var random = new Random(7);
        string[] codes = ["agr-citrus", "agr-soil", "agr-plantprot", "mec-cut", "ict-5g"];
        string[] regions = [Given.County, Given.Township, Given.NeighbourCounty, Given.City, Given.OtherCity, Given.Province];
        for (var round = 0; round < 50; round++)
        {
            // Few levels, places and loads, so that many scores are equal.
            Team[] teams =
            [
                .. Enumerable
                    .Range(1, 30)
                    .Select(number =>
                        Given.ATeam(number, [.. codes.Where(_ => random.Next(3) == 0).Select(code => $"{code}:{random.Next(4, 6)}")]) with
                        {
                            RegionCode = regions[random.Next(regions.Length)],
                        }
                    ),
            ];
            var loads = teams.ToDictionary(team => team.Id, _ => new TeamLoad(random.Next(4), random.Next(2), 0, 0, null));
            var need = Given.ANeed(codes);
            var expected = Told(need.Match(id => loads[id], teams));
            for (var shuffle = 0; shuffle < 5; shuffle++)
            {
                random.Shuffle(teams);
                Assert.Equal(expected, Told(need.Match(id => loads[id], teams)));
            }
        }

        static string Told(MatchResult result) =>
            $"{result.Opened} {string.Join(' ', result.PassedOver)} "
            + $"{string.Join(' ', result.Candidates.Select(candidate => $"{Given.Number(candidate.Team.Id)}={candidate.Score.Points}"))} "
            + $"{string.Join(' ', result.Refused.Select(group => $"{group.Reason}:{string.Join(',', group.TeamIds.Select(Given.Number))}"))} "
            + $"{string.Join(' ', result.Shortfalls)} {result.Joint?.Lead.Team.Id} {result.Joint?.TotalPoints} "
            + string.Join(' ', result.Joint?.Supports.Select(support => Given.Number(support.Team.Id)) ?? []);
    }
}

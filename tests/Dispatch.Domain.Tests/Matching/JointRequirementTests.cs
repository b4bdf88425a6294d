using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class JointRequirementTests
{
    [Fact]
    public void Two_of_one_trade_and_one_of_another_are_three_places()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(2, "agr-citrus"), All(1, "mec-cut")] };
        var joint = need.Match(Given.ATeam(1, "agr-citrus:4"), Given.ATeam(2, "agr-citrus:8"), Given.ATeam(3, "mec-cut")).Joint!;
        Assert.Equal(2, Given.Number(joint.Lead.Team.Id));
        Assert.Equal([("1", "agr-citrus"), ("3", "mec-cut")], Told(joint));
        Assert.Empty(joint.Missing);
        Assert.Empty(joint.Empty);
        Assert.True(joint.Exact);
    }

    [Fact]
    public void One_team_takes_places_in_several_groups_and_never_two_in_one()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(2, "agr-citrus"), All(1, "mec-cut")] };
        var joint = need.Match(Given.ATeam(1, "agr-citrus:8", "mec-cut:8"), Given.ATeam(2, "agr-citrus:1")).Joint!;
        Assert.Equal(1, Given.Number(joint.Lead.Team.Id));
        Assert.Equal(["agr-citrus", "mec-cut"], joint.LeadBrings.Select(skill => skill.Code));
        Assert.Equal([("2", "agr-citrus")], Told(joint));
    }

    [Fact]
    public void Places_nobody_can_take_are_counted()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(4, "agr-citrus"), All(1, "mec-cut")] };
        var joint = need.Match(Given.ATeam(1), Given.ATeam(2)).Joint!;
        Assert.Equal([(3 - 1, "agr-citrus"), (1, "mec-cut")], joint.Empty.Select(empty => (empty.Teams, empty.Group.Skills[0].Code)));
        Assert.Equal(["agr-citrus", "mec-cut"], joint.Missing.Select(skill => skill.Code));
    }

    [Fact]
    public void Of_a_group_where_any_will_do_one_skill_is_enough_and_of_the_others_all_are_needed()
    {
        var any = Given.ANeed("agr-citrus", "mec-cut", "ict-5g") with
        {
            Requirements = [All(1, "agr-citrus"), Any(1, "mec-cut", "ict-5g")],
        };
        Assert.Equal([("2", "ict-5g")], Told(any.Match(Given.ATeam(1), Given.ATeam(2, "ict-5g")).Joint!));
        var all = any with { Requirements = [All(1, "agr-citrus"), All(1, "mec-cut", "ict-5g")] };
        Assert.Null(all.Match(Given.ATeam(1), Given.ATeam(2, "ict-5g"), Given.ATeam(3, "mec-cut")).Joint);
        Assert.Equal(
            [("4", "ict-5g mec-cut")],
            Told(all.Match(Given.ATeam(1), Given.ATeam(2, "ict-5g"), Given.ATeam(4, "mec-cut", "ict-5g")).Joint!)
        );
    }

    [Fact]
    public void One_team_that_fills_every_group_alone_needs_no_others_and_one_that_cannot_be_two_does()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut", "ict-5g") with
        {
            Requirements = [All(1, "agr-citrus"), Any(1, "mec-cut", "ict-5g")],
        };
        Team[] teams = [Given.ATeam(1, "agr-citrus", "ict-5g"), Given.ATeam(2, "mec-cut")];
        Assert.Null(need.Match(teams).Joint);
        Assert.True(need.Match(teams).Candidates[0].BringsAll);
        var two = need with { Requirements = [All(2, "agr-citrus")] };
        Assert.False(two.Match(teams).Candidates[0].BringsAll);
    }

    [Fact]
    public void A_tier_is_not_passed_over_for_a_team_that_would_have_to_be_two()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(2, "agr-citrus"), All(1, "mec-cut")] };
        var match = need.Match(
            Given.ATeam(1),
            Given.ATeam(2),
            Given.ATeam(3, "mec-cut"),
            Given.ATeam(4, "agr-citrus:8", "mec-cut:8") with
            {
                RegionCode = Given.City,
            }
        );
        Assert.Equal(Tier.County, match.Opened);
        Assert.Equal(2, match.Joint!.Supports.Count);
    }

    [Fact]
    public void Parts_that_are_kept_take_their_places_and_their_teams_are_not_asked_twice()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(2, "agr-citrus"), All(1, "mec-cut")] };
        Team[] teams = [Given.ATeam(1, "agr-citrus:8"), Given.ATeam(2), Given.ATeam(3, "mec-cut")];
        var plan = Joint.Plan(need.Asked(), Idle(teams), Tier.County, [new KeptPart(Given.Id(1), ["agr-citrus"])])!;
        Assert.Equal(2, Given.Number(plan.Lead.Team.Id));
        Assert.Equal([("3", "mec-cut")], Told(plan));
        Assert.Empty(plan.Empty);
    }

    [Fact]
    public void The_next_team_for_a_part_is_the_best_that_brings_all_of_it_and_has_no_part_yet()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut", "ict-5g");
        Team[] teams =
        [
            Given.ATeam(1, "mec-cut:8"),
            Given.ATeam(2, "mec-cut:2", "ict-5g:2"),
            Given.ATeam(3, "mec-cut:4", "ict-5g:4"),
            Given.ATeam(4, "mec-cut:8", "ict-5g:8"),
        ];
        Assert.Equal(3, Next(["mec-cut", "ict-5g"], barred: 4));
        Assert.Equal(2, Next(["mec-cut", "ict-5g"], 3, 4));
        Assert.Null(Next(["mec-cut", "ict-5g"], 2, 3, 4));

        int? Next(string[] skills, params int[] barred) =>
            Joint.Next(need.Asked(), Skills(skills), Idle(teams), Tier.County, barred.Select(Given.Id).ToHashSet()) is { } next
                ? Given.Number(next.Team.Id)
                : null;
    }

    [Fact]
    public void The_next_team_for_a_place_where_any_will_do_may_bring_another_of_its_skills()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut", "ict-5g") with
        {
            Requirements = [All(1, "agr-citrus"), Any(1, "mec-cut", "ict-5g")],
        };
        var next = Joint.Next(need.Asked(), Skills(["mec-cut"]), Idle([Given.ATeam(5, "ict-5g")]), Tier.County, new HashSet<Guid>());
        Assert.Equal(["ict-5g"], next!.Brings.Select(skill => skill.Code));
    }

    [Fact]
    public void Among_equals_the_lowest_ids_go()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut") with { Requirements = [All(2, "agr-citrus"), All(2, "mec-cut")] };
        Team[] teams =
        [
            .. Enumerable.Range(1, 4).Select(number => Given.ATeam(9 - number)),
            .. Enumerable.Range(11, 4).Reverse().Select(number => Given.ATeam(number, "mec-cut")),
        ];
        var joint = need.Match(teams).Joint!;
        Assert.Equal([5, 6, 11, 12], [Given.Number(joint.Lead.Team.Id), .. joint.Supports.Select(s => Given.Number(s.Team.Id))]);
    }

    [Fact]
    public void Of_a_thousand_small_worlds_every_plan_is_the_best_there_is()
    {
        var random = new Random(4);
        string[] codes = ["agr-citrus", "agr-soil", "mec-cut", "ict-5g"];
        var (planned, supported, counted) = (0, 0, 0);
        for (var round = 0; round < 1000; round++)
        {
            // Few levels and few codes: many teams are alike, and the order among equals is asked for too.
            Team[] teams =
            [
                .. Enumerable
                    .Range(1, random.Next(3, 9))
                    .OrderBy(_ => random.Next())
                    .Select(number =>
                        Given.ATeam(number, [.. codes.Where(_ => random.Next(5) < 2).Select(code => $"{code}:{random.Next(3, 6)}")])
                    ),
            ];
            var load = teams.ToDictionary(team => team.Id, _ => new TeamLoad(random.Next(0, 4), 0, 0, 0, null));
            var need = Given.ANeed(codes) with { Requirements = Groups(random, codes) };
            var plan = Joint.Plan(need.Asked(), [.. teams.Select(team => new Standed(team, load[team.Id]))], Tier.County, []);
            var expected = BestByTrial(need.Asked(), teams, id => load[id]);
            Assert.Equal(expected, plan is null ? null : Shown(plan));
            planned += plan is null ? 0 : 1;
            supported += plan is { Supports.Count: > 1 } ? 1 : 0;
            counted += plan is { Supports.Count: > 0 } && need.Requirements.Any(group => group.Teams > 1) ? 1 : 0;
        }

        Assert.True(planned > 600 && supported > 150 && counted > 300, $"{planned} plans, {supported} of three, {counted} with counts");
    }

    [Fact]
    public void Too_many_places_are_filled_too_and_the_answer_says_that_it_is_not_exact()
    {
        string[] codes = [.. Enumerable.Range(0, 12).Select(number => $"skill-{number}")];
        Team[] teams = [.. codes.Select((code, at) => Given.ATeam(at + 1, code)), Given.ATeam(20, codes[0], codes[1], codes[2])];
        var plan = Joint.Plan(Given.ANeed(codes).Asked(), Idle(teams), Tier.County, [])!;
        Assert.False(plan.Exact);
        Assert.Empty(plan.Missing);
        Assert.Equal(20, Given.Number(plan.Lead.Team.Id));
        Assert.Equal(9, plan.Supports.Count);
        Assert.Equal(12, plan.Supports.Sum(support => support.Brings.Count) + plan.LeadBrings.Count);
    }

    private static IEnumerable<(string Team, string Brings)> Told(JointProposal joint) =>
        joint.Supports.Select(support =>
            (Given.Number(support.Team.Id).ToString(), string.Join(' ', support.Brings.Select(skill => skill.Code).Order()))
        );

    private static Standed[] Idle(IEnumerable<Team> teams) => [.. teams.Select(team => new Standed(team, default))];

    private static Requirement All(int teams, params string[] codes) => new(RequirementMode.All, Skills(codes), teams);

    private static Requirement Any(int teams, params string[] codes) => new(RequirementMode.Any, Skills(codes), teams);

    private static WantedSkill[] Skills(IEnumerable<string> codes) => [.. codes.Select(code => new WantedSkill(code, 1))];

    /// <summary>One to four groups of one to three skills, six places at most; none in every fifth world.</summary>
    private static List<Requirement> Groups(Random random, string[] codes)
    {
        List<Requirement> groups = [];
        var places = random.Next(5) == 0 ? 0 : random.Next(2, 7);
        while (places > 0)
        {
            var teams = random.Next(1, Math.Min(places, 3) + 1);
            var chosen = codes.OrderBy(_ => random.Next()).Take(random.Next(4) == 0 ? random.Next(2, 4) : 1).ToArray();
            groups.Add(random.Next(3) == 0 ? Any(teams, chosen) : All(teams, chosen));
            places -= teams;
        }

        return groups;
    }

    private static string Shown(JointProposal plan) =>
        Shown(
            plan.Empty.Sum(empty => empty.Teams),
            plan.TotalPoints,
            Given.Number(plan.Lead.Team.Id),
            plan.Supports.Select(support => Given.Number(support.Team.Id))
        );

    private static string Shown(int empty, int points, int lead, IEnumerable<int> supports) =>
        $"empty {empty}, points {points}, lead {lead}, supports {string.Join(' ', supports.Order())}";

    /// <summary>Every lead with every set of the others.</summary>
    private static string? BestByTrial(Situation asked, Team[] teams, Func<Guid, TeamLoad> load)
    {
        IReadOnlyList<Requirement> groups =
            asked.Need.Requirements.Count > 0
                ? asked.Need.Requirements
                : [.. asked.Skills.Select(skill => new Requirement(RequirementMode.All, [skill], 1))];
        var (asSupport, asLead) = (
            teams.ToDictionary(team => team.Id, team => AsSupport(asked, groups, team, load(team.Id))?.Points),
            teams.ToDictionary(team => team.Id, team => AsLead(asked, groups, team, load(team.Id))?.Points)
        );
        var takes = teams.ToDictionary(team => team.Id, team => groups.Select(group => Takes(asked, group, team, load(team.Id))).ToArray());
        string? best = null;
        (int, int, int, int, int, string) least = default;
        foreach (var lead in teams.Where(team => asLead[team.Id] is not null))
        {
            for (var chosen = 0; chosen < 1 << teams.Length; chosen++)
            {
                var supports = teams.Where((team, at) => (chosen & (1 << at)) != 0).ToList();
                if (supports.Contains(lead) || !supports.TrueForAll(team => asSupport[team.Id] is not null))
                {
                    continue;
                }

                var empty = groups
                    .Select((group, at) => group.Teams - supports.Append(lead).Count(team => takes[team.Id][at]))
                    .Sum(e => Math.Max(0, e));
                var points = asLead[lead.Id]!.Value + supports.Sum(team => asSupport[team.Id]!.Value);
                var ids = supports.Select(team => Given.Number(team.Id)).Order().ToList();
                var key = (empty, ids.Count, -points, -asLead[lead.Id]!.Value, Given.Number(lead.Id), string.Concat(ids));
                if (best is null || key.CompareTo(least) < 0)
                {
                    (best, least) = (Shown(empty, points, Given.Number(lead.Id), ids), key);
                }
            }
        }

        return best;
    }

    private static bool Takes(Situation asked, Requirement group, Team team, TeamLoad load) =>
        group.IsFilledBy(skill => Eligibility.Check(asked.For([skill]), team, load, Tier.County) is null);

    private static Score? AsLead(Situation asked, IReadOnlyList<Requirement> groups, Team team, TeamLoad load)
    {
        var others = groups
            .Where(group => Takes(asked, group, team, load))
            .SelectMany(group => group.Skills)
            .Where(skill => skill.Code != asked.Main!.Code && Eligibility.Check(asked.For([skill]), team, load, Tier.County) is null)
            .Distinct();
        return Eligibility.Check(asked, team, load, Tier.County) is null ? Score.Of(asked.For([asked.Main!, .. others]), team, load) : null;
    }

    /// <summary>Scored for all it could bring to the groups that need more than the lead.</summary>
    private static Score? AsSupport(Situation asked, IReadOnlyList<Requirement> groups, Team team, TeamLoad load)
    {
        var brought = groups
            .Where(group =>
                Takes(asked, group, team, load) && (group.Teams > 1 || !group.IsFilledBy(skill => skill.Code == asked.Main!.Code))
            )
            .SelectMany(group => group.Skills)
            .Where(skill => Eligibility.Check(asked.For([skill]), team, load, Tier.County) is null)
            .ToHashSet();
        var inOrder = groups.SelectMany(group => group.Skills).Distinct().Where(brought.Contains).ToList();
        return inOrder.Count == 0 ? null : Score.Of(asked.For(inOrder), team, load);
    }
}

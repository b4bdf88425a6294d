using System.Numerics;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class JointTests
{
    [Fact]
    public void A_lead_and_a_support_together_bring_what_none_brings_alone()
    {
        var joint = Given.ANeed("agr-citrus", "mec-cut").Match(Given.ATeam(1), Given.ATeam(2, "mec-cut")).Joint;
        Assert.Equal(1, Given.Number(joint!.Lead.Team.Id));
        var support = Assert.Single(joint.Supports);
        Assert.Equal(2, Given.Number(support.Team.Id));
        Assert.Equal(["mec-cut"], support.Brings.Select(skill => skill.Code));
        Assert.Empty(joint.Missing);
        Assert.Equal(joint.Lead.Score.Points + support.Score.Points, joint.TotalPoints);
        // Scored for the one skill it is asked for, at level 5 of 8 as the lead is in its own.
        Assert.Equal(0.5 + (0.5 * 4 / 7), support.Score.Parts[(int)PartName.Skill].Value, 12);
    }

    [Fact]
    public void Nothing_is_proposed_when_one_team_brings_all_even_behind_one_asked_for_by_name()
    {
        var result = (Given.ANeed("agr-citrus", "mec-cut") with { PreferredTeamId = Given.Id(1) }).Match(
            Given.ATeam(1),
            Given.ATeam(2, "mec-cut"),
            Given.ATeam(3, "agr-citrus:1", "mec-cut:1")
        );
        Assert.Equal([1, 3], result.Numbers());
        Assert.Null(result.Joint);
    }

    [Fact]
    public void Nothing_is_proposed_when_nobody_can_help_or_nobody_can_lead()
    {
        Assert.Null(Given.ANeed("agr-citrus", "mec-cut").Match(Given.ATeam(1), Given.ATeam(2, "ict-5g")).Joint);
        Assert.Null(Given.ANeed("agr-citrus", "mec-cut").Match(Given.ATeam(2, "mec-cut")).Joint);
    }

    [Fact]
    public void Fewer_teams_go_before_a_better_total()
    {
        var joint = Given
            .ANeed("agr-citrus", "mec-cut", "ict-5g", "agr-soil")
            .Match(
                Given.ATeam(1, "agr-citrus:8"),
                Given.ATeam(2, "mec-cut:8"),
                Given.ATeam(3, "ict-5g:8", "agr-soil:8"),
                Given.ATeam(4, "agr-citrus:1", "ict-5g:1"),
                Given.ATeam(5, "mec-cut:1", "agr-soil:1")
            )
            .Joint;
        Assert.Equal(4, Given.Number(joint!.Lead.Team.Id));
        Assert.Equal([5], joint.Supports.Select(support => Given.Number(support.Team.Id)));
    }

    [Fact]
    public void Among_as_few_teams_the_better_total_goes()
    {
        var joint = Given
            .ANeed("agr-citrus", "mec-cut")
            .Match(Given.ATeam(1, "agr-citrus:4"), Given.ATeam(2, "agr-citrus:6"), Given.ATeam(3, "mec-cut:4"), Given.ATeam(4, "mec-cut:6"))
            .Joint;
        Assert.Equal((2, 4), (Given.Number(joint!.Lead.Team.Id), Given.Number(joint.Supports[0].Team.Id)));
    }

    [Fact]
    public void A_skill_that_nobody_brings_is_named()
    {
        var joint = Given.ANeed("agr-citrus", "ict-5g", "mec-cut").Match(Given.ATeam(1), Given.ATeam(2, "mec-cut")).Joint;
        Assert.Equal(["ict-5g"], joint!.Missing.Select(skill => skill.Code));
        Assert.Equal(["mec-cut"], joint.Supports.SelectMany(support => support.Brings).Select(skill => skill.Code));
    }

    [Fact]
    public void A_team_asked_for_by_name_leads()
    {
        var need = Given.ANeed("agr-citrus", "mec-cut", "ict-5g") with { PreferredTeamId = Given.Id(1) };
        var joint = need.Match(
            Given.ATeam(1, "agr-citrus:1"),
            Given.ATeam(2, "agr-citrus:8", "mec-cut:8"),
            Given.ATeam(3, "ict-5g"),
            Given.ATeam(4, "mec-cut")
        ).Joint;
        Assert.Equal(1, Given.Number(joint!.Lead.Team.Id));
        Assert.Equal([2, 3], joint.Supports.Select(support => Given.Number(support.Team.Id)));
    }

    [Fact]
    public void A_support_must_be_eligible_for_the_skill_it_brings_in_the_opened_tier()
    {
        Team[] refused =
        [
            Given.ATeam(2, "mec-weld"), // no licence
            Given.ATeam(3, "agr-soil:2"), // below the level
            Given.ATeam(4, "agr-soil") with
            {
                Suspended = true,
            },
            Given.ATeam(5, "agr-soil") with
            {
                RegionCode = Given.City, // its tier is not open
            },
        ];
        var need = Given.ANeed("agr-citrus", "agr-soil:3", "mec-weld");
        Assert.Null(need.Match([Given.ATeam(1), .. refused]).Joint);
        Assert.Equal(
            [6],
            need.Match([Given.ATeam(1), .. refused, Given.ATeam(6, "agr-soil:3")])
                .Joint!.Supports.Select(support => Given.Number(support.Team.Id))
        );
    }

    [Fact]
    public void The_proposal_is_the_best_of_all_that_could_be_made()
    {
        var random = new Random(11);
        string[] codes = ["agr-citrus", "agr-soil", "agr-plantprot", "mec-cut", "ict-5g"];
        var proposed = 0;
        for (var round = 0; round < 300; round++)
        {
            Team[] teams =
            [
                .. Enumerable
                    .Range(1, 8)
                    .Select(number =>
                        Given.ATeam(number, [.. codes.Where(_ => random.Next(3) == 0).Select(code => $"{code}:{random.Next(1, 9)}")])
                    ),
            ];
            var need = Given.ANeed(codes);
            var result = need.Match(teams);
            if (result.Joint is not { } joint)
            {
                continue;
            }

            proposed++;
            var brought = codes.Length - joint.Missing.Count;
            Assert.Equal(BestByTrial(need, codes, teams, result.Candidates), (brought, -joint.Supports.Count, joint.TotalPoints));
            var told = joint.Supports.SelectMany(support => support.Brings).Concat(joint.Missing).Select(skill => skill.Code).ToList();
            Assert.Equal(told.Count, told.Distinct().Count());
            Assert.Equal(codes.Except(joint.Lead.Team.Skills.Keys).Order(), told.Order());
        }

        Assert.True(proposed > 100, $"only {proposed} rounds had anything to propose");
    }

    private static (int Brought, int FewerSupports, int Points) BestByTrial(
        Need need,
        string[] codes,
        Team[] teams,
        IReadOnlyList<Candidate> leads
    )
    {
        var points = teams.ToDictionary(
            team => team.Id,
            team =>
            {
                string[] brings = [.. codes.Skip(1).Where(team.Skills.ContainsKey)];
                return brings.Length == 0 ? 0 : Score.Of(Given.ANeed(brings).Asked(), team, default).Points;
            }
        );
        var best = (0, int.MinValue, 0);
        foreach (var lead in leads)
        {
            string[] own = [.. codes.Where(lead.Team.Skills.ContainsKey)];
            var asLead = Score.Of(Given.ANeed(own).Asked(), lead.Team, default).Points;
            for (var chosen = 0; chosen < 1 << teams.Length; chosen++)
            {
                var supports = teams.Where((team, at) => (chosen & (1 << at)) != 0).ToList();
                if (supports.Exists(team => team.Id == lead.Team.Id))
                {
                    continue;
                }

                var brought = codes.Count(code =>
                    lead.Team.Skills.ContainsKey(code) || supports.Exists(team => team.Skills.ContainsKey(code))
                );
                var plan = (brought, -BitOperations.PopCount((uint)chosen), asLead + supports.Sum(team => points[team.Id]));
                best = plan.CompareTo(best) > 0 ? plan : best;
            }
        }

        return best;
    }
}

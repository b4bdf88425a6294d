using System.Numerics;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>Finds the teams that together bring what none brings alone: the most places filled, then the fewest teams, then the highest total,
/// then the higher lead, then the lowest ids, the lead's before the supports'.</summary>
/// <remarks>The search keeps, for every way of having filled some of the places, the best set of supports that fills them, and tries each
/// lead against all of these. Of teams that can take the same places only the best can be in the best plan, as many as there are places
/// and one more (the one that leads). So it is exact as long as the ways of filling places can be counted out, always up to six
/// places; beyond <see cref="MostStates"/> whoever fills most places is taken first, and the answer says that it is not exact.</remarks>
public static class Joint
{
    /// <summary>The search is exact up to this many ways of having filled places: ten skills wanted once each.</summary>
    public const int MostStates = 1024;

    /// <summary>Several teams together; none when one is enough, nobody can lead or no other team of the opened tier can help. A team asked for
    /// by name leads.</summary>
    /// <param name="teams">Teams of the opened tier with at least one of the skills; others do no harm.</param>
    public static JointProposal? Propose(Situation asked, IReadOnlyCollection<Standed> teams, Tier opened) =>
        Plan(asked, teams, opened, []) is { Supports.Count: > 0 } plan ? plan : null;

    /// <summary>The same beside a ranking: none when one of the candidates is enough, or nobody is one.</summary>
    public static JointProposal? Propose(
        Situation asked,
        IReadOnlyList<Candidate> candidates,
        IReadOnlyCollection<Team> teams,
        Func<Guid, TeamLoad> load,
        Tier opened
    ) =>
        candidates.Count == 0 || candidates.Any(candidate => candidate.BringsAll)
            ? null
            : Propose(asked, [.. teams.Select(team => new Standed(team, load(team.Id)))], opened);

    /// <summary>The best plan beside the parts that are kept; none when nobody can lead.</summary>
    public static JointProposal? Plan(Situation asked, IReadOnlyCollection<Standed> teams, Tier opened, IReadOnlyList<KeptPart> kept)
    {
        if (asked.Main is null)
        {
            return null;
        }

        var places = new Places(asked, kept);
        var able = JointSearch.Able(asked, places, teams.Where(team => kept.All(part => part.TeamId != team.Team.Id)), opened);
        var leads = able.Where(team => team.AsLead is not null).ToList();
        if (leads.Count == 0)
        {
            return null;
        }

        var exact = places.States <= MostStates;
        var trying = leads.Find(lead => lead.Team.Id == asked.Need.PreferredTeamId) is { } preferred ? [preferred] : leads;
        var supports = JointSearch.BestOfEachKind(able, places);
        var best = exact ? JointSearch.Searched(trying, supports, places) : JointSearch.Gathered(trying, supports, places);
        return Proposal(asked, best, leads, places, exact);
    }

    /// <summary>The best team for a part whose team is gone: eligible for each of its skills, or for another of a group where any will do.
    /// None: nobody is left.</summary>
    /// <param name="barred">Teams that have a part already.</param>
    public static JointSupport? Next(
        Situation asked,
        IReadOnlyList<WantedSkill> skills,
        IEnumerable<Standed> teams,
        Tier opened,
        IReadOnlySet<Guid> barred
    )
    {
        var choices = skills.Select(skill => Alternatives(asked, skill)).ToList();
        JointSupport? best = null;
        foreach (var (team, load) in teams.Where(team => !barred.Contains(team.Team.Id)))
        {
            var brings = choices.ConvertAll(choice => choice.FirstOrDefault(skill => Against(asked, [skill], team, load, opened) is null));
            if (brings.Contains(null))
            {
                continue;
            }

            var brought = brings.OfType<WantedSkill>().Distinct().ToList();
            var next = new JointSupport(team, Score.Of(asked.For(brought), team, load), load, brought);
            if (best is null || next.Score.Points > best.Score.Points || (next.Score.Points == best.Score.Points && team.Id < best.Team.Id))
            {
                best = next;
            }
        }

        return best;
    }

    /// <summary>The first rule the team fails for one of these skills; none: it may be asked for all of them.</summary>
    public static Ineligibility? Against(Situation asked, IEnumerable<WantedSkill> skills, Team team, in TeamLoad load, Tier opened)
    {
        foreach (var skill in skills)
        {
            if (Eligibility.Check(asked.For([skill]), team, load, opened) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>The places that a lead who brings the main skill alone and the parts that are kept leave open.</summary>
    public static IReadOnlyList<EmptyPlaces> Open(Situation asked, IReadOnlyList<KeptPart> kept)
    {
        var places = new Places(asked, kept);
        var left = new PlacesLeft(places);
        left.Take(places.OfEveryLead);
        return left.Empty();
    }

    private static IReadOnlyList<WantedSkill> Alternatives(Situation asked, WantedSkill skill)
    {
        var groups = asked.Need.Requirements.Where(group => group.Skills.Any(other => other.Code == skill.Code)).ToList();
        return groups.Count > 0 && groups.TrueForAll(group => group.Mode == RequirementMode.Any)
            ? [skill, .. groups[0].Skills.Where(other => other.Code != skill.Code)]
            : [skill];
    }

    private static JointProposal Proposal(Situation asked, JointPlan plan, List<AbleTeam> leads, Places places, bool exact)
    {
        var left = new PlacesLeft(places);
        var leadBrings = places.In(places.BroughtTo(left.Take(plan.Lead.Groups), plan.Lead.Skills));
        List<JointSupport> supports = [];
        foreach (
            var support in plan
                .Supports.Teams.OrderBy(support => BitOperations.TrailingZeroCount(support.SupportGroups))
                .ThenBy(support => support.Team.Id)
        )
        {
            var brings = places.In(places.BroughtTo(left.Take(support.SupportGroups), support.Skills));
            supports.Add(new JointSupport(support.Team, support.AsSupport!, support.Load, brings));
        }

        var empty = left.Empty();
        return new JointProposal(
            CandidateOf(asked, plan.Lead, leads),
            supports,
            [.. empty.SelectMany(group => group.Group.Skills).Distinct()],
            plan.Points
        )
        {
            // A lead has the main skill, whether or not it fills a place with it.
            LeadBrings = [asked.Main!, .. leadBrings.Where(skill => skill.Code != asked.Main!.Code)],
            Empty = empty,
            Exact = exact,
        };
    }

    private static Candidate CandidateOf(Situation asked, AbleTeam lead, List<AbleTeam> leads)
    {
        var preferred = asked.Need.PreferredTeamId;
        var place = PlaceOf(lead);
        return new Candidate(
            leads.Count(other => PlaceOf(other).CompareTo(place) < 0) + 1,
            lead.Team,
            lead.AsLead!,
            lead.Load,
            asked.BringsAll(lead.Team),
            lead.Team.Id == preferred
        )
        {
            Facts = TeamFacts.Of(asked, lead.Team, lead.Load),
        };

        (int, int, int, Guid) PlaceOf(AbleTeam team) =>
            (team.Team.Id == preferred ? 0 : 1, -team.Ranked!.Points, team.Load.Pending, team.Team.Id);
    }
}

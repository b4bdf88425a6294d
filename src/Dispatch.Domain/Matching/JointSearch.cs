using System.Numerics;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>What a team can do in a joint plan.</summary>
/// <param name="Groups">Groups in which it can take a place, as a mask.</param>
/// <param name="SupportGroups">Those of them that need a support whoever leads.</param>
/// <param name="Skills">What it brings, as a mask.</param>
/// <param name="Ranked">Its score in the ranking of leads; none when it cannot lead.</param>
/// <param name="AsLead">The same for the main skill and what else it could bring: nobody is held to lack what others are there for.</param>
/// <param name="AsSupport">Its score for all it could bring as a support; none when it has nothing to bring.</param>
internal sealed record AbleTeam(
    Team Team,
    TeamLoad Load,
    int Groups,
    int SupportGroups,
    ulong Skills,
    Score? Ranked,
    Score? AsLead,
    Score? AsSupport
);

/// <summary>The search behind <see cref="Joint"/>.</summary>
internal static class JointSearch
{
    // Where not everything can be tried, so many leads are, those first that fill most places.
    private const int MostLeadsTried = 32;

    /// <summary>What each team can do in the plan: lead it, take places, or both.</summary>
    public static List<AbleTeam> Able(Situation asked, Places places, IEnumerable<Standed> teams, Tier opened)
    {
        var alone = places.Skills.Select(skill => asked.For([skill])).ToArray();
        var situations = new Dictionary<(bool, ulong), Situation>();
        List<AbleTeam> able = [];
        foreach (var (team, teamLoad) in teams)
        {
            var skills = 0UL;
            for (var bit = 0; bit < alone.Length; bit++)
            {
                skills |= Eligibility.Check(alone[bit], team, teamLoad, opened) is null ? 1UL << bit : 0;
            }

            var groups = places.GroupsOf(skills);
            var asSupport = groups & places.ForSupports;
            var leads = Eligibility.Check(asked, team, teamLoad, opened) is null;
            if (!leads && asSupport == 0)
            {
                continue;
            }

            able.Add(
                new AbleTeam(
                    team,
                    teamLoad,
                    groups,
                    asSupport,
                    skills,
                    leads ? Score.Of(asked, team, teamLoad) : null,
                    leads ? Score.Of(For(groups & places.Open, skills, asked.Main), team, teamLoad) : null,
                    asSupport == 0 ? null : Score.Of(For(asSupport, skills, null), team, teamLoad)
                )
            );
        }

        return able;

        // Few sets of skills, many teams: each set is read against the rules once.
        Situation For(int groups, ulong skills, WantedSkill? main)
        {
            var brought = places.BroughtTo(groups, skills);
            if (!situations.TryGetValue((main is not null, brought), out var situation))
            {
                IEnumerable<WantedSkill> first = main is null ? [] : [main];
                var others = places.In(brought).Where(skill => skill.Code != main?.Code);
                situations[(main is not null, brought)] = situation = asked.For([.. first, .. others]);
            }

            return situation;
        }
    }

    /// <summary>Of the teams that can take the same places, those that can be in the best plan.</summary>
    public static List<AbleTeam> BestOfEachKind(List<AbleTeam> able, Places places) =>
        [
            .. able.Where(team => team.AsSupport is not null)
                .GroupBy(team => team.SupportGroups)
                .OrderBy(kind => kind.Key)
                .SelectMany(kind =>
                    kind.OrderByDescending(team => team.AsSupport!.Points).ThenBy(team => team.Team.Id).Take(places.MostOfOne + 1)
                ),
        ];

    public static JointPlan Searched(List<AbleTeam> leads, List<AbleTeam> supports, Places places)
    {
        var all = Covers(supports, places, without: null);
        JointPlan? best = null;
        foreach (var kind in leads.GroupBy(lead => lead.Groups))
        {
            var filled = places.Add(0, kind.Key);
            foreach (var lead in kind.OrderByDescending(lead => lead.AsLead!.Points).ThenBy(lead => lead.Team.Id))
            {
                var cover = BestBeside(filled, all, places);
                var isLentTwice = cover.Teams.Contains(lead);
                if (isLentTwice)
                {
                    cover = BestBeside(filled, Covers(supports, places, lead), places);
                }

                var plan = new JointPlan(lead, cover, places.Together(filled, cover.State));
                best = best is null || plan.IsBefore(best) ? plan : best;
                if (!isLentTwice)
                {
                    // No other lead of this kind scores higher, and the supports are the best there are.
                    break;
                }
            }
        }

        return best!;
    }

    /// <summary>For every way of having filled places the best set of supports that fills them.</summary>
    private static Cover?[] Covers(List<AbleTeam> supports, Places places, AbleTeam? without)
    {
        var covers = new Cover?[places.States];
        covers[0] = Cover.None;
        foreach (var kind in supports.GroupBy(support => support.SupportGroups))
        {
            var next = Enumerable.Range(0, covers.Length).Select(state => places.Add(state, kind.Key)).ToArray();
            foreach (var support in kind.Where(support => support != without))
            {
                // From the fullest down, so that no team is in a set twice.
                for (var state = covers.Length - 1; state >= 0; state--)
                {
                    if (next[state] != state && covers[state] is { } cover && cover.WouldBeBefore(covers[next[state]], support))
                    {
                        covers[next[state]] = cover.With(support, next[state]);
                    }
                }
            }
        }

        return covers;
    }

    private static Cover BestBeside(int filled, Cover?[] covers, Places places)
    {
        var (best, most) = (Cover.None, places.Together(filled, 0));
        foreach (var cover in covers)
        {
            if (cover is null)
            {
                continue;
            }

            var together = places.Together(filled, cover.State);
            if (together > most || (together == most && cover.IsBefore(best)))
            {
                (best, most) = (cover, together);
            }
        }

        return best;
    }

    /// <summary>Whoever fills most of what is open, then the higher score, until nobody fills any.</summary>
    public static JointPlan Gathered(List<AbleTeam> leads, List<AbleTeam> supports, Places places)
    {
        var tried = leads
            .GroupBy(lead => lead.Groups)
            .Select(kind => kind.OrderByDescending(lead => lead.AsLead!.Points).ThenBy(lead => lead.Team.Id).First())
            .OrderByDescending(lead => BitOperations.PopCount((uint)lead.Groups))
            .ThenByDescending(lead => lead.AsLead!.Points)
            .ThenBy(lead => lead.Team.Id)
            .Take(MostLeadsTried);
        JointPlan? best = null;
        foreach (var lead in tried)
        {
            var open = new PlacesLeft(places);
            open.Take(lead.Groups);
            var cover = Cover.None;
            while (
                supports
                    .Where(support => support != lead && !cover.Teams.Contains(support) && open.Gain(support.SupportGroups) > 0)
                    .OrderByDescending(support => open.Gain(support.SupportGroups))
                    .ThenByDescending(support => support.AsSupport!.Points)
                    .ThenBy(support => support.Team.Id)
                    .FirstOrDefault()
                    is { } next
            )
            {
                open.Take(next.SupportGroups);
                cover = cover.With(next, 0);
            }

            var plan = new JointPlan(lead, cover, open.Filled);
            best = best is null || plan.IsBefore(best) ? plan : best;
        }

        return best!;
    }
}

using System.Diagnostics;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>A request as a joint plan asks it, and the teams that could have a part, with what they carry.</summary>
/// <param name="TeamsOf">With a tier opened, the teams in scope with at least one of the skills.</param>
internal sealed record JointGround(Situation Asked, Func<Tier, IReadOnlyList<Standed>> TeamsOf, Func<Guid, Standed?> Find);

/// <summary>Puts a stored request before the matcher: its need, and the teams with what they have in hand right now.</summary>
internal sealed class Matching(
    Session db,
    RequestContent content,
    TeamDirectory directory,
    TeamLoadStore loads,
    Catalogue catalogue,
    Persons persons,
    Instruments instruments,
    TimeProvider clock
)
{
    /// <summary>So many candidates are ranked unless somebody wants to see more: whoever dispatches never asks as many.</summary>
    private const int MostRanked = 20;

    /// <param name="from">The tier to begin with; none: where the request stands.</param>
    /// <param name="most">How many candidates are ranked.</param>
    public async Task<MatchResult> Of(RequestRow request, Tier? from = null, int most = MostRanked)
    {
        using var span = Spans.Begin(Spans.Match);
        var begun = Stopwatch.GetTimestamp();
        var need = await NeedOf(request);
        var teams = await Teams();
        var match = Matcher.Match(from is { } tier ? need with { Tier = tier } : need, teams, catalogue.Rules, clock.GetUtcNow(), most);
        instruments.Matched(Stopwatch.GetElapsedTime(begun));
        span?.SetTag(Spans.Eligible, match.Eligible);
        return match;
    }

    /// <summary>The ranking with this one team in it, whatever its rank, and the team's place; none: it is refused.</summary>
    public async Task<(MatchResult Match, Candidate? Candidate)> For(RequestRow request, Guid teamId)
    {
        var match = await Of(request);
        if (Among(match) is { } candidate)
        {
            return (match, candidate);
        }

        return match.Eligible > match.Candidates.Count && (await ReasonsAgainst(request, teamId, match.Opened)).Count == 0
            ? (match, Among(await Of(request, most: int.MaxValue)))
            : (match, null);

        Candidate? Among(MatchResult among) => among.Candidates.FirstOrDefault(candidate => candidate.Team.Id == teamId);
    }

    /// <summary>Why these teams stand where they stand in a match.</summary>
    public async Task<IReadOnlyList<ExplainedTeamView>> Explain(RequestRow request, MatchResult match, IReadOnlyList<Guid> teamIds)
    {
        if (teamIds.Count == 0)
        {
            return [];
        }

        var teams = await Teams();
        var asked = new Situation(match.Need, catalogue.Rules, match.At);
        var everybody = match.Eligible > match.Candidates.Count ? (await Of(request, most: int.MaxValue)).Candidates : match.Candidates;
        List<ExplainedTeamView> explained = [];
        foreach (var teamId in teamIds.Distinct())
        {
            if (teams.Find(teamId) is not var (team, load))
            {
                throw QueryNames.Wrong(
                    "teamIds",
                    "team_unknown",
                    "其中有不存在的队伍，见 GET /v1/teams。",
                    "One of them is no team. See GET /v1/teams."
                );
            }

            var candidate = everybody.FirstOrDefault(candidate => candidate.Team.Id == teamId);
            explained.Add(
                new ExplainedTeamView(
                    teamId,
                    team.Name,
                    candidate?.Rank,
                    [.. Eligibility.CheckAll(asked, team, load, match.Opened).Select(RuleView.Of)],
                    candidate is null ? null : CandidateView.Of(candidate)
                )
            );
        }

        return explained;
    }

    /// <summary>What a joint plan is made of.</summary>
    public async Task<JointGround> GroundOf(RequestRow request)
    {
        var (asked, teams) = (new Situation(await NeedOf(request), catalogue.Rules, clock.GetUtcNow()), await Teams());
        return new JointGround(asked, tier => Matcher.WithAnySkill(asked, teams, tier), teams.Find);
    }

    /// <summary>The ranking for a part of a joint plan, as if its skills were all that is asked for, and this team's place in it.</summary>
    public async Task<(MatchResult Match, Candidate Candidate)> ForPart(
        RequestRow request,
        IReadOnlyList<WantedSkill> skills,
        Tier tier,
        Guid teamId
    )
    {
        var need = await NeedOf(request) with { Skills = skills, Requirements = [], Tier = tier };
        var teams = await Teams();
        foreach (var most in new[] { MostRanked, int.MaxValue })
        {
            var match = Matcher.Match(need, teams, catalogue.Rules, clock.GetUtcNow(), most);
            if (match.Candidates.FirstOrDefault(candidate => candidate.Team.Id == teamId) is { } candidate)
            {
                return (match, candidate);
            }
        }

        throw new InvalidOperationException("A team that was judged eligible for its part is not in the ranking for it.");
    }

    /// <summary>Every rule one team fails with the tiers opened that stand open now.</summary>
    public Task<IReadOnlyList<Ineligibility>> ReasonsAgainst(RequestRow request, Guid teamId) =>
        ReasonsAgainst(request, teamId, Words.To<Tier>(request.Tier));

    /// <summary>Every rule one team fails with the tiers up to this one open.</summary>
    public async Task<IReadOnlyList<Ineligibility>> ReasonsAgainst(RequestRow request, Guid teamId, Tier opened)
    {
        var teams = await Teams();
        if (teams.Find(teamId) is not var (team, load))
        {
            throw Refused.Field(
                "#/teamId",
                "team_unknown",
                "没有这支队伍，见 GET /v1/teams。",
                "There is no such team. See GET /v1/teams."
            );
        }

        var asked = new Situation(await NeedOf(request), catalogue.Rules, clock.GetUtcNow());
        return Eligibility.CheckAll(asked, team, load, opened);
    }

    private async Task<TeamIndex> Teams() => loads.Upon(await directory.Read(db));

    /// <summary>The last tier that opens by itself for this request.</summary>
    public async Task<Tier> Highest(RequestRow request) => new Situation(await NeedOf(request), catalogue.Rules, clock.GetUtcNow()).Highest;

    // One statement for all that belongs to a need: on the way of every match the number of statements is what takes the time.
    private async Task<Need> NeedOf(RequestRow request)
    {
        var rows = await db.List<NeedRow>(
            """
            select 'skill' as kind, position, skill_code, min_level, source, confidence,
              cast(null as uuid) as team_id, cast(null as timestamptz) as starts_at, cast(null as timestamptz) as ends_at
            from request_skill where request_id = @RequestId
            union all
            select 'window', position, null, null, null, null, null, starts_at, ends_at from request_window where request_id = @RequestId
            union all
            select kind, 0, null, null, null, null, team_id, null, null from request_exclusion where request_id = @RequestId
            union all
            select 'ended', 0, null, null, null, null, team_id, null, null from offer
            where request_id = @RequestId and state in ('declined', 'expired')
            union all
            select 'ended', 0, null, null, null, null, team_id, null, null from assignment
            where request_id = @RequestId and ended_as in ('released', 'replaced') and not plan_ended
            union all
            select 'served', 0, null, null, null, null, visit.team_id, null, null
            from visit join help_request on help_request.request_id = visit.request_id
            where visit.state = 'completed' and help_request.requester_key = @RequesterKey
            """,
            new { request.RequestId, request.RequesterKey }
        );
        return new Need
        {
            RequestId = request.RequestId,
            Skills =
            [
                .. Of("skill")
                    .Select(row => new WantedSkill(row.SkillCode, row.MinLevel, Words.To<SkillSource>(row.Source), row.Confidence)),
            ],
            Requirements = request.Joint ? await content.Requirements(request.RequestId) : [],
            RegionCode = request.RegionCode,
            Point = persons.Of(request).Point,
            Tier = Words.To<Tier>(request.Tier),
            Form = Words.To<VisitForm>(request.Form),
            Urgency = Words.To<Urgency>(request.Urgency),
            Wanted = [.. Of("window").Select(row => new TimeWindow(row.StartsAt, row.EndsAt))],
            PreferredTeamId = request.PreferredTeamId,
            ExcludedTeams = Teams("excluded"),
            ConflictTeams = Teams("conflict"),
            EndedWith = Teams("ended"),
            ServedBefore = Teams("served"),
            NeedsElectrician = request.Warning() is { Kind: SafetyKind.ElectricShock },
            CountryOpened = request.Tier == "country",
        };

        IEnumerable<NeedRow> Of(string kind) => rows.Where(row => row.Kind == kind).OrderBy(row => row.Position);

        HashSet<Guid> Teams(string kind) => [.. Of(kind).Select(row => row.TeamId)];
    }

    /// <summary>A skill, a window or a team: what is not of the kind is empty.</summary>
    private sealed record NeedRow
    {
        public string Kind { get; init; } = "";
        public int Position { get; init; }
        public string SkillCode { get; init; } = "";
        public int MinLevel { get; init; }
        public string Source { get; init; } = "";
        public double Confidence { get; init; }
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
        public Guid TeamId { get; init; }
    }
}

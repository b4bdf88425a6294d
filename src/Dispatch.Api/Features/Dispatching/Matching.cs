using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>Puts a stored request before the matcher: its need, the teams of the snapshot, and what they have in hand right now.</summary>
internal sealed class Matching(Session db, RequestContent content, TeamDirectory directory, Catalogue catalogue, TimeProvider clock)
{
    public async Task<MatchResult> Of(RequestRow request, Tier? from = null)
    {
        var need = await NeedOf(request);
        var teams = await directory.Read(db);
        var loads = await Loads();
        return Matcher.Match(
            from is { } tier ? need with { Tier = tier } : need,
            teams.Values,
            id => loads.GetValueOrDefault(id),
            catalogue.Rules,
            clock.GetUtcNow()
        );
    }

    /// <summary>Every rule one team fails with the tiers opened that stand open now.</summary>
    public async Task<IReadOnlyList<Ineligibility>> ReasonsAgainst(RequestRow request, Guid teamId)
    {
        var teams = await directory.Read(db);
        if (!teams.TryGetValue(teamId, out var team))
        {
            throw Refused.Field(
                "#/teamId",
                "team_unknown",
                "没有这支队伍，见 GET /v1/teams。",
                "There is no such team. See GET /v1/teams."
            );
        }

        var loads = await Loads();
        var asked = new Situation(await NeedOf(request), catalogue.Rules, clock.GetUtcNow());
        return Eligibility.CheckAll(asked, team, loads.GetValueOrDefault(teamId), Words.To<Tier>(request.Tier));
    }

    /// <summary>The last tier that opens by itself for this request.</summary>
    public async Task<Tier> Highest(RequestRow request) => new Situation(await NeedOf(request), catalogue.Rules, clock.GetUtcNow()).Highest;

    private async Task<Need> NeedOf(RequestRow request)
    {
        var id = new { request.RequestId };
        var marks = await db.List<TeamMark>("select team_id, kind from request_exclusion where request_id = @RequestId", id);
        var ended = await db.List<TeamMark>(
            """
            select team_id, state as kind from offer where request_id = @RequestId and state in ('declined', 'expired')
            union
            select team_id, ended_as from assignment where request_id = @RequestId and ended_as in ('released', 'replaced')
            """,
            id
        );
        var served = await db.List<TeamMark>(
            """
            select distinct visit.team_id, 'served' as kind
            from visit join help_request on help_request.request_id = visit.request_id
            where visit.state = 'completed' and help_request.requester_key = @RequesterKey
            """,
            new { request.RequesterKey }
        );
        return new Need
        {
            RequestId = request.RequestId,
            Skills = await content.Skills(request.RequestId),
            RegionCode = request.RegionCode,
            Point = new GeoPoint(request.Lat, request.Lng),
            Tier = Words.To<Tier>(request.Tier),
            Form = Words.To<VisitForm>(request.Form),
            Urgency = Words.To<Urgency>(request.Urgency),
            Wanted = await content.Windows(request.RequestId),
            PreferredTeamId = request.PreferredTeamId,
            ExcludedTeams = marks.Where(m => m.Kind == "excluded").Select(m => m.TeamId).ToHashSet(),
            ConflictTeams = marks.Where(m => m.Kind == "conflict").Select(m => m.TeamId).ToHashSet(),
            EndedWith = ended.Select(m => m.TeamId).ToHashSet(),
            ServedBefore = served.Select(m => m.TeamId).ToHashSet(),
            NeedsElectrician = request.Warning() is { Kind: SafetyKind.ElectricShock },
            CountryOpened = request.Tier == "country",
        };
    }

    private async Task<Dictionary<Guid, TeamLoad>> Loads()
    {
        var rows = await db.List<LoadRow>(
            """
            select team_id, sum(active) as active, sum(pending) as pending, sum(confirmed) as confirmed, sum(solved) as confirmed_solved, max(last_service_at) as last_service_at
            from (
                select team_id, 1 as active, 0 as pending, 0 as confirmed, 0 as solved, cast(null as timestamptz) as last_service_at
                from assignment where state = 'active'
                union all
                select team_id, 0, 1, 0, 0, cast(null as timestamptz) from offer where state = 'pending'
                union all
                select assignment.team_id, 0, 0, count(*), count(*) filter (where confirmation.solved), cast(null as timestamptz)
                from confirmation join assignment on assignment.request_id = confirmation.request_id
                where assignment.role = 'lead' and assignment.ended_as = 'completed' group by assignment.team_id
                union all
                select team_id, 0, 0, 0, 0, max(ended_at) from visit where state = 'completed' group by team_id
            ) parts
            group by team_id
            """
        );
        return rows.ToDictionary(
            row => row.TeamId,
            row => new TeamLoad((int)row.Active, (int)row.Pending, (int)row.Confirmed, (int)row.ConfirmedSolved, row.LastServiceAt)
        );
    }

    private sealed record TeamMark
    {
        public Guid TeamId { get; init; }
        public string Kind { get; init; } = "";
    }

    private sealed record LoadRow
    {
        public Guid TeamId { get; init; }
        public long Active { get; init; }
        public long Pending { get; init; }
        public long Confirmed { get; init; }
        public long ConfirmedSolved { get; init; }
        public DateTimeOffset? LastServiceAt { get; init; }
    }
}

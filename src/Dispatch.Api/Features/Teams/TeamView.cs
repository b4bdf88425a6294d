using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Teams;

internal sealed record PointView(double Lat, double Lng, Crs Crs);

internal sealed record TeamSkillView(string Code, string Zh, int Level, DateOnly? LicensedUntil);

internal sealed record MemberView(Guid Id, string Name, bool Leader);

internal sealed record WeeklyHoursView(DayOfWeek Day, string Start, string End);

internal sealed record LeaveView(DateOnly From, DateOnly To);

internal sealed record AvailabilityView(
    IReadOnlyList<WeeklyHoursView> Weekly,
    IReadOnlyList<DateOnly> DaysOff,
    IReadOnlyList<LeaveView> Leaves
);

/// <summary>A team: who it is, what it can do, where and when, and what it has in hand.</summary>
internal sealed record TeamView(
    Guid Id,
    string? Code,
    string Name,
    TeamKind Kind,
    Tier Tier,
    string RegionCode,
    string RegionName,
    Guid? ParentTeamId,
    string? HostOrganisation,
    int Size,
    int Capacity,
    int OpenAssignments,
    bool Suspended,
    IReadOnlyList<PointView> Bases,
    IReadOnlyList<string> Serves,
    int? RadiusKm,
    IReadOnlyList<VisitForm> Forms,
    IReadOnlyList<TeamSkillView> Skills,
    IReadOnlyList<MemberView> Members,
    AvailabilityView Availability,
    long Version
) : IResource
{
    [JsonIgnore]
    public bool WasThere { get; init; }

    public string Place() => $"/v1/teams/{Id}";
}

internal sealed class TeamReader(Session db, MemberNames names, AuditTrail trail, Catalogue catalogue, IHttpContextAccessor http)
{
    public async Task<TeamView> View(TeamRow team)
    {
        var id = new { team.TeamId };
        var bases = await db.List<BaseRow>("select lat, lng from team_base where team_id = @TeamId order by position", id);
        var areas = await db.List<WordRow>("select region_code as word from team_area where team_id = @TeamId order by region_code", id);
        var forms = await db.List<WordRow>("select form as word from team_form where team_id = @TeamId order by form", id);
        var skills = await db.List<SkillRow>(
            "select skill_code, level, licensed_until from team_skill where team_id = @TeamId order by position",
            id
        );
        var members = await db.List<MemberRow>("select member_id, person, leader from member where team_id = @TeamId", id);
        var hours = await db.List<HoursRow>("select day, starts_at, ends_at from team_hours where team_id = @TeamId order by position", id);
        var leaves = await db.List<LeaveRow>("select kind, from_day, to_day from team_leave where team_id = @TeamId order by position", id);
        var open = await db.Value<long>("select count(*) from assignment where team_id = @TeamId and state = 'active'", id);
        var map = MapQuery.Of(http.HttpContext);
        if (members.Count > 0)
        {
            trail.Saw("team", team.TeamId, team.RegionCode, [PersonalDataClass.MemberName]);
        }

        return new TeamView(
            team.TeamId,
            team.Code,
            team.Name,
            Words.To<TeamKind>(team.Kind),
            Words.To<Tier>(team.Tier),
            team.RegionCode,
            catalogue.Regions.Find(team.RegionCode)!.Name,
            team.ParentTeamId,
            team.HostOrganisation,
            team.Size,
            team.Capacity,
            (int)open,
            team.Suspended,
            [.. bases.Select(b => map.Shown(new GeoPoint(b.Lat, b.Lng))).Select(p => new PointView(p.Lat, p.Lng, map.Crs))],
            [.. areas.Select(a => a.Word)],
            team.RadiusKm,
            [.. forms.Select(f => Words.To<VisitForm>(f.Word))],
            [.. skills.Select(s => new TeamSkillView(s.SkillCode, catalogue.Skills[s.SkillCode].Zh, s.Level, s.LicensedUntil))],
            [
                .. members
                    .Select(m => new MemberView(m.MemberId, names.Open(m.MemberId, m.Person), m.Leader))
                    .OrderByDescending(m => m.Leader)
                    .ThenBy(m => m.Name, StringComparer.Ordinal)
                    .ThenBy(m => m.Id),
            ],
            new AvailabilityView(
                [.. hours.Select(h => new WeeklyHoursView((DayOfWeek)h.Day, h.StartsAt, h.EndsAt))],
                [.. leaves.Where(l => l.Kind == "day_off").Select(l => l.FromDay)],
                [.. leaves.Where(l => l.Kind == "leave").Select(l => new LeaveView(l.FromDay, l.ToDay))]
            ),
            team.Version
        );
    }

    private sealed record BaseRow
    {
        public double Lat { get; init; }
        public double Lng { get; init; }
    }

    private sealed record WordRow
    {
        public string Word { get; init; } = "";
    }

    private sealed record SkillRow
    {
        public string SkillCode { get; init; } = "";
        public int Level { get; init; }
        public DateOnly? LicensedUntil { get; init; }
    }

    private sealed record MemberRow
    {
        public Guid MemberId { get; init; }
        public string Person { get; init; } = "";
        public bool Leader { get; init; }
    }

    private sealed record HoursRow
    {
        public int Day { get; init; }
        public string StartsAt { get; init; } = "";
        public string EndsAt { get; init; } = "";
    }

    private sealed record LeaveRow
    {
        public string Kind { get; init; } = "";
        public DateOnly FromDay { get; init; }
        public DateOnly ToDay { get; init; }
    }
}

using System.Globalization;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>
/// All teams in memory, as matching reads them. A snapshot is immutable and as new as <c>team_revision</c>; a reader that finds the
/// number changed reads the teams anew, so every node follows every change without being told.
/// </summary>
internal sealed class TeamDirectory
{
    private volatile Snapshot current = new(-1, new Dictionary<Guid, Team>());

    public async Task<IReadOnlyDictionary<Guid, Team>> Read(Session db)
    {
        var revision = await db.Value<long>("select revision from team_revision where only_row = 1");
        var snapshot = current;
        if (snapshot.Revision != revision)
        {
            snapshot = new Snapshot(revision, await ReadAll(db));
            current = snapshot;
        }

        return snapshot.Teams;
    }

    private static async Task<Dictionary<Guid, Team>> ReadAll(Session db)
    {
        var rows = await db.List<TeamRow>($"select {TeamStore.Columns} from team order by team_id");
        var bases = (await db.List<BaseRow>("select team_id, lat, lng from team_base order by team_id, position")).ToLookup(
            row => row.TeamId,
            row => new GeoPoint(row.Lat, row.Lng)
        );
        var areas = (await db.List<AreaRow>("select team_id, region_code from team_area order by team_id, region_code")).ToLookup(
            row => row.TeamId,
            row => row.RegionCode
        );
        var forms = (await db.List<FormRow>("select team_id, form from team_form")).ToLookup(
            row => row.TeamId,
            row => Words.To<VisitForm>(row.Form)
        );
        var skills = (
            await db.List<SkillRow>("select team_id, skill_code, level, licensed_until from team_skill order by team_id, position")
        ).ToLookup(row => row.TeamId, row => new TeamSkill(row.SkillCode, row.Level, row.LicensedUntil));
        var hours = (
            await db.List<HoursRow>("select team_id, day, starts_at, ends_at from team_hours order by team_id, position")
        ).ToLookup(row => row.TeamId);
        var leaves = (
            await db.List<LeaveRow>("select team_id, kind, from_day, to_day from team_leave order by team_id, position")
        ).ToLookup(row => row.TeamId);

        return rows.ToDictionary(
            row => row.TeamId,
            row => new Team
            {
                Id = row.TeamId,
                Name = row.Name,
                Kind = Words.To<TeamKind>(row.Kind),
                Tier = Words.To<Tier>(row.Tier),
                RegionCode = row.RegionCode,
                Bases = [.. bases[row.TeamId]],
                Serves = [.. areas[row.TeamId]],
                Skills = skills[row.TeamId].ToDictionary(skill => skill.Code, StringComparer.Ordinal),
                Forms = forms[row.TeamId].ToHashSet(),
                Capacity = row.Capacity,
                Suspended = row.Suspended,
                HostOrganisation = row.HostOrganisation,
                Availability = new Availability(
                    [.. hours[row.TeamId].Select(h => new WeeklyHours((DayOfWeek)h.Day, Time(h.StartsAt), Time(h.EndsAt)))],
                    [.. leaves[row.TeamId].Where(l => l.Kind == "day_off").Select(l => l.FromDay)],
                    [.. leaves[row.TeamId].Where(l => l.Kind == "leave").Select(l => new Leave(l.FromDay, l.ToDay))]
                ),
            }
        );
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    private sealed record Snapshot(long Revision, IReadOnlyDictionary<Guid, Team> Teams);

    private sealed record BaseRow
    {
        public Guid TeamId { get; init; }
        public double Lat { get; init; }
        public double Lng { get; init; }
    }

    private sealed record AreaRow
    {
        public Guid TeamId { get; init; }
        public string RegionCode { get; init; } = "";
    }

    private sealed record FormRow
    {
        public Guid TeamId { get; init; }
        public string Form { get; init; } = "";
    }

    private sealed record SkillRow
    {
        public Guid TeamId { get; init; }
        public string SkillCode { get; init; } = "";
        public int Level { get; init; }
        public DateOnly? LicensedUntil { get; init; }
    }

    private sealed record HoursRow
    {
        public Guid TeamId { get; init; }
        public int Day { get; init; }
        public string StartsAt { get; init; } = "";
        public string EndsAt { get; init; } = "";
    }

    private sealed record LeaveRow
    {
        public Guid TeamId { get; init; }
        public string Kind { get; init; } = "";
        public DateOnly FromDay { get; init; }
        public DateOnly ToDay { get; init; }
    }
}

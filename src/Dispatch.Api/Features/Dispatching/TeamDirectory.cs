using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>
/// All teams in memory, as matching searches them. A snapshot is immutable; whoever reads asks the database what has changed since, so
/// every node follows every change without being told. What a command has not yet committed it sees in a snapshot of its own, which the
/// others get when it has.
/// </summary>
internal sealed partial class TeamDirectory(Catalogue catalogue, TimeProvider clock, ILogger<TeamDirectory> logger)
{
    private const int TeamsAtOnce = 20_000;

    // Not more than the engines take as parameters of one statement.
    private const int IdsAtOnce = 500;

    private Snapshot? current;
    private long levelAt = clock.GetUtcNow().UtcTicks;

    public async Task<TeamIndex> Read(Session db)
    {
        var before = Volatile.Read(ref current);
        var from = await HorizonOf(db);
        if (before is null || !before.Index.IsOver(catalogue.Rules))
        {
            return Publish(db, before, new Snapshot(await Enter(db), from));
        }

        if (before.From == from && db.ShowsChangesInOrder)
        {
            NoteLevel();
            return before.Index;
        }

        return Publish(db, before, new Snapshot(await Follow(db, before), from));
    }

    /// <summary>How many teams have changed since anybody asked for the index here, at most, and how long ago it was level; nothing while it is.</summary>
    public async Task<(long Teams, TimeSpan Age)> Behind(Session db)
    {
        if (Volatile.Read(ref current) is not { } known)
        {
            return default;
        }

        var teams = await db.Value<long>(
            "select count(*) from (select team_id from team where changed >= @Teams union select team_id from team_load where changed >= @Loads) as behind",
            known.From
        );
        if (teams == 0)
        {
            NoteLevel();
            return default;
        }

        return (teams, TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - Volatile.Read(ref levelAt)));
    }

    private TeamIndex Publish(Session db, Snapshot? before, Snapshot next)
    {
        if (db.Writes)
        {
            db.AfterCommit(() => Replace(before, next));
        }
        else
        {
            Replace(before, next);
        }

        return next.Index;
    }

    // Whoever was overtaken leaves the newer one alone: the next reader finds the same changes again.
    private void Replace(Snapshot? before, Snapshot next)
    {
        if (Interlocked.CompareExchange(ref current, next, before) == before)
        {
            NoteLevel();
        }
    }

    private void NoteLevel() => Volatile.Write(ref levelAt, clock.GetUtcNow().UtcTicks);

    private static async Task<Horizon> HorizonOf(Session db) =>
        (await db.Find<Horizon>($"select {db.ChangesFrom("team")} as teams, {db.ChangesFrom("team_load")} as loads"))!;

    private static async Task<TeamIndex> Follow(Session db, Snapshot before)
    {
        var index = before.Index;
        var changed = await db.List<IdRow>("select team_id from team where changed >= @Teams", before.From);
        foreach (var ids in changed.Select(row => row.TeamId).Chunk(IdsAtOnce))
        {
            index = index.With(await Teams(db, $"team_id {db.In("@ids")}", new { ids }));
        }

        var loads = await db.List<LoadRow>($"select {LoadRow.Columns} from team_load where changed >= @Loads", before.From);
        var moved = loads.Where(row => index.LoadOf(row.TeamId) != row.Load).Select(row => (row.TeamId, row.Load)).ToList();
        return moved.Count == 0 ? index : index.With(moved);
    }

    private async Task<TeamIndex> Enter(Session db)
    {
        var count = await db.Value<long>("select count(*) from team");
        var entering = new TeamIndexBuilder(catalogue.Rules);
        var after = Guid.Empty;
        while (true)
        {
            var last = await db.List<IdRow>(
                "select team_id from team where team_id > @after order by team_id limit 1 offset @step",
                new { after, step = TeamsAtOnce - 1 }
            );
            var upTo = last.Count == 0 ? Guid.AllBitsSet : last[0].TeamId;
            foreach (var team in await Teams(db, "team_id > @after and team_id <= @upTo", new { after, upTo }))
            {
                entering.Add(team);
            }

            if (last.Count == 0)
            {
                return entering.Finish();
            }

            LogEntered(entering.Count, count);
            after = upTo;
        }
    }

    /// <summary>The teams of a condition on <c>team_id</c>, with all that belongs to them.</summary>
    private static async Task<List<Standed>> Teams(Session db, string which, object args)
    {
        var rows = await db.List<TeamRow>($"select {TeamStore.Columns} from team where {which} order by team_id", args);
        var bases = ByTeam(
            await db.List<BaseRow>($"select team_id, lat, lng from team_base where {which} order by team_id, position", args),
            row => row.TeamId,
            row => new GeoPoint(row.Lat, row.Lng)
        );
        var areas = ByTeam(
            await db.List<AreaRow>($"select team_id, region_code from team_area where {which} order by team_id, region_code", args),
            row => row.TeamId,
            row => row.RegionCode
        );
        var forms = ByTeam(
            await db.List<FormRow>($"select team_id, form from team_form where {which}", args),
            row => row.TeamId,
            row => Words.To<VisitForm>(row.Form)
        );
        var skills = ByTeam(
            await db.List<SkillRow>(
                $"select team_id, skill_code, level, licensed_until from team_skill where {which} order by team_id, position",
                args
            ),
            row => row.TeamId,
            row => new TeamSkill(row.SkillCode, row.Level, row.LicensedUntil)
        );
        var hours = ByTeam(
            await db.List<HoursRow>(
                $"select team_id, day, starts_at, ends_at from team_hours where {which} order by team_id, position",
                args
            ),
            row => row.TeamId,
            row => new WeeklyHours((DayOfWeek)row.Day, Time(row.StartsAt), Time(row.EndsAt))
        );
        var leaves = ByTeam(
            await db.List<LeaveRow>(
                $"select team_id, kind, from_day, to_day from team_leave where {which} order by team_id, position",
                args
            ),
            row => row.TeamId,
            row => row
        );
        var loads = (await db.List<LoadRow>($"select {LoadRow.Columns} from team_load where {which}", args)).ToDictionary(
            row => row.TeamId,
            row => row.Load
        );
        return
        [
            .. rows.Select(row => new Standed(
                new Team
                {
                    Id = row.TeamId,
                    Name = row.Name,
                    Kind = Words.To<TeamKind>(row.Kind),
                    Tier = Words.To<Tier>(row.Tier),
                    RegionCode = row.RegionCode,
                    Bases = [.. bases[row.TeamId]],
                    Serves = [.. areas[row.TeamId]],
                    RadiusKm = row.RadiusKm,
                    Skills = skills[row.TeamId].ToDictionary(skill => skill.Code, StringComparer.Ordinal),
                    Forms = forms[row.TeamId].ToHashSet(),
                    Capacity = row.Capacity,
                    Suspended = row.Suspended,
                    HostOrganisation = row.HostOrganisation,
                    Availability = AvailabilityOf([.. hours[row.TeamId]], [.. leaves[row.TeamId]]),
                },
                loads.GetValueOrDefault(row.TeamId)
            )),
        ];
    }

    private static ILookup<Guid, TPart> ByTeam<TRow, TPart>(IEnumerable<TRow> rows, Func<TRow, Guid> team, Func<TRow, TPart> part) =>
        rows.ToLookup(team, part);

    private static Availability AvailabilityOf(WeeklyHours[] hours, LeaveRow[] leaves) =>
        hours.Length == 0 && leaves.Length == 0
            ? Availability.Always
            : new Availability(
                hours,
                [.. leaves.Where(leave => leave.Kind == "day_off").Select(leave => leave.FromDay)],
                [.. leaves.Where(leave => leave.Kind == "leave").Select(leave => new Leave(leave.FromDay, leave.ToDay))]
            );

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Information, "{Entered} of {Teams} teams entered into the index.")]
    private partial void LogEntered(int entered, long teams);

    private sealed record Snapshot(TeamIndex Index, Horizon From);

    /// <summary>The lowest numbers that changes not yet in a snapshot can have.</summary>
    private sealed record Horizon
    {
        public long Teams { get; init; }
        public long Loads { get; init; }
    }

    private sealed record IdRow
    {
        public Guid TeamId { get; init; }
    }

    private sealed record LoadRow
    {
        public const string Columns = "team_id, active, pending, confirmed, confirmed_solved, last_service_at";

        public Guid TeamId { get; init; }
        public int Active { get; init; }
        public int Pending { get; init; }
        public int Confirmed { get; init; }
        public int ConfirmedSolved { get; init; }
        public DateTimeOffset? LastServiceAt { get; init; }

        public TeamLoad Load => new(Active, Pending, Confirmed, ConfirmedSolved, LastServiceAt?.ToUniversalTime());
    }

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

using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Teams;

/// <summary>What a team is, apart from its skills, members and hours.</summary>
internal sealed record TeamProfile(
    string? Code,
    string Name,
    TeamKind Kind,
    string RegionCode,
    string? HostOrganisation,
    int Size,
    int Capacity,
    IReadOnlyList<GeoPoint> Bases,
    IReadOnlyList<string> Serves,
    int? RadiusKm,
    IReadOnlyList<VisitForm> Forms,
    bool Suspended
);

internal sealed record TeamRow : IRegional
{
    public Guid TeamId { get; init; }
    public string? Code { get; init; }
    public string Name { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Tier { get; init; } = "";
    public string RegionCode { get; init; } = "";
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public Guid? ParentTeamId { get; init; }
    public string? HostOrganisation { get; init; }
    public int Size { get; init; }
    public int Capacity { get; init; }
    public bool Suspended { get; init; }
    public int? RadiusKm { get; init; }
    public long Version { get; init; }
}

/// <summary>The one writer of teams. Every change notes itself in the row: the snapshots of matching follow it.</summary>
internal sealed class TeamStore(
    Session db,
    TeamLoadStore loads,
    MemberNames names,
    Catalogue catalogue,
    Caller caller,
    Preconditions preconditions,
    AuditTrail trail,
    TimeProvider clock
)
{
    public const string Columns =
        "team_id, code, name, kind, tier, region_code, county_code, city_code, province_code, parent_team_id, host_organisation, size, capacity, suspended, radius_km, version";

    public async Task<TeamRow> Find(Guid id) =>
        await db.Find<TeamRow>($"select {Columns} from team where team_id = @id", new { id }) ?? throw Refused.Unknown();

    /// <summary>The team, held until the commit, for somebody who may change it: its own leader, or an officer of its region.</summary>
    public async Task<TeamRow> Hold(Guid id) => Changeable(await Held(id));

    /// <summary>The same, or null where no team has this id; nobody else enters one under it until the commit.</summary>
    public async Task<TeamRow?> HoldIfThere(Guid id)
    {
        if (await Held(id) is { } team)
        {
            return Changeable(team);
        }

        await db.HoldKey("team " + id);
        return await Held(id) is { } faster ? Changeable(faster) : null;
    }

    /// <summary>For a reader who is going to change it.</summary>
    public async Task<TeamRow> FindChangeable(Guid id) => Changeable(await Find(id));

    /// <summary>A new team, within the region of the caller and with a code of its own.</summary>
    public async Task Enter(Guid id, ITeamProfile team)
    {
        RefuseForeignRegion(catalogue.Regions.Find(team.RegionCode)!);
        await RefuseTakenCode(team.Code, except: null);
        preconditions.DemandAbsent(id);
        await Insert(id, team.Complete(catalogue.Regions));
    }

    public void RefuseForeignRegion(Region region)
    {
        if (caller.RegionCode is not null && !catalogue.Regions.IsWithin(region.Code, caller.RegionCode))
        {
            throw Refused.Field("#/regionCode", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
        }
    }

    public async Task RefuseTakenCode(string? code, Guid? except)
    {
        if (code is null)
        {
            return;
        }

        await db.HoldKey("team code " + code);
        var holder = await db.Find<TeamRow>($"select {Columns} from team where code = @code", new { code });
        if (holder is not null && holder.TeamId != except)
        {
            throw Refused.Field("#/code", "code_taken", "该编号已被另一支队伍使用。", "Another team has this code.");
        }
    }

    public async Task Insert(Guid id, TeamProfile profile)
    {
        var region = catalogue.Regions.Find(profile.RegionCode)!;
        var lineage = catalogue.LineageOf(region);
        trail.Concerns(lineage.Region);
        await db.Execute(
            """
            insert into team (team_id, code, name, kind, tier, region_code, county_code, city_code, province_code, host_organisation, size, capacity, suspended, radius_km, version, created_at)
            values (@id, @Code, @Name, @kind, @tier, @Region, @County, @City, @Province, @HostOrganisation, @Size, @Capacity, @Suspended, @RadiusKm, 1, @now)
            """,
            new
            {
                id,
                profile.Code,
                profile.Name,
                kind = Words.Of(profile.Kind),
                tier = Words.Of(Tiers.Of(profile.Kind, region.Level)),
                lineage.Region,
                lineage.County,
                lineage.City,
                lineage.Province,
                profile.HostOrganisation,
                profile.Size,
                profile.Capacity,
                profile.Suspended,
                profile.RadiusKm,
                now = clock.GetUtcNow(),
            }
        );
        await InsertParts(id, profile);
        await loads.Enter(id);
        await Note(id);
    }

    public async Task Replace(TeamRow team, TeamProfile profile)
    {
        preconditions.Demand(team.TeamId, team.Version);
        var region = catalogue.Regions.Find(profile.RegionCode)!;
        var lineage = catalogue.LineageOf(region);
        await db.Execute(
            """
            update team
            set code = @Code, name = @Name, kind = @kind, tier = @tier, region_code = @Region, county_code = @County, city_code = @City, province_code = @Province,
                host_organisation = @HostOrganisation, size = @Size, capacity = @Capacity, suspended = @Suspended, radius_km = @RadiusKm, version = version + 1
            where team_id = @TeamId and version = @Version
            """,
            new
            {
                team.TeamId,
                team.Version,
                profile.Code,
                profile.Name,
                kind = Words.Of(profile.Kind),
                tier = Words.Of(Tiers.Of(profile.Kind, region.Level)),
                lineage.Region,
                lineage.County,
                lineage.City,
                lineage.Province,
                profile.HostOrganisation,
                profile.Size,
                profile.Capacity,
                profile.Suspended,
                profile.RadiusKm,
            }
        );
        foreach (var part in new[] { "team_base", "team_area", "team_form" })
        {
            await db.Execute($"delete from {part} where team_id = @TeamId", new { team.TeamId });
        }

        await InsertParts(team.TeamId, profile);
        await Note(team.TeamId);
    }

    public async Task SetSkills(Guid id, IReadOnlyList<TeamSkill> skills)
    {
        await db.Execute("delete from team_skill where team_id = @id", new { id });
        for (var position = 0; position < skills.Count; position++)
        {
            var skill = skills[position];
            await db.Execute(
                "insert into team_skill (team_id, position, skill_code, level, licensed_until) values (@id, @position, @Code, @Level, @LicensedUntil)",
                new
                {
                    id,
                    position,
                    skill.Code,
                    skill.Level,
                    skill.LicensedUntil,
                }
            );
        }

        await Note(id);
    }

    public async Task SetAvailability(Guid id, Availability availability)
    {
        await db.Execute("delete from team_hours where team_id = @id", new { id });
        await db.Execute("delete from team_leave where team_id = @id", new { id });
        foreach (var (hours, position) in availability.Weekly.Select((hours, position) => (hours, position)))
        {
            await db.Execute(
                "insert into team_hours (team_id, position, day, starts_at, ends_at) values (@id, @position, @day, @start, @end)",
                new
                {
                    id,
                    position,
                    day = (int)hours.Day,
                    start = hours.Start.ToString("HH:mm"),
                    end = hours.End.ToString("HH:mm"),
                }
            );
        }

        var away = availability
            .DaysOff.Select(day => (Kind: "day_off", From: day, To: day))
            .Concat(availability.Leaves.Select(leave => (Kind: "leave", leave.From, leave.To)));
        foreach (var (days, position) in away.Select((days, position) => (days, position)))
        {
            await db.Execute(
                "insert into team_leave (team_id, position, kind, from_day, to_day) values (@id, @position, @Kind, @From, @To)",
                new
                {
                    id,
                    position,
                    days.Kind,
                    days.From,
                    days.To,
                }
            );
        }

        await Note(id);
    }

    public Task InsertMember(Guid memberId, Guid teamId, string name, bool leader) =>
        db.Execute(
            "insert into member (member_id, team_id, person, leader, version) values (@memberId, @teamId, @person, @leader, 1)",
            new
            {
                memberId,
                teamId,
                person = names.Close(memberId, name),
                leader,
            }
        );

    /// <summary>The team that another system knows by this number; null: none.</summary>
    public async Task<Guid?> FindExternal(string source, string number)
    {
        await db.HoldKey($"external team {source} {number}");
        return await db.Value<Guid?>(
            "select team_id from team where external_source = @source and external_number = @number",
            new { source, number }
        );
    }

    /// <summary>The member that another system knows by this number; null: none.</summary>
    public async Task<Guid?> FindExternalMember(string source, string number)
    {
        await db.HoldKey($"external member {source} {number}");
        return await db.Value<Guid?>(
            "select member_id from member where external_source = @source and external_number = @number",
            new { source, number }
        );
    }

    public Task NoteExternal(Guid teamId, string source, string number) =>
        db.Execute(
            "update team set external_source = @source, external_number = @number where team_id = @teamId",
            new
            {
                teamId,
                source,
                number,
            }
        );

    public Task NoteExternalMember(Guid memberId, string source, string number) =>
        db.Execute(
            "update member set external_source = @source, external_number = @number where member_id = @memberId",
            new
            {
                memberId,
                source,
                number,
            }
        );

    public async Task<LinkedMemberView> LinkMember(Guid teamId, Guid memberId, string? subject)
    {
        if (
            subject is not null
            && await db.Value<long>(
                "select count(*) from member where team_id = @teamId and subject = @subject and member_id <> @memberId",
                new
                {
                    teamId,
                    subject,
                    memberId,
                }
            ) > 0
        )
        {
            throw Refused.Field(
                "#/subject",
                "subject_taken",
                "该登录身份已对应另一名队员。",
                "Another member of this team signs in as this."
            );
        }

        var member =
            await db.Find<MemberRow>(
                """
                update member set subject = @subject, version = version + 1 where member_id = @memberId and team_id = @teamId
                returning person, leader, version
                """,
                new
                {
                    teamId,
                    memberId,
                    subject,
                }
            ) ?? throw Refused.Unknown();
        return new LinkedMemberView(memberId, teamId, names.Open(memberId, member.Person), member.Leader, subject, member.Version);
    }

    /// <summary>Notes that a part of the team changed, for readers who hold its ETag.</summary>
    public async Task Touch(TeamRow team)
    {
        preconditions.Demand(team.TeamId, team.Version);
        await db.Execute("update team set version = version + 1 where team_id = @TeamId", new { team.TeamId });
    }

    private Task<TeamRow?> Held(Guid id) => db.Find<TeamRow>($"select {Columns} from team where team_id = @id {db.ForUpdate}", new { id });

    private TeamRow Changeable(TeamRow? team)
    {
        var may = team is not null && (caller.IsOffice ? RegionScope.Covers(caller.RegionCode, team) : caller.TeamId == team.TeamId);
        if (!may)
        {
            throw Refused.Unknown();
        }

        trail.Concerns(team!.RegionCode);
        return team;
    }

    private async Task InsertParts(Guid id, TeamProfile profile)
    {
        foreach (var (point, position) in profile.Bases.Select((point, position) => (point, position)))
        {
            await db.Execute(
                "insert into team_base (team_id, position, lat, lng) values (@id, @position, @Lat, @Lng)",
                new
                {
                    id,
                    position,
                    point.Lat,
                    point.Lng,
                }
            );
        }

        foreach (var code in profile.Serves)
        {
            await db.Execute(
                "insert into team_area (team_id, region_code) values (@id, @code)",
                new { id, code = catalogue.Regions.Find(code)!.Code }
            );
        }

        foreach (var form in profile.Forms)
        {
            await db.Execute("insert into team_form (team_id, form) values (@id, @form)", new { id, form = Words.Of(form) });
        }
    }

    private Task Note(Guid id) => db.Execute($"update team set changed = {db.NextChange("team")} where team_id = @id", new { id });

    private sealed record MemberRow
    {
        public string Person { get; init; } = "";
        public bool Leader { get; init; }
        public long Version { get; init; }
    }
}

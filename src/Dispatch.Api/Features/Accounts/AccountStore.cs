using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Accounts;

/// <summary>The roles an account may have: people's, and not those of programs.</summary>
internal enum AccountRole
{
    Requester,
    Member,
    Leader,
    Officer,
    Auditor,
    Admin,
}

internal sealed record AccountRow : IRegional
{
    public const string Columns =
        "account_id, login, password_hash, password_until, role, team_id, region_code, county_code, city_code, province_code, disabled_at, version, created_at, created_by";

    public Guid AccountId { get; init; }
    public string Login { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public DateTimeOffset? PasswordUntil { get; init; }
    public string Role { get; init; } = "";
    public Guid? TeamId { get; init; }
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";

    public string Subject => Standing.SubjectOf(AccountId);

    public AccountRole RoleNow => Words.To<AccountRole>(Role);

    string IRegional.RegionCode => RegionCode ?? "";
}

/// <summary>What an account may do and how far: the regions are those of the office, or of the team.</summary>
internal sealed record AccountPlace(AccountRole Role, Guid? TeamId, Lineage? Lineage);

/// <summary>The one writer of accounts. An administrator of a region has the accounts of that region.</summary>
internal sealed class AccountStore(
    Session db,
    Catalogue catalogue,
    Caller caller,
    SecurityEvents events,
    Preconditions preconditions,
    AuditTrail trail,
    TimeProvider clock
)
{
    private const string Administrators = "accounts and their roles";

    public async Task<AccountRow> Find(Guid id) =>
        Visible(await db.Find<AccountRow>($"select {AccountRow.Columns} from account where account_id = @id", new { id }));

    public Task<AccountRow?> FindByLogin(string login) =>
        db.Find<AccountRow>($"select {AccountRow.Columns} from account where login = @login", new { login });

    public Task<AccountRow?> FindBare(Guid id) =>
        db.Find<AccountRow>($"select {AccountRow.Columns} from account where account_id = @id", new { id });

    /// <summary>The account as it is now, nobody else changing it until the commit.</summary>
    public Task<AccountRow?> HoldBare(Guid id) =>
        db.Find<AccountRow>($"select {AccountRow.Columns} from account where account_id = @id {db.ForUpdate}", new { id });

    /// <summary>For an administrator who changes it. Nobody changes his own: so there is always one left who can.</summary>
    public async Task<AccountRow> Hold(Guid id)
    {
        await db.HoldKey(Administrators);
        await RequireStanding();
        var account = Visible(await HoldBare(id));
        if (account.Subject == caller.Subject)
        {
            throw Own();
        }

        preconditions.Demand(account.AccountId, account.Version);
        return account;
    }

    /// <summary>For an administrator who agrees to what another asked for it.</summary>
    public async Task<AccountRow> HoldToSet(Guid id)
    {
        await db.HoldKey(Administrators);
        await RequireStanding();
        return Visible(await HoldBare(id));
    }

    public async Task<bool> IsEmpty()
    {
        await db.HoldKey(Administrators);
        return await db.Value<long>("select count(*) from account") == 0;
    }

    /// <summary>Where an account of this role stands: a team for those who act for one, a region for an office.</summary>
    public async Task<AccountPlace> Place(AccountRole role, string? regionCode, Guid? teamId)
    {
        var ofTeam = role is AccountRole.Leader or AccountRole.Member;
        if (ofTeam != teamId is not null)
        {
            throw ofTeam
                ? Refused.Field(
                    "#/teamId",
                    "not_empty",
                    "队长和队员的账号须指明队伍。",
                    "The account of a leader or member names the team."
                )
                : Refused.Field("#/teamId", "not_of_a_team", "该角色不属于任何队伍。", "This role belongs to no team.");
        }

        if (ofTeam && regionCode is not null)
        {
            throw Refused.Field(
                "#/regionCode",
                "follows_team",
                "队伍账号的地区由队伍决定。",
                "The region of a team's account is the team's."
            );
        }

        var region = regionCode;
        if (teamId is { } team)
        {
            region =
                await db.Value<string>("select region_code from team where team_id = @team", new { team })
                ?? throw Refused.Field("#/teamId", "team_unknown", "没有这支队伍。", "There is no such team.");
        }

        var lineage = region is null
            ? null
            : catalogue.LineageOf(
                catalogue.Regions.Find(region)
                    ?? throw Refused.Field("#/regionCode", "region_unknown", "没有这个地区代码。", "There is no region with this code.")
            );
        return Covers(lineage?.Region)
            ? new AccountPlace(role, teamId, lineage)
            : throw Refused.Field("#/regionCode", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
    }

    public async Task<AccountRow> Insert(string login, string passwordHash, DateTimeOffset? passwordUntil, AccountPlace place, string by)
    {
        trail.Concerns(place.Lineage?.Region);
        await db.HoldKey("login " + login);
        if (await FindByLogin(login) is not null)
        {
            throw Refused.Field("#/login", "login_taken", "该登录名已被使用。", "This login name is taken.");
        }

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return (
            await db.Find<AccountRow>(
                $"""
                insert into account (account_id, login, password_hash, password_until, role, team_id, region_code, county_code, city_code, province_code, version, created_at, created_by)
                values (@id, @login, @passwordHash, @passwordUntil, @role, @TeamId, @region, @county, @city, @province, 1, @now, @by)
                returning {AccountRow.Columns}
                """,
                new
                {
                    id,
                    login,
                    passwordHash,
                    passwordUntil,
                    role = Words.Of(place.Role),
                    place.TeamId,
                    region = place.Lineage?.Region,
                    county = place.Lineage?.County,
                    city = place.Lineage?.City,
                    province = place.Lineage?.Province,
                    now,
                    by,
                }
            )
        )!;
    }

    /// <summary>The one place where a role or its reach changes. It counts from the next call on.</summary>
    public async Task<AccountRow> SetPlace(AccountRow account, AccountPlace place)
    {
        events.Note(db, SecurityEvent.RoleSet, account.Subject, caller.Subject);
        return (
            await db.Find<AccountRow>(
                $"""
                update account set role = @role, team_id = @TeamId, region_code = @region, county_code = @county, city_code = @city,
                  province_code = @province, version = version + 1
                where account_id = @AccountId and version = @Version returning {AccountRow.Columns}
                """,
                new
                {
                    account.AccountId,
                    account.Version,
                    role = Words.Of(place.Role),
                    place.TeamId,
                    region = place.Lineage?.Region,
                    county = place.Lineage?.County,
                    city = place.Lineage?.City,
                    province = place.Lineage?.Province,
                }
            )
        )!;
    }

    public async Task<AccountRow> SetPassword(AccountRow account, string hash, DateTimeOffset? until) =>
        (
            await db.Find<AccountRow>(
                $"""
                update account set password_hash = @hash, password_until = @until, version = version + 1
                where account_id = @AccountId and version = @Version returning {AccountRow.Columns}
                """,
                new
                {
                    account.AccountId,
                    account.Version,
                    hash,
                    until,
                }
            )
        )!;

    /// <summary>Closes it, or with null opens it again.</summary>
    public async Task<AccountRow> SetDisabled(AccountRow account, DateTimeOffset? at) =>
        (
            await db.Find<AccountRow>(
                $"""
                update account set disabled_at = @at, disabled_by = @by, version = version + 1
                where account_id = @AccountId and version = @Version returning {AccountRow.Columns}
                """,
                new
                {
                    account.AccountId,
                    account.Version,
                    at,
                    by = at is null ? null : caller.Subject,
                }
            )
        )!;

    public static Refused Own() =>
        new(
            ProblemKinds.OwnAccount,
            "自己的账号须由另一名管理员处理；改密码请用 POST /v1/password。",
            "Your own account is another administrator's to change. Your password you change yourself: POST /v1/password."
        );

    private bool Covers(string? region) =>
        caller.RegionCode is null || (region is not null && catalogue.Regions.IsWithin(region, caller.RegionCode));

    private AccountRow Visible(AccountRow? account)
    {
        if (account is null || !RegionScope.Covers(caller.RegionCode, account))
        {
            throw Refused.Unknown();
        }

        trail.Concerns(account.RegionCode);
        return account;
    }

    // Two who close each other's accounts at the same moment: the second is closed already.
    private async Task RequireStanding()
    {
        if (Standing.AccountOf(caller.Subject) is { } own && await HoldBare(own) is not { DisabledAt: null, RoleNow: AccountRole.Admin })
        {
            throw new Refused(ProblemKinds.Forbidden, "你的管理员身份刚被撤销。", "You are an administrator no longer.");
        }
    }
}

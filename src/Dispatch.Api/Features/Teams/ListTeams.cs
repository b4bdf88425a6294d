using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Teams;

/// <summary>Teams by region, skill and kind, in the order of their ids.</summary>
internal sealed record ListTeams(
    HttpContext Http,
    string? Region,
    string? Skill,
    string? Kind,
    string? Code,
    MapQuery Map,
    int? PageSize,
    string? Cursor
) : IRequest<Page<TeamItem>>;

internal sealed record TeamItem(
    Guid Id,
    string? Code,
    string Name,
    TeamKind Kind,
    Tier Tier,
    string RegionCode,
    string RegionName,
    int Capacity,
    bool Suspended
);

internal static class ListTeamsEndpoint
{
    public static void MapListTeams(this IEndpointRouteBuilder teams) =>
        teams.MapGet("/", Get).WithName(nameof(ListTeams)).WithSummary("List teams").ShowsMany().ShowsMap();

    private static Task<Page<TeamItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? region = null,
        string? skill = null,
        string? kind = null,
        string? code = null,
        string? bbox = null,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListTeams(http, region, skill, kind, code, MapQuery.Read(bbox, coordType), pageSize, cursor), ct);
}

internal sealed class ListTeamsHandler(Session db, Catalogue catalogue) : IRequestHandler<ListTeams, Page<TeamItem>>
{
    public async Task<Page<TeamItem>> Handle(ListTeams query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        if (query.Region is not null)
        {
            where.Add(RegionScope.Sql("team", "@region"));
            args.Add(
                "region",
                catalogue.Regions.Find(query.Region)?.Code
                    ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.")
            );
        }

        if (query.Skill is not null)
        {
            where.Add("exists (select 1 from team_skill where team_skill.team_id = team.team_id and team_skill.skill_code = @skill)");
            args.Add(
                "skill",
                catalogue.Skills.ContainsKey(query.Skill)
                    ? query.Skill
                    : throw QueryNames.Wrong("skill", "skill_unknown", "没有这个技能代码。", "There is no such skill.")
            );
        }

        if (query.Kind is not null)
        {
            var known = string.Join(", ", Words.All<TeamKind>());
            where.Add("team.kind = @kind");
            args.Add(
                "kind",
                Words.TryTo<TeamKind>(query.Kind, out _)
                    ? query.Kind
                    : throw QueryNames.Wrong("kind", "unknown", $"kind 只能是：{known}。", $"kind is one of: {known}.")
            );
        }

        if (query.Code is not null)
        {
            where.Add("team.code = @code");
            args.Add("code", query.Code);
        }

        if (query.Map.Box is { } box)
        {
            var within = MapQuery.Sql(box, "team_base.lat", "team_base.lng", args);
            where.Add($"exists (select 1 from team_base where team_base.team_id = team.team_id and {within})");
        }

        if (after is not null)
        {
            where.Add("team.team_id > @after");
            args.Add("after", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<TeamRow>(
            $"select {TeamStore.Columns} from team where {string.Join(" and ", where)} order by team_id limit @limit",
            args
        );
        var page = Paging.Of(query.Http, rows, size, Item, row => new Key(row.TeamId));
        if (!query.Http.WantsMap())
        {
            return page;
        }

        var bases = await Bases(page.Items.Select(team => team.Id));
        return page.OnMap(query.Map, team => (team.Id, [.. bases[team.Id]]));
    }

    private async Task<ILookup<Guid, GeoPoint>> Bases(IEnumerable<Guid> teams)
    {
        var rows = await db.List<BaseRow>(
            $"select team_id, lat, lng from team_base where team_id {db.In("@teams")} order by team_id, position",
            new { teams = teams.ToArray() }
        );
        return rows.ToLookup(row => row.TeamId, row => new GeoPoint(row.Lat, row.Lng));
    }

    private TeamItem Item(TeamRow row) =>
        new(
            row.TeamId,
            row.Code,
            row.Name,
            Words.To<TeamKind>(row.Kind),
            Words.To<Tier>(row.Tier),
            row.RegionCode,
            catalogue.Regions.Find(row.RegionCode)!.Name,
            row.Capacity,
            row.Suspended
        );

    private sealed record Key(Guid Id);

    private sealed record BaseRow
    {
        public Guid TeamId { get; init; }
        public double Lat { get; init; }
        public double Lng { get; init; }
    }
}

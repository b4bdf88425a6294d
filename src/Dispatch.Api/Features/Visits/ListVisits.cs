using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Visits;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Visits;

/// <summary>The diary of a team, or of the officer's region, by start.</summary>
internal sealed record ListVisits(
    HttpContext Http,
    Guid? Team,
    Guid? Request,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? State,
    MapQuery Map,
    int? PageSize,
    string? Cursor
) : IRequest<Page<VisitItem>>;

internal sealed record VisitItem(
    Guid Id,
    Guid RequestId,
    string RequestReference,
    Guid TeamId,
    string TeamName,
    VisitForm Form,
    VisitState State,
    DateTimeOffset Start,
    DateTimeOffset End
);

internal static class ListVisitsEndpoint
{
    public static void MapListVisits(this IEndpointRouteBuilder visits) =>
        visits.MapGet("/", Get).WithName(nameof(ListVisits)).WithSummary("List visits").ShowsMany().ShowsMap();

    private static Task<Page<VisitItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        Guid? team = null,
        Guid? request = null,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        string? state = null,
        string? bbox = null,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListVisits(http, team, request, from, to, state, MapQuery.Read(bbox, coordType), pageSize, cursor), ct);
}

internal sealed class ListVisitsHandler(Session db, Caller caller, Catalogue catalogue) : IRequestHandler<ListVisits, Page<VisitItem>>
{
    public async Task<Page<VisitItem>> Handle(ListVisits query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        And("visit.team_id = @team", "team", caller.IsOfTeam ? caller.TeamId : query.Team);
        if (caller.Role == Role.Member)
        {
            where.Add(OwnVisits.Sql(caller, args));
        }

        And("visit.request_id = @request", "request", query.Request);
        And("visit.starts_at >= @from", "from", query.From);
        And("visit.starts_at < @to", "to", query.To);
        And(
            RegionScope.Sql("help_request", "@scope", catalogue.Regions.Find(caller.RegionCode)),
            "scope",
            caller.SeesRegions ? caller.RegionCode : null
        );
        if (query.State is not null && !Words.TryTo<VisitState>(query.State, out _))
        {
            var known = string.Join(", ", Words.All<VisitState>());
            throw QueryNames.Wrong("state", "unknown", $"state 只能是：{known}。", $"state is one of: {known}.");
        }

        And("visit.state = @state", "state", query.State);
        if (query.Map.Box is { } box)
        {
            where.Add($"visit.form <> '{Words.Of(VisitForm.Remote)}' and {PersonSight.Sql(caller, box, args)}");
        }

        if (after is not null)
        {
            where.Add("(visit.starts_at, visit.visit_id) > (@afterAt, @afterId)");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<Row>(
            $"""
            select visit.visit_id, visit.request_id, help_request.reference, visit.team_id, team.name as team_name, visit.form, visit.state, visit.starts_at, visit.ends_at,
                   help_request.confidentiality, help_request.safety_held, help_request.safety_handler, help_request.requester_subject, help_request.lat, help_request.lng
            from visit join help_request on help_request.request_id = visit.request_id join team on team.team_id = visit.team_id
            where {string.Join(" and ", where)}
            order by visit.starts_at, visit.visit_id limit @limit
            """,
            args
        );
        var page = Paging.Of(query.Http, rows, size, Item, row => new Key(row.StartsAt, row.VisitId));
        if (!query.Http.WantsMap())
        {
            return page;
        }

        var places = rows.ToDictionary(row => row.VisitId, Place);
        return page.OnMap(query.Map, item => (item.Id, places[item.Id]));

        void And(string condition, string name, object? value)
        {
            if (value is not null)
            {
                where.Add(condition);
                args.Add(name, value);
            }
        }
    }

    // Nobody goes anywhere for remote help; and what is held for safety is on nobody else's map.
    private IReadOnlyList<GeoPoint> Place(Row row) =>
        Words.To<VisitForm>(row.Form) == VisitForm.Remote || !PersonSight.IsOnMap(caller, row) ? [] : [new GeoPoint(row.Lat, row.Lng)];

    private static VisitItem Item(Row row) =>
        new(
            row.VisitId,
            row.RequestId,
            row.Reference,
            row.TeamId,
            row.TeamName,
            Words.To<VisitForm>(row.Form),
            Words.To<VisitState>(row.State),
            row.StartsAt,
            row.EndsAt
        );

    private sealed record Key(DateTimeOffset At, Guid Id);

    private sealed record Row : IConfidential
    {
        public Guid VisitId { get; init; }
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
        public Guid TeamId { get; init; }
        public string TeamName { get; init; } = "";
        public string Form { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
        public string Confidentiality { get; init; } = "";
        public bool SafetyHeld { get; init; }
        public string? SafetyHandler { get; init; }
        public string? RequesterSubject { get; init; }
        public double Lat { get; init; }
        public double Lng { get; init; }
    }
}

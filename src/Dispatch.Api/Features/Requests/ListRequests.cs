using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Requests;

/// <summary>The requests the caller may see, newest first unless asked otherwise.</summary>
internal sealed record ListRequests(HttpContext Http, RequestFilter Filter) : IRequest<Page<RequestItem>>;

internal sealed record RequestFilter(
    string? State,
    string? Queue,
    string? Urgency,
    string? Region,
    string? Skill,
    MapQuery Map,
    string? Sort,
    int? PageSize,
    string? Cursor
);

internal sealed record RequestItem(
    Guid Id,
    string Reference,
    HelpRequestState State,
    RequestQueue? Queue,
    Tier Tier,
    Urgency Urgency,
    VisitForm Form,
    string RequesterName,
    Text Text,
    string? MainSkill,
    string RegionCode,
    string RegionName,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt
);

internal static class ListRequestsEndpoint
{
    public static void MapListRequests(this IEndpointRouteBuilder requests) =>
        requests.MapGet("/", Get).WithName(nameof(ListRequests)).WithSummary("List requests: filter, sort, page").ShowsMany().ShowsMap();

    private static Task<Page<RequestItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? state = null,
        string? queue = null,
        string? urgency = null,
        string? region = null,
        string? skill = null,
        string? bbox = null,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null,
        string? sort = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    )
    {
        var map = MapQuery.Read(bbox, coordType);
        return mediator.Send(
            new ListRequests(http, new RequestFilter(state, queue, urgency, region, skill, map, sort, pageSize, cursor)),
            ct
        );
    }
}

internal sealed class ListRequestsHandler(Session db, Caller caller, Persons persons, AuditTrail trail, Catalogue catalogue)
    : IRequestHandler<ListRequests, Page<RequestItem>>
{
    private const string NewestFirst = "-createdAt";
    private const string OldestFirst = "createdAt";

    /// <summary>What the team has in hand or has done.</summary>
    private const string TakenByTeam =
        "select assignment.request_id from assignment where assignment.team_id = @team and (assignment.state = 'active' or assignment.ended_as = 'completed')";

    public async Task<Page<RequestItem>> Handle(ListRequests query, CancellationToken cancellationToken)
    {
        var filter = query.Filter;
        var size = Paging.Size(filter.PageSize);
        var after = Paging.After<Key>(query.Http, filter.Cursor);
        var ascending = (filter.Sort ?? NewestFirst) switch
        {
            NewestFirst => false,
            OldestFirst => true,
            _ => throw QueryNames.Wrong(
                "sort",
                "unknown",
                $"sort 只能是 {NewestFirst} 或 {OldestFirst}。",
                $"sort is {NewestFirst} or {OldestFirst}."
            ),
        };
        var (where, args) = Conditions(filter);
        if (after is not null)
        {
            var than = ascending ? ">" : "<";
            where.Add($"(help_request.created_at, help_request.request_id) {than} (@afterAt, @afterId)");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        var direction = ascending ? "asc" : "desc";
        args.Add("limit", size + 1);
        var rows = await db.List<Row>(
            $"""
            select help_request.request_id, reference, state, queue, tier, urgency, form, person, text, confidentiality, safety_held, safety_handler, requester_subject, help_request.county_code, region_code, lat, lng, created_at, changed_at,
                   main_skill, {Accepted(args)} as accepted
            from help_request
            where {string.Join(" and ", where)}
            order by help_request.created_at {direction}, help_request.request_id {direction}
            limit @limit
            """,
            args
        );
        var page = Paging.Of(query.Http, rows, size, Item, row => new Key(row.CreatedAt, row.RequestId));
        if (!query.Http.WantsMap())
        {
            return page;
        }

        var points = rows.ToDictionary(row => row.RequestId, Points);
        return page.OnMap(filter.Map, item => (item.Id, points[item.Id]));
    }

    // Of a held request the map shows nothing to whoever may not read it.
    private IReadOnlyList<GeoPoint> Points(Row row) => PersonSight.IsOnMap(caller, row) ? [new GeoPoint(row.Lat, row.Lng)] : [];

    private (List<string> Where, Arguments Args) Conditions(RequestFilter filter)
    {
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        Word<HelpRequestState>("state", filter.State);
        if (filter.State is { } wanted && HelpRequestFlow.UnderWay.Contains(Words.To<HelpRequestState>(wanted)))
        {
            // The few that are under way are found by their own index among all that have ended.
            where.Add(RequestStore.UnderWay);
        }

        Word<RequestQueue>("queue", filter.Queue);
        Word<Urgency>("urgency", filter.Urgency);
        if (filter.Region is not null)
        {
            var region =
                catalogue.Regions.Find(filter.Region)
                ?? throw QueryNames.Wrong("region", "region_unknown", "没有这个行政区划代码。", "There is no such region.");
            where.Add(RegionScope.Sql("help_request", "@region", region));
            args.Add("region", region.Code);
        }

        if (filter.Skill is not null)
        {
            where.Add("help_request.main_skill = @skill");
            args.Add(
                "skill",
                catalogue.Skills.ContainsKey(filter.Skill)
                    ? filter.Skill
                    : throw QueryNames.Wrong("skill", "skill_unknown", "没有这个技能代码。", "There is no such skill.")
            );
        }

        if (filter.Map.Box is { } box)
        {
            where.Add(PersonSight.Sql(caller, box, args));
        }

        OwnSight(where, args);
        return (where, args);

        void Word<T>(string name, string? word)
            where T : struct, Enum
        {
            if (word is null)
            {
                return;
            }

            var known = string.Join(", ", Words.All<T>());
            where.Add($"help_request.{name} = @{name}");
            args.Add(
                name,
                Words.TryTo<T>(word, out _)
                    ? word
                    : throw QueryNames.Wrong(name, "unknown", $"{name} 只能是：{known}。", $"{name} is one of: {known}.")
            );
        }
    }

    /// <summary>What the caller may see at all, as <see cref="RequestStore"/> judges it for one request.</summary>
    private void OwnSight(List<string> where, Arguments args)
    {
        if (caller.SeesRegions)
        {
            if (caller.RegionCode is not null)
            {
                where.Add(RegionScope.Sql("help_request", "@scope", catalogue.Regions.Find(caller.RegionCode)));
                args.Add("scope", caller.RegionCode);
            }

            return;
        }

        if (caller.Role == Role.Member)
        {
            where.Add($"help_request.request_id in ({TakenByTeam}) and {OwnVisits.SqlOfRequest(caller, "help_request.request_id", args)}");
            args.Add("team", caller.TeamId);
            return;
        }

        if (caller.IsOfTeam)
        {
            // From the team to its requests: the other way round all requests would be asked whether they are its own.
            where.Add(
                $"""
                help_request.request_id in (
                    select published.request_id from help_request published where published.queue = 'claim'
                    union select offer.request_id from offer where offer.team_id = @team and offer.state = 'pending'
                    union {TakenByTeam})
                """
            );
            args.Add("team", caller.TeamId);
            return;
        }

        where.Add("help_request.requester_subject = @subject");
        args.Add("subject", caller.Subject);
    }

    /// <summary>Whether the caller's team has it in hand or has done it.</summary>
    private string Accepted(Arguments args)
    {
        if (!caller.IsOfTeam)
        {
            return "false";
        }

        args.Add("team", caller.TeamId);
        return """
            (exists (select 1 from assignment where assignment.request_id = help_request.request_id and assignment.team_id = @team
                     and (assignment.state = 'active' or assignment.ended_as = 'completed')))
            """;
    }

    private RequestItem Item(Row row)
    {
        var (name, text) = Said(row);
        return new RequestItem(
            row.RequestId,
            row.Reference,
            Words.To<HelpRequestState>(row.State),
            row.Queue is null ? null : Words.To<RequestQueue>(row.Queue),
            Words.To<Tier>(row.Tier),
            Words.To<Urgency>(row.Urgency),
            Words.To<VisitForm>(row.Form),
            name,
            text,
            row.MainSkill,
            PlaceOf(row),
            catalogue.Regions.Find(PlaceOf(row))!.Name,
            row.CreatedAt,
            row.ChangedAt
        );
    }

    private (string Name, Text Text) Said(Row row)
    {
        if (!caller.Reads(row, row.Accepted))
        {
            return (RequestReader.HiddenName, caller.ReadsHeld(row) ? RequestReader.SecretText : RequestReader.HeldText);
        }

        var person = persons.Open(row.RequestId, row.Person);
        if (row.HidesBeneficiary() && !caller.IsRequester)
        {
            return (RequestReader.HiddenName, Text.AsWritten(PersonalData.MaskIn(row.Text, person.Names)));
        }

        trail.Saw(row.RequestId, row.RegionCode, [PersonalDataClass.Name]);
        return (person.Name, Text.AsWritten(PhoneNumber.MaskIn(row.Text)));
    }

    // Of a held request nobody learns more of the place than the county.
    private string PlaceOf(Row row) => caller.ReadsHeld(row) ? row.RegionCode : row.CountyCode ?? row.RegionCode;

    private sealed record Key(DateTimeOffset At, Guid Id);

    private sealed record Row : IConfidential
    {
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
        public string State { get; init; } = "";
        public string? Queue { get; init; }
        public string Tier { get; init; } = "";
        public string Urgency { get; init; } = "";
        public string Form { get; init; } = "";
        public string Person { get; init; } = "";
        public string Confidentiality { get; init; } = "";
        public bool Accepted { get; init; }
        public string Text { get; init; } = "";
        public bool SafetyHeld { get; init; }
        public string? SafetyHandler { get; init; }
        public string? RequesterSubject { get; init; }
        public string? CountyCode { get; init; }
        public string? MainSkill { get; init; }
        public string RegionCode { get; init; } = "";
        public double Lat { get; init; }
        public double Lng { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ChangedAt { get; init; }
    }
}

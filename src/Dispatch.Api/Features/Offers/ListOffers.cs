using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Offers;

/// <summary>The offers of a team, or of the officer's region, newest first.</summary>
internal sealed record ListOffers(HttpContext Http, Guid? Team, Guid? Request, string? State, int? PageSize, string? Cursor)
    : IRequest<Page<OfferView>>;

internal static class ListOffersEndpoint
{
    public static void MapListOffers(this IEndpointRouteBuilder offers) =>
        offers
            .MapGet("/", Get)
            .WithName(nameof(ListOffers))
            .WithSummary("List offers")
            .ShowsMany()
            // Here a team finds what it must answer.
            .Goes(Precedence.Usual);

    private static Task<Page<OfferView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        Guid? team = null,
        Guid? request = null,
        string? state = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListOffers(http, team, request, state, pageSize, cursor), ct);
}

internal sealed class ListOffersHandler(Session db, Caller caller, OfferReader reader, Catalogue catalogue)
    : IRequestHandler<ListOffers, Page<OfferView>>
{
    public async Task<Page<OfferView>> Handle(ListOffers query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        var team = caller.IsOfTeam ? caller.TeamId : query.Team;
        if (team is not null)
        {
            where.Add("offer.team_id = @team");
            args.Add("team", team);
        }

        if (query.Request is not null)
        {
            where.Add("offer.request_id = @request");
            args.Add("request", query.Request);
        }

        if (caller.SeesRegions && caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("help_request", "@scope", catalogue.Regions.Find(caller.RegionCode)));
            args.Add("scope", caller.RegionCode);
        }

        if (query.State is not null)
        {
            var known = string.Join(", ", Words.All<OfferState>());
            where.Add("offer.state = @state");
            args.Add(
                "state",
                Words.TryTo<OfferState>(query.State, out _)
                    ? query.State
                    : throw QueryNames.Wrong("state", "unknown", $"state 只能是：{known}。", $"state is one of: {known}.")
            );
        }

        if (after is not null)
        {
            where.Add("(offer.offered_at, offer.offer_id) < (@afterAt, @afterId)");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<OfferReader.JoinedRow>(
            $"{OfferReader.Select} where {string.Join(" and ", where)} order by offer.offered_at desc, offer.offer_id desc limit @limit",
            args
        );
        return Paging.Of(query.Http, rows, size, reader.View, row => new Key(row.OfferedAt, row.OfferId));
    }

    private sealed record Key(DateTimeOffset At, Guid Id);
}

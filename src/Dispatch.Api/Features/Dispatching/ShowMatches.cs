using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>The ranking for a request as things stand, and why everybody else is not in it.</summary>
internal sealed record ShowMatches(Guid RequestId, int Limit) : IRequest<MatchView>;

internal static class ShowMatchesEndpoint
{
    private const int DefaultLimit = 10;
    private const int HighestLimit = 100;

    public static void MapShowMatches(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet("/{requestId:guid}/matches", Get)
            .WithName(nameof(ShowMatches))
            .WithSummary("Rank the teams for a request, with the reason of every place and every refusal")
            .For(Role.Officer, Role.Auditor)
            .ShowsMany();

    private static Task<MatchView> Get(Guid requestId, int? limit, IMediator mediator, CancellationToken ct) =>
        limit is < 1 or > HighestLimit
            ? throw QueryNames.Wrong(
                "limit",
                "out_of_range",
                $"limit 须在 1 到 {HighestLimit} 之间。",
                $"limit must be between 1 and {HighestLimit}."
            )
            : mediator.Send(new ShowMatches(requestId, limit ?? DefaultLimit), ct);
}

internal sealed class ShowMatchesHandler(Caller caller, RequestStore requests, Matching matching) : IRequestHandler<ShowMatches, MatchView>
{
    public async Task<MatchView> Handle(ShowMatches query, CancellationToken cancellationToken)
    {
        var request = await requests.Find(query.RequestId);
        // The distances of many teams would tell the place.
        if (!caller.Reads(request))
        {
            RequestStore.RefuseHeld(request);
        }

        return MatchView.Of(request.RequestId, await matching.Of(request), query.Limit);
    }
}

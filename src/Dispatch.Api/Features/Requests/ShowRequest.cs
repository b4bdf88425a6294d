using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Requests;

/// <summary>One request with what is owed on it and what may be done now.</summary>
internal sealed record ShowRequest(Guid RequestId) : IRequest<RequestView>;

internal static class ShowRequestEndpoint
{
    public static void MapShowRequest(this IEndpointRouteBuilder requests) =>
        requests.MapGet("/{requestId:guid}", Get).WithName(nameof(ShowRequest)).WithSummary("Read one request").ShowsOne();

    // The reader looks the system up: every answer about a request passes through it.
    private static Task<RequestView> Get(
        Guid requestId,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = MapQuery.CoordType)] string? coordType = null
    ) => mediator.Send(new ShowRequest(requestId), ct);
}

internal sealed class ShowRequestHandler(RequestStore requests, RequestReader reader) : IRequestHandler<ShowRequest, RequestView>
{
    public async Task<RequestView> Handle(ShowRequest query, CancellationToken cancellationToken) =>
        await reader.View(await requests.Find(query.RequestId));
}

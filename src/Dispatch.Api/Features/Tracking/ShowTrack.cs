using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Tracking;

/// <summary>Follows a request without an account.</summary>
internal sealed record ShowTrack(string Track) : IRequest<TrackView>, IBeyondRegion;

internal static class ShowTrackEndpoint
{
    public static void MapShowTrack(this IEndpointRouteBuilder tracks) =>
        tracks.MapGet("/{track}", Get).WithName(nameof(ShowTrack)).WithSummary("Follow a request by its track token").ShowsOne();

    private static Task<TrackView> Get(string track, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowTrack(track), ct);
}

internal sealed class ShowTrackHandler(TrackStore tracks, TrackReader reader) : IRequestHandler<ShowTrack, TrackView>
{
    public async Task<TrackView> Handle(ShowTrack query, CancellationToken cancellationToken) =>
        await reader.View(await tracks.Find(query.Track));
}

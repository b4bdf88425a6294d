using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>All that is held about whoever asked for this: with an account all of the account's requests, from the office all of the same person in its
/// region, for somebody who asks on the phone.</summary>
internal sealed record ShowPersonalCopy(Guid RequestId, bool Readable) : IRequest<PersonalCopyView>;

/// <summary>By track token: all that is held of the one request the token leads to. It was shown for that one alone.</summary>
internal sealed record ShowPersonalCopyByTrack(string Track, bool Readable) : IRequest<PersonalCopyView>, IBeyondRegion;

internal static class ShowPersonalCopyEndpoints
{
    public static void MapShowPersonalCopy(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet("/{requestId:guid}/personal-copy", Get)
            .WithName(nameof(ShowPersonalCopy))
            .WithSummary("Read all that is held about the requester, or take it elsewhere")
            .ShowsMany();

    public static void MapShowPersonalCopyByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapGet("/{track}/personal-copy", GetByTrack)
            .WithName(nameof(ShowPersonalCopyByTrack))
            .WithSummary("Read all that is held about oneself, by track token")
            .ShowsMany();

    private static Task<PersonalCopyView> Get(Guid requestId, IMediator mediator, CancellationToken ct, string? form = null) =>
        mediator.Send(new ShowPersonalCopy(requestId, PersonalCopyReader.WantsText(form)), ct);

    private static Task<PersonalCopyView> GetByTrack(string track, IMediator mediator, CancellationToken ct, string? form = null) =>
        mediator.Send(new ShowPersonalCopyByTrack(track, PersonalCopyReader.WantsText(form)), ct);
}

internal sealed class ShowPersonalCopyHandler(
    Session db,
    Caller caller,
    RequestStore requests,
    PersonGroup group,
    PersonalCopyReader reader
) : IRequestHandler<ShowPersonalCopy, PersonalCopyView>
{
    public async Task<PersonalCopyView> Handle(ShowPersonalCopy query, CancellationToken cancellationToken)
    {
        var request = AskErasureHandler.NotErased(await requests.Find(query.RequestId));
        if (caller.IsOffice && !caller.ReadsHeld(request))
        {
            RequestStore.RefuseHeld(request);
        }

        var all = caller.IsOffice ? (await group.Of(request, everywhere: false)).Where(one => caller.ReadsHeld(one)) : await Own(request);
        return await reader.Read(all, query.Readable);
    }

    private Task<IReadOnlyList<RequestRow>> Own(RequestRow request) =>
        db.List<RequestRow>(
            $"""
            select {RequestStore.Columns} from help_request where requester_subject = @RequesterSubject and erased_at is null
            order by created_at, request_id limit 500
            """,
            request
        );
}

internal sealed class ShowPersonalCopyByTrackHandler(TrackStore tracks, PersonalCopyReader reader)
    : IRequestHandler<ShowPersonalCopyByTrack, PersonalCopyView>
{
    public async Task<PersonalCopyView> Handle(ShowPersonalCopyByTrack query, CancellationToken cancellationToken) =>
        await reader.Read([(await tracks.Find(query.Track)).Own], query.Readable);
}

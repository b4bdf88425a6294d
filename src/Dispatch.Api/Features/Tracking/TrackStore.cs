using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Tracking;

/// <summary>Finds a request by the token its requester was given. A token nobody has and a token of another answer alike.</summary>
internal sealed class TrackStore(Session db, Preconditions preconditions)
{
    public async Task<RequestRow> Find(string track) =>
        await db.Find<RequestRow>(
            $"select {RequestStore.Columns} from help_request where track_hash = @hash",
            new { hash = Intake.TrackHash(track) }
        ) ?? throw Refused.Unknown();

    /// <summary>The same, held until the commit.</summary>
    public async Task<RequestRow> Hold(string track)
    {
        var request =
            await db.Find<RequestRow>(
                $"select {RequestStore.Columns} from help_request where track_hash = @hash {db.ForUpdate}",
                new { hash = Intake.TrackHash(track) }
            ) ?? throw Refused.Unknown();
        preconditions.Aim(request.RequestId, request.Version);
        return request;
    }
}

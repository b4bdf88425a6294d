using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Tracking;

/// <summary>
/// The request a token was given out for, and the one that is followed by it: another one where an officer has found the first to be its
/// duplicate. Somebody else's original is followed, and nothing more.
/// </summary>
internal sealed record Tracked(RequestRow Own, RequestRow Followed)
{
    public bool IsElsewhere => Own.RequestId != Followed.RequestId;

    public bool IsOwn => Own.RequesterKey == Followed.RequesterKey;

    /// <summary>What the bearer of the token may act on.</summary>
    public RequestRow InHand => IsOwn ? Followed : Own;

    /// <summary>After a move of what is in hand.</summary>
    public Tracked After(RequestRow moved) =>
        new(Own.RequestId == moved.RequestId ? moved : Own, Followed.RequestId == moved.RequestId ? moved : Followed);
}

/// <summary>Finds a request by the token its requester was given. A token nobody has and a token of another answer alike.</summary>
internal sealed class TrackStore(Session db, BlindIndex index, Originals originals, RequestStore requests, Preconditions preconditions)
{
    public async Task<Tracked> Find(string track)
    {
        var own =
            await db.Find<RequestRow>(
                $"select {RequestStore.Columns} from help_request where track_hash = @hash",
                new { hash = index.OfTrack(track) }
            ) ?? throw Refused.Unknown();
        return new Tracked(own, await originals.Of(own));
    }

    /// <summary>The same; what the bearer may act on is held until the commit.</summary>
    public async Task<Tracked> Hold(string track)
    {
        var seen = await Find(track);
        while (true)
        {
            var held = (await requests.HoldUnseen(seen.InHand.RequestId))!;
            seen = await Find(track);
            if (seen.InHand.RequestId == held.RequestId)
            {
                preconditions.Aim(held.RequestId, held.Version);
                return seen;
            }

            // Between reading and holding, an officer has found it to be a duplicate.
        }
    }
}

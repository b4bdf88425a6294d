using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Leads from a duplicate to the request that goes on in its place.</summary>
internal sealed class Originals(Session db)
{
    /// <summary>The request itself unless it was cancelled as a duplicate; then its original, or the original of that one.</summary>
    public async Task<RequestRow> Of(RequestRow request)
    {
        while (request is { CancelReason: not null, DuplicateOf: { } next } && request.CancelReason == Words.Of(CancelReason.Duplicate))
        {
            request = (
                await db.Find<RequestRow>($"select {RequestStore.Columns} from help_request where request_id = @next", new { next })
            )!;
        }

        return request;
    }

    /// <summary>The request that a duplicate may follow. It must lead to another one, which was not cancelled for a reason of its own.</summary>
    public async Task<Guid> RequireFor(RequestRow duplicate, Guid named, string pointer)
    {
        // One such judgement at a time: two requests at once must not become duplicates of each other.
        await db.HoldKey("duplicates");
        var original = await Of(
            (await db.Find<RequestRow>($"select {RequestStore.Columns} from help_request where request_id = @named", new { named }))!
        );
        if (original.RequestId == duplicate.RequestId)
        {
            throw Refused.Field(
                pointer,
                "duplicate_of_itself",
                "那个求助已经作为本求助的重复撤销了。",
                "That request was cancelled as a duplicate of this one."
            );
        }

        if (original.StateNow == HelpRequestState.Cancelled)
        {
            throw Refused.Field(
                pointer,
                "duplicate_of_cancelled",
                "那个求助已撤销，没有人在办；请选另一个，或以其他理由撤销。",
                "That request was cancelled and nobody works on it. Name another one, or cancel for another reason."
            );
        }

        return original.RequestId;
    }
}

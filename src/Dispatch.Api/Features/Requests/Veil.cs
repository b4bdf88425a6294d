using Dispatch.Api.Features.Notices;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Requests;

/// <summary>Takes back what was already said of a request whose text is now held or confidential: notices that quote it, and kept answers.</summary>
internal sealed class Veil(Session db)
{
    public Task Over(RequestRow request) => TakeBack(request, NoticeWording.Held(request));

    /// <summary>The request has become confidential: what quotes it goes, and what was answered before is not told again.</summary>
    public Task OverConfidential(RequestRow request) => TakeBack(request, NoticeWording.Confidential(request));

    /// <summary>A repeat by anybody but the one who asked gets no bytes any more: it is told to read the result itself.</summary>
    public Task OverAnswers(RequestRow request)
    {
        // With an account, or with the track token.
        string?[] requester = [request.RequesterSubject, Caller.Anonymous.Subject];
        return KeptAnswer.Unsay(db, request.RequestId, butTo: requester.OfType<string>());
    }

    private async Task TakeBack(RequestRow request, Text instead)
    {
        await db.Execute(
            "update notice set text = @Zh, text_en = @En where request_id = @RequestId and recipient <> 'requester' and read_at is null",
            new
            {
                instead.Zh,
                instead.En,
                request.RequestId,
            }
        );
        await OverAnswers(request);
    }
}

using Dispatch.Api.Features.Notices;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Requests;

/// <summary>Takes back what was already said of a request whose text is now held or confidential: notices that quote it, and kept answers of the office.</summary>
internal sealed class Veil(Session db)
{
    public async Task Over(RequestRow request)
    {
        var held = NoticeWording.Held(request);
        await db.Execute(
            "update notice set text = @Zh, text_en = @En where request_id = @RequestId and recipient <> 'requester' and read_at is null",
            new
            {
                held.Zh,
                held.En,
                request.RequestId,
            }
        );
        await OverAnswers(request);
    }

    /// <summary>The request has become confidential: what quotes it goes, and what was answered before is not told again.</summary>
    public async Task OverConfidential(RequestRow request)
    {
        var said = NoticeWording.Confidential(request);
        await db.Execute(
            "update notice set text = @Zh, text_en = @En where request_id = @RequestId and recipient <> 'requester' and read_at is null",
            new
            {
                said.Zh,
                said.En,
                request.RequestId,
            }
        );
        await OverAnswers(request);
    }

    /// <summary>A repeat by anybody but the one who asked gets no bytes any more: it is told to read the result itself.</summary>
    public Task<int> OverAnswers(RequestRow request)
    {
        var place = $"/v1/requests/{request.RequestId:D}";
        return db.Execute(
            """
            update idempotent_answer set body = ''
            where (location = @place or lower(scope) like @under) and (@subject is null or scope not like @own)
            """,
            new
            {
                place,
                under = $"% {place}%",
                subject = request.RequesterSubject,
                own = $"{request.RequesterSubject} %",
            }
        );
    }
}

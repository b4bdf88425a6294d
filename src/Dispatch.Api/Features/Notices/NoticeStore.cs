using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Notices;

internal enum NoticeKind
{
    Offer,
    OfferWithdrawn,
    Accepted,
    Visit,
    Deadline,
    Queue,
    Result,
    Message,
}

/// <summary>What a person must learn now, written in the transaction of its cause.</summary>
internal sealed class NoticeStore(Session db, NoticeSignal signal, TimeProvider clock)
{
    /// <summary>An SMS carries this many characters.</summary>
    public const int LongestText = 70;

    public Task ToTeam(RequestRow request, Guid teamId, NoticeKind kind, string text, Guid? offerId = null) =>
        Write(request, "team", teamId.ToString("D"), kind, text, offerId);

    /// <summary>To the officers of the request's region; every upper office that covers it sees it too.</summary>
    public Task ToOfficers(RequestRow request, NoticeKind kind, string text) =>
        Write(request, "officer", request.RegionCode, kind, text, null);

    public Task ToRequester(RequestRow request, NoticeKind kind, string text) =>
        Write(request, "requester", request.RequesterSubject ?? request.RequesterKey, kind, text, null);

    private async Task Write(RequestRow request, string recipient, string key, NoticeKind kind, string text, Guid? offerId)
    {
        var now = clock.GetUtcNow();
        await db.Execute(
            """
            insert into notice (notice_id, recipient, recipient_key, province_code, city_code, county_code, request_id, offer_id, kind, text, created_at, hook_next_at)
            values (@id, @recipient, @key, @ProvinceCode, @CityCode, @CountyCode, @RequestId, @offerId, @kind, @text, @now, @now)
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                recipient,
                key,
                request.ProvinceCode,
                request.CityCode,
                request.CountyCode,
                request.RequestId,
                offerId,
                kind = Words.Of(kind),
                text = Short(PhoneNumber.MaskIn(text)),
                now,
            }
        );
        db.AfterCommit(signal.Wake);
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
}

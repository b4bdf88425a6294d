using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;
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

/// <summary>What a person must learn now, written in the transaction of its cause, in both languages: whoever reads it later chooses.</summary>
internal sealed class NoticeStore(Session db, NoticeSignal signal, Instruments instruments, TimeProvider clock)
{
    /// <summary>An SMS carries this many characters.</summary>
    public const int LongestText = 70;

    public Task ToTeam(RequestRow request, Guid teamId, NoticeKind kind, Text text, Guid? offerId = null) =>
        Write(request, NoticeRecipient.Team, teamId.ToString("D"), kind, text, offerId);

    /// <summary>To the officers of the request's region; every upper office that covers it sees it too.</summary>
    public Task ToOfficers(RequestRow request, NoticeKind kind, Text text) =>
        Write(request, NoticeRecipient.Officer, request.RegionCode, kind, text, null);

    public Task ToRequester(RequestRow request, NoticeKind kind, Text text) =>
        Write(request, NoticeRecipient.Requester, request.RequesterSubject ?? request.RequesterKey, kind, text, null);

    private async Task Write(RequestRow request, NoticeRecipient recipient, string key, NoticeKind kind, Text text, Guid? offerId)
    {
        var now = clock.GetUtcNow();
        await db.Execute(
            """
            insert into notice (notice_id, recipient, recipient_key, province_code, city_code, county_code, request_id, offer_id, kind, text, text_en, created_at, hook_next_at)
            values (@id, @recipient, @key, @ProvinceCode, @CityCode, @CountyCode, @RequestId, @offerId, @kind, @text, @textEn, @now, @now)
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                recipient = Words.Of(recipient),
                key,
                request.ProvinceCode,
                request.CityCode,
                request.CountyCode,
                request.RequestId,
                offerId,
                kind = Words.Of(kind),
                text = Short(text.Zh),
                textEn = Short(text.En),
                now,
            }
        );
        db.AfterCommit(() =>
        {
            signal.Wake();
            instruments.NoticeWritten(recipient);
        });
    }

    private static string Short(string words)
    {
        var text = PhoneNumber.MaskIn(words);
        if (text.Length <= LongestText)
        {
            return text;
        }

        // Half of a surrogate pair is no text: neither JSON nor the database takes it.
        var end = LongestText - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }
}

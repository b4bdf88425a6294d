using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using MediatR;

namespace Dispatch.Api.Features.Notices;

/// <summary>Somebody has them now, by poll or by hook. The answer clock of an offer starts here.</summary>
internal sealed record DeliverNotices(IReadOnlyList<Guid> NoticeIds) : ICommand<Delivered>;

internal sealed record Delivered(int Count);

internal sealed class DeliverNoticesHandler(
    Session db,
    RequestStore requests,
    OfferStore offers,
    DeadlineStore deadlines,
    TimeProvider clock
) : IRequestHandler<DeliverNotices, Delivered>
{
    public async Task<Delivered> Handle(DeliverNotices command, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var count = 0;
        foreach (var noticeId in command.NoticeIds)
        {
            var row = await db.Find<Row>(
                "update notice set delivered_at = @now, hook_next_at = null where notice_id = @noticeId and delivered_at is null returning request_id, offer_id, kind",
                new { noticeId, now }
            );
            if (row is null)
            {
                continue;
            }

            count++;
            if (row is { OfferId: { } offerId, Kind: "offer" })
            {
                await StartAnswerClock(row.RequestId, offerId, now);
            }
        }

        return new Delivered(count);
    }

    private async Task StartAnswerClock(Guid requestId, Guid offerId, DateTimeOffset now)
    {
        var request = (await requests.HoldUnseen(requestId))!;
        var offer = (await offers.FindUnseen(offerId))!;
        if (offer.StateNow != OfferState.Pending || offer.DeliveredAt is not null)
        {
            return;
        }

        // Delivered late, the clock has been running since the latest moment it could start.
        var due =
            now - offer.OfferedAt <= DeadlineRules.LatestDelivery
                ? await deadlines.Start(request, DeadlineKind.Answer, offerId)
                : offer.AnswerDueAt;
        await offers.SetAnswerDue(offerId, due, now);
    }

    private sealed record Row
    {
        public Guid RequestId { get; init; }
        public Guid? OfferId { get; init; }
        public string Kind { get; init; } = "";
    }
}

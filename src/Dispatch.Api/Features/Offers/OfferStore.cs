using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Telemetry;
using Dispatch.Domain.Offers;

namespace Dispatch.Api.Features.Offers;

internal sealed record OfferRow
{
    public Guid OfferId { get; init; }
    public Guid RequestId { get; init; }
    public Guid TeamId { get; init; }
    public string State { get; init; } = "";
    public long Version { get; init; }
    public string Role { get; init; } = "";
    public string Way { get; init; } = "";
    public string Tier { get; init; } = "";
    public int? Score { get; init; }
    public string Explanation { get; init; } = "";
    public Guid? DecisionId { get; init; }
    public DateTimeOffset OfferedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset AnswerDueAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? DeclineReason { get; init; }
    public string? Note { get; init; }

    /// <summary>The part of a joint plan it is for; none: the whole request.</summary>
    public Guid? PartId { get; init; }

    public OfferState StateNow => Words.To<OfferState>(State);
}

/// <summary>How an offer came about.</summary>
internal enum OfferWay
{
    /// <summary>An officer chose the team from the ranking.</summary>
    Picked,

    /// <summary>The service went to the next best team.</summary>
    Automatic,

    /// <summary>One of the three of an emergency.</summary>
    Broadcast,

    /// <summary>抢单: the team took it.</summary>
    Claimed,

    /// <summary>裁定派单: a person decided.</summary>
    Arbitrated,

    /// <summary>批量派单: out of the plan for many requests at once.</summary>
    Batch,
}

/// <summary>The one writer of <c>offer.state</c>.</summary>
internal sealed class OfferStore(
    Session db,
    Caller caller,
    TimelineStore timeline,
    TeamLoadStore loads,
    Preconditions preconditions,
    Instruments instruments,
    TimeProvider clock
)
{
    public const string Columns =
        "offer_id, request_id, team_id, state, version, role, way, tier, score, explanation, decision_id, offered_at, delivered_at, answer_due_at, ended_at, decline_reason, note, part_id";

    /// <summary>The offer for somebody who may answer it: a leader for the own team, an officer who has the leader on the phone.</summary>
    public async Task<OfferRow> Find(Guid id)
    {
        var offer = await FindUnseen(id);
        return offer is not null && await Sees(offer) ? offer : throw Refused.Unknown();
    }

    public Task<OfferRow?> FindUnseen(Guid id) => db.Find<OfferRow>($"select {Columns} from offer where offer_id = @id", new { id });

    public Task<IReadOnlyList<OfferRow>> Pending(Guid requestId) =>
        db.List<OfferRow>(
            $"select {Columns} from offer where request_id = @requestId and state = 'pending' order by offered_at, offer_id",
            new { requestId }
        );

    public async Task<bool> WasClaimed(Guid requestId) =>
        await db.Value<long>("select count(*) from offer where request_id = @requestId and way = 'claimed'", new { requestId }) > 0;

    /// <summary>Ended offers to lead, by tier, since the request was last reopened.</summary>
    public async Task<Dictionary<string, int>> Bounces(Guid requestId)
    {
        var rows = await db.List<Bounce>(
            """
            select tier, count(*) as times from offer
            where request_id = @requestId and role = 'lead' and state in ('declined', 'expired')
              and not exists (select 1 from timeline where timeline.request_id = offer.request_id and timeline.action = 'reopen' and timeline.at >= offer.offered_at)
            group by tier
            """,
            new { requestId }
        );
        return rows.ToDictionary(row => row.Tier, row => (int)row.Times, StringComparer.Ordinal);
    }

    /// <summary>How many teams have declined a part of a joint plan or stayed silent.</summary>
    public Task<long> EndedFor(Guid partId) =>
        db.Value<long>("select count(*) from offer where part_id = @partId and state in ('declined', 'expired')", new { partId });

    public async Task<OfferRow> Insert(OfferRow offer)
    {
        await db.Execute(
            """
            insert into offer (offer_id, request_id, team_id, state, version, role, way, tier, score, explanation, decision_id, offered_at, answer_due_at, part_id)
            values (@OfferId, @RequestId, @TeamId, 'pending', 1, @Role, @Way, @Tier, @Score, @Explanation, @DecisionId, @OfferedAt, @AnswerDueAt, @PartId)
            """,
            offer
        );
        loads.Asked(offer.TeamId);
        db.AfterCommit(() => instruments.OfferMade(offer.Way));
        await timeline.Write(offer.RequestId, new Entry(TimelineSubject.Offer, offer.OfferId, "offer", null, "pending", offer.Way));
        return offer with { State = "pending", Version = 1 };
    }

    public async Task<OfferRow> Move(OfferRow offer, OfferAction action, string? reason = null, string? note = null)
    {
        var to = Moves.Next(OfferFlow.Machine, offer.StateNow, action);
        preconditions.Demand(offer.OfferId, offer.Version);
        var moved =
            await db.Find<OfferRow>(
                $"""
                update offer set state = @to, version = version + 1, ended_at = @now, decline_reason = @declineReason, note = @note
                where offer_id = @OfferId and version = @Version
                returning {Columns}
                """,
                new
                {
                    offer.OfferId,
                    offer.Version,
                    to = Words.Of(to),
                    now = clock.GetUtcNow(),
                    declineReason = action == OfferAction.Decline ? reason : null,
                    note,
                }
            ) ?? throw new InvalidOperationException("An offer changed while its request was held.");
        if (action != OfferAction.Accept)
        {
            await KeptAnswer.Unsay(db, moved.RequestId, moved.TeamId);
        }

        loads.Answered(offer.TeamId);
        db.AfterCommit(() => instruments.OfferEnded(moved.State));
        await timeline.Write(
            offer.RequestId,
            new Entry(TimelineSubject.Offer, offer.OfferId, Words.Of(action), offer.State, moved.State, reason, note)
        );
        return moved;
    }

    public Task SetAnswerDue(Guid offerId, DateTimeOffset dueAt, DateTimeOffset? deliveredAt) =>
        db.Execute(
            "update offer set answer_due_at = @dueAt, delivered_at = @deliveredAt where offer_id = @offerId",
            new
            {
                offerId,
                dueAt,
                deliveredAt,
            }
        );

    private async Task<bool> Sees(OfferRow offer)
    {
        if (!caller.SeesRegions)
        {
            return caller.TeamId == offer.TeamId;
        }

        return caller.RegionCode is null
            || await db.Value<long>(
                $"select count(*) from help_request where request_id = @RequestId and {RegionScope.Sql("help_request", "@RegionCode")}",
                new { offer.RequestId, caller.RegionCode }
            ) > 0;
    }

    private sealed record Bounce
    {
        public string Tier { get; init; } = "";
        public long Times { get; init; }
    }
}

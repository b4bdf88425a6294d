using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>接单: the leader takes it, and may book the first visit with the same tap.</summary>
internal sealed record AcceptOffer(DateTimeOffset? Start = null, DateTimeOffset? End = null, IReadOnlyList<Guid>? MemberIds = null)
    : ICommand<OfferView>
{
    [JsonIgnore]
    public Guid OfferId { get; init; }
}

internal static class AcceptOfferEndpoint
{
    public static void MapAcceptOffer(this IEndpointRouteBuilder offers) =>
        offers
            .MapPost("/{offerId:guid}/accept", Post)
            .WithName(nameof(AcceptOffer))
            .WithSummary("Accept an offer, and book the first visit if a time is given")
            .ActsOnce();

    private static Task<OfferView> Post(Guid offerId, AcceptOffer command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { OfferId = offerId }, ct);
}

internal sealed class AcceptOfferValidator : AbstractValidator<AcceptOffer>
{
    public AcceptOfferValidator()
    {
        RuleFor(c => c.Start).InYears();
        RuleFor(c => c.End).InYears();
        RuleFor(c => c.End)
            .Must((command, end) => (command.Start is null) == (end is null))
            .Says("window_incomplete", "开始和结束时间须同时给出。", "Give start and end together.");
        RuleFor(c => c.End)
            .Must((command, end) => !(end <= command.Start))
            .Says("window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
        RuleFor(c => c.MemberIds).MaximumItems(BookVisitValidator.MostMembers);
    }
}

internal sealed class AcceptOfferHandler(
    RequestStore requests,
    OfferStore offers,
    Acceptance acceptance,
    JointWay joint,
    Booking booking,
    OfferReader reader,
    TimeProvider clock
) : IRequestHandler<AcceptOffer, OfferView>
{
    public async Task<OfferView> Handle(AcceptOffer command, CancellationToken cancellationToken)
    {
        var found = await offers.Find(command.OfferId);
        var request = (await requests.HoldUnseen(found.RequestId))!;
        var offer = (await offers.FindUnseen(command.OfferId))!;
        RefuseEnded(request, offer);
        var (taken, assignment) = offer.PartId is null
            ? await acceptance.Take(request, offer, HelpRequestAction.Accept)
            : await joint.Accept(request, offer);
        if (command is not { Start: { } start, End: { } end })
        {
            return await reader.View(offer.OfferId);
        }

        RefuseEarlyVisit(taken);
        var visit = await booking.Book(taken, assignment, new Booked(null, start, end, command.MemberIds ?? [], null));
        return await reader.View(offer.OfferId, visit.VisitId);
    }

    // Of a joint request the others may still say no.
    private static void RefuseEarlyVisit(RequestRow request)
    {
        if (request.StateNow is not (HelpRequestState.Accepted or HelpRequestState.InProgress))
        {
            throw new Refused(
                ProblemKinds.InvalidTransition,
                "其他队伍尚未全部接单，暂不能预约上门。请先接单，不填时间。",
                "Not everybody has accepted yet, so no visit is booked. Accept it without a time."
            )
            {
                State = request.State,
                Allowed = HelpRequestFlow.Machine.Possible(request.StateNow),
            };
        }
    }

    private void RefuseEnded(RequestRow request, OfferRow offer)
    {
        if (offer.StateNow == OfferState.Expired || (offer.StateNow == OfferState.Pending && offer.AnswerDueAt <= clock.GetUtcNow()))
        {
            throw new Refused(
                ProblemKinds.OfferExpired,
                "答复时间已过，派单已转给其他队伍。",
                "The time to answer has passed; the offer goes to another team."
            )
            {
                State = offer.State,
                Allowed = [],
            };
        }

        if (offer.StateNow == OfferState.Withdrawn && request.AcceptedAt is not null)
        {
            throw new Refused(ProblemKinds.RequestTaken, "另一支队伍已先接单。", "Another team was first and has taken it.")
            {
                State = offer.State,
                Allowed = [],
            };
        }

        if (offer.StateNow != OfferState.Pending)
        {
            throw OfferFlow.Machine.Illegal(offer.StateNow, OfferAction.Accept);
        }
    }
}

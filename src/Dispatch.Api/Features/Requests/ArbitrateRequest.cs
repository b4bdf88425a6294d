using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>裁定派单: a person decides which team is asked; this ends the bouncing.</summary>
internal sealed record ArbitrateRequest(Guid TeamId, string Reason) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ArbitrateRequestEndpoint
{
    public static void MapArbitrateRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/arbitrate", Post)
            .WithName(nameof(ArbitrateRequest))
            .WithSummary("Decide by hand which team is asked")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ArbitrateRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ArbitrateRequestValidator : AbstractValidator<ArbitrateRequest>
{
    public ArbitrateRequestValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
    }
}

internal sealed class ArbitrateRequestHandler(
    RequestStore requests,
    RequestReader reader,
    Matching matching,
    Offering offering,
    JointWay joint,
    LookAlikes lookAlikes
) : IRequestHandler<ArbitrateRequest, RequestView>
{
    /// <summary>These bind a person too; tier, capacity and an earlier refusal are what he decides about.</summary>
    private static readonly Ineligibility[] Absolute =
    [
        Ineligibility.LicenceMissing,
        Ineligibility.ConflictOfInterest,
        Ineligibility.Suspended,
    ];

    public async Task<RequestView> Handle(ArbitrateRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Arbitrate);
        RequestStore.RefuseHeld(request);
        var against = (await matching.ReasonsAgainst(request, command.TeamId)).Intersect(Absolute).ToList();
        if (against.Count > 0)
        {
            throw Offering.NotEligible(against[0]);
        }

        request = await lookAlikes.Deny(request, "arbitrated");
        await joint.GiveUp(request, "arbitrated");
        await offering.WithdrawPending(request, "arbitrated");
        request = await requests.SetAutomatic(await requests.Move(request, HelpRequestAction.Arbitrate, command.Reason), automatic: false);
        var tier = Words.To<Tier>(request.Tier);
        await offering.Offer(request, command.TeamId, tier, OfferWay.Arbitrated, null, SavedExplanation.OfPerson(command.Reason));
        return await reader.View(await offering.MarkOffered(request, tier, null));
    }
}

using System.Text.Json.Serialization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Http;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>The office has seen evidence of a benefit: from here on it counts as confirmed. To confirm it anew corrects what was confirmed.</summary>
/// <param name="Evidence">What it was seen from: a ledger, an invoice, a weighing list.</param>
/// <param name="AmountFen">What the evidence says; left out, what stands there.</param>
internal sealed record ConfirmBenefit(string Evidence, long? AmountFen = null) : ICommand<VisitView>
{
    [JsonIgnore]
    public Guid VisitId { get; init; }

    [JsonIgnore]
    public Guid BenefitId { get; init; }
}

internal static class ConfirmBenefitEndpoint
{
    public static void MapConfirmBenefit(this IEndpointRouteBuilder visits) =>
        visits
            .MapPost("/{visitId:guid}/benefits/{benefitId:guid}/confirm", Post)
            .WithName(nameof(ConfirmBenefit))
            .WithSummary("Confirm a benefit on evidence")
            .Acts();

    private static Task<VisitView> Post(Guid visitId, Guid benefitId, ConfirmBenefit command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { VisitId = visitId, BenefitId = benefitId }, ct);
}

internal sealed class ConfirmBenefitValidator : AbstractValidator<ConfirmBenefit>
{
    public ConfirmBenefitValidator()
    {
        RuleFor(c => c.Evidence).NotEmpty().MaximumLength(500);
        RuleFor(c => c.AmountFen).InclusiveBetween(1, BenefitBodyValidator.OneTrillionYuan);
    }
}

internal sealed class ConfirmBenefitHandler(VisitStore visits, OutcomeStore outcomes, VisitReader reader)
    : IRequestHandler<ConfirmBenefit, VisitView>
{
    private const string AsReported = "as_reported";
    private const string Corrected = "corrected";

    public async Task<VisitView> Handle(ConfirmBenefit command, CancellationToken cancellationToken)
    {
        var (request, visit) = await visits.Hold(command.VisitId);
        var benefit = await outcomes.FindBenefit(visit.VisitId, command.BenefitId);
        AskErasureHandler.NotErased(request);
        RefuseUnfinished(request, visit);
        var amount = command.AmountFen ?? benefit.AmountFen;
        if (benefit.IsConfirmed && (benefit.AmountFen, benefit.Evidence) == (amount, command.Evidence))
        {
            return await reader.View(visit);
        }

        var noted = await visits.Note(visit, "confirm_benefit", amount == benefit.Reported ? AsReported : Corrected);
        await outcomes.Confirm(benefit, amount, command.Evidence);
        return await reader.View(noted);
    }

    // What a request that is open again brought is not known yet.
    private static void RefuseUnfinished(RequestRow request, VisitRow visit)
    {
        if (visit.StateNow != VisitState.Completed || request.StateNow is not (HelpRequestState.Resolved or HelpRequestState.Closed))
        {
            throw new Refused(
                ProblemKinds.Conflict,
                "效益要等服务完成、求助有了结果后才能确认；求助重开后须先再次办结。",
                "A benefit is confirmed when the visit is completed and the request has its result; one that is open again must get a new one first."
            );
        }
    }
}

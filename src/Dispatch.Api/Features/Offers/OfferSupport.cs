using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>Asks one more team to help while the work goes on, or one in the place of a support that left. The request is never moved by it.</summary>
/// <param name="PartId">The part that has no team any more; none: a new one.</param>
internal sealed record OfferSupport(Guid TeamId, IReadOnlyList<SkillBody> Skills, Guid? PartId = null) : ICreates<OfferView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class OfferSupportEndpoint
{
    public static void MapOfferSupport(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/support-offers", Post)
            .WithName(nameof(OfferSupport))
            .WithSummary("Ask a further team to support work that has begun")
            .Creates<OfferView>();

    private static Task<OfferView> Post(Guid requestId, OfferSupport command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class OfferSupportValidator : AbstractValidator<OfferSupport>
{
    public OfferSupportValidator(IValidator<SkillBody> skill)
    {
        RuleFor(c => c.Skills).MaximumItems(SubmitRequestValidator.MostSkills);
        RuleFor(c => c.Skills)
            .Must(skills => skills is null || skills.Count > 0)
            .Says("skills_missing", "请写明这支队伍承担的技能。", "Say which skills the team is there for.");
        RuleForEach(c => c.Skills).SetValidator(skill);
    }
}

internal sealed class OfferSupportHandler(
    RequestStore requests,
    OfferStore offers,
    JointStore parts,
    JointChoice choice,
    Offering offering,
    OfferReader reader
) : IRequestHandler<OfferSupport, OfferView>
{
    public async Task<OfferView> Handle(OfferSupport command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RefuseNotInHand(request);
        RequestStore.RefuseHeld(request);
        if ((await offers.Pending(request.RequestId)).Any(offer => offer.TeamId == command.TeamId))
        {
            throw new Refused(
                ProblemKinds.OfferLive,
                "已经派给这支队伍，正在等待答复。",
                "This team has been asked already and has not answered yet."
            );
        }

        var (chosen, tier) = await choice.Support(request, command.TeamId, command.Skills);
        var part = command.PartId is { } partId
            ? await Missing(request, partId)
            : await parts.Add(request, AssignmentRole.Support, chosen.Skills, mandatory: false);
        var offer = await offering.OfferPart(request, part, chosen.TeamId, tier, OfferWay.Picked);
        return await reader.View(offer.OfferId);
    }

    private static void RefuseNotInHand(RequestRow request)
    {
        if (request.StateNow is not (HelpRequestState.Accepted or HelpRequestState.InProgress))
        {
            throw new Refused(
                ProblemKinds.InvalidTransition,
                $"{Vocabulary.Of(request.StateNow).Zh}状态下不能增派协办；须先接单。接单前请用 joint-offers。",
                $"No support is asked in state {request.State}: a team must have accepted. Before that, use joint-offers."
            )
            {
                State = request.State,
                Allowed = HelpRequestFlow.Machine.Possible(request.StateNow),
            };
        }
    }

    private async Task<PartRow> Missing(RequestRow request, Guid partId) =>
        (await parts.Live(request.RequestId)).FirstOrDefault(part =>
            part.PartId == partId && part is { IsLead: false, State: PartState.Missing }
        ) ?? throw Refused.Field("#/partId", "part_unknown", "没有这样空缺的协办部分。", "There is no such part without a team.");
}

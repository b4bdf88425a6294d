using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>Asks several teams at once to take a request together: as proposed, or as an officer has put them together.</summary>
/// <param name="Parts">None: the best plan there is; where a plan is under way, whatever it lacks.</param>
internal sealed record OfferJointly(IReadOnlyList<JointPartBody>? Parts = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

/// <summary>A team, its role, and what it is there for. A mandatory part is waited for; it is unless said otherwise.</summary>
internal sealed record JointPartBody(Guid TeamId, AssignmentRole Role, IReadOnlyList<SkillBody> Skills, bool? Mandatory = null);

internal static class OfferJointlyEndpoint
{
    public static void MapOfferJointly(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/joint-offers", Post)
            .WithName(nameof(OfferJointly))
            .WithSummary("Offer a request to several teams together, a lead and supports")
            .ActsOnce();

    private static Task<RequestView> Post(Guid requestId, OfferJointly command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class OfferJointlyValidator : AbstractValidator<OfferJointly>
{
    public const int MostParts = 12;

    public OfferJointlyValidator(IValidator<JointPartBody> part)
    {
        RuleFor(c => c.Parts).MaximumItems(MostParts);
        RuleFor(c => c.Parts)
            .Must(parts => parts is null || parts.Count > 0)
            .Says(
                "parts_missing",
                "请给出各队伍，或不填 parts 采用推荐方案。",
                "Name the teams, or leave parts out and take the proposed plan."
            );
        RuleFor(c => c.Parts)
            .Must(parts => parts is null || parts.DistinctBy(part => part.TeamId).Count() == parts.Count)
            .Says("team_twice", "同一队伍只能承担一部分。", "One team has one part.");
        RuleFor(c => c.Parts)
            .Must(parts => parts is null || parts.Count(part => part.Role == AssignmentRole.Lead) <= 1)
            .Says("leads_several", "主办只能有一支队伍。", "One team leads.");
        RuleForEach(c => c.Parts).SetValidator(part);
    }
}

internal sealed class JointPartBodyValidator : AbstractValidator<JointPartBody>
{
    public JointPartBodyValidator(IValidator<SkillBody> skill)
    {
        RuleFor(p => p.Skills).MaximumItems(SubmitRequestValidator.MostSkills);
        RuleFor(p => p.Skills)
            .Must(skills => skills is null || skills.Count > 0)
            .Says("skills_missing", "请写明这支队伍承担的技能。", "Say which skills the team is there for.");
        RuleForEach(p => p.Skills).SetValidator(skill);
        RuleFor(p => p.Mandatory)
            .Must((part, mandatory) => part.Role == AssignmentRole.Support || mandatory != false)
            .Says("lead_optional", "主办不能是可选的。", "A lead is never optional.");
    }
}

internal sealed class OfferJointlyHandler(
    RequestStore requests,
    RequestReader reader,
    OfferStore offers,
    JointStore parts,
    JointWay joint,
    JointChoice choice,
    LookAlikes lookAlikes
) : IRequestHandler<OfferJointly, RequestView>
{
    public async Task<RequestView> Handle(OfferJointly command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Offer);
        RequestStore.RefuseHeld(request);
        RequestStore.RefuseUnknownSkill(request);
        var live = await parts.Live(request.RequestId);
        await RefuseNothingToAsk(request, live, command.Parts is not null);
        request = await lookAlikes.Deny(request, "dispatched");
        request = request.Joint ? request : await requests.SetJoint(request, joint: true);
        if (command.Parts is null)
        {
            return await reader.View(live.Count == 0 ? await joint.Propose(request) : await joint.GoOn(request));
        }

        var (chosen, tier) = await choice.Of(request, live, command.Parts);
        return await reader.View(await joint.AskThese(request, chosen, tier));
    }

    /// <summary>An offer of the whole waits for its answer; a plan in which everybody is asked needs nobody more by itself.</summary>
    private async Task RefuseNothingToAsk(RequestRow request, IReadOnlyList<PartRow> live, bool byHand)
    {
        var pending = await offers.Pending(request.RequestId);
        var complete = live.Count > 0 && !live.Any(part => part is { Mandatory: true, State: PartState.Missing });
        if (pending.Any(offer => offer.PartId is null) || (complete && !byHand))
        {
            throw new Refused(
                ProblemKinds.OfferLive,
                "已有派单待接单。请等待答复，或先撤回它。",
                "Offers are waiting for their answers. Wait for them, or withdraw them first."
            );
        }
    }
}

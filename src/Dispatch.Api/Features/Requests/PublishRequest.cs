using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>揭榜: an officer opens a request for teams to claim.</summary>
internal sealed record PublishRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class PublishRequestEndpoint
{
    public static void MapPublishRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/publish", Post)
            .WithName(nameof(PublishRequest))
            .WithSummary("Publish an open request for claiming")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, PublishRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class PublishRequestValidator : AbstractValidator<PublishRequest>
{
    public PublishRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class PublishRequestHandler(RequestStore requests, RequestReader reader, JointWay joint, Desks desks, LookAlikes lookAlikes)
    : IRequestHandler<PublishRequest, RequestView>
{
    public async Task<RequestView> Handle(PublishRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Publish);
        RequestStore.RefuseHeld(request);
        RequestStore.RefuseUnknownSkill(request);
        await joint.RefuseUnderWay(request);
        request = await lookAlikes.Deny(request, "published");
        var published = await requests.Move(request, HelpRequestAction.Publish, command.Reason, command.Note);
        return await reader.View(await desks.ToDesk(published, RequestQueue.Claim));
    }
}

using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Offers;

/// <summary>An officer goes on without a part of a joint plan, and says why. If it was the last one missing, the request is accepted.</summary>
internal sealed record WaivePart(Guid PartId, string Reason) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class WaivePartEndpoint
{
    public static void MapWaivePart(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/waive-part", Post)
            .WithName(nameof(WaivePart))
            .WithSummary("Go on without a part of a joint plan")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, WaivePart command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class WaivePartValidator : AbstractValidator<WaivePart>
{
    public WaivePartValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
    }
}

internal sealed class WaivePartHandler(
    RequestStore requests,
    RequestReader reader,
    JointStore parts,
    JointWay joint,
    Catalogue catalogue,
    Preconditions preconditions
) : IRequestHandler<WaivePart, RequestView>
{
    public async Task<RequestView> Handle(WaivePart command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.RefuseHeld(request);
        var live = await parts.Live(request.RequestId);
        JointWay.RefuseNoPlan(request, live);
        var part =
            live.FirstOrDefault(part => part.PartId == command.PartId && part is { IsLead: false, Mandatory: true })
            ?? throw Refused.Field(
                "#/partId",
                "part_unknown",
                "没有这样的必需协办部分；主办不能省去。",
                "There is no such mandatory support. A lead cannot be done without."
            );
        preconditions.Demand(request.RequestId, request.Version);
        await parts.Waive(request, part, command.Reason, PartWording.Of(part, catalogue));
        return await reader.View(await joint.Settle(request));
    }
}

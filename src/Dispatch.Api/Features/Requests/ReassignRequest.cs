using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>改派: an officer takes it from a silent team. It is not offered to that team again.</summary>
internal sealed record ReassignRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ReassignRequestEndpoint
{
    public static void MapReassignRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/reassign", Post)
            .WithName(nameof(ReassignRequest))
            .WithSummary("Take an accepted request from its team")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ReassignRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ReassignRequestValidator : AbstractValidator<ReassignRequest>
{
    public ReassignRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class ReassignRequestHandler(RequestStore requests, RequestReader reader, Return back)
    : IRequestHandler<ReassignRequest, RequestView>
{
    public async Task<RequestView> Handle(ReassignRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        return await reader.View(
            await back.TakeBack(request, HelpRequestAction.Reassign, AssignmentAction.Replace, command.Reason, command.Note)
        );
    }
}

using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>Ends a hold: back to where it began, and the deadlines run on.</summary>
internal sealed record ResumeRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ResumeRequestEndpoint
{
    public static void MapResumeRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{requestId:guid}/resume", Post).WithName(nameof(ResumeRequest)).WithSummary("Resume a request on hold").Acts();

    private static Task<RequestView> Post(Guid requestId, ResumeRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ResumeRequestValidator : AbstractValidator<ResumeRequest>
{
    public ResumeRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class ResumeRequestHandler(RequestStore requests, RequestReader reader, Resumption resumption)
    : IRequestHandler<ResumeRequest, RequestView>
{
    public async Task<RequestView> Handle(ResumeRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        return await reader.View(await resumption.Resume(request, command.Reason, command.Note));
    }
}

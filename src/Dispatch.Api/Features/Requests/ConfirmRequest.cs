using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>评单: the requester says whether it is solved, himself or when called back; never the team.</summary>
internal sealed record ConfirmRequest(bool Solved, int? Rating = null, string? Comment = null, bool? LeaveIt = null, ConfirmedBy? By = null)
    : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class ConfirmRequestEndpoint
{
    public static void MapConfirmRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/confirm", Post)
            .WithName(nameof(ConfirmRequest))
            .WithSummary("Say whether it was solved, and rate it")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, ConfirmRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ConfirmRequestValidator : AbstractValidator<ConfirmRequest>
{
    public ConfirmRequestValidator()
    {
        RuleFor(c => c.Rating).InclusiveBetween(1, 5);
        RuleFor(c => c.Comment).MaximumLength(2000);
        RuleFor(c => c.By).IsInEnum();
    }
}

internal sealed class ConfirmRequestHandler(Caller caller, RequestStore requests, RequestReader reader, Confirmations confirmations)
    : IRequestHandler<ConfirmRequest, RequestView>
{
    public async Task<RequestView> Handle(ConfirmRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        var by = caller.IsOffice ? command.By ?? ConfirmedBy.Callback : ConfirmedBy.Requester;
        var word = new RequesterWord(command.Solved, command.Rating, command.Comment, command.LeaveIt ?? false, by);
        return await reader.View(await confirmations.Take(request, word));
    }
}

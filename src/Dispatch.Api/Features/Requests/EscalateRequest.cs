using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>提级: the request goes one tier up; after the last tier a person decides.</summary>
internal sealed record EscalateRequest(string? Reason = null, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

internal static class EscalateRequestEndpoint
{
    public static void MapEscalateRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/escalate", Post)
            .WithName(nameof(EscalateRequest))
            .WithSummary("Raise a request to the next tier")
            .Acts();

    private static Task<RequestView> Post(Guid requestId, EscalateRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class EscalateRequestValidator : AbstractValidator<EscalateRequest>
{
    public EscalateRequestValidator()
    {
        RuleFor(c => c.Reason).MaximumLength(200);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class EscalateRequestHandler(
    Caller caller,
    RequestStore requests,
    RequestReader reader,
    Matching matching,
    Dispatcher dispatcher,
    Desks desks
) : IRequestHandler<EscalateRequest, RequestView>
{
    public async Task<RequestView> Handle(EscalateRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.Check(request, HelpRequestAction.Escalate);
        var tier = Words.To<Tier>(request.Tier);
        var next = tier == Tier.Country ? (Tier?)null : tier + 1;
        if (next == Tier.Country && !await OpensCountry(request))
        {
            throw new Refused(
                ProblemKinds.Forbidden,
                "跨省上门须由省级工会决定；可以改为远程、宣讲或会诊。",
                "Help on site from another province is a province officer's decision; remote help, a lecture or a consultation needs none."
            );
        }

        request = await requests.Move(request, HelpRequestAction.Escalate, command.Reason ?? "by_officer", command.Note, reached: next);
        if (next is { } higher)
        {
            request = await requests.SetTier(request, higher);
        }

        return await reader.View(request.StateNow == HelpRequestState.Open ? await NextStep(request, next) : request);
    }

    /// <summary>Above the country there is a person.</summary>
    private async Task<RequestRow> NextStep(RequestRow request, Tier? opened) =>
        request.Automatic ? await dispatcher.GoOn(request)
        : opened is null ? await desks.ToDesk(request, RequestQueue.Arbitration)
        : await desks.ToDesk(request, Words.To<RequestQueue>(request.Queue!));

    /// <summary>To the country on site only a province officer may.</summary>
    private async Task<bool> OpensCountry(RequestRow request) =>
        await matching.Highest(request) == Tier.Country || caller.RegionCode is null || caller.RegionCode == request.ProvinceCode;
}

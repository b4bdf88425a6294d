using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.SolvedCases;

/// <summary>What worked in cases like this one.</summary>
internal sealed record ShowSolvedCases(Guid RequestId) : IRequest<SolvedCasesView>, IBeyondRegion;

internal sealed record SolvedCasesView(IReadOnlyList<SolvedCaseView> Items);

internal static class ShowSolvedCasesEndpoint
{
    public static void MapShowSolvedCases(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet("/{requestId:guid}/solved-cases", Get)
            .WithName(nameof(ShowSolvedCases))
            .WithSummary("Show what worked in cases like this one")
            .ShowsMany();

    private static Task<SolvedCasesView> Get(Guid requestId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowSolvedCases(requestId), ct);
}

internal sealed class ShowSolvedCasesHandler(Session db, Caller caller, RequestStore requests, SolvedCaseReader reader)
    : IRequestHandler<ShowSolvedCases, SolvedCasesView>
{
    public async Task<SolvedCasesView> Handle(ShowSolvedCases query, CancellationToken cancellationToken)
    {
        var request = await requests.Find(query.RequestId);
        var accepted = await requests.TieOf(request.RequestId) != TeamTie.None;
        // Of a text the caller may not read nothing is told, not even what it is like.
        return new SolvedCasesView(
            request is { SafetyHeld: false, MainSkill: { } skill } && caller.Reads(request, accepted)
                ? await reader.Like(
                    db,
                    request.Text,
                    skill,
                    new CasePlace(request.CountyCode, request.CityCode, request.ProvinceCode),
                    request.RequestId
                )
                : []
        );
    }
}

using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Visits;

/// <summary>One visit with its outcome.</summary>
internal sealed record ShowVisit(Guid VisitId) : IRequest<VisitView>;

internal static class ShowVisitEndpoint
{
    public static void MapShowVisit(this IEndpointRouteBuilder visits) =>
        visits
            .MapGet(
                "/{visitId:guid}",
                (Guid visitId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowVisit(visitId), ct)
            )
            .WithName(nameof(ShowVisit))
            .WithSummary("Read one visit")
            .ShowsOne();
}

internal sealed class ShowVisitHandler(Caller caller, VisitStore visits, RequestStore requests, PersonSight sight, VisitReader reader)
    : IRequestHandler<ShowVisit, VisitView>
{
    public async Task<VisitView> Handle(ShowVisit query, CancellationToken cancellationToken)
    {
        var visit = await visits.Find(query.VisitId);
        var view = await reader.View(visit);
        if (caller.TeamId == visit.TeamId)
        {
            return view;
        }

        var (request, tie) = (await requests.Find(visit.RequestId), await requests.TieOf(visit.RequestId));
        return caller.Reads(request, accepted: tie != TeamTie.None) && (!request.HidesBeneficiary() || sight.Of(request, tie))
            ? view
            : view.WithoutWords();
    }
}

using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>A request as <see cref="ChangeRequest"/> would have it now: whole, whatever its reader is shown of it.</summary>
internal sealed record ReadRequestBody(Guid RequestId) : IRequest<Basis<ChangeRequest>>;

internal static class PatchRequestEndpoint
{
    public static void MapPatchRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPatch("/{requestId:guid}", Patch)
            .WithName("PatchRequest")
            .WithSummary("Correct some members of a request nobody has taken yet")
            .Replaces();

    private static async Task<RequestView> Patch(
        Guid requestId,
        Patch<ChangeRequest> patch,
        Preconditions preconditions,
        IMediator mediator,
        CancellationToken ct
    )
    {
        var changed = patch.On(await mediator.Send(new ReadRequestBody(requestId), ct), preconditions);
        return await mediator.Send(changed with { RequestId = requestId, LeavesSkills = !patch.Names("skills") }, ct);
    }
}

internal sealed class ReadRequestBodyHandler(RequestStore requests, RequestContent content, Persons persons)
    : IRequestHandler<ReadRequestBody, Basis<ChangeRequest>>
{
    public async Task<Basis<ChangeRequest>> Handle(ReadRequestBody query, CancellationToken cancellationToken)
    {
        var request = await requests.Find(query.RequestId);
        var person = persons.Of(request);
        var (skills, windows) = (await content.Skills(request.RequestId), await content.Windows(request.RequestId));
        return new Basis<ChangeRequest>(
            request.RequestId,
            request.Version,
            new ChangeRequest(
                request.Text,
                new LocationBody(
                    request.RegionCode,
                    person.Address,
                    person.GivenLat,
                    person.GivenLng,
                    request.GivenCrs is null ? null : Words.To<Crs>(request.GivenCrs)
                ),
                [.. skills.Where(skill => skill.Counts).Select(skill => new SkillBody(skill.Code, skill.MinLevel))],
                request.UrgencyNow,
                Words.To<VisitForm>(request.Form),
                Words.To<ServiceMode>(request.Mode),
                [
                    .. (await content.Requirements(request.RequestId)).Select(group => new RequirementBody(
                        group.Mode,
                        [.. group.Skills.Select(skill => new SkillBody(skill.Code, skill.MinLevel))],
                        group.Teams
                    )),
                ],
                [.. windows.Select(window => new WindowBody(window.Start, window.End))],
                request.PreferredTeamId,
                await content.Exclusions(request.RequestId),
                Words.To<Confidentiality>(request.Confidentiality)
            )
        );
    }
}

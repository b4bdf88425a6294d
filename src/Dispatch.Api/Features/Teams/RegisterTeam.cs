using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>A union enters a service team.</summary>
internal sealed record RegisterTeam(
    string Name,
    TeamKind Kind,
    string RegionCode,
    int Size,
    string? Code = null,
    string? HostOrganisation = null,
    int? Capacity = null,
    IReadOnlyList<BaseBody>? Bases = null,
    IReadOnlyList<string>? Serves = null,
    int? RadiusKm = null,
    IReadOnlyList<VisitForm>? Forms = null,
    bool? Suspended = null
) : ICreates<TeamView>, ITeamProfile;

internal static class RegisterTeamEndpoint
{
    public static void MapRegisterTeam(this IEndpointRouteBuilder teams) =>
        teams.MapPost("/", Post).WithName(nameof(RegisterTeam)).WithSummary("Register a team").Creates<TeamView>();

    private static Task<TeamView> Post(RegisterTeam command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class RegisterTeamValidator(Catalogue catalogue, IValidator<BaseBody> point)
    : TeamProfileValidator<RegisterTeam>(catalogue, point);

internal sealed class RegisterTeamHandler(TeamStore teams, TeamReader reader, TimeProvider clock) : IRequestHandler<RegisterTeam, TeamView>
{
    public async Task<TeamView> Handle(RegisterTeam command, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await teams.Enter(id, command);
        return await reader.View(await teams.Find(id));
    }
}

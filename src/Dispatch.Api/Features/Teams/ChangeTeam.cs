using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>Replaces what a team is, or registers it under an id of the caller's; skills, members and hours have operations of their own.</summary>
internal sealed record ChangeTeam(
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
) : ICreates<TeamView>, ITeamProfile
{
    [JsonIgnore]
    public Guid TeamId { get; init; }
}

internal static class ChangeTeamEndpoint
{
    public static void MapChangeTeam(this IEndpointRouteBuilder teams) =>
        teams
            .MapPut("/{teamId:guid}", Put)
            .WithName(nameof(ChangeTeam))
            .WithSummary("Change a team, or register it under an id of your own")
            .ReplacesOrCreates<TeamView>();

    private static Task<TeamView> Put(Guid teamId, ChangeTeam command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { TeamId = teamId }, ct);
}

internal sealed class ChangeTeamValidator(Catalogue catalogue, IValidator<BaseBody> point)
    : TeamProfileValidator<ChangeTeam>(catalogue, point);

internal sealed class ChangeTeamHandler(Catalogue catalogue, TeamStore teams, TeamReader reader) : IRequestHandler<ChangeTeam, TeamView>
{
    public async Task<TeamView> Handle(ChangeTeam command, CancellationToken cancellationToken)
    {
        if (await teams.HoldIfThere(command.TeamId) is not { } team)
        {
            await teams.Enter(command.TeamId, command);
            return await reader.View(await teams.Find(command.TeamId));
        }

        teams.RefuseForeignRegion(catalogue.Regions.Find(command.RegionCode)!);
        await teams.RefuseTakenCode(command.Code, except: team.TeamId);
        await teams.Replace(team, command.Complete(catalogue.Regions));
        return await reader.View(await teams.Find(team.TeamId)) with { WasThere = true };
    }
}

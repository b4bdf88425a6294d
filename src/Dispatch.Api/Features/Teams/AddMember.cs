using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>Adds a member, or another leader, to a team.</summary>
internal sealed record AddMember(string Name, bool? Leader = null) : ICreates<NewMemberView>
{
    [JsonIgnore]
    public Guid TeamId { get; init; }
}

internal sealed record NewMemberView(Guid Id, Guid TeamId, string Name, bool Leader, long Version) : IResource
{
    public string Place() => $"/v1/teams/{TeamId}";
}

internal static class AddMemberEndpoint
{
    public static void MapAddMember(this IEndpointRouteBuilder teams) =>
        teams
            .MapPost("/{teamId:guid}/members", Post)
            .WithName(nameof(AddMember))
            .WithSummary("Add a member to a team")
            .Creates<NewMemberView>();

    private static Task<NewMemberView> Post(Guid teamId, AddMember command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { TeamId = teamId }, ct);
}

internal sealed class AddMemberValidator : AbstractValidator<AddMember>
{
    public AddMemberValidator() => RuleFor(c => c.Name).NotEmpty().MaximumLength(50);
}

internal sealed class AddMemberHandler(TeamStore teams, TimeProvider clock) : IRequestHandler<AddMember, NewMemberView>
{
    public async Task<NewMemberView> Handle(AddMember command, CancellationToken cancellationToken)
    {
        var team = await teams.Hold(command.TeamId);
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await teams.Touch(team);
        await teams.InsertMember(id, team.TeamId, command.Name, command.Leader ?? false);
        return new NewMemberView(id, team.TeamId, command.Name, command.Leader ?? false, 1);
    }
}

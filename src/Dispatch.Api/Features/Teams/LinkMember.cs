using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>Says who signs in as this member, from now on: the visits he is booked for are then his to read and to report.</summary>
/// <param name="Subject">As his tokens name him. Null: nobody.</param>
internal sealed record LinkMember(string? Subject) : ICommand<LinkedMemberView>
{
    [JsonIgnore]
    public Guid TeamId { get; init; }

    [JsonIgnore]
    public Guid MemberId { get; init; }
}

internal sealed record LinkedMemberView(Guid Id, Guid TeamId, string Name, bool Leader, string? Subject, long Version);

internal static class LinkMemberEndpoint
{
    public static void MapLinkMember(this IEndpointRouteBuilder teams) =>
        teams
            .MapPost("/{teamId:guid}/members/{memberId:guid}/link", Post)
            .WithName(nameof(LinkMember))
            .WithSummary("Say who signs in as a member")
            .Acts();

    private static Task<LinkedMemberView> Post(Guid teamId, Guid memberId, LinkMember command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { TeamId = teamId, MemberId = memberId }, ct);
}

internal sealed class LinkMemberValidator : AbstractValidator<LinkMember>
{
    public LinkMemberValidator() => RuleFor(c => c.Subject).MaximumLength(200);
}

internal sealed class LinkMemberHandler(TeamStore teams) : IRequestHandler<LinkMember, LinkedMemberView>
{
    public async Task<LinkedMemberView> Handle(LinkMember command, CancellationToken cancellationToken)
    {
        var team = await teams.Hold(command.TeamId);
        var member = await teams.LinkMember(
            team.TeamId,
            command.MemberId,
            string.IsNullOrWhiteSpace(command.Subject) ? null : command.Subject
        );
        await teams.Touch(team);
        return member;
    }
}

using System.Text.Json.Serialization;
using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>点单: somebody asks for help, or an officer writes it down for him.</summary>
internal sealed record SubmitRequest(
    RequesterBody Requester,
    string Text,
    LocationBody Location,
    IReadOnlyList<SkillBody>? Skills = null,
    IReadOnlyList<RequirementBody>? Requirements = null,
    Urgency? Urgency = null,
    VisitForm? Form = null,
    ServiceMode? Mode = null,
    Channel? Channel = null,
    IReadOnlyList<WindowBody>? Wanted = null,
    Guid? PreferredTeamId = null,
    IReadOnlyList<Guid>? ExcludeTeamIds = null,
    Confidentiality? Confidentiality = null,
    ExternalRefBody? ExternalRef = null,
    Guid? FollowsRequestId = null,
    IReadOnlyList<ConsentBody>? Consents = null
) : ICreates<RequestView>
{
    /// <summary>The text as it was read before the command waits for its turn to write; read in its turn when somebody has not.</summary>
    [JsonIgnore]
    public ReadText? Read { get; init; }

    /// <summary>What worked in cases like this one: found before the turn to write, for nothing of it is stored.</summary>
    [JsonIgnore]
    public IReadOnlyList<SolvedCaseView> SolvedCases { get; init; } = [];
}

internal static class SubmitRequestEndpoint
{
    public static void MapSubmitRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/", Post)
            .WithName(nameof(SubmitRequest))
            .WithSummary("Ask for help, or write down a call for help")
            .Creates<RequestView>();

    private static async Task<RequestView> Post(
        SubmitRequest command,
        Catalogue catalogue,
        CasesAtIntake cases,
        IMediator mediator,
        CancellationToken ct
    )
    {
        var read = ReadText.Of(command.Text, catalogue);
        return await mediator.Send(command with { Read = read, SolvedCases = await cases.Like(command, read) }, ct);
    }
}

internal sealed class SubmitRequestValidator : AbstractValidator<SubmitRequest>
{
    public const int LongestText = 4000;
    public const int MostSkills = 10;
    public const int MostRequirements = 5;
    public const int MostWindows = 20;
    public const int MostTeams = 50;
    public const int MostConsents = 3;

    public SubmitRequestValidator(
        IValidator<RequesterBody> requester,
        IValidator<LocationBody> location,
        IValidator<SkillBody> skill,
        IValidator<RequirementBody> requirement,
        IValidator<WindowBody> window,
        IValidator<ExternalRefBody> externalRef,
        IValidator<ConsentBody> consent
    )
    {
        RuleFor(c => c.Requester).SetValidator(requester);
        RuleFor(c => c.Text).NotEmpty().MaximumLength(LongestText);
        RuleFor(c => c.Location).SetValidator(location);
        RuleFor(c => c.Skills).MaximumItems(MostSkills);
        RuleForEach(c => c.Skills).SetValidator(skill);
        RuleFor(c => c.Requirements).MaximumItems(MostRequirements);
        RuleForEach(c => c.Requirements).SetValidator(requirement);
        RuleFor(c => c.Wanted).MaximumItems(MostWindows);
        RuleForEach(c => c.Wanted).SetValidator(window);
        RuleFor(c => c.ExcludeTeamIds).MaximumItems(MostTeams);
        RuleFor(c => c.Consents).MaximumItems(MostConsents);
        RuleForEach(c => c.Consents).SetValidator(consent);
        RuleFor(c => c.ExternalRef!).SetValidator(externalRef).When(c => c.ExternalRef is not null);
    }
}

internal sealed class SubmitRequestHandler(RequestReader reader, Submission submission, SubmissionQuota quota)
    : IRequestHandler<SubmitRequest, RequestView>
{
    public async Task<RequestView> Handle(SubmitRequest command, CancellationToken cancellationToken)
    {
        if (command.ExternalRef is { } external && await submission.Known(external) is { } known)
        {
            return await reader.View(known) with { WasThere = true };
        }

        await quota.Take(command.Requester.Phone);
        var (request, track, read) = await submission.Take(command);
        return await reader.View(request, read) with { TrackToken = track, SolvedCases = command.SolvedCases };
    }
}

using System.Text.Json.Serialization;
using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Teams;
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

internal sealed class SubmitRequestHandler(
    Session db,
    Caller caller,
    Catalogue catalogue,
    RequestStore requests,
    RequestContent content,
    RequestReader reader,
    Intake intake,
    ConsentStore consents,
    BlindIndex index,
    SubmissionQuota quota,
    Desks desks
) : IRequestHandler<SubmitRequest, RequestView>
{
    public async Task<RequestView> Handle(SubmitRequest command, CancellationToken cancellationToken)
    {
        if (command.ExternalRef is { } external && await Known(external) is { } known)
        {
            return await reader.View(known) with { WasThere = true };
        }

        await quota.Take(command.Requester.Phone);
        var place = (Placed)command.Location.Place(catalogue.Regions);
        RefuseForeignRegion(place.Region);
        await content.RequireTeams(command.PreferredTeamId, command.ExcludeTeamIds);
        if (command.FollowsRequestId is { } follows)
        {
            await requests.RequireKnown(follows, "#/followsRequestId");
        }

        var read = command.Read ?? ReadText.Of(command.Text, catalogue);
        var (request, track) = await intake.Open(
            Planned(command, place, read),
            command.Requester.At(command.Location, place.Point),
            read.SkillsBeside(command.Skills, command.Requirements),
            "submit"
        );
        await content.ReplaceRequirements(request.RequestId, command.Requirements);
        await content.ReplaceWindows(request.RequestId, command.Wanted);
        await content.ReplaceExclusions(request.RequestId, command.ExcludeTeamIds);
        request = await consents.SayAtOnce(request, command.Consents ?? []);
        request = await desks.ToItsDesk(request);
        return await reader.View(request, read) with { TrackToken = track, SolvedCases = command.SolvedCases };
    }

    private async Task<RequestRow?> Known(ExternalRefBody external)
    {
        // Two sends of one order at once: the second waits here and then finds the first.
        await db.HoldKey($"external {external.Source} {external.Number}");
        var known = await db.Find<RequestRow>(
            $"select {RequestStore.Columns} from help_request where external_source = @Source and external_number = @Number",
            external
        );
        return known is null ? null : await requests.Find(known.RequestId);
    }

    private void RefuseForeignRegion(Region region)
    {
        if (caller.IsOffice && caller.RegionCode is not null && !catalogue.Regions.IsWithin(region.Code, caller.RegionCode))
        {
            throw Refused.Field(
                "#/location/regionCode",
                "region_not_yours",
                "该地区不在你的管辖范围内。",
                "This region is not within your own."
            );
        }
    }

    private RequestRow Planned(SubmitRequest command, Placed place, ReadText read)
    {
        var (requester, lineage) = (command.Requester, catalogue.LineageOf(place.Region));
        return new RequestRow
        {
            Tier = Words.Of(Tiers.Of(place.Region.Level)),
            RequesterKind = Words.Of(requester.Kind),
            RequesterKey = index.OfRequester(requester.Key()),
            RequesterSubject = caller.Role is Role.Requester or Role.Partner ? caller.Subject : null,
            Text = command.Text,
            RegionCode = lineage.Region,
            CountyCode = lineage.County,
            CityCode = lineage.City,
            ProvinceCode = lineage.Province,
            GivenCrs = command.Location.GivenPoint is null ? null : Words.Of(command.Location.Crs ?? Crs.Wgs84),
            Urgency = Words.Of(command.Urgency ?? read.Suggestion.Urgency),
            Form = Words.Of(command.Form ?? read.Suggestion.Form),
            Mode = Words.Of(command.Mode ?? read.Suggestion.Mode ?? ServiceMode.OneToOne),
            Channel = Words.Of(command.Channel ?? (caller.Role == Role.Partner ? Channel.Partner : Channel.Web)),
            Confidentiality = Words.Of(command.Confidentiality ?? Confidentiality.Normal),
            PreferredTeamId = command.PreferredTeamId,
            ExternalSource = command.ExternalRef?.Source,
            ExternalNumber = command.ExternalRef?.Number,
            SafetyKind = read.Danger is null ? null : Words.Of(read.Danger.Kind),
            SafetyHeld = read.Danger is { Blocks: true },
            SafetyPeople = read.Danger is { Among: Among.People },
            ReopenedFrom = command.FollowsRequestId,
            Joint = command.Requirements is { Count: > 0 },
        };
    }
}

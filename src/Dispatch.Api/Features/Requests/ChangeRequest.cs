using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>研判: corrects what is asked for, before anybody has it. Changing skills, place or urgency takes back the offers made on the old word.</summary>
internal sealed record ChangeRequest(
    string Text,
    LocationBody Location,
    IReadOnlyList<SkillBody> Skills,
    Urgency Urgency,
    VisitForm Form,
    ServiceMode Mode,
    IReadOnlyList<RequirementBody>? Requirements = null,
    IReadOnlyList<WindowBody>? Wanted = null,
    Guid? PreferredTeamId = null,
    IReadOnlyList<Guid>? ExcludeTeamIds = null,
    Confidentiality? Confidentiality = null
) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }

    /// <summary>Nobody said anything about skills: those read from the text are not thereby confirmed.</summary>
    [JsonIgnore]
    public bool LeavesSkills { get; init; }
}

internal static class ChangeRequestEndpoint
{
    public static void MapChangeRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPut("/{requestId:guid}", Put)
            .WithName(nameof(ChangeRequest))
            .WithSummary("Correct a request nobody has taken yet")
            .Replaces();

    private static Task<RequestView> Put(Guid requestId, ChangeRequest command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);
}

internal sealed class ChangeRequestValidator : AbstractValidator<ChangeRequest>
{
    public ChangeRequestValidator(
        IValidator<LocationBody> location,
        IValidator<SkillBody> skill,
        IValidator<RequirementBody> requirement,
        IValidator<WindowBody> window
    )
    {
        RuleFor(c => c.Text).NotEmpty().MaximumLength(SubmitRequestValidator.LongestText);
        RuleFor(c => c.Location).SetValidator(location);
        RuleFor(c => c.Skills).MaximumItems(SubmitRequestValidator.MostSkills);
        RuleForEach(c => c.Skills).SetValidator(skill);
        RuleFor(c => c.Requirements).MaximumItems(SubmitRequestValidator.MostRequirements);
        RuleForEach(c => c.Requirements).SetValidator(requirement);
        RuleFor(c => c.Wanted).MaximumItems(SubmitRequestValidator.MostWindows);
        RuleForEach(c => c.Wanted).SetValidator(window);
        RuleFor(c => c.ExcludeTeamIds).MaximumItems(SubmitRequestValidator.MostTeams);
    }
}

internal sealed class ChangeRequestHandler(
    Catalogue catalogue,
    RequestStore requests,
    RequestContent content,
    RequestReader reader,
    LookAlikes lookAlikes,
    Rethought rethought,
    LaterWords laterWords,
    Persons persons,
    Veil veil,
    TimelineStore timeline,
    Preconditions preconditions
) : IRequestHandler<ChangeRequest, RequestView>
{
    public async Task<RequestView> Handle(ChangeRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.RefuseTaken(
            request,
            $"{Vocabulary.Of(request.StateNow).Zh}状态下不能再修改内容；需要时请退单、改派或撤销。",
            $"A request in state {request.State} is not changed any more. Release, reassign or cancel it if you must."
        );
        await content.RequireTeams(command.PreferredTeamId, command.ExcludeTeamIds);
        requests.RefuseUnhandled(request);
        preconditions.Demand(request.RequestId, request.Version);
        var (told, level) = (request.Text, request.Confidentiality);
        var place = (Placed)command.Location.Place(catalogue.Regions);
        var before = await content.Skills(request.RequestId);
        var skills = ReadText.WithGroups(command.LeavesSkills ? before : ReadText.Given(command.Skills), command.Requirements);
        var regroups = await content.ReplaceRequirements(request.RequestId, command.Requirements);
        var person = persons.Of(request);
        var asksAnew = regroups || place.Point != person.Point || AsksAnew(request, command, place, before, skills);
        if (!command.LeavesSkills)
        {
            await content.KeepCorrection(request, before, skills);
        }

        if (!skills.SequenceEqual(before))
        {
            await content.ReplaceSkills(request.RequestId, skills);
        }

        await content.ReplaceWindows(request.RequestId, command.Wanted);
        await content.ReplaceExclusions(request.RequestId, command.ExcludeTeamIds);
        request = await Store(request, command, place, person, skills, asksAnew);
        if (request.Confidentiality != level && request.IsConfidential)
        {
            await veil.OverConfidential(request);
        }

        request = regroups ? await requests.SetJoint(request, command.Requirements is { Count: > 0 }) : request;
        request = await lookAlikes.Look(request);
        request = await laterWords.Read(request, command.Text, told);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "change", request.State, request.State)
        );
        if (asksAnew)
        {
            request = await rethought.AskAnew(request, "request_changed");
        }

        return await reader.View(request);
    }

    private static bool AsksAnew(
        RequestRow request,
        ChangeRequest command,
        Placed place,
        IReadOnlyList<WantedSkill> before,
        IReadOnlyList<WantedSkill> skills
    ) =>
        !before
            .Where(s => s.Counts)
            .Select(s => (s.Code, s.MinLevel))
            .SequenceEqual(skills.Where(s => s.Counts).Select(s => (s.Code, s.MinLevel)))
        || request.RegionCode != place.Region.Code
        || request.UrgencyNow != command.Urgency
        || request.Form != Words.Of(command.Form);

    private Task<RequestRow> Store(
        RequestRow request,
        ChangeRequest command,
        Placed place,
        Person person,
        IReadOnlyList<WantedSkill> skills,
        bool asksAnew
    )
    {
        var (region, given, coarse) = (place.Region, command.Location.GivenPoint, PersonSight.Coarse(place.Point));
        var lineage = catalogue.LineageOf(region);
        return requests.Update(
            request,
            """
            text = @Text, main_skill = @main, region_code = @Region, county_code = @County, city_code = @City, province_code = @Province, person = @sealedPerson, lat = @lat, lng = @lng,
            given_crs = @givenCrs, urgency = @urgency, form = @form, mode = @mode, tier = @tier,
            preferred_team_id = @PreferredTeamId, confidentiality = @confidentiality
            """,
            new
            {
                command.Text,
                main = skills.FirstOrDefault(skill => skill.Counts)?.Code,
                lineage.Region,
                lineage.County,
                lineage.City,
                lineage.Province,
                sealedPerson = persons.Close(
                    request.RequestId,
                    person with
                    {
                        Address = command.Location.Address,
                        Lat = place.Point.Lat,
                        Lng = place.Point.Lng,
                        GivenLat = given?.Lat,
                        GivenLng = given?.Lng,
                    }
                ),
                lat = coarse.Lat,
                lng = coarse.Lng,
                givenCrs = given is null ? null : Words.Of(command.Location.Crs ?? Crs.Wgs84),
                urgency = Words.Of(command.Urgency),
                form = Words.Of(command.Form),
                mode = Words.Of(command.Mode),
                tier = asksAnew ? Words.Of(Tiers.Of(region.Level)) : request.Tier,
                command.PreferredTeamId,
                confidentiality = command.Confidentiality is { } level ? Words.Of(level) : request.Confidentiality,
            }
        );
    }
}

using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
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
    Urgency? Urgency = null,
    VisitForm? Form = null,
    ServiceMode? Mode = null,
    Channel? Channel = null,
    IReadOnlyList<WindowBody>? Wanted = null,
    Guid? PreferredTeamId = null,
    IReadOnlyList<Guid>? ExcludeTeamIds = null,
    Confidentiality? Confidentiality = null,
    ExternalRefBody? ExternalRef = null,
    Guid? FollowsRequestId = null
) : ICreates<RequestView>;

internal static class SubmitRequestEndpoint
{
    public static void MapSubmitRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/", Post)
            .WithName(nameof(SubmitRequest))
            .WithSummary("Ask for help, or write down a call for help")
            .For(Role.Officer, Role.Requester, Role.Partner)
            .Creates<RequestView>();

    private static Task<RequestView> Post(SubmitRequest command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class SubmitRequestValidator : AbstractValidator<SubmitRequest>
{
    public const int LongestText = 4000;
    public const int MostSkills = 10;
    public const int MostWindows = 20;
    public const int MostTeams = 50;

    public SubmitRequestValidator(
        IValidator<RequesterBody> requester,
        IValidator<LocationBody> location,
        IValidator<SkillBody> skill,
        IValidator<WindowBody> window,
        IValidator<ExternalRefBody> externalRef
    )
    {
        RuleFor(c => c.Requester).SetValidator(requester);
        RuleFor(c => c.Text).NotEmpty().MaximumLength(LongestText);
        RuleFor(c => c.Location).SetValidator(location);
        RuleFor(c => c.Skills).MaximumItems(MostSkills);
        RuleForEach(c => c.Skills).SetValidator(skill);
        RuleFor(c => c.Wanted).MaximumItems(MostWindows);
        RuleForEach(c => c.Wanted).SetValidator(window);
        RuleFor(c => c.ExcludeTeamIds).MaximumItems(MostTeams);
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
    Desks desks,
    TimelineStore timeline,
    TimeProvider clock
) : IRequestHandler<SubmitRequest, RequestView>
{
    private const int TrackBytes = 16;

    public async Task<RequestView> Handle(SubmitRequest command, CancellationToken cancellationToken)
    {
        if (command.ExternalRef is { } external && await Known(external) is { } known)
        {
            return await reader.View(known) with { WasThere = true };
        }

        var place = (Placed)command.Location.Place(catalogue.Regions);
        RefuseForeignRegion(place.Region);
        await content.RequireTeams(command.PreferredTeamId, command.ExcludeTeamIds);
        if (command.FollowsRequestId is { } follows)
        {
            await requests.RequireKnown(follows, "#/followsRequestId");
        }

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var track = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TrackBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        await Insert(command, id, track, place, now);
        await content.ReplaceSkills(id, command.Skills);
        await content.ReplaceWindows(id, command.Wanted);
        await content.ReplaceExclusions(id, command.ExcludeTeamIds);
        await timeline.Write(id, new Entry(TimelineSubject.Request, id, "submit", null, "open"));
        var request = (await requests.HoldUnseen(id))!;
        var understood = command.Skills is { Count: > 0 } && !request.SafetyHeld;
        request = await desks.ToDesk(request, understood ? RequestQueue.Dispatch : RequestQueue.Triage);
        return await reader.View(request) with { TrackToken = track };
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

    private Task Insert(SubmitRequest command, Guid id, string track, Placed place, DateTimeOffset now)
    {
        var (region, requester, given) = (place.Region, command.Requester, command.Location.GivenPoint);
        var (lineage, warning) = (catalogue.LineageOf(region), SafetyCheck.Of(command.Text));
        return db.Execute(
            """
            insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, requester_name, requester_phone, requester_credit_code,
                requester_contact, requester_key, requester_subject, text, region_code, county_code, city_code, province_code, address, lat, lng, given_lat, given_lng, given_crs,
                urgency, form, mode, channel, confidentiality, preferred_team_id, external_source, external_number, track_hash, safety_kind, safety_held, reopened_from, created_at, changed_at)
            values (@id, @reference, 'open', 1, @tier, 'triage', @kind, @Name, @phone, @credit, @Contact, @key, @subject, @Text, @Region, @County, @City, @Province, @Address,
                @lat, @lng, @givenLat, @givenLng, @givenCrs, @urgency, @form, @mode, @channel, @confidentiality, @PreferredTeamId, @source, @number, @trackHash, @safety, @held,
                @FollowsRequestId, @now, @now)
            """,
            new
            {
                id,
                reference = Reference(now),
                tier = Words.Of(Tiers.Of(region.Level)),
                kind = Words.Of(requester.Kind),
                requester.Name,
                phone = PhoneNumber.Normalize(requester.Phone),
                credit = requester.CreditCode is null ? null : CreditCode.Read(requester.CreditCode).Code,
                requester.Contact,
                key = requester.Key(),
                subject = caller.Role is Role.Requester or Role.Partner ? caller.Subject : null,
                command.Text,
                lineage.Region,
                lineage.County,
                lineage.City,
                lineage.Province,
                command.Location.Address,
                lat = place.Point.Lat,
                lng = place.Point.Lng,
                givenLat = given?.Lat,
                givenLng = given?.Lng,
                givenCrs = given is null ? null : Words.Of(command.Location.Crs ?? Crs.Wgs84),
                urgency = Words.Of(command.Urgency ?? Urgency.Normal),
                form = Words.Of(command.Form ?? VisitForm.OnSite),
                mode = Words.Of(command.Mode ?? ServiceMode.OneToOne),
                channel = Words.Of(command.Channel ?? (caller.Role == Role.Partner ? Channel.Partner : Channel.Web)),
                confidentiality = Words.Of(command.Confidentiality ?? Confidentiality.Normal),
                command.PreferredTeamId,
                source = command.ExternalRef?.Source,
                number = command.ExternalRef?.Number,
                trackHash = TrackHash(track),
                safety = warning is null ? null : Words.Of(warning.Kind),
                held = warning is { Blocks: true },
                command.FollowsRequestId,
                now,
            }
        );
    }

    /// <summary>Only this stands in the database: who reads it cannot follow a request.</summary>
    public static string TrackHash(string track) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(track)));

    // Read out on the phone: the Shanghai day, then seven letters and digits that cannot be mistaken for one another.
    private static string Reference(DateTimeOffset now) =>
        $"{ShanghaiTime.DayOf(now):yyyyMMdd}-{RandomNumberGenerator.GetString("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 7)}";
}

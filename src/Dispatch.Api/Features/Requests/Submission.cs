using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Requests;

/// <summary>A call for help becomes a request, whether it is sent one by one or stands in a file.</summary>
internal sealed class Submission(
    Session db,
    Caller caller,
    Catalogue catalogue,
    RequestStore requests,
    RequestContent content,
    Intake intake,
    ConsentStore consents,
    BlindIndex index,
    Desks desks
)
{
    /// <summary>The request that another system has handed over under this number; whoever else hands it over now waits here.</summary>
    public async Task<RequestRow?> Known(ExternalRefBody external)
    {
        await db.HoldKey($"external {external.Source} {external.Number}");
        var known = await db.Find<RequestRow>(
            $"select {RequestStore.Columns} from help_request where external_source = @Source and external_number = @Number",
            external
        );
        return known is null ? null : await requests.Find(known.RequestId);
    }

    public async Task<(RequestRow Request, string TrackToken, ReadText Read)> Take(SubmitRequest command)
    {
        var place = Place(command);
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
        return (await desks.ToItsDesk(request), track, read);
    }

    /// <summary>Where help is wanted, within the region of the caller.</summary>
    public Placed Place(SubmitRequest command)
    {
        var place = (Placed)command.Location.Place(catalogue.Regions);
        if (caller.IsOffice && caller.RegionCode is not null && !catalogue.Regions.IsWithin(place.Region.Code, caller.RegionCode))
        {
            throw Refused.Field(
                "#/location/regionCode",
                "region_not_yours",
                "该地区不在你的管辖范围内。",
                "This region is not within your own."
            );
        }

        return place;
    }

    public RequestRow Planned(SubmitRequest command, Placed place, ReadText read)
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

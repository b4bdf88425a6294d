using System.Security.Cryptography;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Requests;

/// <summary>Opens a help request: its row, its skills, the first line of its history, the token its requester follows it by.</summary>
internal sealed class Intake(
    Session db,
    RequestContent content,
    LookAlikes lookAlikes,
    Persons persons,
    BlindIndex index,
    TimelineStore timeline,
    AuditTrail trail,
    TimeProvider clock
)
{
    private const int TrackBytes = 16;

    /// <param name="planned">What is known of it; id, reference and times are given here.</param>
    /// <param name="person">Who asks, and where exactly.</param>
    /// <param name="skills">The main one first.</param>
    /// <param name="action">How it came to be, for its history.</param>
    public async Task<(RequestRow Request, string TrackToken)> Open(
        RequestRow planned,
        Person person,
        IReadOnlyList<WantedSkill> skills,
        string action
    )
    {
        var now = clock.GetUtcNow();
        var (id, coarse) = (Guid.CreateVersion7(now), PersonSight.Coarse(person.Point));
        var request = planned with
        {
            RequestId = id,
            Person = persons.Close(id, person),
            PhoneKey = index.OfPhone(person.Phone),
            Lat = coarse.Lat,
            Lng = coarse.Lng,
            Reference = NewReference(now),
            MainSkill = skills.FirstOrDefault(skill => skill.Counts)?.Code,
            CreatedAt = now,
        };
        request = request with { LikelyDuplicateOf = await lookAlikes.LikelyOriginal(request) };
        var track = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TrackBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var stored = await Insert(request, index.OfTrack(track));
        trail.Concerns(stored);
        await content.AddSkills(stored.RequestId, skills);
        await timeline.Write(stored.RequestId, new Entry(TimelineSubject.Request, stored.RequestId, action, null, stored.State));
        return (stored, track);
    }

    private async Task<RequestRow> Insert(RequestRow request, string trackHash)
    {
        var args = new Arguments(request);
        args.Add("trackHash", trackHash);
        return (
            await db.Find<RequestRow>(
                $"""
                insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, person, requester_key, requester_subject, text, main_skill, region_code, county_code, city_code, province_code, lat, lng,
                    given_crs, urgency, form, mode, channel, confidentiality, preferred_team_id, external_source, external_number, track_hash,
                    safety_kind, safety_held, safety_people, likely_duplicate_of, split_from, reopened_from, joint, phone_key, created_at, changed_at)
                values (@RequestId, @Reference, 'open', 1, @Tier, 'triage', @RequesterKind, @Person, @RequesterKey, @RequesterSubject, @Text, @MainSkill, @RegionCode, @CountyCode, @CityCode, @ProvinceCode, @Lat, @Lng,
                    @GivenCrs, @Urgency, @Form, @Mode, @Channel, @Confidentiality, @PreferredTeamId, @ExternalSource, @ExternalNumber, @trackHash,
                    @SafetyKind, @SafetyHeld, @SafetyPeople, @LikelyDuplicateOf, @SplitFrom, @ReopenedFrom, @Joint, @PhoneKey, @CreatedAt, @CreatedAt)
                returning {RequestStore.Columns}
                """,
                args
            )
        )!;
    }

    // Read out on the phone: the Shanghai day, then seven letters and digits that cannot be mistaken for one another.
    private static string NewReference(DateTimeOffset now) =>
        $"{ShanghaiTime.DayOf(now):yyyyMMdd}-{RandomNumberGenerator.GetString("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 7)}";
}

using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Another request for the same skill in the same county: perhaps the same problem, perhaps a neighbour's.</summary>
internal sealed record SimilarView(
    Guid Id,
    string Reference,
    HelpRequestState State,
    bool SameRequester,
    double DistanceKm,
    DateTimeOffset CreatedAt
);

/// <summary>Finds what was told twice, and keeps what an officer said of it.</summary>
internal sealed class LookAlikes(Session db, RequestStore requests, Persons persons, TimelineStore timeline)
{
    /// <summary>Shown at most, newest first.</summary>
    public const int Most = 10;

    /// <summary>The request this one probably repeats, the oldest first; null when there is none, or an officer has said no already.</summary>
    public async Task<Guid?> LikelyOriginal(RequestRow request)
    {
        if (request.MainSkill is null || request.DuplicateDenied || persons.Of(request) is { Phone: null, CreditCode: null })
        {
            return null;
        }

        // The same call typed in twice at the same moment: the second waits here and then finds the first.
        await db.HoldKey($"requester {request.RequesterKey}");
        var original = await db.Find<IdRow>(
            $"""
            select request_id from help_request
            where requester_key = @RequesterKey and main_skill = @MainSkill and created_at >= @since and created_at <= @CreatedAt
              and {RequestStore.UnderWay} and safety_held = false and request_id <> @RequestId
            order by created_at, request_id
            limit 1
            """,
            new
            {
                request.RequesterKey,
                request.MainSkill,
                since = request.CreatedAt - Duplicates.Within,
                request.CreatedAt,
                request.RequestId,
            }
        );
        return original?.RequestId;
    }

    /// <summary>Looks again after what is asked for has changed.</summary>
    public async Task<RequestRow> Look(RequestRow request)
    {
        var original = await LikelyOriginal(request);
        return original == request.LikelyDuplicateOf
            ? request
            : await requests.Update(request, "likely_duplicate_of = @original", new { original });
    }

    /// <summary>Requests of the same county and main skill within the time, cancelled ones left out.</summary>
    public async Task<IReadOnlyList<SimilarView>> Similar(RequestRow request)
    {
        if (request.MainSkill is null)
        {
            return [];
        }

        // A city without counties is its own county.
        var place = request.CountyCode is null ? "county_code is null and region_code = @RegionCode" : "county_code = @CountyCode";
        var rows = await db.List<Row>(
            $"""
            select request_id, reference, state, requester_key, person, created_at from help_request
            where {place} and main_skill = @MainSkill and created_at between @since and @until and cancel_reason is null and safety_held = false and request_id <> @RequestId
            order by created_at desc, request_id desc
            limit {Most}
            """,
            new
            {
                request.CountyCode,
                request.RegionCode,
                request.MainSkill,
                since = request.CreatedAt - Duplicates.Within,
                until = request.CreatedAt + Duplicates.Within,
                request.RequestId,
            }
        );
        var here = persons.Of(request).Point;
        return
        [
            .. rows.Select(row => new SimilarView(
                row.RequestId,
                row.Reference,
                Words.To<HelpRequestState>(row.State),
                row.RequesterKey == request.RequesterKey,
                Math.Round(Distance.GreatCircleKm(here, persons.Open(row.RequestId, row.Person).Point), 1),
                row.CreatedAt
            )),
        ];
    }

    /// <summary>An officer's no. To dispatch a likely duplicate is one, too.</summary>
    public async Task<RequestRow> Deny(RequestRow request, string? reason = null)
    {
        if (request.LikelyDuplicateOf is null)
        {
            return request;
        }

        var cleared = await requests.Update(request, "likely_duplicate_of = null, duplicate_denied = true", new { });
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "deny_duplicate", request.State, request.State, reason)
        );
        return cleared;
    }

    private sealed record IdRow
    {
        public Guid RequestId { get; init; }
    }

    private sealed record Row
    {
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
        public string State { get; init; } = "";
        public string RequesterKey { get; init; } = "";
        public string Person { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
    }
}

using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>What was done, or whom it happened to.</summary>
internal sealed record AuditObject(string Kind, string Id)
{
    private const int Depth = 4;

    /// <summary>From the place of a resource, such as <c>/v1/requests/…</c>.</summary>
    public static AuditObject? At(string place) =>
        place.Split('/') is { Length: >= Depth } parts ? new AuditObject(KindOf(parts[2]), parts[3]) : null;

    private static string KindOf(string collection) => collection.TrimEnd('s').Replace('-', '_');
}

/// <summary>
/// The one writer of the audit, for one call or one firing of a timer. Who acts, when, from which call and in which region it knows by itself; the
/// stores say which request is in hand, and whoever opens a sealed value for an answer says what was shown.
/// </summary>
internal sealed class AuditTrail(
    Session db,
    Database database,
    Caller caller,
    Catalogue catalogue,
    BlindIndex stamps,
    EntryIds ids,
    IHttpContextAccessor http,
    TimeProvider clock,
    ILogger<AuditTrail> log
)
{
    private const string RequestKind = "request";

    private readonly Dictionary<(string Kind, string Id), HashSet<PersonalDataClass>> seen = [];
    private readonly HashSet<string> seenIn = new(StringComparer.Ordinal);
    private (Guid Id, string Region)? request;
    private string? region;

    /// <summary>What was shown so far and stands in no entry yet, as it is stored; null when nothing.</summary>
    public string? Seen => seen.Count == 0 ? null : CanonicalJson.Of(Sights(seen));

    /// <summary>The request that is asked for, or that was made; null where there is none.</summary>
    public Guid? RequestOf(AuditObject? made) => request?.Id ?? (made is { Kind: RequestKind } ? Guid.Parse(made.Id) : null);

    /// <summary>The request in hand. The first is the one that was asked for.</summary>
    public void Concerns(RequestRow held) => request ??= (held.RequestId, held.RegionCode);

    /// <summary>The region of what is in hand, where that is no request.</summary>
    public void Concerns(string? regionCode) => region ??= regionCode;

    /// <summary>Personal data of a request is shown to somebody else. Who asked for help himself, with an account or with the track token, reads his own;
    /// the clock shows nobody anything.</summary>
    public void Saw(Guid requestId, string regionCode, IEnumerable<PersonalDataClass> classes)
    {
        if (caller.Role is not (Role.Requester or Role.Anonymous or Role.Clock))
        {
            Saw(RequestKind, requestId, regionCode, classes);
        }
    }

    public void Saw(string kind, Guid id, string regionCode, IEnumerable<PersonalDataClass> classes)
    {
        var key = (kind, id.ToString("D"));
        if (!seen.TryGetValue(key, out var shown))
        {
            seen[key] = shown = [];
        }

        shown.UnionWith(classes);
        if (shown.Count == 0)
        {
            seen.Remove(key);
            return;
        }

        seenIn.Add(regionCode);
    }

    /// <summary>Something was done, in the transaction of its effect; with what its answer shows.</summary>
    /// <param name="target">None: the request in hand.</param>
    public async Task Did(string action, AuditObject? target)
    {
        var on = target ?? (request is { } held ? new AuditObject(RequestKind, held.Id.ToString("D")) : null);
        var own = seen.Where(sight => IsOf(sight.Key, on)).ToDictionary();
        foreach (var key in own.Keys)
        {
            seen.Remove(key);
        }

        await Append(Entry(AuditKind.Write, action, on) with { Seen = own.Count == 0 ? null : CanonicalJson.Of(Sights(own)) });
        await Shown(action);
    }

    /// <summary>Something happened to an identity; in the transaction of its effect.</summary>
    /// <param name="actor">Who did it, where that is not the caller.</param>
    public Task Happened(string what, string? subject, string? actor) =>
        Append(
            Entry(AuditKind.Security, what, subject is null ? null : new AuditObject("subject", subject)) with
            {
                Actor = actor ?? caller.Subject,
                RequestId = null,
            }
        );

    /// <summary>Refusals of one kind, counted together.</summary>
    public Task Refused(string what, string actor, string role, long times) =>
        Append(Entry(AuditKind.Security, what, null) with { Actor = actor, ActorRole = role, Times = times });

    /// <summary>An answer that was kept is given again: what it shows was shown again.</summary>
    /// <param name="kept">As <see cref="Seen"/> was when it was kept.</param>
    public Task Repeated(string action, string? kept, string? place) =>
        kept is null
            ? Task.CompletedTask
            : Append(Entry(AuditKind.Read, action, place is null ? null : AuditObject.At(place)) with { Seen = kept });

    /// <summary>What a reading answer shows, committed before it leaves. What cannot be written down is not shown.</summary>
    public async Task BeforeShown(string action, CancellationToken ct)
    {
        if (seen.Count == 0)
        {
            return;
        }

        try
        {
            await database.Write(db, () => Shown(action, keep: true), ct);
            seen.Clear();
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not Overloaded)
        {
            log.LogError(cause, "Reading personal data could not be audited; nothing was shown.");
            throw new Refused(
                ProblemKinds.Unavailable,
                "审计记录暂时无法写入，因此不显示个人信息。请稍后重试。",
                "The audit cannot be written now, so personal data is not shown. Try again shortly."
            );
        }
    }

    // One entry for one call: of one thing it names the thing, of several it lists them.
    private async Task Shown(string action, bool keep = false)
    {
        if (seen.Count == 0)
        {
            return;
        }

        var only = seen.Count == 1 ? seen.Keys.Single() : ((string Kind, string Id)?)null;
        await Append(
            Entry(AuditKind.Read, action, only is { } one ? new AuditObject(one.Kind, one.Id) : null) with
            {
                RequestId = null,
                Seen = Seen,
            }
        );
        if (!keep)
        {
            seen.Clear();
        }
    }

    private AuditEntry Entry(AuditKind kind, string action, AuditObject? on)
    {
        var now = clock.GetUtcNow();
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        var lineage = LineageOf(
            kind == AuditKind.Read && seenIn.Count > 0 ? Common(seenIn) : request?.Region ?? region ?? caller.RegionCode
        );
        return new AuditEntry
        {
            EntryId = ids.Next(at),
            At = at,
            Kind = Words.Of(kind),
            Actor = caller.Subject,
            ActorRole = Words.Of(caller.Role),
            Action = action,
            ObjectKind = on?.Kind,
            ObjectId = on?.Id,
            RequestId = request is { } held && on?.Id != held.Id.ToString("D") ? held.Id : null,
            RegionCode = lineage?.Region,
            CountyCode = lineage?.County,
            CityCode = lineage?.City,
            ProvinceCode = lineage?.Province,
            CallId = http.HttpContext?.TraceIdentifier,
        };
    }

    private Task Append(AuditEntry entry)
    {
        var stamped = entry with { Stamp = StampOf(stamps, entry) };
        return db.Execute(
            """
            insert into audit_entry (entry_id, at, kind, actor, actor_role, action, object_kind, object_id, request_id, region_code, county_code, city_code, province_code, call_id, seen, times, stamp)
            values (@EntryId, @At, @Kind, @Actor, @ActorRole, @Action, @ObjectKind, @ObjectId, @RequestId, @RegionCode, @CountyCode, @CityCode, @ProvinceCode, @CallId, @Seen, @Times, @Stamp)
            """,
            stamped
        );
    }

    /// <summary>Who can write to the database cannot make one.</summary>
    public static string StampOf(BlindIndex stamps, AuditEntry entry) => stamps.Of("audit entry", entry.Canonical());

    private static bool IsOf((string Kind, string Id) sight, AuditObject? on) =>
        on is not null && sight.Kind == on.Kind && sight.Id == on.Id;

    private static IEnumerable<Sight> Sights(Dictionary<(string Kind, string Id), HashSet<PersonalDataClass>> shown) =>
        shown.Select(pair => new Sight(pair.Key.Kind, pair.Key.Id, [.. pair.Value.Order()]));

    private Lineage? LineageOf(string? code) =>
        code is not null && catalogue.Regions.Find(code) is { } found ? catalogue.LineageOf(found) : null;

    // The smallest region that holds them all: whoever audits it may know that they were read together.
    private string? Common(IReadOnlyCollection<string> codes)
    {
        var lineages = codes.Select(LineageOf).ToList();
        return new Func<Lineage?, string?>[] { of => of?.Region, of => of?.County, of => of?.City, of => of?.Province }
            .Select(level => lineages.Select(level).Distinct(StringComparer.Ordinal).ToList())
            .FirstOrDefault(level => level is [not null])
            ?[0];
    }
}

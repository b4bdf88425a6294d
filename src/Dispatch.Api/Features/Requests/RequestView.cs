using System.Text.Json.Serialization;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Skills;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Requests;

internal sealed record RequesterView(RequesterKind Kind, string Name, string? Phone, string? CreditCode, string? Contact);

/// <summary>What is said at once about danger in the text, the number to call, and whether dispatch waits for an officer.</summary>
/// <param name="Referral">Another office is competent: an officer refers it, or dispatches anyway.</param>
/// <param name="HandledBy">The officer who has the held request in hand; told to the office only.</param>
internal sealed record SafetyView(SafetyKind Kind, Text Text, string Call, bool Held, bool Referral, string? HandledBy)
{
    public static SafetyView? Of(RequestRow request, Caller reader)
    {
        if (request.SafetyKind is null)
        {
            return null;
        }

        var warning = request.Warning()!;
        return new SafetyView(
            warning.Kind,
            new Text(warning.Zh, warning.En),
            warning.Call,
            request.SafetyHeld,
            warning.Refers,
            reader.SeesRegions ? request.SafetyHandler : null
        );
    }
}

internal sealed record RequestSkillView(string Code, string Zh, string En, int MinLevel, SkillSource Source, double Confidence);

internal sealed record RequiredSkillView(string Code, string Zh, string En, int MinLevel);

/// <summary>A group of skills: each of so many teams is to bring all of it, or any one of its skills.</summary>
internal sealed record RequirementView(RequirementMode Mode, IReadOnlyList<RequiredSkillView> Skills, int Count);

/// <summary>A part of the joint plan and how it stands.</summary>
/// <param name="TeamId">Who has it or is asked for it.</param>
/// <param name="WaivedBecause">Why an officer goes on without it.</param>
internal sealed record JointPartView(
    Guid Id,
    AssignmentRole Role,
    IReadOnlyList<string> Skills,
    bool Mandatory,
    PartState State,
    Guid? TeamId,
    string? TeamName,
    string? WaivedBecause,
    Text Text
);

internal sealed record LocationView(
    string RegionCode,
    string RegionName,
    string? Address,
    double Lat,
    double Lng,
    Crs Crs,
    double? GivenLat,
    double? GivenLng,
    Crs? GivenCrs
);

internal sealed record WindowView(DateTimeOffset Start, DateTimeOffset End);

internal sealed record DeadlineView(DeadlineKind Kind, DateTimeOffset DueAt, string State, bool Provisional, Guid? OfferId);

internal sealed record ExternalRefView(string Source, string Number);

internal sealed record AssignedTeamView(Guid TeamId, string TeamName, AssignmentRole Role, DateTimeOffset AcceptedAt);

/// <summary>A help request as its reader may see it.</summary>
/// <param name="SolvedCases">In the answer to its submission: what worked in cases like it, at most three. Later: GET …/solved-cases.</param>
internal sealed record RequestView(
    Guid Id,
    string Reference,
    HelpRequestState State,
    IReadOnlyList<string> Allowed,
    Tier Tier,
    RequestQueue? Queue,
    bool Automatic,
    RequesterView Requester,
    Text Text,
    SafetyView? Safety,
    IReadOnlyList<RequestSkillView> Skills,
    IReadOnlyList<RequirementView> Requirements,
    LocationView Location,
    Urgency Urgency,
    VisitForm Form,
    ServiceMode Mode,
    Channel Channel,
    IReadOnlyList<WindowView> Wanted,
    Guid? PreferredTeamId,
    IReadOnlyList<Guid> ExcludeTeamIds,
    Confidentiality Confidentiality,
    ExternalRefView? ExternalRef,
    IReadOnlyList<DeadlineView> Deadlines,
    IReadOnlyList<AssignedTeamView> Teams,
    IReadOnlyList<JointPartView> JointTeam,
    int PendingOffers,
    ResolutionResult? Result,
    string? Summary,
    DateTimeOffset? ResolvedAt,
    ConfirmationOutcome? Outcome,
    DateTimeOffset? ClosedAt,
    CancelReason? CancelReason,
    Guid? DuplicateOf,
    Guid? LikelyDuplicateOf,
    Guid? FollowsRequestId,
    Guid? SplitFrom,
    IReadOnlyList<PartView> Parts,
    IReadOnlyList<SimilarView> Similar,
    IReadOnlyList<SolvedCaseView> SolvedCases,
    SuggestionView? Suggestion,
    int ReopenCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    long Version,
    string? TrackToken = null
) : IResource
{
    [JsonIgnore]
    public bool WasThere { get; init; }

    public string Place() => $"/v1/requests/{Id}";
}

/// <summary>Puts the parts of a request together for its reader.</summary>
internal sealed class RequestReader(
    Session db,
    RequestContent content,
    LookAlikes lookAlikes,
    JointStore parts,
    Caller caller,
    Persons persons,
    PersonSight sight,
    AuditTrail trail,
    Reference.Catalogue catalogue,
    IHttpContextAccessor http
)
{
    /// <summary>In lists and notices, and for whoever does not handle it, in place of a held text.</summary>
    public static readonly Text HeldText = new("（安全保留，由经办人员查看）", "(Held for safety; shown to the officer who handles it.)");

    /// <summary>In place of a process secret, for whoever has not accepted it.</summary>
    public static readonly Text SecretText = new("（工艺秘密，接单后可见）", "(A process secret; shown once the request is accepted.)");

    /// <summary>In place of a name that is not shown.</summary>
    public const string HiddenName = "***";

    /// <param name="read">The text as it was read already; else it is read here where it is shown.</param>
    public async Task<RequestView> View(RequestRow request, ReadText? read = null)
    {
        var id = new { request.RequestId };
        var skills = await content.Skills(request.RequestId);
        var requirements = request.Joint ? await content.Requirements(request.RequestId) : [];
        var windows = await content.Windows(request.RequestId);
        var excluded = await content.Exclusions(request.RequestId);
        var deadlines = await db.List<DeadlineRow>(
            $"select {DeadlineStore.Columns} from deadline where request_id = @RequestId order by due_at, kind",
            id
        );
        var pending = await db.Value<long>("select count(*) from offer where request_id = @RequestId and state = 'pending'", id);
        var teams = await db.List<TeamRow>(
            """
            select assignment.team_id, team.name, assignment.role, assignment.state, assignment.accepted_at
            from assignment join team on team.team_id = assignment.team_id
            where assignment.request_id = @RequestId and (assignment.state = 'active' or assignment.ended_as = 'completed')
            order by assignment.role, assignment.accepted_at, assignment.assignment_id
            """,
            id
        );
        var tie = TieOf(teams);
        var reads = caller.Reads(request, accepted: tie != TeamTie.None);
        var shown = reads ? Shown(request, persons.Of(request), sight.Of(request, tie), sight.OfPhone(request, tie)) : Unread(request);
        // What an officer weighs before a team has it.
        var atDesk = reads && caller.IsOffice && request.StateNow is (HelpRequestState.Open or HelpRequestState.Offered);
        return new RequestView(
            request.RequestId,
            request.Reference,
            request.StateNow,
            HelpRequestFlow.Machine.Possible(request.StateNow),
            Words.To<Tier>(request.Tier),
            request.Queue is null ? null : Words.To<RequestQueue>(request.Queue),
            request.Automatic,
            shown.Requester,
            shown.Text,
            SafetyView.Of(request, caller),
            [
                .. skills.Select(s => new RequestSkillView(
                    s.Code,
                    catalogue.Skills[s.Code].Zh,
                    catalogue.Skills[s.Code].En,
                    s.MinLevel,
                    s.Source,
                    s.Confidence
                )),
            ],
            [.. requirements.Select(View)],
            shown.Location,
            request.UrgencyNow,
            Words.To<VisitForm>(request.Form),
            Words.To<ServiceMode>(request.Mode),
            Words.To<Channel>(request.Channel),
            [.. windows.Select(w => new WindowView(w.Start, w.End))],
            request.PreferredTeamId,
            excluded,
            Words.To<Confidentiality>(request.Confidentiality),
            request.ExternalSource is null || !reads ? null : new ExternalRefView(request.ExternalSource, request.ExternalNumber!),
            [.. deadlines.Select(d => new DeadlineView(Words.To<DeadlineKind>(d.Kind), d.DueAt, d.State, d.Provisional, d.OfferId))],
            [.. teams.Select(t => new AssignedTeamView(t.TeamId, t.Name, Words.To<AssignmentRole>(t.Role), t.AcceptedAt))],
            await JointTeam(request),
            (int)pending,
            request.Result is null ? null : Words.To<ResolutionResult>(request.Result),
            shown.Summary,
            request.ResolvedAt,
            request.Outcome is null ? null : Words.To<ConfirmationOutcome>(request.Outcome),
            request.ClosedAt,
            request.CancelReason is null ? null : Words.To<CancelReason>(request.CancelReason),
            request.DuplicateOf,
            reads && caller.IsOffice ? request.LikelyDuplicateOf : null,
            request.ReopenedFrom,
            request.SplitFrom,
            await Parts(request),
            atDesk ? await lookAlikes.Similar(request) : [],
            [],
            atDesk ? SuggestionView.Of(read ?? ReadText.Of(request.Text, catalogue), catalogue) : null,
            request.ReopenCount,
            request.CreatedAt,
            request.ChangedAt,
            request.Version
        );
    }

    private RequirementView View(Requirement group) =>
        new(
            group.Mode,
            [
                .. group.Skills.Select(skill => new RequiredSkillView(
                    skill.Code,
                    catalogue.Skills[skill.Code].Zh,
                    catalogue.Skills[skill.Code].En,
                    skill.MinLevel
                )),
            ],
            group.Teams
        );

    /// <summary>The plan is for those who make it and those who are in it; the requester is told who comes.</summary>
    private async Task<IReadOnlyList<JointPartView>> JointTeam(RequestRow request)
    {
        var live = caller.SeesRegions || caller.IsOfTeam ? await parts.Live(request.RequestId) : [];
        var teams = live.Count == 0 ? [] : await TeamNames(live);
        return
        [
            .. live.Select(part => new JointPartView(
                part.PartId,
                part.RoleNow,
                [.. part.Wanted.Select(skill => skill.Code)],
                part.Mandatory,
                part.State,
                part.TeamId,
                part.TeamId is { } team ? teams[team] : null,
                part.WaivedBecause,
                PartWording.Of(part, catalogue)
            )),
        ];
    }

    private async Task<Dictionary<Guid, string>> TeamNames(IEnumerable<PartRow> live)
    {
        var rows = await db.List<TeamRow>(
            $"select team_id, name from team where team_id {db.In("@ids")}",
            new { ids = live.Select(part => part.TeamId).OfType<Guid>().ToArray() }
        );
        return rows.ToDictionary(row => row.TeamId, row => row.Name);
    }

    private async Task<IReadOnlyList<PartView>> Parts(RequestRow request)
    {
        var rows = await db.List<SplitRow>(
            "select request_id, reference, state from help_request where split_from = @RequestId order by created_at, request_id",
            new { request.RequestId }
        );
        return [.. rows.Select(row => new PartView(row.RequestId, row.Reference, Words.To<HelpRequestState>(row.State)))];
    }

    private TeamTie TieOf(IReadOnlyList<TeamRow> teams)
    {
        var own = teams.Where(team => caller.IsOfTeam && team.TeamId == caller.TeamId).ToList();
        return own.Count == 0 ? TeamTie.None
            : own.Exists(team => team.State == "active") ? TeamTie.Active
            : TeamTie.Completed;
    }

    private ShownPerson Shown(RequestRow request, Person person, bool showsPersons, bool showsPhone)
    {
        var kind = Words.To<RequesterKind>(request.RequesterKind);
        var hides = request.HidesBeneficiary();
        trail.Saw(request.RequestId, request.RegionCode, showsPersons ? person.Whole : person.Masked(hides));
        if (showsPersons)
        {
            return showsPhone
                ? new ShownPerson(
                    new RequesterView(kind, person.Name, person.Phone, person.CreditCode, person.Contact),
                    Text.AsWritten(request.Text),
                    ExactPlace(request, person),
                    request.Summary
                )
                : new ShownPerson(
                    new RequesterView(kind, person.Name, MaskedPhone(), person.CreditCode, null),
                    Text.AsWritten(PhoneNumber.MaskIn(request.Text)),
                    ExactPlace(request, person),
                    request.Summary is null ? null : PhoneNumber.MaskIn(request.Summary)
                );
        }

        return new ShownPerson(
            hides
                ? new RequesterView(kind, HiddenName, null, null, null)
                : new RequesterView(kind, person.Name, MaskedPhone(), person.CreditCode, null),
            Text.AsWritten(Masked(request.Text)),
            CoarsePlace(request, hides ? null : PostalAddress.Village(person.Address)),
            request.Summary is null ? null : Masked(request.Summary)
        );

        string? MaskedPhone() => person.Phone is null ? null : PhoneNumber.Mask(person.Phone);

        string Masked(string text) => hides ? PersonalData.MaskIn(text, person.Names) : PhoneNumber.MaskIn(text);
    }

    /// <summary>Of a held request nobody learns more of the place than the county, of a secret more than its region: the code, and the middle of
    /// it.</summary>
    private ShownPerson Unread(RequestRow request)
    {
        var (text, code) = caller.ReadsHeld(request)
            ? (SecretText, request.RegionCode)
            : (HeldText, request.CountyCode ?? request.RegionCode);
        var region = catalogue.Regions.Find(code)!;
        return new ShownPerson(
            new RequesterView(Words.To<RequesterKind>(request.RequesterKind), HiddenName, null, null, null),
            text,
            new LocationView(region.Code, region.Name, null, region.Point.Lat, region.Point.Lng, Crs.Wgs84, null, null, null),
            null
        );
    }

    private LocationView ExactPlace(RequestRow request, Person person)
    {
        var map = MapQuery.Of(http.HttpContext);
        var point = map.Shown(person.Point);
        return new LocationView(
            request.RegionCode,
            catalogue.Regions.Find(request.RegionCode)!.Name,
            person.Address,
            point.Lat,
            point.Lng,
            map.Crs,
            person.GivenLat,
            person.GivenLng,
            request.GivenCrs is null ? null : Words.To<Crs>(request.GivenCrs)
        );
    }

    private LocationView CoarsePlace(RequestRow request, string? village)
    {
        var map = MapQuery.Of(http.HttpContext);
        var point = map.Shown(new GeoPoint(request.Lat, request.Lng));
        return new LocationView(
            request.RegionCode,
            catalogue.Regions.Find(request.RegionCode)!.Name,
            village,
            point.Lat,
            point.Lng,
            map.Crs,
            null,
            null,
            null
        );
    }

    private sealed record ShownPerson(RequesterView Requester, Text Text, LocationView Location, string? Summary);

    private sealed record SplitRow
    {
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
        public string State { get; init; } = "";
    }

    private sealed record TeamRow
    {
        public Guid TeamId { get; init; }
        public string Name { get; init; } = "";
        public string Role { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset AcceptedAt { get; init; }
    }
}

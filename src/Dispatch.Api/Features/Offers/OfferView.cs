using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Offers;

/// <summary>The part of a joint plan an offer is for.</summary>
/// <param name="Skills">What the team is there for.</param>
/// <param name="Mandatory">The request waits for it.</param>
/// <param name="Text">The role and the skills in words.</param>
internal sealed record OfferedPartView(Guid Id, IReadOnlyList<string> Skills, bool Mandatory, Text Text);

/// <summary>An offer with what was known when it was made.</summary>
internal sealed record OfferView(
    Guid Id,
    Guid RequestId,
    string RequestReference,
    Text RequestText,
    string RegionCode,
    Urgency Urgency,
    Guid TeamId,
    string TeamName,
    OfferState State,
    AssignmentRole Role,
    OfferedPartView? Part,
    OfferWay Way,
    Tier Tier,
    DateTimeOffset OfferedAt,
    DateTimeOffset? DeliveredAt,
    bool Unreachable,
    DateTimeOffset AnswerDueAt,
    DateTimeOffset? EndedAt,
    DeclineReason? DeclineReason,
    string? Note,
    OfferExplanation Explanation,
    Guid? AssignmentId,
    Guid? VisitId,
    long Version
) : IResource
{
    public string Place() => $"/v1/offers/{Id}";
}

internal sealed class OfferReader(Session db, Caller caller, Persons persons, Reference.Catalogue catalogue, TimeProvider clock)
{
    /// <summary>In place of the text, for a team that has declined it, or given it back.</summary>
    private static readonly Text GoneText = new("（该求助已不在贵队）", "(This request is no longer with your team.)");

    public const string Select = """
        select offer.offer_id, offer.request_id, offer.team_id, offer.state, offer.version, offer.role, offer.way, offer.tier, offer.score, offer.explanation,
               offer.offered_at, offer.delivered_at, offer.answer_due_at, offer.ended_at, offer.decline_reason, offer.note,
               help_request.reference, help_request.text, help_request.person, help_request.confidentiality, help_request.safety_held, help_request.safety_handler, help_request.requester_subject, help_request.county_code, help_request.region_code, help_request.urgency, team.name as team_name, assignment.assignment_id, assignment.state as assignment_state, assignment.ended_as,
               offer.part_id, joint_part.skills as part_skills, joint_part.mandatory as part_mandatory
        from offer
        join help_request on help_request.request_id = offer.request_id
        join team on team.team_id = offer.team_id
        left join assignment on assignment.offer_id = offer.offer_id
        left join joint_part on joint_part.part_id = offer.part_id
        """;

    public async Task<OfferView> View(Guid offerId, Guid? visitId = null) =>
        View((await db.Find<JoinedRow>($"{Select} where offer.offer_id = @offerId", new { offerId }))!) with
        {
            VisitId = visitId,
        };

    public OfferView View(JoinedRow row) =>
        new(
            row.OfferId,
            row.RequestId,
            row.Reference,
            TextFor(row),
            caller.ReadsHeld(row) ? row.RegionCode : row.CountyCode ?? row.RegionCode,
            Words.To<Urgency>(row.Urgency),
            row.TeamId,
            row.TeamName,
            Words.To<OfferState>(row.State),
            Words.To<AssignmentRole>(row.Role),
            PartOf(row),
            Words.To<OfferWay>(row.Way),
            Words.To<Tier>(row.Tier),
            row.OfferedAt,
            row.DeliveredAt,
            row.State == "pending" && row.DeliveredAt is null && row.OfferedAt + DeadlineRules.LatestDelivery < clock.GetUtcNow(),
            row.AnswerDueAt,
            row.EndedAt,
            row.DeclineReason is null ? null : Words.To<DeclineReason>(row.DeclineReason),
            row.Note,
            SavedExplanation.Read(row.Explanation),
            row.AssignmentId,
            null,
            row.Version
        );

    private OfferedPartView? PartOf(JoinedRow row)
    {
        if (row.PartId is not { } id)
        {
            return null;
        }

        var (skills, mandatory) = (JointStore.Read(row.PartSkills!), row.PartMandatory == true);
        var said = PartWording.Of(Words.To<AssignmentRole>(row.Role), skills, mandatory, catalogue);
        return new OfferedPartView(id, [.. skills.Select(skill => skill.Code)], mandatory, said);
    }

    private Text TextFor(JoinedRow row)
    {
        if (!caller.ReadsHeld(row))
        {
            return RequestReader.HeldText;
        }

        if (caller.IsOfTeam && row is { State: not "pending", IsAccepted: false })
        {
            return GoneText;
        }

        return !caller.Reads(row, row.IsAccepted) ? RequestReader.SecretText
            : row.HidesBeneficiary() ? Text.AsWritten(PersonalData.MaskIn(row.Text, persons.Open(row.RequestId, row.Person).Names))
            : Text.AsWritten(PhoneNumber.MaskIn(row.Text));
    }

    internal sealed record JoinedRow : IConfidential
    {
        public Guid OfferId { get; init; }
        public Guid RequestId { get; init; }
        public Guid TeamId { get; init; }
        public string State { get; init; } = "";
        public long Version { get; init; }
        public string Role { get; init; } = "";
        public string Way { get; init; } = "";
        public string Tier { get; init; } = "";
        public string Explanation { get; init; } = "";
        public DateTimeOffset OfferedAt { get; init; }
        public DateTimeOffset? DeliveredAt { get; init; }
        public DateTimeOffset AnswerDueAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string? DeclineReason { get; init; }
        public string? Note { get; init; }
        public string Reference { get; init; } = "";
        public string Text { get; init; } = "";
        public string Person { get; init; } = "";
        public string Confidentiality { get; init; } = "";
        public bool SafetyHeld { get; init; }
        public string? SafetyHandler { get; init; }
        public string? RequesterSubject { get; init; }
        public string? CountyCode { get; init; }
        public string RegionCode { get; init; } = "";
        public string Urgency { get; init; } = "";
        public string TeamName { get; init; } = "";
        public Guid? AssignmentId { get; init; }
        public string? AssignmentState { get; init; }
        public string? EndedAs { get; init; }
        public bool IsAccepted => AssignmentState == "active" || EndedAs == "completed";
        public Guid? PartId { get; init; }
        public string? PartSkills { get; init; }
        public bool? PartMandatory { get; init; }
    }
}

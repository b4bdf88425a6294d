using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Lessons;

internal enum CorrectionState
{
    /// <summary>Nobody has judged it, and the requester has not said that it was solved.</summary>
    Waiting,
    Confirmed,
    Refused,
}

/// <summary>What was read from a text and what a person made of it.</summary>
internal sealed record CorrectionRow
{
    public const string Columns = $"""
        skill_correction.request_id, help_request.reference, help_request.text, help_request.person, help_request.main_skill,
        skill_correction.suggested, skill_correction.chosen, skill_correction.corrected_at, skill_correction.corrected_by,
        skill_correction.judged_by, {StateNow} as state
        """;

    /// <summary>A request counts with its last correction, while its main skill is still the one chosen. Of a danger, of a secret and of those who
    /// stay hidden nothing is learned.</summary>
    public const string From = """
        from skill_correction join help_request on help_request.request_id = skill_correction.request_id
        where skill_correction.version = (select max(later.version) from skill_correction later where later.request_id = skill_correction.request_id)
          and (skill_correction.chosen = help_request.main_skill or skill_correction.chosen like help_request.main_skill || ' %')
          and help_request.safety_kind is null and help_request.confidentiality = 'normal'
        """;

    /// <summary>An officer's word stands; without one it is the requester who confirms, by saying that it was solved.</summary>
    public const string StateNow =
        "case when skill_correction.judged is not null then skill_correction.judged"
        + " when help_request.state = 'closed' and help_request.outcome = 'confirmed' then 'confirmed' else 'waiting' end";

    public Guid RequestId { get; init; }
    public string Reference { get; init; } = "";
    public string Text { get; init; } = "";
    public string Person { get; init; } = "";
    public string MainSkill { get; init; } = "";
    public string Suggested { get; init; } = "";
    public string Chosen { get; init; } = "";
    public DateTimeOffset CorrectedAt { get; init; }
    public string CorrectedBy { get; init; } = "";
    public string? JudgedBy { get; init; }
    public string State { get; init; } = "";

    public CorrectionState Standing => Words.To<CorrectionState>(State);

    /// <summary>The text without what points to a person or a house.</summary>
    public string Masked(Persons persons) => PersonalData.MaskIn(Text, persons.Open(RequestId, Person).Names);
}

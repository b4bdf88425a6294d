using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

internal sealed record MatchView(
    Guid RequestId,
    Tier Tier,
    IReadOnlyList<PassedOverView> PassedOver,
    int Evaluated,
    int Eligible,
    string WeightsVersion,
    IReadOnlyList<CandidateView> Candidates,
    IReadOnlyList<RefusalView> Refused,
    JointView? Joint,
    IReadOnlyList<ShortfallView> Shortfalls,
    IReadOnlyList<ExplainedTeamView> Explained
)
{
    public static MatchView Of(MatchResult match) =>
        new(
            match.Need.RequestId,
            match.Opened,
            [.. match.PassedOver.Select(passed => new PassedOverView(passed.Tier, Words.Of(passed.Reason), Text.Of(Wording.Of(passed))))],
            match.Evaluated,
            match.Eligible,
            match.WeightsVersion,
            [.. match.Candidates.Select(CandidateView.Of)],
            [
                .. match.Refused.Select(refusal => new RefusalView(
                    Words.Of(refusal.Reason),
                    refusal.Count,
                    refusal.TeamIds,
                    Text.Of(Wording.Of(refusal.Reason)),
                    Text.Of(Wording.Remedy(refusal.Reason))
                )),
            ],
            match.Joint is null ? null : JointView.Of(match.Joint),
            [
                .. match.Shortfalls.Select(shortfall => new ShortfallView(
                    Words.Of(shortfall.Reason),
                    shortfall.Failed,
                    shortfall.Alone,
                    Text.Of(Wording.Of(shortfall))
                )),
            ],
            []
        );
}

/// <summary>Why one team stands where it stands.</summary>
/// <param name="Rank">Its place among all that are eligible; none when it is not.</param>
/// <param name="Against">Every rule it fails with the opened tiers open, and what would have to change.</param>
/// <param name="Candidate">Its score, part by part, when it is eligible.</param>
internal sealed record ExplainedTeamView(
    Guid TeamId,
    string TeamName,
    int? Rank,
    IReadOnlyList<RuleView> Against,
    CandidateView? Candidate
);

internal sealed record RuleView(string Reason, Text Text, Text Remedy)
{
    public static RuleView Of(Ineligibility reason) => new(Words.Of(reason), Text.Of(Wording.Of(reason)), Text.Of(Wording.Remedy(reason)));
}

/// <param name="WeightsVersion">Of the ranking it came from; none when a person decided.</param>
/// <param name="DecidedBecause">The reason that person gave.</param>
internal sealed record OfferExplanation(string? WeightsVersion, string? DecidedBecause, CandidateView? Candidate);

internal sealed record PassedOverView(Tier Tier, string Reason, Text Text);

internal sealed record RefusalView(string Reason, int Count, IReadOnlyList<Guid> TeamIds, Text Text, Text Remedy);

internal sealed record ShortfallView(string Reason, int Failed, int Alone, Text Text);

internal sealed record LoadView(int Open, int Capacity);

internal sealed record ScorePartView(string Name, double Weight, double Value, double Points, Text Reason)
{
    public static ScorePartView Of(ScorePart part) =>
        new(
            Words.Of(part.Name),
            part.Weight / (double)Weights.PointScale,
            Math.Round(part.Value, 4),
            part.Points / (double)Weights.PointScale,
            Text.Of(Wording.Of(part.Reason))
        );
}

internal sealed record CandidateView(
    int Rank,
    Guid TeamId,
    string TeamName,
    TeamKind Kind,
    Tier Tier,
    string? HostOrganisation,
    double Score,
    double? DistanceKm,
    double? TravelMinutes,
    LoadView Load,
    bool BringsAll,
    bool PreferredByName,
    IReadOnlyList<ScorePartView> Parts
)
{
    private const double PointScale = Weights.PointScale;

    public static CandidateView Of(Candidate candidate) =>
        new(
            candidate.Rank,
            candidate.Team.Id,
            candidate.Team.Name,
            candidate.Team.Kind,
            candidate.Team.Tier,
            candidate.Team.HostOrganisation,
            candidate.Score.Points / PointScale,
            candidate.Score.Journey?.Km,
            candidate.Score.Journey?.Minutes,
            new LoadView(candidate.Load.Active, candidate.Team.Capacity),
            candidate.BringsAll,
            candidate.PreferredByName,
            [.. candidate.Score.Parts.Select(ScorePartView.Of)]
        );
}

internal sealed record JointView(
    Guid LeadTeamId,
    string LeadTeamName,
    IReadOnlyList<JointSupportView> Supports,
    IReadOnlyList<string> Missing,
    double TotalPoints
)
{
    public static JointView Of(JointProposal joint) =>
        new(
            joint.Lead.Team.Id,
            joint.Lead.Team.Name,
            [
                .. joint.Supports.Select(support => new JointSupportView(
                    support.Team.Id,
                    support.Team.Name,
                    [.. support.Brings.Select(skill => skill.Code)]
                )),
            ],
            [.. joint.Missing.Select(skill => skill.Code)],
            joint.TotalPoints / (double)Weights.PointScale
        );
}

internal sealed record JointSupportView(Guid TeamId, string TeamName, IReadOnlyList<string> Brings);

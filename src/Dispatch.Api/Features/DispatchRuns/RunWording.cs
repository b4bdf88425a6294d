using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Matching;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>Why a request of a run has no offer, in words.</summary>
internal static class RunWording
{
    /// <param name="rule">The rule the team fails, where it is one.</param>
    public static Text Of(RunItemReason reason, string? rule = null) =>
        reason switch
        {
            RunItemReason.NotOpen => new("求助已不是待派单状态。", "The request is not open."),
            RunItemReason.SafetyHold => new("安全保留中，须先有人处理。", "It is held for safety until somebody has looked."),
            RunItemReason.ReferralProposed => new("建议转办，须先有人判断。", "A referral is proposed: somebody decides first."),
            RunItemReason.LikelyDuplicate => new("疑似重复，等待判断。", "It is a likely duplicate and waits for a yes or no."),
            RunItemReason.UnknownSkill => new("尚未确定技能，等待研判。", "No skill is known yet; it waits for triage."),
            RunItemReason.Published => new("已公开认领。", "It is published for claiming."),
            RunItemReason.SeveralTeams => new(
                "由几支队伍联合承接，另行派单。",
                "Several teams take it together: they are asked by a plan of their own."
            ),
            RunItemReason.NoTeam => new("没有符合条件的队伍。", "No team is eligible."),
            RunItemReason.NoFreePlace => new("能接的队伍都没有空余名额。", "Every eligible team is full."),
            RunItemReason.PlacesWorthMore => new(
                "能接的队伍名额给了更急或更合适的求助。",
                "The places of every eligible team do more good for other requests."
            ),
            RunItemReason.RequestChanged => new("求助在计划之后有改动。", "The request has changed since the plan."),
            RunItemReason.TeamAtCapacity => new("队伍在计划之后已满。", "The team has filled up since the plan."),
            RunItemReason.TeamSuspended => new("队伍在计划之后已停用。", "The team has been suspended since the plan."),
            RunItemReason.TeamNotEligible => NotEligible(rule),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
        };

    private static Text NotEligible(string? rule)
    {
        if (rule is null)
        {
            return new("队伍在计划之后不再是首选之列。", "The team is no longer among the first choices.");
        }

        var why = Wording.Of(Words.To<Ineligibility>(rule));
        return new($"队伍在计划之后不再符合条件：{why.Zh}。", $"The team is not eligible any more: {why.En}.");
    }
}

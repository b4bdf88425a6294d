using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>One thing said in both languages.</summary>
public sealed record Phrase(string Zh, string En);

/// <summary>Says what matching found in the words of the people who read it.</summary>
public static class Wording
{
    private static readonly Phrase Nothing = new("", "");

    /// <summary>Why a part of the score is what it is.</summary>
    public static Phrase Of(ScoreReason reason) =>
        reason switch
        {
            SkillReason skill => Of(skill),
            NearnessReason { Journey: { } journey } => new(
                $"距离 {journey.Km:0.#} 公里，路上约 {journey.Minutes:0} 分钟",
                $"{journey.Km:0.#} km away, about {journey.Minutes:0} minutes on the road"
            ),
            NearnessReason => new("不需要上门，路程不计", "no travel, so the way does not count"),
            LoadReason load => Of(load),
            RecordReason { Confirmed: 0 } => new("还没有经求助方确认的服务", "no service confirmed by a requester yet"),
            RecordReason record => new(
                $"求助方已确认 {record.Confirmed} 次服务，其中 {record.Solved} 次问题已解决",
                $"{Count(record.Confirmed, "service")} confirmed by requesters, {record.Solved} of them solved"
            ),
            SoonnessReason { Day: { } day } soonness => new(
                soonness.Wait == 0 ? $"{day:yyyy-MM-dd} 当天即可服务" : $"{day:yyyy-MM-dd} 起有空，需等 {soonness.Wait} 天",
                soonness.Wait == 0
                    ? $"free on {day:yyyy-MM-dd}, the first possible day"
                    : $"free from {day:yyyy-MM-dd}, {Count(soonness.Wait, "day")} later"
            ),
            SoonnessReason => new("近期没有空闲时间", "not free in the days looked at"),
            FamiliarityReason { ServedBefore: true } => new("曾为该求助方服务", "has served this requester before"),
            FamiliarityReason => new("尚未为该求助方服务过", "has not served this requester yet"),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
        };

    /// <summary>Why a team was refused.</summary>
    public static Phrase Of(Ineligibility reason) =>
        reason switch
        {
            Ineligibility.SkillMissing => new("不具备所需的主要技能", "does not have the main skill"),
            Ineligibility.OutOfArea => new("不在可派单的区域内", "outside the area that may be asked"),
            Ineligibility.TierNotOpen => new("所在层级尚未开放", "belongs to a tier that is not open yet"),
            Ineligibility.LevelTooLow => new("主要技能等级低于要求", "below the level asked for in the main skill"),
            Ineligibility.LicenceMissing => new("没有服务当日有效的执业资格", "no licence in force on the day of the work"),
            Ineligibility.FormNotOffered => new("不提供所要求的服务形式", "does not give help in this form"),
            Ineligibility.ConflictOfInterest => new(
                "被求助方要求回避，或与求助方存在竞争关系",
                "excluded by the requester, or of a rival host"
            ),
            Ineligibility.Suspended => new("已暂停服务", "suspended"),
            Ineligibility.DeclinedBefore => new("此前已拒单、超时未答或退单", "declined, let expire or gave back this request before"),
            Ineligibility.NotAvailable => new("在所需时间内没有空闲", "not free at the time wanted"),
            Ineligibility.AtCapacity => new("在办任务已达上限", "carries as many assignments as it can"),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
        };

    /// <summary>What would have to change for teams refused for this reason to be asked.</summary>
    public static Phrase Remedy(Ineligibility reason) =>
        reason switch
        {
            Ineligibility.SkillMissing => new(
                "更正所需的主要技能，或由队伍登记并证明该技能",
                "correct the main skill, or have a team prove this skill"
            ),
            Ineligibility.OutOfArea => new(
                "由省级工会开放跨省派单，或改为远程、宣讲、会诊",
                "a province officer opens the country, or the help is given remotely, as a lecture or as a consultation"
            ),
            Ineligibility.TierNotOpen => new("提级到上一层级", "escalate to the next tier"),
            Ineligibility.LevelTooLow => new(
                "降低等级要求，或由队伍更新技能等级",
                "ask for a lower level, or have a team's higher level proven"
            ),
            Ineligibility.LicenceMissing => new(
                "登记有效的执业资格，或改为远程、培训、宣讲、会诊",
                "register a licence in force, or ask for advice instead of hands-on work"
            ),
            Ineligibility.FormNotOffered => new("换一种服务形式", "ask for another form of help"),
            Ineligibility.ConflictOfInterest => new(
                "求助方取消回避，或工会干部取消竞争标记",
                "the requester lifts the exclusion, or an officer the mark"
            ),
            Ineligibility.Suspended => new("恢复队伍服务资格", "lift the suspension"),
            Ineligibility.DeclinedBefore => new("由工会干部裁定派单", "an officer decides by arbitration"),
            Ineligibility.NotAvailable => new("提供其他时间", "offer other times"),
            Ineligibility.AtCapacity => new("等待队伍办结一项任务，或提高其承接上限", "wait until a task is done, or raise the capacity"),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
        };

    /// <summary>Why a tier was not enough.</summary>
    public static Phrase Of(PassedOver passed) =>
        passed.Reason switch
        {
            PassedOverReason.NobodyEligible => new(
                $"{Name(passed.Tier).Zh}没有符合条件的队伍",
                $"no team of the {Name(passed.Tier).En} is eligible"
            ),
            PassedOverReason.NobodyBringsAll => new(
                $"{Name(passed.Tier).Zh}没有队伍具备全部所需技能，上级有",
                $"no team of the {Name(passed.Tier).En} brings every skill, one of a higher tier does"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(passed), passed, message: null),
        };

    /// <summary>What stands in the way of a candidate, and what would have to change.</summary>
    public static Phrase Of(Shortfall shortfall)
    {
        var (reason, remedy) = (Of(shortfall.Reason), Remedy(shortfall.Reason));
        return new Phrase(
            $"{shortfall.Failed} 支队伍{reason.Zh}"
                + (shortfall.Alone > 0 ? $"，其中 {shortfall.Alone} 支只差这一项" : "")
                + $"；需要：{remedy.Zh}",
            $"{Count(shortfall.Failed, "team")}: {reason.En}"
                + (shortfall.Alone > 0 ? $" ({shortfall.Alone} for this alone)" : "")
                + $"; to change it: {remedy.En}"
        );
    }

    public static Phrase Name(PartName part) =>
        part switch
        {
            PartName.Skill => new("技能匹配", "skill"),
            PartName.Nearness => new("距离", "nearness"),
            PartName.Load => new("工作负荷", "load"),
            PartName.Record => new("解决记录", "record"),
            PartName.Soonness => new("可服务时间", "soonness"),
            PartName.Familiarity => new("服务经历", "familiarity"),
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, message: null),
        };

    public static Phrase Name(Tier tier) =>
        tier switch
        {
            Tier.Grassroots => new("基层", "grassroots"),
            Tier.County => new("县级", "county"),
            Tier.City => new("市级", "city"),
            Tier.Province => new("省级", "province"),
            Tier.Country => new("全国", "country"),
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, message: null),
        };

    private static Phrase Of(SkillReason skill)
    {
        var brought = skill.Brought.Count == 0 ? Nothing : new Phrase($"；并具备{Zh(skill.Brought)}", $"; also brings {En(skill.Brought)}");
        var lacking = skill.Lacking.Count == 0 ? Nothing : new Phrase($"；缺{Zh(skill.Lacking)}", $"; lacks {En(skill.Lacking)}");
        return new Phrase(
            $"{skill.Main.Zh} {skill.Level} 级，要求 {skill.Needed} 级{brought.Zh}{lacking.Zh}",
            $"{skill.Main.En} at level {skill.Level}, level {skill.Needed} needed{brought.En}{lacking.En}"
        );

        static string Zh(IEnumerable<Skill> skills) => string.Join('、', skills.Select(skill => skill.Zh));
        static string En(IEnumerable<Skill> skills) => string.Join(", ", skills.Select(skill => skill.En));
    }

    private static Phrase Of(LoadReason load) =>
        new(
            $"在办 {load.Active} 项，待接单 {load.Pending} 项，可承接 {load.Capacity} 项{(load.Resting ? "；24 小时内刚完成服务" : "")}",
            $"{load.Active} in hand and {Count(load.Pending, "open offer")} of {load.Capacity}"
                + (load.Resting ? "; finished a service within 24 hours" : "")
        );

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}

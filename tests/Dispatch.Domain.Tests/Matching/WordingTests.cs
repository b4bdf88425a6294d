using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

public sealed class WordingTests
{
    public static TheoryData<ScoreReason, string, string> Reasons =>
        new()
        {
            {
                new SkillReason(Skill("agr-citrus"), 7, 3, [Skill("agr-soil")], [Skill("mec-cut"), Skill("ict-5g")]),
                "柑橘栽培 7 级，要求 3 级；并具备土壤肥料；缺切削加工、移动通信",
                "Citrus growing at level 7, level 3 needed; also brings Soil and fertiliser; lacks Cutting, Mobile networks"
            },
            { new SkillReason(Skill("agr-citrus"), 7, 1, [], []), "柑橘栽培 7 级，要求 1 级", "Citrus growing at level 7, level 1 needed" },
            { new NearnessReason(new Journey(4.9, 10.3)), "距离 4.9 公里，路上约 10 分钟", "4.9 km away, about 10 minutes on the road" },
            { new NearnessReason(null), "不需要上门，路程不计", "no travel, so the way does not count" },
            { new LoadReason(2, 1, 3, Resting: false), "在办 2 项，待接单 1 项，可承接 3 项", "2 in hand and 1 open offer of 3" },
            {
                new LoadReason(0, 0, 3, Resting: true),
                "在办 0 项，待接单 0 项，可承接 3 项；24 小时内刚完成服务",
                "0 in hand and 0 open offers of 3; finished a service within 24 hours"
            },
            { new RecordReason(0, 0), "还没有经求助方确认的服务", "no service confirmed by a requester yet" },
            {
                new RecordReason(5, 4),
                "求助方已确认 5 次服务，其中 4 次问题已解决",
                "5 services confirmed by requesters, 4 of them solved"
            },
            { new SoonnessReason(new(2026, 6, 1), 0), "2026-06-01 当天即可服务", "free on 2026-06-01, the first possible day" },
            { new SoonnessReason(new(2026, 6, 2), 1), "2026-06-02 起有空，需等 1 天", "free from 2026-06-02, 1 day later" },
            { new SoonnessReason(null, 10), "近期没有空闲时间", "not free in the days looked at" },
            { new FamiliarityReason(ServedBefore: true), "曾为该求助方服务", "has served this requester before" },
            { new FamiliarityReason(ServedBefore: false), "尚未为该求助方服务过", "has not served this requester yet" },
        };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void A_part_of_a_score_is_said_in_both_languages(ScoreReason reason, string zh, string en) =>
        Assert.Equal(new Phrase(zh, en), Wording.Of(reason));

    [Fact]
    public void Every_refusal_and_its_remedy_has_words_of_its_own()
    {
        var phrases = Enum.GetValues<Ineligibility>().SelectMany(reason => new[] { Wording.Of(reason), Wording.Remedy(reason) }).ToList();
        AssertDistinct(phrases);
    }

    [Fact]
    public void Every_part_tier_and_tier_passed_over_has_words_of_its_own()
    {
        AssertDistinct(Enum.GetValues<PartName>().Select(Wording.Name));
        AssertDistinct(Enum.GetValues<Tier>().Select(Wording.Name));
        AssertDistinct(Enum.GetValues<PassedOverReason>().Select(reason => Wording.Of(new PassedOver(Tier.County, reason))));
    }

    [Fact]
    public void A_shortfall_says_what_would_have_to_change()
    {
        Assert.Equal(
            new Phrase(
                "3 支队伍在办任务已达上限，其中 1 支只差这一项；需要：等待队伍办结一项任务，或提高其承接上限",
                "3 teams: carries as many assignments as it can (1 for this alone); to change it: wait until a task is done, or raise the capacity"
            ),
            Wording.Of(new Shortfall(Ineligibility.AtCapacity, 3, 1))
        );
        Assert.Equal("1 支队伍已暂停服务；需要：恢复队伍服务资格", Wording.Of(new Shortfall(Ineligibility.Suspended, 1, 0)).Zh);
    }

    private static void AssertDistinct(IEnumerable<Phrase> phrases)
    {
        var all = phrases.ToList();
        Assert.All(all, phrase => Assert.False(string.IsNullOrWhiteSpace(phrase.Zh) || string.IsNullOrWhiteSpace(phrase.En)));
        Assert.Equal(all.Count, all.Select(phrase => phrase.Zh).Distinct().Count());
        Assert.Equal(all.Count, all.Select(phrase => phrase.En).Distinct().Count());
    }

    private static Skill Skill(string code) => Given.Rules.Skills[code];
}

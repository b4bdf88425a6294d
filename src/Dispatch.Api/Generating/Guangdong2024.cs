using Dispatch.Domain.Teams;

namespace Dispatch.Api.Generating;

/// <summary>
/// Guangdong in 2024, as its union published it: so many person-times, services, problems, trained and yuan. Its places are in <c>seeds/guangdong-2024.csv</c>:
/// the codes are those of GB/T 2260, the points those of the seats of government to about a kilometre, and the weights of the cities their residents in the census
/// of 2020. The weights of the trades, and all that is told of a single request, are made up.
/// </summary>
internal static class Guangdong2024
{
    public static Scenario Scenario { get; } =
        new(
            "guangdong-2024",
            2024,
            new YearTotals(
                Services: 6_176,
                PersonTimes: 9_885,
                ProblemsSolved: 12_209,
                TrainedPersonTimes: 129_000,
                EconomicBenefitFen: 100_000_000_000
            ),
            Trades()
        );

    private static ScenarioTrade[] Trades() =>
        [
            Trade("agr-citrus", 7, Tier.County, "柑橘园连片叶片发黄，新梢少，想请人来看看怎么管。", "缺镁黄化", "根系积水", "修剪过重"),
            Trade("agr-tropfruit", 6, Tier.County, "荔枝园今年花少果少，请指导保花保果和修剪。", "花穗带叶", "落果偏多", "树冠郁闭"),
            Trade("agr-veg", 6, Tier.County, "大棚黄瓜长势弱，产量比去年少三成，请来现场看看。", "土壤板结", "育苗徒长", "棚内湿度过高"),
            Trade("agr-soil", 4, Tier.County, "果园土壤酸化，想测土后配一套施肥方案。", "土壤酸化", "氮肥过量", "有机质偏低"),
            Trade(
                "agr-plantprot",
                5,
                Tier.County,
                "叶片出现病斑，打药效果不好，请教防治办法。",
                "用药时机偏晚",
                "药剂轮换不足",
                "病枝未清"
            ),
            Trade(
                "aut-maint",
                8,
                Tier.County,
                "包装线经常停机，点检做了也找不到原因，请技师来看看。",
                "轴温偏高",
                "润滑周期过长",
                "气路漏气",
                "传感器误报"
            ),
            Trade(
                "mec-cut",
                6,
                Tier.County,
                "车削件表面粗糙度不稳定，返工多，请师傅来指导。",
                "装夹松动",
                "主轴跳动偏大",
                "切削液浓度偏低"
            ),
            Trade(
                "aut-lean",
                7,
                Tier.County,
                "班组换线时间太长，想请劳模来讲讲现场管理。",
                "换线步骤重复",
                "工具摆放不定位",
                "交接班记录不全"
            ),
            Trade("hss-training", 8, Tier.County, "准备技能等级考试，想请名师来做两次培训。", "实操课时不足", "题库过旧"),
            Trade("foo-fruit", 3, Tier.County, "果品采后损耗大，想请人看看保鲜和分选怎么改。", "预冷不及时", "分选破损"),
            Trade("foo-tea", 3, Tier.City, "今年夏茶香气不足，请制茶师来看看做青和杀青。", "萎凋过度", "杀青不匀"),
            Trade("mec-cnc", 5, Tier.City, "加工中心换产品后程序跑得慢，请数控技师优化。", "走刀路线过长", "刀补设置有误"),
            Trade("mec-tool", 4, Tier.City, "刀具磨损太快，一把刀做不了几件，请教切削参数。", "转速偏高", "涂层选型不当"),
            Trade("mec-mould", 4, Tier.City, "注塑件飞边多，模具修了两次没有解决。", "分型面磨损", "锁模力不足", "排气不畅"),
            Trade("aut-nonstd", 4, Tier.City, "想把手工上下料改成自动的，请人来评估改造方案。", "节拍不匹配", "工装定位偏差"),
            Trade(
                "aut-quality",
                5,
                Tier.City,
                "客诉增加，不良率降不下来，请质量工程师来诊断。",
                "检具未校准",
                "首检流于形式",
                "不良未分层统计"
            ),
            Trade("chm-polymer", 3, Tier.City, "塑料件冬天容易脆裂，想请教配方和工艺。", "回料比例偏高", "干燥不足"),
            Trade("cra-ceramic", 3, Tier.City, "瓷砖烧成色差大，请陶瓷师傅来看看窑炉。", "窑温不匀", "釉料批次波动"),
            Trade("pow-energy", 3, Tier.City, "厂里电费偏高，想请人做一次用能诊断。", "峰谷安排不合理", "空压机长期空载"),
            Trade("ict-digital", 3, Tier.City, "车间想做数据采集和看板，不知道从哪里开始。", "设备接口不统一", "报表重复填写"),
            Trade("aut-robot", 2, Tier.Province, "机器人抓手经常掉件，示教了几次还是不稳。", "抓手磨损", "示教点偏移"),
            Trade("ict-5g", 2, Tier.Province, "厂区专网时延不稳定，影响远程操作，请专家会诊。", "基站切换频繁", "终端天线遮挡"),
            Trade("mec-measure", 2, Tier.Province, "深孔形位公差测不准，想请教检测方案。", "测针选型不当", "测量基准不一致"),
            Trade("ict-security", 1, Tier.Province, "单位想做一次网络安全检查和备份演练。", "备份未验证", "口令过弱"),
            Trade("for-aromatic", 1, null, "想请教沉香树结香和管护的办法。"),
            Trade("liv-special", 1, null, "特种养殖刚起步，想请人来指导。"),
            Trade("cra-pottery", 1, null, "想请陶艺师傅指导拉坯和烧成。"),
        ];

    private static ScenarioTrade Trade(string skill, double weight, Tier? lowest, string text, params string[] problems) =>
        new(skill, weight, lowest, text, problems);
}

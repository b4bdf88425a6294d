using System.Text.RegularExpressions;

namespace Dispatch.Domain.Safety;

/// <summary>
/// Finds danger in what people write. Harmless uses and denials are taken out first, then each kind is looked for; the gravest wins. A
/// false alarm costs an officer a click, a miss may cost a life: so the rules lean to the alarm, and every known harmless use is listed.
/// </summary>
public static class SafetyCheck
{
    private static readonly Regex Harmless = Linear(
        // Figures of speech.
        "想死(?:你|我|妈|爸|家|个|这|那|了你)|(?:累|热|急|气|饿|笑|烦|忙|困|冷|吓|渴|美|愁)死(?:了|我|人|个人)?|电?死机|死循环|死角|死扣|死锁|打死结"
            // Denials and things of the past or of prevention.
            + "|(?:没有?|未|并?不是|不会|没人|无人|防止?|预防|避免|谨防|以免|怕)(?:人|人员|工人|再|被|发生|出现|有)?(?:触电|漏电|昏迷|晕倒|胸痛|胸闷|中毒|自杀|轻生|大出血|休克)"
            + "|(?:触电|急救|中毒|溺水|中风|心脏病|自杀|轻生|漏电)[^，。；！？,;!?]{0,6}(?:培训|演练|讲座|宣传|知识|预案|课|演习|预防|干预|保护器|保护|检测仪|开关)"
            + "|(?:猪瘟|禽流感|口蹄疫|疫病|蓝耳)?疫苗[^，。；！？,;!?]{0,8}"
            + "|(?:结核病?|艾滋病?|传染病|流感)(?:防治|预防|宣传|日)"
            + "|工资(?:系统|软件|表|条|制度|模块|核算)|(?:调|涨|算|核)工资"
    );

    private static readonly Regex SelfHarm = Linear(
        "自杀|轻生|寻短见|寻死|不想活|活着(?:真|也|就|都|太)?(?:没|无)(?:有)?(?:意思|意义|劲|用)|活不下去|活够了|不如死了|死了算了|一了百了|想(?:要)?死|结束(?:自己的?)?生命|了结(?:自己|生命)|割腕|(?:想|要)跳楼|跳下去算了|(?:想|要)喝农药|遗书|伤害自己|自残"
    );

    private static readonly Regex Medical = Linear(
        "胸口?(?:很|好|特别|一直|突然)?(?:痛|疼|闷)|心口(?:痛|疼)|心绞痛|心梗|心肌梗|冒冷汗|昏迷|昏倒|晕倒|晕过去|不省人事|叫不醒|没有?意识|没反应|没呼吸|呼吸困难|喘不(?:上|过)气|上不来气|大出血|血(?:止不住|流不止)|吐血|咯血|中风|脑梗|脑溢血|半边身子|口角歪|嘴歪|说不出话|抽搐|休克|农药中毒|食物中毒|煤气中毒|喝了?农药|误服|被?(?:毒)?蛇咬|溺水|烫伤严重|大面积烧伤|(?:手|脚|腿|指头?|胳膊)(?:断|压断|轧断|绞断|绞进)|要生了|羊水破"
    );

    private static readonly Regex AnimalOrPlant = Linear("猪|牛|羊|鸡|鸭|鹅|禽|兔|马|驴|狗|猫|犊|崽|蜂|鱼|虾|蟹|蛙|树|苗|果|菜|瓜|藤|叶");

    private static readonly Regex Animal = Linear("猪|牛|羊|鸡|鸭|鹅|禽|兔|畜|犊|鸽");

    private static readonly Regex NotifiableDisease = Linear(
        "非洲猪瘟|非瘟|猪瘟|口蹄疫|禽流感|小反刍|布鲁氏?菌|布病|炭疽|蓝耳病|新城疫|狂犬病|疯牛病"
    );

    private static readonly Regex Deaths = Linear("死|毙|没了|倒了");

    private static readonly Regex Spreading = Linear(
        "(?:邻|隔壁|附近|周边|旁边|别|几个?|好几)(?:村|家|户|场|栏|圈)?(?:们)?(?:也|都)|连(?:着|续)?死|接连|成批|大批|批量|大量|整栏|一栏|一片一片|暴(?:毙|死)|突然死|发紫|发绀|紫斑|出血点|口鼻(?:流|出)血|死(?:了|掉)?(?:[5-9]|\\d{2,}|五|六|七|八|九|十|几十|上百|好多|好几)"
    );

    private static readonly Regex ManyPeopleIll = Linear(
        "(?:很多|好多|好几|几十|多|十几|[一二两三四五六七八九十\\d]+)(?:个)?(?:人|名|位|工友|同事|学生|孩子|老人|村民)[^，。；！？,;!?]{0,6}(?:都|同时|陆续|先后|一起)?(?:发烧|发热|高烧|拉肚子|腹泻|呕吐|上吐下泻|出疹)|集体(?:发烧|发热|腹泻|呕吐|中毒)|聚集性|疑似(?:传染病|疫情|霍乱|鼠疫|麻疹|新冠|流感)|群体性?(?:发热|腹泻|中毒)"
    );

    private static readonly Regex ElectricShock = Linear(
        "触电|漏电|电到(?:人|了|我|他|她|手)|电(?:死|伤|倒)(?:人|了人|了)|(?:摸|碰|洗|拧|扶)[^，。；！？,;!?]{0,10}(?:发麻|麻手|麻了一下|麻一下|电手)|(?:水龙头|外壳|铁门|墙|热水器|洗衣机|冰箱|机壳)[^，。；！？,;!?]{0,4}(?:带电|有电|发麻|麻手|电人)|(?:电线|高压线|线路)(?:断|掉|落)(?:了|在|下|到)?(?:地上|水里|路上|下来)|电线泡(?:在)?水"
    );

    private static readonly Regex WageArrears = Linear(
        "(?:拖欠|克扣|欠|不发|没发|不给|没给|不结|没结|讨要?)(?:了)?(?:我们?|大家|工人|农民工)?(?:的)?(?:[一二两三四五六七八九十几半\\d]+个?(?:月|年))?(?:的)?(?:工资|薪水|工钱|血汗钱|报酬|加班费|赔偿金?)|欠薪|讨薪|(?:工资|工钱|薪水)[^，。；！？,;!?]{0,10}(?:不给|没给|不发|没发|没拿到|拿不到|拖着|拖了|要不到|不结)|不(?:签|给签)(?:劳动)?合同|被(?:无故)?(?:辞退|开除|裁)"
    );

    /// <summary>The gravest danger the text speaks of, or null.</summary>
    public static SafetyWarning? Of(string text)
    {
        var said = Harmless.Replace(text, " ");
        return SelfHarm.IsMatch(said) ? SafetyWarning.Of(SafetyKind.SelfHarm)
            : IsMedical(said) ? SafetyWarning.Of(SafetyKind.Medical)
            : IsEpidemic(said) ? SafetyWarning.Of(SafetyKind.Epidemic)
            : ElectricShock.IsMatch(said) ? SafetyWarning.Of(SafetyKind.ElectricShock)
            : WageArrears.IsMatch(said) ? SafetyWarning.Of(SafetyKind.WageArrears)
            : null;
    }

    // A sick cow is the vet's: a sign of illness counts where no animal or plant stands in the same clause.
    private static bool IsMedical(string said) => Clauses(said).Any(clause => Medical.IsMatch(clause) && !AnimalOrPlant.IsMatch(clause));

    /// <summary>A disease that must be reported, by name beside animals; or deaths of animals with a sign that it spreads; or many people
    /// ill at once.</summary>
    private static bool IsEpidemic(string said) =>
        (Animal.IsMatch(said) && (NotifiableDisease.IsMatch(said) || (Deaths.IsMatch(said) && Spreading.IsMatch(said))))
        || ManyPeopleIll.IsMatch(said);

    // The text is a stranger's: matching must stay linear in its length.
    private static Regex Linear(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static string[] Clauses(string said) =>
        said.Split(['，', '。', '；', '！', '？', ',', ';', '!', '?', '\n', ' '], StringSplitOptions.RemoveEmptyEntries);
}

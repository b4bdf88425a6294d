namespace Dispatch.Domain.Safety;

/// <summary>What in a text must not wait in a queue.</summary>
public enum SafetyKind
{
    /// <summary>A suspected epidemic among people or animals: volunteers must not carry it from farm to farm.</summary>
    Epidemic,

    /// <summary>Somebody's life is in danger now.</summary>
    Medical,

    /// <summary>Somebody may harm himself.</summary>
    SelfHarm,

    /// <summary>Live current: first get away from it, then a licensed electrician.</summary>
    ElectricShock,

    /// <summary>Wages withheld and the like: another office is competent.</summary>
    WageArrears,
}

/// <summary>Among whom an epidemic is suspected: another office is called.</summary>
public enum Among
{
    Animals,
    People,
}

/// <summary>What is said at once, and the number to call.</summary>
/// <param name="Blocks">Nothing is dispatched until an officer lifts the hold or refers it.</param>
public sealed record SafetyWarning(SafetyKind Kind, Among Among, bool Blocks, string Zh, string En, string Call)
{
    /// <summary>The words of the text that decided it, as they were written.</summary>
    public IReadOnlyList<string> Because { get; init; } = [];

    /// <summary>Another office is competent: a referral is proposed before anybody is sent.</summary>
    public bool Refers => Kind == SafetyKind.WageArrears;

    public static SafetyWarning Of(SafetyKind kind, Among among) =>
        kind switch
        {
            SafetyKind.Epidemic when among == Among.Animals => new(
                kind,
                among,
                true,
                "疑似动物疫情：请立即电话报告当地农业农村部门（12316），就地隔离，不移动、不出售、不丢弃，不让人员往来。",
                "Suspected animal epidemic: report it by phone at once (12316). Isolate, move and sell nothing, throw nothing away, let nobody come and go.",
                "12316"
            ),
            SafetyKind.Epidemic => new(
                kind,
                among,
                true,
                "疑似传染病或多人同时发病：请立即电话报告当地疾控（12320），病重的先拨 120；病人单独休息，留下剩余食物，暂不聚集。",
                "Suspected epidemic among people: report it by phone at once (12320), call 120 for anybody gravely ill. Keep the sick apart, keep what was eaten, do not gather.",
                "12320"
            ),
            SafetyKind.Medical => new(
                kind,
                among,
                true,
                "可能危及生命：请立即拨打 120，说清地点，身边不要离人。志愿服务队不能代替急救。",
                "This may be life-threatening: call 120 now, say where you are, do not leave the person alone. Volunteers do not replace an ambulance.",
                "120"
            ),
            SafetyKind.SelfHarm => new(
                kind,
                among,
                true,
                "你现在很难受，请先和人说说话：拨打 12356 心理援助热线（24 小时）；若有危险请拨 120 或 110。工作人员会尽快与你联系，内容严格保密。",
                "You are not alone: call the support line 12356 (day and night), or 120 or 110 in danger. Somebody will contact you soon, in confidence.",
                "12356"
            ),
            SafetyKind.ElectricShock => new(
                kind,
                among,
                false,
                "小心触电：请远离带电处和积水，能安全拉闸就先拉闸，不要再碰；有人触电先断电再拨 120。供电抢修 95598。",
                "Danger of electric shock: keep away from it and from water, switch off at the mains if that is safe, touch nothing. If somebody was hurt, cut the power, then call 120. Repairs: 95598.",
                "95598"
            ),
            _ => new(
                kind,
                among,
                false,
                "欠薪等劳动权益问题可先拨 12351 工会热线或 12333 劳动监察；建议转办，法律援助可以同时进行。",
                "For unpaid wages call the union line 12351 or labour inspection 12333. A referral is proposed; legal advice may go on beside it.",
                "12351"
            ),
        };
}

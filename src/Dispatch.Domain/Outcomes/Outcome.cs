namespace Dispatch.Domain.Outcomes;

/// <summary>Money is not one thing: only the first three kinds are economic benefit.</summary>
public enum BenefitKind
{
    /// <summary>新增效益.</summary>
    NewValue,

    /// <summary>节约.</summary>
    CostSaved,

    /// <summary>增收.</summary>
    IncomeGain,

    /// <summary>销售额.</summary>
    Sales,

    /// <summary>产值.</summary>
    Output,

    /// <summary>缓交.</summary>
    FeeDeferred,

    /// <summary>捐赠.</summary>
    Donation,
}

public enum BenefitProof
{
    Estimated,

    /// <summary>By an officer, with evidence.</summary>
    Confirmed,
}

public enum AchievementKind
{
    Patent,
    Standard,
    Method,
    Report,
    Award,
}

public static class EconomicBenefit
{
    /// <summary>Whether the kind enters the economic benefit; sales, output, deferred fees and donations never do.</summary>
    public static bool Includes(BenefitKind kind) => kind is BenefitKind.NewValue or BenefitKind.CostSaved or BenefitKind.IncomeGain;
}

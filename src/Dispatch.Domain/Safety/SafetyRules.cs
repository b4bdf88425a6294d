namespace Dispatch.Domain.Safety;

/// <summary>Senses that stand near one another and together mean danger, in any order.</summary>
/// <param name="Within">The stretch they stand in, in letters; <see cref="WholeText"/>: anywhere.</param>
internal sealed record SafetyRule(SafetyKind Kind, Among Among, int Within, params Sense[] Needed)
{
    public const int WholeText = int.MaxValue;

    /// <summary>One word says it, plainly: 触电, 自杀.</summary>
    public bool IsPlain => Within == 0;

    /// <summary>So many different words, where that is more than the senses needed.</summary>
    public int Words { get; init; } = Needed.Length;
}

/// <summary>What the senses amount to. The gravest kind stands first, and wins.</summary>
internal static class SafetyRules
{
    private const int WholeText = SafetyRule.WholeText;

    public static IReadOnlyList<SafetyRule> InOrder { get; } =
    [
        SelfHarm(0, Sense.Despair),
        SelfHarm(12, Sense.Life, Sense.Pointless),
        SelfHarm(16, Sense.Edge, Sense.Lingers),
        SelfHarm(14, Sense.Edge, Sense.Alone, Sense.Person),
        SelfHarm(10, Sense.Edge, Sense.Stands),
        SelfHarm(16, Sense.Edge, Sense.Alone, Sense.Stands),
        SelfHarm(8, Sense.Wish, Sense.End),
        SelfHarm(10, Sense.Means, Sense.Hoards),
        SelfHarm(50, Sense.Farewell) with
        {
            Words = 2,
        },
        SelfHarm(40, Sense.Farewell, Sense.Hint),
        SelfHarm(14, Sense.Burden, Sense.Release),
        SelfHarm(5, Sense.Cuts, Sense.Wrist),
        SelfHarm(40, Sense.Hint) with
        {
            Words = 2,
        },
        SelfHarm(40, Sense.Hint, Sense.Low),
        People(0, Sense.Cluster),
        People(16, Sense.Several, Sense.Ill),
        People(40, Sense.Crowd, Sense.Several, Sense.Ill),
        Medical(0, Sense.Dying),
        Medical(10, Sense.Calls, Sense.NoAnswer),
        Shock(0, Sense.Shocked),
        Shock(10, Sense.Wire, Sense.Fallen),
        Shock(8, Sense.Socket, Sense.Pokes),
        Wages(30, Sense.WorkInjury, Sense.Refused),
        Medical(20, Sense.Person, Sense.Failing),
        Medical(24, Sense.Side, Sense.Weak, Sense.Speech),
        Medical(12, Sense.Person, Sense.Falls, Sense.Hazard),
        Medical(12, Sense.Person, Sense.Side, Sense.Weak),
        Medical(8, Sense.Chest, Sense.Pain),
        Medical(9, Sense.Limb, Sense.Severed),
        Medical(8, Sense.Blood, Sense.Gushes),
        Medical(20, Sense.Person, Sense.Falls, Sense.Height),
        Medical(12, Sense.Person, Sense.Trapped),
        Medical(10, Sense.Poison, Sense.Swallowed),
        People(20, Sense.HumanDisease, Sense.Several, Sense.Person),
        People(20, Sense.HumanDisease, Sense.Suspected, Sense.Person),
        People(20, Sense.HumanDisease, Sense.Suspected, Sense.Crowd),
        Animals(24, Sense.Animal, Sense.Died, Sense.Many),
        Animals(WholeText, Sense.Animal, Sense.Died, Sense.Spreads),
        Animals(WholeText, Sense.Animal, Sense.Died, Sense.Neighbour, Sense.Also),
        Animals(WholeText, Sense.Animal, Sense.GravelySick, Sense.Spreads),
        Animals(WholeText, Sense.Animal, Sense.GravelySick, Sense.Neighbour, Sense.Also),
        Animals(24, Sense.Animal, Sense.GravelySick, Sense.Many),
        Animals(WholeText, Sense.Animal, Sense.GravelySick, Sense.Died, Sense.Many),
        Animals(WholeText, Sense.Animal, Sense.Sick, Sense.Spreads, Sense.Many),
        Animals(WholeText, Sense.Creature, Sense.Died, Sense.Neighbour, Sense.Also),
        Animals(0, Sense.Plague),
        Animals(24, Sense.AnimalDisease, Sense.Suspected, Sense.Animal) with
        {
            Words = 2,
        },
        Shock(10, Sense.Touches, Sense.Tingles),
        Shock(8, Sense.Metal, Sense.Tingles),
        Shock(8, Sense.Metal, Sense.Live),
        Shock(20, Sense.Wire, Sense.Live),
        Shock(0, Sense.Leaks),
        Wages(0, Sense.Arrears),
        Wages(16, Sense.Pay, Sense.Withheld),
        Wages(40, Sense.Boss, Sense.Toiled, Sense.Unpaid),
        Wages(24, Sense.Dismissed, Sense.Unfair),
    ];

    private static SafetyRule SelfHarm(int within, params Sense[] needed) => new(SafetyKind.SelfHarm, Among.People, within, needed);

    private static SafetyRule Medical(int within, params Sense[] needed) => new(SafetyKind.Medical, Among.People, within, needed);

    private static SafetyRule Animals(int within, params Sense[] needed) => new(SafetyKind.Epidemic, Among.Animals, within, needed);

    private static SafetyRule People(int within, params Sense[] needed) => new(SafetyKind.Epidemic, Among.People, within, needed);

    private static SafetyRule Shock(int within, params Sense[] needed) => new(SafetyKind.ElectricShock, Among.People, within, needed);

    private static SafetyRule Wages(int within, params Sense[] needed) => new(SafetyKind.WageArrears, Among.People, within, needed);
}

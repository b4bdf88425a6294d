namespace Dispatch.Domain.Safety;

/// <summary>What a word says in a text about danger. The words themselves stand in <see cref="SafetyWords"/>.</summary>
internal enum Sense
{
    /// <summary>A longer word that only contains a dangerous one: 死机, 漏电保护器.</summary>
    Harmless,

    // Who or what is spoken of.

    /// <summary>Somebody.</summary>
    Person,

    /// <summary>The writer: weak evidence of who suffers, since everybody writes of what is his.</summary>
    Self,

    /// <summary>Livestock and poultry, among which a disease must be reported.</summary>
    Animal,

    /// <summary>Any other animal: fish, bees, pets.</summary>
    Creature,
    Plant,

    /// <summary>A machine, a program, a part of something.</summary>
    Thing,

    // How many.

    /// <summary>Three or more.</summary>
    Several,

    /// <summary>Five or more.</summary>
    Many,

    /// <summary>Fewer than five heads.</summary>
    Few,

    // What takes the danger out of a word beside it.

    /// <summary>It is said not to be so.</summary>
    Denied,

    /// <summary>It is kept from happening.</summary>
    Prevented,

    /// <summary>It is only imagined.</summary>
    Supposed,

    /// <summary>Somebody teaches, sells, plans, films or insures it.</summary>
    Topic,

    /// <summary>It was long ago.</summary>
    Past,

    /// <summary>It is over: recovered, paid, repaired.</summary>
    Over,

    /// <summary>It is now, or it goes on: this outweighs the last five.</summary>
    Now,

    // Life in danger.

    /// <summary>Enough by itself, unless it is said of an animal or a thing.</summary>
    Dying,

    /// <summary>Enough where a person is named beside it.</summary>
    Failing,
    Calls,
    NoAnswer,
    Side,
    Weak,
    Speech,
    Hazard,
    Chest,
    Pain,
    Limb,
    Severed,
    Blood,
    Gushes,
    Falls,
    Height,
    Trapped,
    Poison,
    Swallowed,

    // Somebody may harm himself.

    /// <summary>Enough by itself.</summary>
    Despair,

    /// <summary>Says nothing alone; several of them, or one beside a farewell, do.</summary>
    Hint,

    /// <summary>Says less than a hint.</summary>
    Low,
    Life,
    Pointless,
    Edge,
    Lingers,
    Stands,
    Wish,
    End,
    Alone,
    Means,
    Hoards,
    Farewell,
    Cuts,
    Wrist,
    Burden,
    Release,

    // Epidemic.

    /// <summary>Enough by itself.</summary>
    Plague,
    AnimalDisease,
    HumanDisease,
    Suspected,
    Died,
    Sick,
    GravelySick,
    Spreads,

    /// <summary>Another farm, and that it has it <see cref="Also"/>.</summary>
    Neighbour,
    Also,
    Ill,
    Crowd,

    /// <summary>A cluster of people, said in one word.</summary>
    Cluster,

    // Electric shock.

    /// <summary>Enough by itself.</summary>
    Shocked,
    Touches,
    Tingles,
    Metal,
    Live,
    Wire,
    Fallen,
    Leaks,
    Socket,
    Pokes,

    // Wages and the like.

    /// <summary>Enough by itself.</summary>
    Arrears,
    Pay,
    Withheld,
    Boss,
    Toiled,
    Unpaid,
    Dismissed,
    Unfair,
    WorkInjury,
    Refused,
}

using Dispatch.Faults.Ground;

namespace Dispatch.Faults;

internal enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>Something that goes wrong in the world, and what must hold all the same. Each has a defect that breaks just that: planted, it must be
/// found, or the fault proves nothing.</summary>
internal abstract class Fault
{
    /// <summary>Its number in the catalogue and a word, as in <c>F01-killed</c>.</summary>
    public abstract string Name { get; }

    public abstract string Means { get; }

    /// <summary>What <see cref="DefectiveService"/> plants, or what is left out of the world.</summary>
    public abstract string Defect { get; }

    public virtual IReadOnlyList<Engine> Engines => [Engine.Sqlite];

    /// <summary>On PostgreSQL it needs two servers, one the synchronous standby of the other.</summary>
    public virtual bool NeedsPair => false;

    /// <summary>As many as it takes to believe it.</summary>
    public abstract int Rounds { get; }

    /// <summary>As many as the gate has time for; 0: it is no part of it.</summary>
    public virtual int RoundsInTheGate => 0;

    /// <summary>Why it cannot be made on this machine, or null.</summary>
    public virtual string? Obstacle(Engine engine) => null;

    public abstract Task Run(Site site, int rounds, Tally tally);
}

/// <summary>What one run saw.</summary>
internal sealed class Tally
{
    private readonly Lock gate = new();
    private readonly List<string> violations = [];

    public int Rounds { get; set; }

    /// <summary>Writes that got a 2xx.</summary>
    public int Acknowledged { get; set; }

    /// <summary>Writes whose answer never came.</summary>
    public int Unknown { get; set; }

    /// <summary>Of these, how many had happened.</summary>
    public int Happened { get; set; }

    /// <summary>Writes that were refused for the fault: 503, 507.</summary>
    public int Refused { get; set; }

    /// <summary>Acknowledged and not there afterwards.</summary>
    public int Lost { get; private set; }

    /// <summary>Sent once, or with one key, and there twice.</summary>
    public int Doubled { get; private set; }

    /// <summary>What else is worth a word, such as how long it took to recover.</summary>
    public List<string> Notes { get; } = [];

    public IReadOnlyList<string> Violations => violations;

    public void Lose(string what) => Break("acknowledged and lost: " + what, () => Lost++);

    public void Double(string what) => Break("there twice: " + what, () => Doubled++);

    public void Break(string what) => Break(what, () => { });

    public void Break(IEnumerable<string> all)
    {
        foreach (var what in all)
        {
            Break(what);
        }
    }

    /// <summary>A run that met nothing proves nothing.</summary>
    public void Demand(bool seen, string what)
    {
        if (!seen)
        {
            Break("nothing was tested: " + what);
        }
    }

    private void Break(string what, Action count)
    {
        lock (gate)
        {
            count();
            violations.Add(what);
        }
    }
}

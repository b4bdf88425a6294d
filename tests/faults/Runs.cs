using System.Diagnostics;
using System.Globalization;
using Dispatch.Faults.Catalogue;
using Dispatch.Faults.Ground;

namespace Dispatch.Faults;

/// <summary>Faults by name, with what each saw on a line.</summary>
internal static class Runs
{
    private const int MostViolationsTold = 20;
    private const int LongestLine = 300;
    private const string NotRun = "it could not be run to its end: ";
    private const string NeverBegan = NotRun + ServiceProcess.DidNotStart;

    private static readonly IReadOnlyList<Fault> All =
    [
        new Killed(),
        new KilledAtWrite(),
        new PowerCut(),
        new FlushFails(),
        new DiskFull(),
        new SlowDisk(),
        new LongReader(),
        new ClockLeaps(),
        new ClocksApart(),
        new SentTwice(),
        new AnswerLost(),
        new AcceptedTwice(),
        new TwoVisitsAtOnce(),
        new AcceptedTooLate(),
        new EverybodyActs(),
        new NodeOfTimersKilled(),
        new NodeFrozen(),
        new FailedOver(),
        new WaitCancelled(),
        new CutOff(),
        new HostileBodies(),
        new Overloaded(),
        new PutBack(),
        new BackedUpAtWork(),
        new TwoVersions(),
        new VersionBack(),
        new ToldToStop(),
        new WrongDeployment(),
    ];

    public static int List()
    {
        Console.WriteLine("tests/faults/run <name> ... [--rounds n] [--minutes n] [--on sqlite|postgres] [--planted]");
        Console.WriteLine("SIGTERM: the round under way is the last, and what was seen is told.");
        Console.WriteLine("tests/faults/run all | gate | check --data <folder> [--database <setting>] [--journal <file>]");
        Console.WriteLine();
        foreach (var fault in All)
        {
            Console.WriteLine(
                $"{fault.Name, -22} {string.Join(", ", fault.Engines).ToLowerInvariant(), -18} {fault.Rounds, 7:N0} rounds  {fault.Means}"
            );
            Console.WriteLine($"{"", -22} planted: {fault.Defect}");
        }

        return 0;
    }

    /// <summary>Short versions on SQLite, two at a time: each has a place of its own.</summary>
    public static async Task<int> Gate()
    {
        var broken = 0;
        await Parallel.ForEachAsync(
            All.Where(fault => fault.RoundsInTheGate > 0),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (fault, _) =>
            {
                if (!await One(fault, Engine.Sqlite, fault.RoundsInTheGate, planted: false))
                {
                    Interlocked.Increment(ref broken);
                }
            }
        );
        return broken == 0 ? 0 : 1;
    }

    public static async Task<int> Of(string[] args)
    {
        var options = args.SkipWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        var names = args.Take(args.Length - options.Count).ToList();
        var planted = options.Remove("--planted");
        var rounds = Taken(options, "--rounds") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        var time = Taken(options, "--minutes") is { } minutes
            ? TimeSpan.FromMinutes(int.Parse(minutes, CultureInfo.InvariantCulture))
            : (TimeSpan?)null;
        var on = Taken(options, "--on");
        var unknown = options.Concat(names.Where(name => name != "all" && !All.Any(fault => Is(fault, name)))).ToList();
        if (unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync($"Unknown: {string.Join(' ', unknown)}. Without words I list what there is.");
            return 2;
        }

        var held = true;
        foreach (var fault in All.Where(fault => names.Contains("all") || names.Exists(name => Is(fault, name))))
        {
            foreach (
                var engine in fault.Engines.Where(engine => on is null || engine.ToString().Equals(on, StringComparison.OrdinalIgnoreCase))
            )
            {
                held &= await One(fault, engine, rounds ?? fault.Rounds, planted, time);
            }
        }

        return held ? 0 : 1;
    }

    private static bool Is(Fault fault, string name) => fault.Name == name || fault.Name.StartsWith(name + "-", StringComparison.Ordinal);

    private static string? Taken(List<string> options, string name)
    {
        var at = options.IndexOf(name);
        if (at < 0 || at + 1 >= options.Count)
        {
            return null;
        }

        var value = options[at + 1];
        options.RemoveRange(at, 2);
        return value;
    }

    /// <summary>True when it held, or when the planted defect was found.</summary>
    private static async Task<bool> One(Fault fault, Engine engine, int rounds, bool planted, TimeSpan? time = null)
    {
        var name = $"{fault.Name} on {engine.ToString().ToLowerInvariant()}";
        if (fault.Obstacle(engine) is { } obstacle)
        {
            Console.WriteLine($"{name}: SKIPPED because {obstacle}");
            return true;
        }

        var (tally, clock) = (new Tally(), Stopwatch.StartNew());
        try
        {
            await using var site = await Site.Open(engine, planted ? fault.Defect : null, fault.NeedsPair, time);
            await fault.Run(site, rounds, tally);
        }
        catch (Exception cause)
            when (cause
                    is InvalidOperationException
                        or HttpRequestException
                        or TimeoutException
                        or IOException
                        or OperationCanceledException
            )
        {
            tally.Break(NotRun + cause.Message);
        }

        // What never began found nothing, whatever was planted.
        var held = tally.Violations.All(what => planted && what.StartsWith(NeverBegan, StringComparison.Ordinal));
        // In one piece: another may print meanwhile.
        Console.WriteLine(
            string.Join(
                "\n    ",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}: {tally.Rounds} rounds, {tally.Acknowledged} acknowledged, {tally.Unknown} answers lost ({tally.Happened} of them had happened), {tally.Refused} refused, {tally.Lost} lost, {tally.Doubled} doubled, {clock.Elapsed.TotalSeconds:F0} s: {Verdict(held, planted)}"
                    ),
                    .. tally.Notes,
                    .. tally.Violations.Take(MostViolationsTold).Select(what => "broken: " + Short(what)),
                ]
            )
        );
        return held != planted;
    }

    private static string Short(string what) => what.Length <= LongestLine ? what : what[..LongestLine] + " …";

    private static string Verdict(bool held, bool planted) =>
        (held, planted) switch
        {
            (true, false) => "HOLDS",
            (false, false) => "BROKEN",
            (false, true) => "the planted defect was found",
            (true, true) => "THE PLANTED DEFECT WAS NOT FOUND",
        };
}

namespace Dispatch.Faults.Ground;

/// <summary>The clock of the machine as a node sees it, set at will while the node runs. The time that passes is left alone.</summary>
internal sealed class FakeTime
{
    private static readonly string[] Places = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];

    private readonly string file;

    public FakeTime(string folder)
    {
        file = Path.Combine(folder, "clock");
        Set("+0");
    }

    /// <summary>Why there is none on this machine, or null.</summary>
    public static string? Obstacle => Library is null ? "faketime is not installed" : null;

    private static string? Library => Places.Select(place => Path.Combine(place, "libfaketimeMT.so.1")).FirstOrDefault(File.Exists);

    /// <summary>How a node is started that sees this clock.</summary>
    public Launch Launch =>
        Launch.Plain with
        {
            Environment = new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = Library!,
                ["FAKETIME_TIMESTAMP_FILE"] = file,
                ["FAKETIME_NO_CACHE"] = "1",
                // Or nothing in the process would wake any more.
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_DONT_RESET"] = "1",
            },
        };

    /// <param name="clock">In the words of faketime: <c>+1d</c>, <c>-1h</c>.</param>
    public void Set(string clock)
    {
        File.WriteAllText(file + ".new", clock + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>So far from now to that moment, in the same words.</summary>
    public static string To(DateTimeOffset moment) =>
        FormattableString.Invariant($"{(moment - DateTimeOffset.UtcNow).TotalSeconds:+0;-0}s");
}

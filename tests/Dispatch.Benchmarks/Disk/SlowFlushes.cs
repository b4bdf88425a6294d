using System.Diagnostics;
using System.Globalization;

namespace Dispatch.Benchmarks.Disk;

/// <summary>
/// A disk that takes longer for every flush (fsync, fdatasync) of a process, and as long as ever for everything else. Each thread waits by
/// itself; a tracer, which stops and wakes the whole process for it, costs a busy machine much more than the time it adds.
/// </summary>
internal static class SlowFlushes
{
    private const string Time = "SLOW_FLUSHES_US";
    private static readonly Lazy<string> Library = new(Compiled);

    /// <summary>Makes the disk slow for what is started with it.</summary>
    /// <exception cref="InvalidOperationException">There is no C compiler here.</exception>
    public static void Add(ProcessStartInfo start, TimeSpan more)
    {
        if (more > TimeSpan.Zero)
        {
            start.Environment["LD_PRELOAD"] = Library.Value;
            start.Environment[Time] = more.TotalMicroseconds.ToString("F0", CultureInfo.InvariantCulture);
        }
    }

    private static string Compiled()
    {
        var (source, library) = (Beside("slow-flushes.c"), Beside("slow-flushes.so"));
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0
                ? library
                : throw new InvalidOperationException($"{source} could not be compiled: cc ended with {compiler.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new InvalidOperationException(
                "A delay at every fsync takes a C compiler (cc) and a loader that knows LD_PRELOAD.",
                cause
            );
        }
    }

    private static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, "Disk", name);
}

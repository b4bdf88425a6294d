using System.Diagnostics;
using System.Globalization;

namespace Dispatch.Faults.Ground;

/// <summary>Stands between a running node and its files: counts the calls that change the disk, or kills the node at one of them.</summary>
internal sealed class Tracer : IAsyncDisposable
{
    private const string Writes = "pwrite64,fsync,fdatasync";
    private static readonly TimeSpan LongestAttach = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly string seen;

    private Tracer(Process process, string seen) => (this.process, this.seen) = (process, seen);

    public static Task<Tracer> Count(ServiceProcess node) => Attach(node, []);

    /// <summary>SIGKILL at this call to the disk, counted from now on in each thread: a command has one.</summary>
    public static Task<Tracer> KillAt(ServiceProcess node, int call) =>
        Attach(node, ["-e", string.Create(CultureInfo.InvariantCulture, $"inject={Writes}:signal=KILL:when={call}")]);

    /// <summary>Lets the node go, and says how many calls the busiest of its threads has made.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        return File.ReadLines(seen)
            .Where(line => line.Contains('(', StringComparison.Ordinal) && !line.Contains("resumed>", StringComparison.Ordinal))
            .GroupBy(line => line.Split(' ')[0])
            .Select(thread => thread.Count())
            .DefaultIfEmpty()
            .Max();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Stop();
        }

        process.Dispose();
        File.Delete(seen);
    }

    private static async Task<Tracer> Attach(ServiceProcess node, IReadOnlyList<string> how)
    {
        var (id, seen) = (node.Id, Path.GetTempFileName());
        string[] words = ["-f", "-qq", "-o", seen, "-e", "trace=" + Writes, .. how, "-p", id.ToString(CultureInfo.InvariantCulture)];
        var process = Process.Start(new ProcessStartInfo("strace", words) { UseShellExecute = false })!;
        var from = Stopwatch.StartNew();
        while (!IsTraced(id))
        {
            if (process.HasExited || from.Elapsed > LongestAttach)
            {
                throw new InvalidOperationException("strace cannot be put before a running process here.");
            }

            await Task.Delay(10);
        }

        return new Tracer(process, seen);
    }

    private static bool IsTraced(int id) =>
        Directory
            .EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task"))
            .All(thread => File.ReadLines(Path.Combine(thread, "status")).Any(line => line.StartsWith("TracerPid:", StringComparison.Ordinal) && !line.EndsWith("\t0", StringComparison.Ordinal)));
}

using System.Diagnostics;
using System.Globalization;

namespace Dispatch.Benchmarks;

/// <summary>The network simplex of LEMON, compiled with -O3 in a process of its own, on the same file.</summary>
internal sealed class LemonPeer : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string program;

    private LemonPeer() => program = folder.File("lemon");

    /// <summary>Null, and said why, where it cannot be had.</summary>
    public static async Task<LemonPeer?> Make()
    {
        if (!File.Exists("/usr/include/lemon/network_simplex.h"))
        {
            await Call("apt-get", "install", "-y", "-qq", "liblemon-dev", "g++");
        }

        var peer = new LemonPeer();
        var source = Path.Combine(AppContext.BaseDirectory, "Peers", "lemon.cpp");
        if (await Call("g++", "-O3", "-o", peer.program, source) is { } trouble)
        {
            Console.WriteLine($"LEMON is left out: {trouble}");
            peer.Dispose();
            return null;
        }

        return peer;
    }

    /// <summary>Milliseconds of the solver alone, and the cost it found.</summary>
    public async Task<(double Milliseconds, long Cost)> Solve(string file)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, [file]) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var words = (await process.StandardOutput.ReadToEndAsync()).Split(' ');
        await process.WaitForExitAsync();
        return words.Length == 2
            ? (double.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"LEMON ended with {process.ExitCode}.");
    }

    public void Dispose() => folder.Dispose();

    /// <summary>What went wrong, or nothing.</summary>
    private static async Task<string?> Call(string command, params string[] words)
    {
        try
        {
            var start = new ProcessStartInfo(command, words)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            await said;
            return process.ExitCode == 0 ? null : $"{command} ended with {process.ExitCode}: {(await complained).Split('\n')[0]}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"{command} is not installed ({missing.Message})";
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Reference;

namespace Dispatch.Faults.Ground;

/// <summary>How a node is started.</summary>
/// <param name="Under">Words in front of the command: a program that makes the fault, such as strace.</param>
/// <param name="Settings">Settings beyond the usual ones.</param>
internal sealed record Launch(IReadOnlyList<string> Under, IReadOnlyList<string> Settings)
{
    /// <summary>The time it works by.</summary>
    public ShiftedClock? Clock { get; init; }

    /// <summary>What it takes for the clock of the machine.</summary>
    public ShiftedClock? MachineClock { get; init; }

    /// <summary>Its own way to the database; null: that of the site.</summary>
    public string? Database { get; init; }

    /// <summary>What stands around it that is no defect, as <see cref="DefectiveService"/> makes it.</summary>
    public string? Around { get; init; }

    /// <summary>Variables of its environment beyond the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static Launch Plain { get; } = new([], []);

    public static Launch Through(params string[] under) => new(under, []);

    public static Launch With(params string[] settings) => new([], settings);

    /// <summary>Why nothing can stand between the service and its disk here, or null.</summary>
    public static string? ObstacleToTracing => Site.Has("strace") ? null : "strace is not installed";

    /// <summary>Flushes fail.</summary>
    /// <param name="when">Which of a thread: <c>40</c>, or <c>40+</c> for all from there on.</param>
    public static Launch FlushFails(string when) => Flush($"error=EIO:when={when}");

    /// <summary>Every flush takes so long.</summary>
    public static Launch FlushTakes(TimeSpan time) => Flush($"delay_exit={(long)time.TotalMicroseconds}");

    /// <summary>Every flush succeeds and flushes nothing.</summary>
    public static Launch FlushDoesNothing() => Flush("retval=0");

    private static Launch Flush(string how) =>
        Through(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            $"inject=fsync,fdatasync:{how}"
        );
}

/// <summary>The built service as a process of its own, so that it can be killed the way a machine kills it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Announcement = "Dispatch listens on ";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly bool isUnder;
    private bool isOver;

    private ServiceProcess(Process process, bool isUnder, Uri url, JsonNode tokens)
    {
        (this.process, this.isUnder) = (process, isUnder);
        Client = NewClient(url);
        Officer = tokens["officer"]!.GetValue<string>();
        Admin = tokens["admin"]!.GetValue<string>();
        LeaderByTeam = tokens["leaders"]!
            .AsObject()
            .ToDictionary(leader => SeedFiles.IdOf(leader.Key), leader => leader.Value!.GetValue<string>());
    }

    public HttpClient Client { get; }

    public string Officer { get; }

    public string Admin { get; }

    public IReadOnlyDictionary<Guid, string> LeaderByTeam { get; }

    /// <summary>Of the service itself, whatever it runs under.</summary>
    public int Id =>
        isUnder
            ? int.Parse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Split(' ')[0], CultureInfo.InvariantCulture)
            : process.Id;

    /// <summary>What of its memory is in RAM.</summary>
    public long ResidentMegabytes =>
        long.Parse(
            File.ReadLines($"/proc/{Id}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..]
                .Replace("kB", "")
                .Trim(),
            CultureInfo.InvariantCulture
        ) / 1024;

    public int ExitCode => process.ExitCode;

    public static async Task<ServiceProcess> Start(string data, string database, string? defect, Launch launch)
    {
        var (process, said) = Begin(data, database, defect, launch);
        var url = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => url.TrySetException(new InvalidOperationException("The service ended before it listened."));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var address = await url.Task.WaitAsync(LongestStart);
            var tokens = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "demo-tokens.json")))!;
            return new ServiceProcess(process, launch.Under.Count > 0, new Uri(address), tokens);
        }
        catch (Exception cause) when (cause is TimeoutException or InvalidOperationException)
        {
            process.Kill(entireProcessTree: true);
            lock (said)
            {
                throw new InvalidOperationException("The service did not start:\n" + string.Join('\n', said), cause);
            }
        }

        void Hear(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (said)
            {
                said.Add(line);
            }

            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                url.TrySetResult(line[Announcement.Length..]);
            }
        }
    }

    /// <summary>For starts that must be refused, or are cut short: how it ended by itself and what it said.</summary>
    /// <param name="enough">Ends it before its time is over; null: nothing does.</param>
    public static async Task<(int? ExitCode, string Said)> TryStart(
        string data,
        string database,
        Launch launch,
        TimeSpan longest,
        Func<Task>? enough = null
    )
    {
        var (process, said) = Begin(data, database, null, launch);
        using (process)
        {
            process.OutputDataReceived += (_, line) => Hear(line.Data);
            process.ErrorDataReceived += (_, line) => Hear(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                var ended = process.WaitForExitAsync();
                await Task.WhenAny(ended, enough?.Invoke() ?? ended).WaitAsync(longest);
                if (ended.IsCompleted)
                {
                    return (process.ExitCode, Everything());
                }

                throw new TimeoutException();
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
                return (null, Everything());
            }
        }

        void Hear(string? line)
        {
            lock (said)
            {
                said.Add(line ?? "");
            }
        }

        string Everything()
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }

    private static (Process Process, List<string> Said) Begin(string data, string database, string? defect, Launch launch)
    {
        var isItself = launch is { Around: null, Clock: null, MachineClock: null } && defect is null;
        string[] program = isItself
            ? ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll")]
            : ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Dispatch.Faults.dll"), "serve", launch.Around ?? defect ?? DefectiveService.Whole];
        string[] words =
        [
            .. launch.Under,
            .. program,
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--Dispatch:Data={data}",
            "--Dispatch:DemoRequests=false",
            "--Dispatch:RateLimit:PerMinute=1000000000",
            "--Logging:LogLevel:Default=Error",
            .. launch.Settings,
            .. launch.Clock is { } clock ? [$"--{ShiftedClock.Setting}={clock.Path}"] : Array.Empty<string>(),
            .. launch.MachineClock is { } machine ? [$"--{ShiftedClock.MachineSetting}={machine.Path}"] : Array.Empty<string>(),
        ];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment["Dispatch__Database"] = database;
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        // A start under a fault is no place to improve code.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return (Process.Start(start)!, []);
    }

    /// <summary>SIGKILL: nothing of it runs after this.</summary>
    public void Kill() => Signal("KILL");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public Task Ended() => process.WaitForExitAsync();

    /// <summary>What readiness says; null when nobody answers.</summary>
    public async Task<HttpStatusCode?> Readiness(TimeSpan longest)
    {
        using var late = new CancellationTokenSource(longest);
        try
        {
            using var answer = await Client.GetAsync("/health/ready", late.Token);
            return answer.StatusCode;
        }
        catch (Exception cause) when (cause is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends it if it still runs. May be said twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isOver)
        {
            return;
        }

        isOver = true;
        Client.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static HttpClient NewClient(Uri url) =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { BaseAddress = url, Timeout = LongestCall };
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using Dispatch.Benchmarks.Disk;

namespace Dispatch.Benchmarks;

/// <summary>A server in a process of its own, as it is or with a delay added to every fsync and fdatasync it makes.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    /// <summary>The variable that names the database: on a command line everybody would read its password.</summary>
    public const string Database = "Dispatch__Database";

    private const string Announcement = "Now listening on: ";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    private readonly Process process;

    private MeasuredProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Resident memory in MB.</summary>
    public double Memory =>
        File.ReadLines($"/proc/{process.Id}/status")
            .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024)
            .FirstOrDefault();

    /// <summary>Processor time used until now, by it alone.</summary>
    public TimeSpan Cpu => Process.GetProcessById(process.Id).TotalProcessorTime;

    /// <summary>The service over the data of a folder, for everybody to ask as often as they like.</summary>
    public static Task<MeasuredProcess> StartService(TimeSpan fsyncDelay, TemporaryFolder data, params string[] settings) =>
        Start(fsyncDelay, ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll"), .. Settings(data), .. settings]);

    /// <param name="program">The <c>Dispatch.Api.dll</c> of another build.</param>
    public static Task<MeasuredProcess> StartService(TimeSpan fsyncDelay, string program, TemporaryFolder data, params string[] settings) =>
        Start(fsyncDelay, ["dotnet", "exec", program, .. Settings(data), .. settings]);

    public static string[] Settings(TemporaryFolder data) =>
        [
            "--environment=Production",
            "--urls=http://127.0.0.1:0",
            $"--Dispatch:Data={data.Path}",
            $"--Dispatch:TokenKey={data.NewKey()}",
            .. Site.Settings,
            $"--Dispatch:DataKeys={data.DataKeys()}",
            $"--Dispatch:Audit:Key={data.AuditKeyFile()}",
            "--Dispatch:RateLimit:PerMinute=1000000000",
        ];

    /// <summary>The service over a database of a PostgreSQL server.</summary>
    public static Task<MeasuredProcess> StartServiceOn(FreshDatabase database, TemporaryFolder data, params string[] settings) =>
        Start(
            TimeSpan.Zero,
            database,
            ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll"), .. Settings(data), .. settings]
        );

    public static Task<MeasuredProcess> Start(TimeSpan fsyncDelay, params string[] command) => Start(fsyncDelay, null, command);

    public static async Task<MeasuredProcess> Start(TimeSpan fsyncDelay, FreshDatabase? database, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        SlowFlushes.Add(start, fsyncDelay);
        if (database is not null)
        {
            start.Environment[Database] = database.Setting;
        }

        var started = new Process { StartInfo = start, EnableRaisingEvents = true };
        var said = new List<string>();
        var url = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        started.OutputDataReceived += (_, line) => Hear(line.Data);
        started.ErrorDataReceived += (_, line) => Hear(line.Data);
        started.Exited += (_, _) => url.TrySetException(new InvalidOperationException("It ended before it listened."));
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        try
        {
            var address = new Uri(await url.Task.WaitAsync(LongestStart));
            await Serves(address).WaitAsync(LongestStart);
            return new MeasuredProcess(started, address);
        }
        catch (Exception cause) when (cause is TimeoutException or InvalidOperationException or HttpRequestException)
        {
            lock (said)
            {
                throw new InvalidOperationException($"{string.Join(' ', command)} did not start:\n{string.Join('\n', said)}", cause);
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
                if (said.Count > 200)
                {
                    said.RemoveAt(0);
                }
            }

            if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                url.TrySetResult(line[(at + Announcement.Length)..]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync().WaitAsync(LongestStop);
        }

        process.Dispose();
    }

    // The service listens before it is ready, and answers 503 until then.
    private static async Task Serves(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready");
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests.Faults;

/// <summary>The built service as a process of its own, so that it can be killed the way a machine kills it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Announcement = "Dispatch listens on ";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private readonly Process process;

    private ServiceProcess(Process process, Uri url, JsonNode tokens)
    {
        this.process = process;
        Client = new HttpClient { BaseAddress = url };
        Officer = tokens.Text("officer");
        LeaderByTeam = tokens["leaders"]!
            .AsObject()
            .ToDictionary(leader => RunningService.TeamId(leader.Key), leader => leader.Value!.GetValue<string>());
    }

    public HttpClient Client { get; }

    public string Officer { get; }

    public IReadOnlyDictionary<Guid, string> LeaderByTeam { get; }

    public static async Task<ServiceProcess> Start(string data, string database)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (
            var argument in new[]
            {
                "exec",
                Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll"),
                "--environment=Development",
                "--urls=http://127.0.0.1:0",
                $"--Dispatch:Data={data}",
                "--Dispatch:DemoRequests=false",
                "--Dispatch:RateLimit:PerMinute=1000000",
                "--Logging:LogLevel:Default=Warning",
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Dispatch__Database"] = database;
        var started = Process.Start(start)!;
        var said = new List<string>();
        var url = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        started.OutputDataReceived += (_, line) => Hear(line.Data);
        started.ErrorDataReceived += (_, line) => Hear(line.Data);
        started.EnableRaisingEvents = true;
        started.Exited += (_, _) => url.TrySetException(new InvalidOperationException("The service ended before it listened."));
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        try
        {
            var address = await url.Task.WaitAsync(LongestStart);
            var tokens = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "demo-tokens.json")))!;
            return new ServiceProcess(started, new Uri(address), tokens);
        }
        catch (Exception cause) when (cause is TimeoutException or InvalidOperationException)
        {
            started.Kill();
            throw new InvalidOperationException("The service did not start:\n" + string.Join('\n', said), cause);
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

    /// <summary>SIGKILL: nothing of it runs after this.</summary>
    public void Kill() => process.Kill();

    public Task Ended() => process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}

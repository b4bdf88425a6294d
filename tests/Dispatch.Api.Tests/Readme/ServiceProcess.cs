using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests.Readme;

/// <summary>The built program as a process of its own, started the way <c>dotnet run</c> starts it, in an empty working folder.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Announcement = "Dispatch listens on ";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly TestDatabase database;

    private ServiceProcess(Process process, TestDatabase database, string folder) =>
        (this.process, this.database, Folder) = (process, database, folder);

    /// <summary>The working folder, with <c>data/</c> below it.</summary>
    public string Folder { get; }

    public Uri Address { get; private set; } = null!;

    public static async Task<ServiceProcess> Start()
    {
        var folder = Directory.CreateTempSubdirectory("dispatch-process-").FullName;
        var store = await TestDatabase.Served();
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "exec", typeof(Service).Assembly.Location, "--urls", "http://127.0.0.1:0" })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in LaunchEnvironment())
        {
            start.Environment[name] = value;
        }

        start.Environment["Dispatch__Database"] = store.Setting;
        var service = new ServiceProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, store, folder);
        try
        {
            service.Address = await service.Announced();
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        return service;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
        await database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What <c>dotnet run</c> adds to the environment.</summary>
    private static IEnumerable<(string Name, string Value)> LaunchEnvironment()
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(Page.Root, "src/Dispatch.Api/Properties/launchSettings.json")))!;
        var profile = settings["profiles"]!.AsObject().First().Value!;
        return profile["environmentVariables"]!.AsObject().Select(variable => (variable.Key, variable.Value!.GetValue<string>()));
    }

    private async Task<Uri> Announced()
    {
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException("The service ended: " + Said()));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await address.Task.WaitAsync(LongestStart);

        void Hear(string? line)
        {
            lock (said)
            {
                said.Add(line ?? "");
            }

            if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true)
            {
                address.TrySetResult(new Uri(line[Announcement.Length..]));
            }
        }

        string Said()
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests;

/// <summary>The real service on its real server, at a port of its own: for what only a connection shows.</summary>
public class ListeningService : IAsyncLifetime
{
    private readonly string data = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));
    private TestDatabase database = null!;
    private WebApplication app = null!;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    /// <summary>Of the demo's officer.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Settings beyond the defaults.</summary>
    protected virtual IEnumerable<string> Settings => [];

    public async Task InitializeAsync()
    {
        database = await TestDatabase.Served();
        app = Service.Build([
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--Dispatch:Data={data}",
            $"--Dispatch:Database={database.Setting}",
            "--Dispatch:DemoRequests=false",
            "--Dispatch:Timers=false",
            "--Logging:LogLevel:Default=Warning",
            .. Settings,
        ]);
        await Service.Start(app);
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Token = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "demo-tokens.json")))!.Text("officer");
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    public HttpClient Officer()
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    public async Task<TcpClient> Connect()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return socket;
    }

    /// <summary>All that comes back for these bytes, to the end of the connection.</summary>
    public async Task<string> Say(string raw)
    {
        using var socket = await Connect();
        await using var stream = socket.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(raw));
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            // Reset after the answer: the rest was never read.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Dispatch.Faults.Ground;

/// <summary>Somebody else's endpoint for notices: takes them all and remembers their ids.</summary>
internal sealed class NoticeSink : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly HttpListener listener = new();
    private readonly List<string> received = [];
    private readonly Lock gate = new();
    private readonly Task taking;
    private long last = TimeProvider.System.GetTimestamp();

    public NoticeSink()
    {
        Address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(Address);
        listener.Start();
        taking = Take();
    }

    public string Address { get; }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return received.Count;
            }
        }
    }

    public IReadOnlyList<string> Twice()
    {
        lock (gate)
        {
            return [.. received.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key)];
        }
    }

    /// <summary>Until nothing has come for a while.</summary>
    public async Task Quiet(TimeSpan longest)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (
            TimeProvider.System.GetElapsedTime(Volatile.Read(ref last)) < Silence && TimeProvider.System.GetElapsedTime(from) < longest
        )
        {
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await taking;
        listener.Close();
    }

    private async Task Take()
    {
        try
        {
            while (true)
            {
                var call = await listener.GetContextAsync();
                using var reader = new StreamReader(call.Request.InputStream);
                var notice = JsonNode.Parse(await reader.ReadToEndAsync())!;
                lock (gate)
                {
                    received.Add(notice["id"]!.GetValue<string>());
                }

                Volatile.Write(ref last, TimeProvider.System.GetTimestamp());
                call.Response.Close();
            }
        }
        catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or IOException)
        {
            // It is over, or the caller is.
        }
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}

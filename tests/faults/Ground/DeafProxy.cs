using System.Net;
using System.Net.Sockets;

namespace Dispatch.Faults.Ground;

/// <summary>Stands between a client and a node, hands every request on, and lets no answer through: it waits for the answer's first bytes and then hangs up.</summary>
internal sealed class DeafProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Uri node;
    private readonly Task accepting;

    public DeafProxy(Uri node)
    {
        this.node = node;
        listener.Start();
        accepting = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Pass(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception cause) when (cause is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task Pass(TcpClient client)
    {
        using (client)
        using (var behind = new TcpClient())
        {
            try
            {
                await behind.ConnectAsync(node.Host, node.Port, stop.Token);
                var there = client.GetStream().CopyToAsync(behind.GetStream(), stop.Token);
                // The answer begins after the commit.
                await behind.GetStream().ReadExactlyAsync(new byte[1], stop.Token);
                client.Client.LingerState = new LingerOption(true, 0);
                client.Close();
                await there;
            }
            catch (Exception cause) when (cause is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One of the two hung up.
            }
        }
    }
}

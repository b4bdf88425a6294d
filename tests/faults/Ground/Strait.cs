using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Dispatch.Faults.Ground;

/// <summary>What lies between a node and its database: hands everything on, until one direction or both carry nothing, or nobody is let through at all.</summary>
internal sealed class Strait : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<TcpClient> open = [];
    private readonly (string Host, int Port) beyond;
    private readonly Task accepting;
    private volatile TaskCompletionSource outward = Passable();
    private volatile TaskCompletionSource inward = Passable();
    private volatile bool refuses;

    /// <param name="database">Of one host.</param>
    public Strait(string database)
    {
        var there = new NpgsqlConnectionStringBuilder(database);
        beyond = (there.Host!, there.Port);
        listener.Start();
        (there.Host, there.Port) = ("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        Database = there.ToString();
        accepting = Accept();
    }

    /// <summary>The setting of a node on this side.</summary>
    public string Database { get; }

    /// <summary>Nothing arrives any more: of what the node sends, of what the database answers, or of both. What was sent waits.</summary>
    public void Stall(bool node, bool database)
    {
        outward = node ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : outward;
        inward = database ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : inward;
    }

    /// <summary>Everybody under way is thrown out, and whoever comes is turned away.</summary>
    public void Refuse()
    {
        refuses = true;
        Drop();
    }

    /// <summary>All is as before, for those who still wait too.</summary>
    public void Open()
    {
        refuses = false;
        outward.TrySetResult();
        inward.TrySetResult();
    }

    /// <summary>What is under way is lost.</summary>
    public void Drop()
    {
        lock (gate)
        {
            foreach (var end in open)
            {
                end.Client.LingerState = new LingerOption(true, 0);
                end.Close();
            }

            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Drop();
        await accepting;
        stop.Dispose();
    }

    private static TaskCompletionSource Passable()
    {
        var passable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        passable.SetResult();
        return passable;
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

    private async Task Pass(TcpClient node)
    {
        using var database = new TcpClient();
        using (node)
        {
            if (refuses)
            {
                node.Client.LingerState = new LingerOption(true, 0);
                return;
            }

            try
            {
                await database.ConnectAsync(beyond.Host, beyond.Port, stop.Token);
                (node.NoDelay, database.NoDelay) = (true, true);
                lock (gate)
                {
                    open.Add(node);
                    open.Add(database);
                }

                await Task.WhenAll(Carry(node, database, () => outward.Task), Carry(database, node, () => inward.Task));
            }
            catch (Exception cause) when (cause is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One of the two hung up.
            }
            finally
            {
                lock (gate)
                {
                    open.Remove(node);
                    open.Remove(database);
                }
            }
        }
    }

    private async Task Carry(TcpClient from, TcpClient to, Func<Task> passable)
    {
        var (source, target) = (from.GetStream(), to.GetStream());
        var held = new byte[65536];
        while (await source.ReadAsync(held, stop.Token) is var some and > 0)
        {
            await passable().WaitAsync(stop.Token);
            await target.WriteAsync(held.AsMemory(0, some), stop.Token);
        }

        await passable().WaitAsync(stop.Token);
        to.Client.Shutdown(SocketShutdown.Send);
    }
}

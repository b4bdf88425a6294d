using System.Collections.Concurrent;
using System.Net;
using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Connections;

namespace Dispatch.Api.Http;

/// <summary>How many connections one address may hold at once (<c>Dispatch:ConnectionsPerAddress</c>): one that held all there are would leave none
/// to the others. A trusted proxy holds those of many.</summary>
internal sealed class ConnectionGate
{
    public const int Default = 1000;

    private readonly ConcurrentDictionary<string, int> held = new(StringComparer.Ordinal);
    private readonly TrustedProxies proxies;
    private readonly int most;

    public ConnectionGate(IConfiguration configuration)
    {
        proxies = TrustedProxies.Of(configuration);
        most = configuration.GetValue("Dispatch:ConnectionsPerAddress", Default);
        if (most < 1)
        {
            throw new InvalidOperationException("Dispatch:ConnectionsPerAddress must be 1 or more.");
        }
    }

    /// <summary>Lets the connection through, or drops it unread: an answer would cost more than it is worth.</summary>
    public async Task Pass(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || proxies.Include(address))
        {
            await next(connection);
            return;
        }

        var from = NetworkAddress.Of(address);
        try
        {
            if (held.AddOrUpdate(from, 1, (_, count) => count + 1) > most)
            {
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            if (held.AddOrUpdate(from, 0, (_, count) => count - 1) == 0)
            {
                held.TryRemove(new KeyValuePair<string, int>(from, 0));
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Dispatch.Api.Http;

/// <summary>
/// The way out, for the one address this service calls by itself. Judged is the very address that is connected to: what a name was looked up as
/// before, or would be next, does not matter. Public hosts at 443; others only in the networks of <c>Dispatch:NoticeHookNetworks</c>.
/// </summary>
internal sealed class Outbound
{
    private const string NetworksKey = "Dispatch:NoticeHookNetworks";
    private const int LargestAnswerHeaders = 16;
    private const int Https = 443;

    private readonly IReadOnlyList<IPNetwork> allowed;

    public Outbound(IConfiguration configuration, IHostEnvironment environment)
    {
        IEnumerable<IPNetwork> named = (configuration.GetSection(NetworksKey).Get<string[]>() ?? []).Select(text =>
            AddressRanges.Read(NetworksKey, text)
        );
        allowed = [.. environment.IsDevelopment() ? named.Append(AddressRanges.Loopback) : named];
    }

    /// <summary>For tests: another answer of the name servers.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public bool MayReach(IPAddress address, int port) =>
        AddressRanges.Hold(allowed, address) || (port == Https && AddressRanges.IsPublic(address));

    /// <summary>Follows no redirect, asks no proxy, and reads no more than it must.</summary>
    public HttpClient Client(TimeSpan longestWait) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                MaxResponseHeadersLength = LargestAnswerHeaders,
                // A name is looked up, and its answer judged, anew.
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                ConnectCallback = (context, ct) => Connect(context.DnsEndPoint, ct),
            }
        )
        {
            Timeout = longestWait,
        };

    private async ValueTask<Stream> Connect(DnsEndPoint host, CancellationToken ct)
    {
        var reached = (await Resolve(host.Host, ct)).Where(address => MayReach(address, host.Port)).ToArray();
        if (reached.Length == 0)
        {
            throw new HttpRequestException("The hook leads to an address that is not allowed.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reached, host.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

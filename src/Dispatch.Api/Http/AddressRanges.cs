using System.Net;
using System.Net.Sockets;

namespace Dispatch.Api.Http;

/// <summary>Ranges of addresses: those of a configuration, and those no public host has.</summary>
internal static class AddressRanges
{
    // IANA's registries of special-purpose addresses; of IPv6 only 2000::/3 is given out at all.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GivenOut = IPNetwork.Parse("2000::/3");

    public static IPNetwork Loopback { get; } = IPNetwork.Parse("127.0.0.0/8");

    /// <summary>One address, or a network as 10.20.0.0/16.</summary>
    public static IPNetwork Read(string setting, string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : throw new InvalidOperationException(
            $"{setting} holds addresses such as 10.20.0.7 or networks such as 10.20.0.0/16; '{text}' is neither."
        );

    public static bool Hold(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        var plain = Plain(address);
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>Whether a host anywhere in the world may have it.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return (plain.AddressFamily == AddressFamily.InterNetwork || GivenOut.Contains(plain)) && !Hold(NotPublic, plain);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

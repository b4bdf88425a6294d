using System.Net;
using System.Net.Sockets;

namespace Dispatch.Api.Http.Access;

/// <summary>Where a call comes from, as far as one subscriber reaches: of IPv6 he holds a /64 whole.</summary>
internal static class NetworkAddress
{
    public static string Of(HttpContext? context) => Of(context?.Connection.RemoteIpAddress ?? IPAddress.None);

    public static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}

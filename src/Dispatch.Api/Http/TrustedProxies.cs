using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Dispatch.Api.Http;

/// <summary>The reverse proxies whose word about a caller's address and scheme is taken (<c>Dispatch:Proxies</c>, addresses or networks); none by
/// default, and then nobody's is.</summary>
internal sealed class TrustedProxies
{
    private const string Key = "Dispatch:Proxies";

    private TrustedProxies(IReadOnlyList<IPNetwork> networks) => Networks = networks;

    public IReadOnlyList<IPNetwork> Networks { get; }

    public static TrustedProxies Of(IConfiguration configuration) =>
        new([.. (configuration.GetSection(Key).Get<string[]>() ?? []).Select(text => AddressRanges.Read(Key, text))]);

    public bool Include(IPAddress address) => AddressRanges.Hold(Networks, address);
}

internal static class TrustedProxiesSetup
{
    public static void AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        // The framework's own switch believes every sender.
        if (configuration.GetValue<bool>("FORWARDEDHEADERS_ENABLED"))
        {
            throw new InvalidOperationException(
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED lets every caller name the address it comes from. Unset it and list the proxies under Dispatch:Proxies."
            );
        }

        var proxies = TrustedProxies.Of(configuration);
        services.AddSingleton(proxies);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // From the last hop back as far as the hops are known.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in proxies.Networks)
            {
                options.KnownIPNetworks.Add(network);
            }
        });
    }

    /// <summary>Before everything that asks where a call comes from.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        // Without a list the framework would believe everybody.
        if (app.Services.GetRequiredService<TrustedProxies>().Networks.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }
}

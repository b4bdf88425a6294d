using System.Net;
using System.Net.Sockets;
using Dispatch.Api.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Where the service calls itself: judged by the address it really connects to.</summary>
public sealed class OutboundTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("100.64.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.5")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::7f00:1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001::1")]
    [InlineData("2002:7f00:1::")]
    public void What_no_public_host_has_is_not_called(string address) => Assert.False(Strict().MayReach(IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("223.5.5.5", 443, true)]
    [InlineData("2400:3200::1", 443, true)]
    [InlineData("::ffff:223.5.5.5", 443, true)]
    [InlineData("223.5.5.5", 80, false)]
    [InlineData("223.5.5.5", 22, false)]
    [InlineData("2400:3200::1", 6379, false)]
    public void A_public_host_is_called_at_one_port(string address, int port, bool may) =>
        Assert.Equal(may, Strict().MayReach(IPAddress.Parse(address), port));

    [Theory]
    [InlineData("10.20.3.4", true)]
    [InlineData("::ffff:10.20.3.4", true)]
    [InlineData("10.21.0.1", false)]
    [InlineData("127.0.0.1", false)]
    public void A_network_of_the_site_is_called_where_it_is_named(string address, bool may) =>
        Assert.Equal(may, Strict("10.20.0.0/16").MayReach(IPAddress.Parse(address), 8443));

    [Theory]
    [InlineData("http://localhost")]
    [InlineData("http://localhost.")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://2130706433")]
    [InlineData("http://0x7f.0.0.1")]
    [InlineData("http://0177.0.0.1")]
    [InlineData("http://127.1")]
    [InlineData("http://[::1]")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://user@127.0.0.1")]
    public async Task However_it_is_spelt_the_machine_itself_is_not_called(string address)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        using var client = Strict().Client(TimeSpan.FromSeconds(5));
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"{address}:{port}/"));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_name_that_answers_otherwise_the_second_time_gains_nothing()
    {
        var looks = 0;
        using var client = new Outbound(Configured(), new Site("Production"))
        {
            Resolve = (_, _) =>
                Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref looks) == 1 ? "223.5.5.5" : "127.0.0.1")]),
        }.Client(TimeSpan.FromSeconds(5));
        // One look decides and is connected to; at port 80 not even the public address is.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://rebound.example/"));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://rebound.example/"));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task A_mixed_answer_leads_only_where_it_may()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        using var client = new Outbound(Configured("127.0.0.2/32"), new Site("Production"))
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]),
        }.Client(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetAsync($"http://mixed.example:{((IPEndPoint)inside.LocalEndpoint).Port}/")
        );
        Assert.False(inside.Pending());
    }

    private static Outbound Strict(params string[] networks) => new(Configured(networks), new Site("Production"));

    private static IConfiguration Configured(params string[] networks) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                networks.Select((network, place) => new KeyValuePair<string, string?>($"Dispatch:NoticeHookNetworks:{place}", network))
            )
            .Build();
}

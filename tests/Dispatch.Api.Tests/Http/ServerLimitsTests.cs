using System.Net.Sockets;
using System.Text;
using Dispatch.Api.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What the server itself refuses, before a call is one.</summary>
public sealed class ServerLimitsTests(ListeningService service, ServerLimitsTests.ThreeConnections narrow)
    : IClassFixture<ListeningService>,
        IClassFixture<ServerLimitsTests.ThreeConnections>
{
    private const string Host = "Host: here\r\n";

    [Theory]
    [InlineData("GET /v1/skills HTTP/1.1\nHost: here\n\n", 400)]
    [InlineData("GET /v1/skills HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /v1/skills HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("POST /v1/sessions HTTP/1.1\r\n" + Host + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc", 400)]
    [InlineData("POST /v1/sessions HTTP/1.1\r\n" + Host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /v1/sessions HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /v1/sessions HTTP/1.1\r\n" + Host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /v1/skills HTTP/1.1\r\n" + Host + "X-Fold: a\r\n b\r\n\r\n", 400)]
    [InlineData("GET /v1/skills HTTP/1.1\r\n" + Host + "X-Nul: a\0b\r\n\r\n", 400)]
    public async Task What_two_programs_could_read_differently_is_refused(string raw, int status)
    {
        var answer = await service.Say(raw);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Single(Answers(answer));
        Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_call_hidden_in_the_body_of_another_is_not_answered()
    {
        var answer = await service.Say(
            "POST /v1/sessions HTTP/1.1\r\n"
                + Host
                + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/skills HTTP/1.1\r\n"
                + Host
                + "\r\n"
        );
        Assert.Single(Answers(answer));
    }

    [Fact]
    public async Task Beyond_every_word_of_ours_the_server_hangs_up()
    {
        var longLine = $"GET /v1/requests?sort={new string('a', ServerLimits.LongestRequestLine)} HTTP/1.1\r\n{Host}\r\n";
        Assert.StartsWith("HTTP/1.1 414 ", await service.Say(longLine), StringComparison.Ordinal);
        var large = string.Concat(Enumerable.Range(0, 9).Select(number => $"X-{number}: {new string('a', 8000)}\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", await service.Say($"GET /v1/skills HTTP/1.1\r\n{Host}{large}\r\n"), StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Range(0, ServerLimits.MostHeaders).Select(number => $"X-{number}: a\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", await service.Say($"GET /v1/skills HTTP/1.1\r\n{Host}{many}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_holds_so_many_connections_and_gets_room_when_one_ends()
    {
        var held = new List<TcpClient>();
        for (var number = 0; number < 3; number++)
        {
            held.Add(await narrow.Connect());
            Assert.True(await IsServed(held[^1]));
        }

        Assert.False(await OneMoreIsServed());
        held[0].Dispose();
        var again = await OneMoreIsServed();
        for (var tries = 1; !again && tries < 500; tries++)
        {
            await Task.Delay(10);
            again = await OneMoreIsServed();
        }

        Assert.True(again);
        held.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Slow_callers_are_cut_off_and_idle_ones_let_go()
    {
        var limits = service.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(ServerLimits.LongestHead, limits.RequestHeadersTimeout);
        Assert.Equal(ServerLimits.LongestIdle, limits.KeepAliveTimeout);
        Assert.Equal((ServerLimits.SlowestRate, ServerLimits.Grace), Rate(limits.MinRequestBodyDataRate));
        Assert.Equal((ServerLimits.SlowestRate, ServerLimits.Grace), Rate(limits.MinResponseDataRate));
        Assert.Equal(ServerLimits.MostConnections, limits.MaxConcurrentConnections);
        Assert.Equal(0, limits.MaxConcurrentUpgradedConnections);
        Assert.Equal(ServerLimits.MostStreams, limits.Http2.MaxStreamsPerConnection);
        Assert.Equal(ServerLimits.LargestBody, limits.MaxRequestBodySize);

        static (double, TimeSpan) Rate(MinDataRate? rate) => (rate!.BytesPerSecond, rate.GracePeriod);
    }

    [Fact]
    public async Task A_body_that_trickles_in_is_given_up_and_others_are_served_meanwhile()
    {
        using var slow = await service.Connect();
        var stream = slow.GetStream();
        var head =
            $"POST /v1/requests HTTP/1.1\r\n{Host}Authorization: Bearer {service.Token}\r\nIdempotency-Key: slow\r\n"
            + "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var other = service.Officer();
        await other.Read("/v1/skills");
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Answers(string text) => text.Split("HTTP/1.1 ").Skip(1);

    private async Task<bool> OneMoreIsServed()
    {
        try
        {
            using var socket = await narrow.Connect();
            return await IsServed(socket);
        }
        catch (SocketException)
        {
            // Dropped so soon that even connecting tells it.
            return false;
        }
    }

    private static async Task<bool> IsServed(TcpClient socket)
    {
        try
        {
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\n{Host}\r\n"));
            return await stream.ReadAsync(new byte[1]) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public sealed class ThreeConnections : ListeningService
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:ConnectionsPerAddress=3"];
    }
}

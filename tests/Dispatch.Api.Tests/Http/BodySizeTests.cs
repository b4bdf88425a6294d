using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Bodies that are too large, against the real server: the limit is its own.</summary>
public sealed class BodySizeTests(ListeningService service) : IClassFixture<ListeningService>
{
    private const int TenMegabytes = 10 * 1024 * 1024;

    [Theory]
    [InlineData(true, "zh-CN", "请求体过大")]
    [InlineData(false, "en", "The body is too large")]
    [InlineData(true, "fr", "请求体过大")]
    public async Task A_text_of_ten_megabytes_is_refused_and_nothing_is_stored(bool saysLength, string language, string title)
    {
        var (status, body) = await Send(TenMegabytes, saysLength, language);
        Assert.Equal(413, status);
        var problem = JsonNode.Parse(body)!;
        Assert.Equal("body.too_large", problem.Text("code"));
        Assert.Equal("urn:dispatch:problem:body.too_large", problem.Text("type"));
        Assert.Equal(title, problem.Text("title"));
        Assert.Equal(language != "en", problem.Text("detail").HasChinese());
        using var client = service.Officer();
        Assert.Empty((await client.Read("/v1/requests"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_body_just_below_the_limit_is_read()
    {
        var (status, body) = await Send(1024 * 1024 - 1000, saysLength: true, "en");
        Assert.Equal(422, status);
        Assert.Equal("#/text", JsonNode.Parse(body)!["errors"]![0]!.Text("pointer"));
    }

    // A client of HTTP may fail on the closed connection before it reads the answer; a socket can read first.
    private async Task<(int Status, string Body)> Send(int length, bool saysLength, string language)
    {
        using var socket = await service.Connect();
        await using var stream = socket.GetStream();
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"requester":{"kind":"individual","name":"求助人乙"},"text":"{{{new string('a', length)}}}","location":{"regionCode":"331102"}}"""
        );
        var size = saysLength ? $"Content-Length: {body.Length}" : "Transfer-Encoding: chunked";
        var head =
            $"POST /v1/requests HTTP/1.1\r\nHost: {service.Address.Authority}\r\nAuthorization: Bearer {service.Token}\r\nIdempotency-Key: {Guid.NewGuid()}\r\n"
            + $"Accept-Language: {language}\r\nContent-Type: application/json\r\n{size}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        var sending = Pour(stream, body, saysLength);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var status = (await reader.ReadLineAsync())!;
        var answer = new StringBuilder();
        try
        {
            answer.Append(await reader.ReadToEndAsync());
        }
        catch (IOException)
        {
            // Reset after the answer: the rest of the body was never read.
        }

        await sending;
        var text = answer.ToString();
        var json = text[text.IndexOf('{', StringComparison.Ordinal)..(text.LastIndexOf('}') + 1)];
        return (int.Parse(status.Split(' ')[1]), json);
    }

    private static async Task Pour(NetworkStream stream, byte[] body, bool saysLength)
    {
        try
        {
            if (saysLength)
            {
                await stream.WriteAsync(body);
                return;
            }

            foreach (var part in body.Chunk(64 * 1024))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
                await stream.WriteAsync(part);
                await stream.WriteAsync("\r\n"u8.ToArray());
            }

            await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        }
        catch (IOException)
        {
            // The server has read enough and hung up.
        }
    }
}

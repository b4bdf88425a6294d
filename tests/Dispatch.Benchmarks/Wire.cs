using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatch.Benchmarks;

/// <summary>An answer; its body stands until the next one is read.</summary>
internal readonly record struct Reply(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public override string ToString() => $"{Status} {Encoding.UTF8.GetString(Body.Span)}";

    /// <summary>The first string member of this name, whatever it belongs to.</summary>
    public string Text(string member)
    {
        var mark = Encoding.UTF8.GetBytes($"\"{member}\":\"");
        var from = Body.Span.IndexOf(mark);
        if (from < 0)
        {
            throw new InvalidOperationException($"No {member} in {this}");
        }

        var rest = Body.Span[(from + mark.Length)..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)'"')]);
    }
}

/// <summary>One keep-alive connection that speaks as little HTTP as it can: the client shares the cores with what it measures.</summary>
internal sealed class Wire(Uri address) : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string host = $"{address.Host}:{address.Port}";
    private byte[] buffer = new byte[64 * 1024];
    private byte[] whole = new byte[64 * 1024];
    private int filled;
    private int read;

    public Task Connect() => socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));

    public ValueTask<Reply> Get(string path, string? token = null) => Send("GET", path, token, null, "");

    public ValueTask<Reply> Post(string path, string body, string? token = null, string? key = null) =>
        Send("POST", path, token, key, body);

    public void Dispose() => socket.Dispose();

    private async ValueTask<Reply> Send(string method, string path, string? token, string? key, string body)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n";
        head += token is null ? "" : $"Authorization: Bearer {token}\r\n";
        head += key is null ? "" : $"Idempotency-Key: {key}\r\n";
        head += method == "GET" ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";
        await socket.SendAsync(Encoding.UTF8.GetBytes(head + body));
        (filled, read) = (0, 0);
        var end = await Until(HeadEnd);
        var (status, length) = Head(buffer.AsSpan(0, end));
        read = end;
        if (length is { } known)
        {
            await Fill(end + known);
            return new Reply(status, buffer.AsMemory(end, known));
        }

        return new Reply(status, whole.AsMemory(0, await Chunks()));
    }

    private static (int Status, int? Length) Head(ReadOnlySpan<byte> head)
    {
        var status = Number(head[9..]);
        var mark = head.IndexOf("\r\nContent-Length: "u8);
        if (mark >= 0)
        {
            return (status, Number(head[(mark + 18)..]));
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0 ? (status, null) : (status, 0);
    }

    private static int Number(ReadOnlySpan<byte> digits, char form = 'd') =>
        Utf8Parser.TryParse(digits, out int number, out _, form) ? number : throw new IOException("This is not HTTP.");

    private async ValueTask<int> Chunks()
    {
        var length = 0;
        while (true)
        {
            var line = await Until(LineEnd);
            var size = Number(buffer.AsSpan(read, line - read), 'x');
            await Fill(line + size + LineEnd.Length);
            if (size == 0)
            {
                return length;
            }

            if (length + size > whole.Length)
            {
                Array.Resize(ref whole, (length + size) * 2);
            }

            buffer.AsSpan(line, size).CopyTo(whole.AsSpan(length));
            (length, read) = (length + size, line + size + LineEnd.Length);
        }
    }

    /// <summary>Receives until the mark stands somewhere after what was read; the place behind it.</summary>
    private async ValueTask<int> Until(byte[] mark)
    {
        while (true)
        {
            var at = buffer.AsSpan(read, filled - read).IndexOf(mark);
            if (at >= 0)
            {
                return read + at + mark.Length;
            }

            await Fill(filled + 1);
        }
    }

    private async ValueTask Fill(int atLeast)
    {
        if (atLeast > buffer.Length)
        {
            Array.Resize(ref buffer, atLeast * 2);
        }

        while (filled < atLeast)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled));
            filled += received > 0 ? received : throw new IOException("The service closed the connection.");
        }
    }
}

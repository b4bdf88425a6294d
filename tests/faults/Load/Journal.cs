using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dispatch.Faults.Load;

/// <summary>What was acknowledged, a line each, flushed before the next write is sent: the service's word against its database.</summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file;

    public Journal(string path) => file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    /// <param name="Digest">SHA-256 of the answer's bytes.</param>
    internal sealed record Line(string Path, string Key, int Status, string Digest);

    public void Note(Attempt attempt)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new Line(attempt.Path, attempt.Key, (int)attempt.Status!, DigestOf(attempt.Answer!))
        );
        lock (gate)
        {
            file.Write([.. line, (byte)'\n']);
            file.Flush();
        }
    }

    public static string DigestOf(string answer) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(answer)));

    public static IEnumerable<Line> Read(string path) => File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Line>(line)!);

    public void Dispose() => file.Dispose();
}

using System.Globalization;
using System.Text.Json;
using Dispatch.Api.Storage.Keeping;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>One line of the checkpoint file: so far the chain had come, signed.</summary>
/// <param name="File">The file it belongs to, by the id its first line was given.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Previous">The SHA-256 of the line before.</param>
/// <param name="Restored">A backup of this time was put back: the chain goes on from here, and what stands above of later entries is lost.</param>
internal sealed record Checkpoint(
    DateTimeOffset At,
    Guid File,
    string Hash,
    string Key,
    long Number,
    string Previous,
    long Seq,
    string Signature = "",
    DateTimeOffset? Restored = null
)
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web);

    /// <summary>What is signed: the line without its signature.</summary>
    public string Signed => Members().ToString();

    public string Line => Members().Text("signature", Signature).ToString();

    /// <summary>Null: it is none.</summary>
    public static Checkpoint? Read(string line)
    {
        try
        {
            return
                JsonSerializer.Deserialize<Checkpoint>(line, Shape)
                    is { Hash: not null, Key: not null, Previous: not null, Signature: not null } read
                && read.Line == line
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private CanonicalJson Members()
    {
        var members = new CanonicalJson()
            .Text("at", Written(At))
            .Text("file", File.ToString("D"))
            .Text("hash", Hash)
            .Text("key", Key)
            .Json("number", Number.ToString(CultureInfo.InvariantCulture))
            .Text("previous", Previous);
        if (Restored is { } then)
        {
            members.Text("restored", Written(then));
        }

        return members.Json("seq", Seq.ToString(CultureInfo.InvariantCulture));
    }

    private static string Written(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>
/// The file the checkpoints are appended to, each flushed to the disk before the database hears of it (<c>Dispatch:Audit:Checkpoints</c>). It can lie
/// on another machine; each node that seals has one of its own, and each vouches for the whole chain.
/// </summary>
internal sealed class CheckpointFile(string path, AuditKey key)
{
    // Two lines and more.
    private const int LongestEnd = 4096;

    public string Path => path;

    public static string PathOf(IConfiguration configuration, string dataFolder) =>
        System.IO.Path.GetFullPath(
            configuration["Dispatch:Audit:Checkpoints"] is { Length: > 0 } given
                ? given
                : System.IO.Path.Combine(dataFolder, "audit-checkpoints.ndjson")
        );

    /// <summary>Whole lines only: one that was begun when the power went was never told to anybody.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        using var file = Open(path);
        var end = file.Length;
        var isWhole = end > 0 && EndsLine(file, end);
        file.Position = 0;
        using var reader = new StreamReader(file);
        string? before = null;
        while (reader.ReadLine() is { } line)
        {
            if (before is not null)
            {
                yield return before;
            }

            before = line;
        }

        if (before is not null && isWhole)
        {
            yield return before;
        }
    }

    /// <summary>The last one written; null: none yet.</summary>
    public Checkpoint? Last()
    {
        if (!File.Exists(path) || LastLine() is not { } line)
        {
            return null;
        }

        var last = Checkpoint.Read(line) ?? throw new InvalidOperationException($"The last line of {path} is no checkpoint.");
        return last.Key == key.Id
            ? last
            : throw new InvalidOperationException(
                $"{path} was signed with the key {last.Key}, and the service has {key.Id}. Keep the file with that key's public half, and let a new one begin."
            );
    }

    /// <summary>The last one written, where it is whole and signed with the key of the service; anything else is for verify-audit to judge.</summary>
    public Checkpoint? LastOfOurs() =>
        File.Exists(path)
        && LastLine() is { } line
        && Checkpoint.Read(line) is { } last
        && last.Key == key.Id
        && key.Signed(last.Signed, last.Signature)
            ? last
            : null;

    /// <summary>Returns when it lies on the disk.</summary>
    /// <param name="restored">The time of a backup that was put back.</param>
    public Checkpoint Append(Checkpoint? before, AuditSeal reached, DateTimeOffset at, DateTimeOffset? restored = null)
    {
        var next = new Checkpoint(
            at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond)),
            before?.File ?? Guid.NewGuid(),
            reached.Hash,
            key.Id,
            (before?.Number ?? 0) + 1,
            before is null ? AuditSeal.Origin.Hash : AuditChain.Digest(before.Line),
            reached.Seq,
            Restored: restored
        );
        next = next with { Signature = key.Sign(next.Signed) };
        var folder = System.IO.Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var isNew = !System.IO.File.Exists(path);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutBrokenLine(file);
        using (var writer = new StreamWriter(file, leaveOpen: true))
        {
            writer.Write(next.Line + "\n");
        }

        file.Flush(flushToDisk: true);
        if (isNew)
        {
            DiskFolder.Flush(folder);
        }

        return next;
    }

    // The file grows for years: only its end is read.
    private string? LastLine()
    {
        using var file = Open(path);
        file.Position = Math.Max(0, file.Length - LongestEnd);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return whole.Length == 0 ? null : whole[(whole[..^1].LastIndexOf('\n') + 1)..^1];
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    private static bool EndsLine(FileStream file, long end)
    {
        file.Position = end - 1;
        return file.ReadByte() == '\n';
    }

    private static void CutBrokenLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0 && !EndsLine(file, end))
        {
            end--;
        }

        file.SetLength(end);
        file.Position = end;
    }
}

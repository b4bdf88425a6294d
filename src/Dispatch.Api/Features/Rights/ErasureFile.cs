using System.Text;
using System.Text.Json;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Rights;

/// <summary>What is erased: a request with its person, or the name of a team's member.</summary>
internal enum ErasedKind
{
    Request,
    Member,
}

internal enum ErasureCause
{
    /// <summary>The person wished it.</summary>
    Wish,

    /// <summary>It had been kept as long as it may be.</summary>
    Retention,
}

/// <summary>One thing that was erased. Ids alone.</summary>
internal sealed record ErasureRow
{
    public const string Columns = "kind, subject_id, cause, erased_key, erased_at";

    public string Kind { get; init; } = "";
    public Guid SubjectId { get; init; }
    public string Cause { get; init; } = "";
    public string ErasedKey { get; init; } = "";
    public DateTimeOffset ErasedAt { get; init; }
}

/// <summary>
/// The erasures in a file beside the database, one line each, flushed to the disk: a database that is put back from before is read against it at the start,
/// and who was erased is erased again before anybody is answered. Every line carries a keyed word, so that nobody else can write one.
/// </summary>
internal sealed class ErasureFile(Database database, BlindIndex index, IConfiguration configuration, IServiceScopeFactory scopes)
    : IDisposable
{
    private const char BeforeMark = ' ';

    // How far back it is looked for what others committed meanwhile: longer than any transaction may last, with clocks that differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly string path = configuration["Dispatch:Erasures"] is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Service.DataFolder(configuration), "erasures.txt");

    private readonly HashSet<(string Kind, Guid Id)> written = [];
    private DateTimeOffset newest = DateTimeOffset.MinValue;

    /// <summary>Before anybody is answered: what the file says is erased and the database still holds, is erased again; what only the database knows goes
    /// into the file.</summary>
    public async Task<int> Replay()
    {
        var again = 0;
        foreach (var row in Read())
        {
            written.Add((row.Kind, row.SubjectId));
            await using var scope = scopes.CreateAsyncScope();
            var (db, erasure) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<Erasure>());
            if (await erasure.IsDone(row))
            {
                continue;
            }

            await db.CloseReading();
            var done = false;
            await database.Write(db, async () => done = await erasure.Again(row), CancellationToken.None);
            again += done ? 1 : 0;
        }

        await Follow();
        return again;
    }

    /// <summary>Writes what the database knows and the file does not, from whichever node it comes; returns when it is on the disk.</summary>
    public async Task Follow()
    {
        await writing.WaitAsync();
        try
        {
            await using var db = new Session(database);
            var rows = await db.List<ErasureRow>(
                $"select {ErasureRow.Columns} from erasure where erased_at > @since order by erased_at, subject_id",
                new { since = newest == DateTimeOffset.MinValue ? newest : newest - Overlap }
            );
            await db.CloseReading();
            var fresh = rows.Where(row => !written.Contains((row.Kind, row.SubjectId))).ToList();
            if (fresh.Count > 0)
            {
                Append(fresh);
                written.UnionWith(fresh.Select(row => (row.Kind, row.SubjectId)));
            }

            newest = rows.Count > 0 ? rows[^1].ErasedAt : newest;
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    private void Append(IReadOnlyList<ErasureRow> rows)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var isNew = !File.Exists(path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        // A line that a crash cut off is written again whole.
        file.SetLength(EndOfLastLine(file));
        file.Seek(0, SeekOrigin.End);
        foreach (var row in rows)
        {
            var line = JsonSerializer.Serialize(row, JsonShape.Options);
            file.Write(Encoding.UTF8.GetBytes(line + BeforeMark + index.OfLine(line) + "\n"));
        }

        file.Flush(flushToDisk: true);
        if (isNew)
        {
            DiskFolder.Flush(folder);
        }
    }

    private static long EndOfLastLine(FileStream file)
    {
        for (var at = file.Length; at > 0; at--)
        {
            file.Seek(at - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n')
            {
                return at;
            }
        }

        return 0;
    }

    private IReadOnlyList<ErasureRow> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        // What stands after the last line end was cut off by a crash, and nobody was told of it.
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Line)];
    }

    private ErasureRow Line(string written, int number)
    {
        var mark = written.LastIndexOf(BeforeMark);
        return mark > 0 && index.OfLine(written[..mark]) == written[(mark + 1)..]
            ? JsonSerializer.Deserialize<ErasureRow>(written[..mark], JsonShape.Options)!
            : throw new InvalidOperationException(
                $"Line {number + 1} of {path} was not written by this service, or under another key of look-ups. Put the file back as it was; without it, people erased since the last backup would come back."
            );
    }
}

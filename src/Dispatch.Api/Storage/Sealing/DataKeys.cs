using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>Keys by id, the one that seals now, and the one of look-ups; as they stand in the file.</summary>
internal sealed partial record KeyRing(string Current, IReadOnlyDictionary<string, string> Keys, string LookUp)
{
    private const int KeyBytes = 32;

    public static KeyRing Fresh(DateTimeOffset now)
    {
        var id = IdOf(now);
        return new KeyRing(id, new Dictionary<string, string>(StringComparer.Ordinal) { [id] = NewKey() }, NewKey());
    }

    /// <summary>With one key more, which seals from now on.</summary>
    public KeyRing Grown(DateTimeOffset now)
    {
        var id = IdOf(now);
        for (var again = 2; Keys.ContainsKey(id); again++)
        {
            id = $"{IdOf(now)}-{again}";
        }

        return this with
        {
            Current = id,
            Keys = new Dictionary<string, string>(Keys, StringComparer.Ordinal) { [id] = NewKey() },
        };
    }

    public string Write() => JsonSerializer.Serialize(this, JsonShape.Options);

    /// <param name="where">For whoever must correct it; what it says is not repeated.</param>
    public static KeyRing Read(string json, string where)
    {
        try
        {
            var ring = JsonSerializer.Deserialize<KeyRing>(json, JsonShape.Options);
            return
                ring is { Current: not null, Keys: not null, LookUp: not null }
                && ring.Keys.ContainsKey(ring.Current)
                && ring.Keys.Keys.All(id => KeyId().IsMatch(id))
                && ring.Keys.Values.Append(ring.LookUp).All(key => Convert.FromBase64String(key).Length == KeyBytes)
                ? ring
                : throw Unfit(where);
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            throw Unfit(where);
        }
    }

    private static InvalidOperationException Unfit(string where) =>
        new InvalidOperationException(
            $"The data keys ({where}) cannot be read. They are JSON such as {{\"current\":\"k1\",\"keys\":{{\"k1\":\"key\"}},\"lookUp\":\"key\"}}, each key 32 bytes in Base64; the command make-keys writes such a file."
        );

    private static string IdOf(DateTimeOffset now) => $"k{now.UtcDateTime:yyyyMMdd-HHmmss}";

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    // No dot, for that ends the id before what is sealed; nothing that a search would take for a wildcard.
    [GeneratedRegex(@"^[A-Za-z0-9-]{1,40}\z", RegexOptions.None, 1000)]
    private static partial Regex KeyId();
}

/// <summary>
/// The keys personal data is sealed under. <c>Dispatch:DataKeys</c> names their file, or is their JSON itself; in Development a file is made in
/// the data folder. Anywhere else the service does not start without.
/// </summary>
internal sealed class DataKeys
{
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider clock;
    private readonly Lock reading = new();
    private volatile Ring ring;
    private long lastRead;
    private DateTime written;

    /// <param name="file">None: the keys came with the configuration and stay as they are.</param>
    public DataKeys(KeyRing keys, string? file, TimeProvider clock)
    {
        (File, this.clock) = (file, clock);
        ring = new Ring(keys);
        lastRead = clock.GetTimestamp();
        written = Written();
    }

    public string? File { get; }

    /// <summary>The id of the key that seals.</summary>
    public string Current => ring.Known.Current;

    public IEnumerable<string> Ids => ring.Bytes.Keys;

    /// <summary>It never changes: what is looked up by it could not be found again.</summary>
    public byte[] LookUp => ring.LookUp;

    public static DataKeys Load(IConfiguration configuration, IHostEnvironment environment, string dataFolder, TimeProvider clock)
    {
        var given = configuration["Dispatch:DataKeys"];
        if (given is { Length: > 0 } && given.TrimStart().StartsWith('{'))
        {
            return new DataKeys(KeyRing.Read(given, "Dispatch:DataKeys"), null, clock);
        }

        if (given is not { Length: > 0 } && !environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                "Outside Development the service needs keys of its own for personal data: set Dispatch:DataKeys to the path of a key file (the command make-keys writes one) or to its content."
            );
        }

        var file = Path.GetFullPath(given is { Length: > 0 } ? given : Path.Combine(dataFolder, "data-keys.json"));
        if (given is not { Length: > 0 } && !System.IO.File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            OwnerOnly.Write(file, KeyRing.Fresh(clock.GetUtcNow()).Write());
        }

        return new DataKeys(KeyRing.Read(System.IO.File.ReadAllText(file), file), file, clock);
    }

    /// <summary>The key of this id; null when nobody has it. A key that another process has added meanwhile is found.</summary>
    public byte[]? Find(string id)
    {
        if (ring.Bytes.TryGetValue(id, out var key))
        {
            return key;
        }

        Reread();
        return ring.Bytes.GetValueOrDefault(id);
    }

    /// <summary>Reads the file again when it was written since, else a few times a second at most; false when there is none, or it is too early.</summary>
    public bool Reread()
    {
        lock (reading)
        {
            var now = Written();
            if (File is null || (now == written && clock.GetElapsedTime(lastRead) < BetweenReads))
            {
                return false;
            }

            (lastRead, written) = (clock.GetTimestamp(), now);
            var read = KeyRing.Read(System.IO.File.ReadAllText(File), File);
            ring = read.LookUp == ring.Known.LookUp ? new Ring(read) : throw new InvalidOperationException(OtherLookUp);
            return true;
        }
    }

    /// <summary>One key more, in the file and here; it seals from now on.</summary>
    public void Grow()
    {
        lock (reading)
        {
            var grown = ring.Known.Grown(clock.GetUtcNow());
            OwnerOnly.Write(
                File ?? throw new InvalidOperationException("Keys that come with the configuration are changed there."),
                grown.Write()
            );
            (ring, written) = (new Ring(grown), Written());
        }
    }

    private const string OtherLookUp =
        "The key of look-ups has changed: nothing that is stored could be found by it. Put the former one back.";

    private DateTime Written() => File is null ? default : System.IO.File.GetLastWriteTimeUtc(File);

    private sealed class Ring(KeyRing known)
    {
        public KeyRing Known => known;

        public IReadOnlyDictionary<string, byte[]> Bytes { get; } =
            known.Keys.ToDictionary(key => key.Key, key => Convert.FromBase64String(key.Value), StringComparer.Ordinal);

        public byte[] LookUp { get; } = Convert.FromBase64String(known.LookUp);
    }
}

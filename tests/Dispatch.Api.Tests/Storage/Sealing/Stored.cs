using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;

namespace Dispatch.Api.Tests.Storage.Sealing;

/// <summary>All that a service has stored, as whoever steals the disk reads it: every file of the data folder but the keys, every table of the
/// server.</summary>
internal static class Stored
{
    /// <summary>Where any of these words stands, or any of these numbers as the engines write them.</summary>
    public static async Task<IReadOnlyList<string>> Finds(RunningService service, IEnumerable<string> words, IEnumerable<double> numbers)
    {
        var (letters, digits) = (words.ToList(), numbers.ToList());
        var found = new List<string>();
        await foreach (var (place, bytes) in Read(service))
        {
            var all = letters
                .Concat(digits.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))
                .SelectMany(word => new[] { (word, Encoding.UTF8.GetBytes(word)), (word, Encoding.Unicode.GetBytes(word)) })
                .Concat(digits.Select(number => (number.ToString(CultureInfo.InvariantCulture) + " (binary)", Binary(number))));
            found.AddRange(all.Where(wanted => bytes.AsSpan().IndexOf(wanted.Item2) >= 0).Select(wanted => $"{place}: {wanted.Item1}"));
        }

        return found;
    }

    private static async IAsyncEnumerable<(string Place, byte[] Bytes)> Read(RunningService service)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(service.Data)
                .Where(file => Path.GetExtension(file) != ".lock" && Path.GetFileName(file) != "data-keys.json")
        )
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var whole = new MemoryStream();
            await stream.CopyToAsync(whole);
            yield return (Path.GetFileName(file), whole.ToArray());
        }

        if (!TestDatabase.IsPostgres)
        {
            yield break;
        }

        await using var connection = (NpgsqlConnection)service.Connection();
        await connection.OpenAsync();
        var tables = await connection.QueryAsync<string>(
            "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        );
        foreach (var table in tables)
        {
            using var rows = await connection.BeginTextExportAsync($"copy {table} to stdout");
            yield return (table, Encoding.UTF8.GetBytes(await rows.ReadToEndAsync()));
        }
    }

    private static byte[] Binary(double number)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        return bytes;
    }
}

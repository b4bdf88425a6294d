using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>A place in the chain.</summary>
internal sealed record AuditSeal
{
    /// <summary>Before the first.</summary>
    public static AuditSeal Origin { get; } = new() { Hash = new string('0', SHA256.HashSizeInBytes * 2) };

    public long Seq { get; init; }
    public string Hash { get; init; } = "";
}

/// <summary>How one entry is chained to those before it: SHA-256 over the hash before, the number and the entry, each on a line.</summary>
internal static class AuditChain
{
    public static AuditSeal After(AuditSeal before, AuditEntry entry) =>
        new() { Seq = before.Seq + 1, Hash = HashOf(before.Hash, before.Seq + 1, entry.Canonical()) };

    public static string HashOf(string before, long seq, string canonical) =>
        Digest(string.Create(CultureInfo.InvariantCulture, $"{before}\n{seq}\n{canonical}"));

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

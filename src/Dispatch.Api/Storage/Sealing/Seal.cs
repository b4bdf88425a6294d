using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>Where a sealed value stands. Anywhere else it does not open.</summary>
internal readonly record struct SealedPlace(string Table, string Column, string Row)
{
    public SealedPlace(string table, string column, Guid row)
        : this(table, column, row.ToString("D")) { }

    public byte[] Bytes => Encoding.UTF8.GetBytes($"{Table}.{Column}.{Row}");
}

/// <summary>What was read is not what was sealed there, or its key is gone. Says where, and nothing of what.</summary>
internal sealed class SealBroken(SealedPlace place)
    : Exception($"{place.Table}.{place.Column} of {place.Row} does not open: it was changed, comes from elsewhere, or its key is missing.");

/// <summary>
/// Seals single values: AES-256-GCM, a random nonce of 96 bits each, bound to table, column and row. Written as the id of the key, a dot, and
/// nonce, tag and ciphertext in Base64url.
/// </summary>
internal sealed class Seal(DataKeys keys)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const char AfterId = '.';

    public string Close(SealedPlace place, string plain)
    {
        var id = keys.Current;
        var bytes = Encoding.UTF8.GetBytes(plain);
        var whole = new byte[NonceBytes + TagBytes + bytes.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceBytes));
        CipherOf(keys.Find(id)!)
            .Encrypt(
                whole.AsSpan(0, NonceBytes),
                bytes,
                whole.AsSpan(NonceBytes + TagBytes),
                whole.AsSpan(NonceBytes, TagBytes),
                place.Bytes
            );
        return id + AfterId + Base64Url.EncodeToString(whole);
    }

    public string Open(SealedPlace place, string closed) => TryOpen(place, closed) ?? throw new SealBroken(place);

    /// <summary>Null where <see cref="Open"/> throws.</summary>
    public string? TryOpen(SealedPlace place, string closed)
    {
        var dot = closed.IndexOf(AfterId, StringComparison.Ordinal);
        if (dot < 0 || keys.Find(closed[..dot]) is not { } key)
        {
            return null;
        }

        try
        {
            var whole = Base64Url.DecodeFromChars(closed.AsSpan(dot + 1));
            if (whole.Length < NonceBytes + TagBytes)
            {
                return null;
            }

            var plain = new byte[whole.Length - NonceBytes - TagBytes];
            CipherOf(key)
                .Decrypt(
                    whole.AsSpan(0, NonceBytes),
                    whole.AsSpan(NonceBytes + TagBytes),
                    whole.AsSpan(NonceBytes, TagBytes),
                    plain,
                    place.Bytes
                );
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception cause) when (cause is AuthenticationTagMismatchException or FormatException)
        {
            return null;
        }
    }

    private static AesGcm CipherOf(byte[] key) => OnThread<AesGcm>.Of(key, key => new AesGcm(key, TagBytes));

    /// <summary>What every value sealed under this key begins with.</summary>
    public static string Prefix(string keyId) => keyId + AfterId;
}

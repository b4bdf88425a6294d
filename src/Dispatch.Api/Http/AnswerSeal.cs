using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Http;

/// <summary>
/// Seals kept answers: they hold what their caller was shown, track tokens included. AES-256-GCM, its key derived (HKDF-SHA256) from the
/// service's own key and bound to the scope and key of the answer, so that a row moved elsewhere does not open.
/// </summary>
internal sealed class AnswerSeal(TokenKey key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] secret = key.Derive("kept answers");

    public string Close(string binding, string body)
    {
        var plain = Encoding.UTF8.GetBytes(body);
        var whole = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(secret, TagBytes);
        aes.Encrypt(
            whole.AsSpan(0, NonceBytes),
            plain,
            whole.AsSpan(NonceBytes + TagBytes),
            whole.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(binding)
        );
        return Convert.ToBase64String(whole);
    }

    /// <summary>The body, or null when it was sealed under another key.</summary>
    public string? Open(string binding, string closed)
    {
        var whole = Convert.FromBase64String(closed);
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(secret, TagBytes);
        try
        {
            aes.Decrypt(
                whole.AsSpan(0, NonceBytes),
                whole.AsSpan(NonceBytes + TagBytes),
                whole.AsSpan(NonceBytes, TagBytes),
                plain,
                Encoding.UTF8.GetBytes(binding)
            );
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

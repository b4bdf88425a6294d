using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Api.Http.Access;

/// <summary>What a program keeps and shows again: 256 random bits after a word that says what they are. Only their SHA-256 is stored; so
/// many bits cannot be guessed from it.</summary>
internal static class Secrets
{
    public const string ClientKey = "dk_";
    public const string RefreshToken = "dr_";

    private const int Bytes = 32;

    public static string Make(string kind) => kind + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

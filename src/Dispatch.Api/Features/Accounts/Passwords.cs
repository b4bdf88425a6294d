using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Passwords by the framework's own hasher (PBKDF2 with HMAC-SHA-512). Hashing is work on purpose: it is done before a command, never
/// inside one, and only on some of the processors at once.</summary>
internal sealed class Passwords(IOptions<PasswordHasherOptions> options) : IDisposable
{
    public const int Shortest = 12;
    public const int Longest = 128;

    /// <summary>What OWASP asks of PBKDF2 with HMAC-SHA-512.</summary>
    public const int Iterations = 210_000;

    private const int LengthGiven = 16;

    // Without 0, O, 1, l and I, which are told apart by nobody who reads them out.
    private const string Characters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly object Nobody = new();

    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly PasswordHasher<object> hasher = new(options);
    private Task<string>? nobodys;

    /// <summary>One for an administrator to hand over.</summary>
    public static string Make() => RandomNumberGenerator.GetString(Characters, LengthGiven);

    public Task<string> Hash(string password, CancellationToken ct) => InPlace(() => hasher.HashPassword(Nobody, password), ct);

    /// <summary>Whether it is the one. Where nobody has the name there is the same work for the same answer.</summary>
    public async Task<bool> Fits(string? hash, string password, CancellationToken ct)
    {
        var nobody = await (nobodys ??= Hash(Make(), CancellationToken.None));
        return await InPlace(() => hasher.VerifyHashedPassword(Nobody, hash ?? nobody, password) != PasswordVerificationResult.Failed, ct)
            && hash is not null;
    }

    public void Dispose() => places.Dispose();

    private async Task<T> InPlace<T>(Func<T> work, CancellationToken ct)
    {
        await places.WaitAsync(ct);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            places.Release();
        }
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>
/// The P-256 key that signs checkpoints of the audit and the figures of closed months, and nothing else. <c>Dispatch:Audit:Key</c> names a PEM file; in Development one is made in the
/// data folder. Anywhere else the service does not start without it, nor with one that was made for Development. To verify, the public half is
/// enough.
/// </summary>
internal sealed class AuditKey : IDisposable
{
    private const string ForDevelopment = "Made for Development only.";
    private const int IdLength = 16;

    private readonly ECDsa key;

    public AuditKey(string pem)
    {
        key = ECDsa.Create();
        key.ImportFromPem(pem);
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..IdLength];
    }

    /// <summary>The beginning of the SHA-256 of its public half.</summary>
    public string Id { get; }

    public static AuditKey Load(IConfiguration configuration, IHostEnvironment environment, string dataFolder)
    {
        if (configuration["Dispatch:Audit:Key"] is { Length: > 0 } path)
        {
            var pem = File.ReadAllText(path);
            return environment.IsDevelopment() || !pem.Contains(ForDevelopment, StringComparison.Ordinal)
                ? new AuditKey(pem)
                : throw new InvalidOperationException(
                    "Dispatch:Audit:Key names a key that was made for Development. Make one for this site: the command make-keys writes one."
                );
        }

        if (!environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                "Outside Development the service needs a key of its own that signs the checkpoints of the audit: set Dispatch:Audit:Key to the path of a P-256 key in PEM form (the command make-keys writes one)."
            );
        }

        var own = Path.Combine(dataFolder, "audit-key.pem");
        if (!File.Exists(own))
        {
            Directory.CreateDirectory(dataFolder);
            OwnerOnly.Write(own, $"{ForDevelopment}\n{Fresh()}");
        }

        return new AuditKey(File.ReadAllText(own));
    }

    /// <summary>A new one, as PEM.</summary>
    public static string Fresh()
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return fresh.ExportPkcs8PrivateKeyPem();
    }

    public string Sign(string text) => Base64Url.EncodeToString(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256));

    public bool Signed(string text, string signature) =>
        Base64Url.IsValid(signature)
        && key.VerifyData(Encoding.UTF8.GetBytes(text), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256);

    public void Dispose() => key.Dispose();
}

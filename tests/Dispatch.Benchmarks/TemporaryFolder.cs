using System.Security.Cryptography;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Benchmarks;

/// <summary>A data folder on the disk of the system's temporary files, gone with its owner.</summary>
/// <param name="kept">A folder that stays.</param>
internal sealed class TemporaryFolder(string? kept = null) : IDisposable
{
    public string Path { get; } =
        kept is null ? Directory.CreateTempSubdirectory("dispatch-benchmark-").FullName : Directory.CreateDirectory(kept).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A fresh P-256 key in PEM form; the path of its file.</summary>
    public string NewKey()
    {
        var path = File("token-key.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        System.IO.File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    /// <summary>The keys personal data is sealed under here, the same ones each time; the path of their file.</summary>
    public string DataKeys()
    {
        var path = File("data-keys.json");
        if (!System.IO.File.Exists(path))
        {
            System.IO.File.WriteAllText(path, KeyRing.Fresh(DateTimeOffset.UtcNow).Write());
        }

        return path;
    }

    /// <summary>The key that signs the checkpoints of the audit here; the path of its file.</summary>
    public string AuditKeyFile()
    {
        var path = File("audit-key.pem");
        if (!System.IO.File.Exists(path))
        {
            System.IO.File.WriteAllText(path, AuditKey.Fresh());
        }

        return path;
    }

    public void Dispose()
    {
        if (kept is null)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

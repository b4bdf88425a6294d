using System.Security.Cryptography;

namespace Dispatch.Benchmarks;

/// <summary>A data folder on the disk of the system's temporary files, gone with its owner.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dispatch-benchmark-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A fresh P-256 key in PEM form; the path of its file.</summary>
    public string NewKey()
    {
        var path = File("token-key.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        System.IO.File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

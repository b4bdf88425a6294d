using System.Text;
using Dispatch.Api.Storage.Keeping;

namespace Dispatch.Api.Http.Access;

/// <summary>A file that holds a secret: complete or absent, also after a power cut, and readable by the owner alone. What was sealed with a key must not
/// outlive it on the disk.</summary>
internal static class OwnerOnly
{
    public static void Write(string path, string content)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(fresh, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        DiskFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}

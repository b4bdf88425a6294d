namespace Dispatch.Api.Http.Access;

/// <summary>A file that holds a secret: complete or absent, and readable by the owner alone.</summary>
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

        using (var writer = new StreamWriter(fresh, options))
        {
            writer.Write(content);
        }

        File.Move(fresh, path, overwrite: true);
    }
}

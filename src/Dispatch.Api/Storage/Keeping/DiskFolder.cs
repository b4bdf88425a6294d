using System.Runtime.InteropServices;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>A folder as the disk knows it: a new name in it is not there after a power cut before the folder itself was flushed.</summary>
internal static partial class DiskFolder
{
    private const string Library = "libc";
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(path, ReadOnly);
        if (folder < 0 || Sync(folder) != 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            _ = folder < 0 ? 0 : Close(folder);
            throw new IOException($"{path} could not be flushed to the disk: {error}");
        }

        _ = Close(folder);
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int file);
}

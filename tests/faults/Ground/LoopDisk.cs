using System.Runtime.InteropServices;

namespace Dispatch.Faults.Ground;

/// <summary>A disk of its own in a file, with a file system that can lose its power: what was flushed is on it afterwards, and nothing else is sure to
/// be.</summary>
internal sealed partial class LoopDisk : IAsyncDisposable
{
    private const string Library = "libc";
    private const string Size = "2G";
    private const int ReadOnly = 0;

    // EXT4_IOC_SHUTDOWN, and its way "nothing more is written, not even the journal".
    private const nuint Shutdown = 0x8004587d;
    private const uint NoLogFlush = 2;

    private readonly string image;
    private readonly string place;
    private bool isMounted;

    private LoopDisk(string image, string place) => (this.image, this.place) = (image, place);

    /// <summary>Why it cannot be had on this machine, or null.</summary>
    public static string? Obstacle =>
        Environment.UserName != "root" ? "it takes root to mount a disk"
        : !File.Exists("/dev/loop-control") ? "there are no loop devices here"
        : !Site.Has("mkfs.ext4") ? "mkfs.ext4 is not installed"
        : null;

    public static async Task<LoopDisk> Open(string place)
    {
        var disk = new LoopDisk(place + ".image", place);
        await Site.Shell("truncate", "-s", Size, disk.image);
        await Site.Shell("mkfs.ext4", "-q", "-F", disk.image);
        await disk.Mount();
        return disk;
    }

    public async Task Mount()
    {
        await Site.Shell("mount", "-o", "loop", image, place);
        isMounted = true;
    }

    public async Task Unmount()
    {
        await Site.Shell("umount", place);
        isMounted = false;
    }

    /// <summary>From this moment on nothing reaches the disk any more.</summary>
    public void CutPower()
    {
        var folder = OpenFile(place, ReadOnly);
        if (folder < 0)
        {
            throw new InvalidOperationException($"{place} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var how = NoLogFlush;
        var ended = Control(folder, Shutdown, ref how);
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(folder);
        if (ended != 0)
        {
            throw new InvalidOperationException($"The power of {place} cannot be cut: {error}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isMounted)
        {
            await Site.Shell("umount", "--lazy", place);
        }

        File.Delete(image);
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, ref uint how);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int file);
}

namespace Dispatch.Api.Storage;

/// <summary>
/// Where a SQLite file must not lie: the log and its index are shared through memory of one machine and locks of one kernel, and a commit is what was
/// flushed to a disk. A file system that is served by another machine, or by a program, has one or the other not.
/// </summary>
internal static class UnfitFileSystem
{
    private const string ByAProgram = "fuse";

    // Those that hand every call on to a disk of this machine.
    private static readonly string[] LocalPrograms = ["fuseblk", "fuse.fuse-overlayfs", "fuse.bindfs", "fuse.mergerfs", "fuse.ntfs-3g"];

    private static readonly string[] OfOtherMachines =
    [
        "9p",
        "acfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "gfs2",
        "gpfs",
        "lustre",
        "ncp",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "panfs",
        "pvfs2",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "v9fs",
        "vboxsf",
        "vmhgfs",
    ];

    /// <summary>Whether a file system of this name, as the kernel has it, is one of these.</summary>
    public static bool Is(string format) =>
        OfOtherMachines.Contains(format, StringComparer.OrdinalIgnoreCase)
        || (
            format.StartsWith(ByAProgram, StringComparison.OrdinalIgnoreCase)
            && !LocalPrograms.Contains(format, StringComparer.OrdinalIgnoreCase)
        );

    public static void Refuse(string folder)
    {
        var drive = new DriveInfo(folder);
        if (drive.DriveType == DriveType.Network || Is(drive.DriveFormat))
        {
            throw new InvalidOperationException(
                $"The data folder {folder} lies on a network file system ({drive.DriveFormat}), where SQLite loses what was committed. Give the service a folder on a disk of this machine (Dispatch:Data), or PostgreSQL (Dispatch:Database)."
            );
        }
    }
}

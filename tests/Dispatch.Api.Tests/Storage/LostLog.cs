using System.Runtime.InteropServices;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>A disk that takes everything and keeps nothing: writes to /dev/null succeed, and a flush of it fails (EINVAL).</summary>
internal static class LostLog
{
    /// <summary>From now on no commit of this SQLite file can be flushed.</summary>
    public static void Of(string database)
    {
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var logs = Directory
            .EnumerateFiles("/proc/self/fd")
            .Where(descriptor => TargetOf(descriptor) == database + "-wal")
            .Select(descriptor => int.Parse(Path.GetFileName(descriptor)))
            .ToList();
        Assert.NotEmpty(logs);
        Assert.All(logs, log => Assert.Equal(log, Duplicate(nowhere.DangerousGetHandle().ToInt32(), log)));
    }

    // Descriptors of other tests come and go meanwhile.
    private static string? TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int from, int to);
}

using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

public sealed class UnfitFileSystemTests
{
    [Theory]
    [InlineData("nfs")]
    [InlineData("nfs4")]
    [InlineData("cifs")]
    [InlineData("smb3")]
    [InlineData("9p")]
    [InlineData("ceph")]
    [InlineData("lustre")]
    [InlineData("fuse.sshfs")]
    [InlineData("fuse.glusterfs")]
    [InlineData("fuse.s3fs")]
    [InlineData("fuse")]
    [InlineData("NFS")]
    public void A_file_system_of_another_machine_or_of_a_program_is_unfit(string format) => Assert.True(UnfitFileSystem.Is(format));

    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    [InlineData("btrfs")]
    [InlineData("zfs")]
    [InlineData("overlay")]
    [InlineData("tmpfs")]
    [InlineData("apfs")]
    [InlineData("NTFS")]
    [InlineData("fuseblk")]
    [InlineData("fuse.fuse-overlayfs")]
    public void A_disk_of_this_machine_is_fit(string format) => Assert.False(UnfitFileSystem.Is(format));

    [Theory]
    [InlineData("Data Source=dispatch.db")]
    [InlineData("Data Source=dispatch.db;Synchronous=Off")]
    [InlineData("filename=/var/dispatch.db; journal mode=off")]
    [InlineData("sqlite;synchronous=normal")]
    [InlineData("sqlite:dispatch.db")]
    [InlineData("Sqlite")]
    [InlineData("dispatch.db")]
    [InlineData("")]
    public void SQLite_takes_no_options(string setting)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => StartRules.DemandDatabase(setting));
        Assert.Contains("synchronous = full", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("Host=a;Database=dispatch;Username=dispatch;Password=secret")]
    [InlineData("Host=a:1,b:2;Database=dispatch.db;Username=sqlite")]
    [InlineData("Server=a;User Id=dispatch;Options=-c synchronous_commit=on")]
    public void Every_other_word_for_the_database_is_PostgreSQL_s(string setting) => StartRules.DemandDatabase(setting);
}

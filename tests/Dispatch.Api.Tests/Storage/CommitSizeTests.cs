using Dispatch.Api.Storage;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

public sealed class CommitSizeTests
{
    private static readonly TimeSpan Commit = TimeSpan.FromMilliseconds(10);

    private readonly CommitSize size = new(256);

    [Fact]
    public void Up_to_32_wait_together_share_a_commit_however_quick_it_is()
    {
        Assert.True(size.HasRoom(0, TimeSpan.Zero));
        Assert.True(size.HasRoom(31, TimeSpan.FromHours(1)));
        Assert.False(size.HasRoom(32, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void More_do_while_they_have_run_less_than_twice_as_long_as_the_last_commit_took()
    {
        size.Took(Commit);
        Assert.True(size.HasRoom(32, Commit));
        Assert.True(size.HasRoom(255, (2 * Commit) - TimeSpan.FromTicks(1)));
        Assert.False(size.HasRoom(32, 2 * Commit));
    }

    [Fact]
    public void After_a_quick_commit_it_is_32_again()
    {
        size.Took(Commit);
        size.Took(Commit / 10);
        Assert.False(size.HasRoom(32, Commit));
    }

    [Fact]
    public void Nothing_makes_it_more_than_the_most()
    {
        size.Took(TimeSpan.FromHours(1));
        Assert.False(size.HasRoom(256, TimeSpan.Zero));
        Assert.False(new CommitSize(1).HasRoom(1, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void None_would_be_none_for_ever(int most)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => new CommitSize(most));
        Assert.Contains("Dispatch:CommandsPerCommit", refusal.Message, StringComparison.Ordinal);
    }
}

namespace Dispatch.Api.Storage;

/// <summary>How many commands share a commit. Those behind 32 wait for the next one, which runs while the callers of this one are
/// answered and ask again; a commit that takes long is worth more of them.</summary>
internal sealed class CommitSize
{
    /// <summary>Unless it is set otherwise.</summary>
    public const int Most = 256;

    private const int Enough = 32;

    // How many times as long as the last commit the commands of the next are run before it.
    private const int WorkPerCommit = 2;

    private readonly int most;
    private TimeSpan lastCommit;

    /// <param name="most">However long commits take.</param>
    public CommitSize(int most) =>
        this.most = most > 0 ? most : throw new InvalidOperationException("Dispatch:CommandsPerCommit must be 1 or more.");

    /// <param name="commands">So many it has.</param>
    /// <param name="ran">So long they took.</param>
    public bool HasRoom(int commands, TimeSpan ran) => commands < most && (commands < Enough || ran < WorkPerCommit * lastCommit);

    /// <summary>So long it was until the last one was flushed.</summary>
    public void Took(TimeSpan commit) => lastCommit = commit;
}

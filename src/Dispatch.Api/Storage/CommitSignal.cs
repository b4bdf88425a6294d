namespace Dispatch.Api.Storage;

/// <summary>Tells those who wait on this node that something was committed for them; other nodes look every second.</summary>
internal abstract class CommitSignal
{
    private volatile TaskCompletionSource next = Fresh();

    /// <summary>Completes at the next wake.</summary>
    public Task Next => next.Task;

    public void Wake() => Interlocked.Exchange(ref next, Fresh()).TrySetResult();

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A timer was set that is due before the next look.</summary>
internal sealed class TimerSignal : CommitSignal;

/// <summary>A notice was written.</summary>
internal sealed class NoticeSignal : CommitSignal;

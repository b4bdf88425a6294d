using System.Collections.Concurrent;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Notices;

/// <summary>How many calls wait for notices at once, of one caller and in all of this process: each holds a connection and looks every second.</summary>
internal sealed class NoticeWaits
{
    public const int MostOfOne = 10;
    public const int MostInAll = 2000;
    private const int AskAgain = 5;

    private readonly ConcurrentDictionary<string, int> waiting = new(StringComparer.Ordinal);
    private int inAll;

    /// <summary>Begins a wait, which ends with what is returned.</summary>
    public IDisposable Begin(string subject)
    {
        var wait = new Wait(this, subject);
        if (Interlocked.Increment(ref inAll) > MostInAll)
        {
            wait.Dispose();
            throw new Refused(
                ProblemKinds.Overloaded,
                "等待通知的调用过多，请稍后重试，或不带 wait 读取。",
                "Too many calls wait for notices. Try again shortly, or read without wait."
            )
            {
                RetryAfter = AskAgain,
            };
        }

        if (waiting.AddOrUpdate(subject, 1, (_, count) => count + 1) > MostOfOne)
        {
            wait.IsCounted = true;
            wait.Dispose();
            throw new Refused(
                ProblemKinds.TooManyRequests,
                $"同一调用方最多同时等待 {MostOfOne} 个，请先结束其他等待。",
                $"One caller may wait {MostOfOne} times at once. End another wait first."
            )
            {
                RetryAfter = AskAgain,
            };
        }

        wait.IsCounted = true;
        return wait;
    }

    private sealed class Wait(NoticeWaits waits, string subject) : IDisposable
    {
        public bool IsCounted { get; set; }

        public void Dispose()
        {
            Interlocked.Decrement(ref waits.inAll);
            if (IsCounted && waits.waiting.AddOrUpdate(subject, 0, (_, count) => count - 1) == 0)
            {
                waits.waiting.TryRemove(new KeyValuePair<string, int>(subject, 0));
            }
        }
    }
}

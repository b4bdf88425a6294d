using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>
/// How many requests may come in for one phone and from one requester's account, and how many replies by one track token: counted in the
/// database with what they count, so on all nodes together. The office is not bound: it knows whom it writes for.
/// </summary>
internal sealed class SubmissionQuota(Session db, BlindIndex words, Caller caller, IConfiguration configuration, TimeProvider clock)
{
    public const int RepliesPerDay = 20;
    private const int DefaultPhonePerHour = 5;
    private const int DefaultPhonePerDay = 20;
    private const int DefaultAccountPerDay = 20;
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private static readonly Text OfPhone = new(
        "这个电话提交的求助过多。请稍后再试，或请工会工作人员代为登记。",
        "Too many requests came in for this phone. Try later, or have the union office write it down."
    );
    private static readonly Text OfAccount = new(
        "今天提交的求助过多。请稍后再试，或请工会工作人员代为登记。",
        "Too many requests came in from this account. Try later, or have the union office write it down."
    );
    private static readonly Text OfToken = new(
        "今天的补充说明过多，请稍后再试，或致电工会。",
        "Too many replies today. Try later, or call the union office."
    );

    /// <summary>Counts a request; the phone first, so that two calls at once wait for each other in one order.</summary>
    public async Task Take(string? phone)
    {
        if (caller.IsOffice)
        {
            return;
        }

        if (PhoneNumber.Normalize(phone) is { } number)
        {
            await Take("phone hour\n" + number, OneHour, Most("Dispatch:SubmissionLimit:PhonePerHour", DefaultPhonePerHour), OfPhone);
            await Take("phone day\n" + number, OneDay, Most("Dispatch:SubmissionLimit:PhonePerDay", DefaultPhonePerDay), OfPhone);
        }

        if (caller.Role == Role.Requester)
        {
            var most = Most("Dispatch:SubmissionLimit:AccountPerDay", DefaultAccountPerDay);
            await Take("account day\n" + caller.Subject, OneDay, most, OfAccount);
        }
    }

    /// <summary>Counts a reply of whoever holds the track token.</summary>
    public Task TakeReply(string track) => Take("reply day\n" + track, OneDay, RepliesPerDay, OfToken);

    /// <summary>What no longer counts is gone for good.</summary>
    public static Task<int> Forget(Session db, DateTimeOffset now) =>
        db.Execute("delete from quota_count where since <= @stale", new { stale = now - OneDay });

    private int Most(string key, int otherwise) => configuration.GetValue(key, otherwise);

    // What is refused is rolled back with the command, and does not count.
    private async Task Take(string what, TimeSpan window, int most, Text tooMany)
    {
        var now = clock.GetUtcNow();
        var row = (
            await db.Find<Row>(
                """
                insert into quota_count (watched, taken, since) values (@watched, 1, @now)
                on conflict (watched) do update set
                  taken = case when quota_count.since <= @stale then 1 else quota_count.taken + 1 end,
                  since = case when quota_count.since <= @stale then excluded.since else quota_count.since end
                returning taken, since
                """,
                new
                {
                    watched = words.Of("quota", what),
                    now,
                    stale = now - window,
                }
            )
        )!;
        if (row.Taken > most)
        {
            throw new Refused(ProblemKinds.TooManyRequests, tooMany)
            {
                RetryAfter = Math.Max(1, (int)Math.Ceiling((row.Since + window - now).TotalSeconds)),
            };
        }
    }

    private sealed record Row
    {
        public int Taken { get; init; }
        public DateTimeOffset Since { get; init; }
    }
}

using System.Globalization;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Storage.Keeping;

/// <summary>
/// What must be so before a service works on a database of former days: the checkpoint file says where the chain of the audit goes on, nobody is signed in
/// by a session of then, and no notice goes to the hook that may have gone there already.
/// </summary>
internal sealed class Restoration(Session db, Database database, AuditTrail trail, CheckpointFile file, TimeProvider clock)
{
    /// <summary>Who says so in the audit.</summary>
    public const string Operator = "operator";

    private const string Deed = "RestoreDatabase";

    /// <returns>False: this is no database of that time.</returns>
    public async Task<bool> Declare(DateTimeOffset at, TextWriter said)
    {
        var now = clock.GetUtcNow();
        if (at > now)
        {
            await said.WriteLineAsync("That time has not come yet.");
            return false;
        }

        var newest = await db.Value<DateTimeOffset?>("select max(at) from audit_entry where action <> @Deed", new { Deed });
        if (newest > at)
        {
            await said.WriteLineAsync(
                Invariant(
                    $"The audit of this database has an entry of {newest:yyyy-MM-dd'T'HH:mm:ss.fff}Z: it is not of that time, or a service has worked on it since."
                )
            );
            return false;
        }

        var reached = await AuditSealer.Reached(db);
        var last = file.Last();
        await db.CloseReading();
        // First the file: cut off in between, the service still asks for this to be said.
        var line = last is not null && last.Restored == at && last.Seq == reached.Seq ? last : file.Append(last, reached, now, at);
        var (sessions, notices) = (0, 0);
        await database.Write(
            db,
            async () =>
            {
                await AuditSealer.Note(db, line);
                sessions = await EndSessions(now);
                notices = await HoldNotices();
                await CountAnew();
                await trail.Did(Deed, new AuditObject("backup", Invariant($"{at:yyyy-MM-dd'T'HH:mm:ss}Z")));
            },
            CancellationToken.None
        );
        await Tell(last, reached, said);
        await said.WriteLineAsync(
            Invariant(
                $"{sessions} sessions have ended: everybody signs in anew. {notices} notices do not go to the hook; they are read here."
            )
        );
        await said.WriteLineAsync("Whatever was revoked, closed or barred after the backup is in force again until you repeat it.");
        return true;
    }

    private static async Task Tell(Checkpoint? last, AuditSeal reached, TextWriter said) =>
        await said.WriteLineAsync(
            last?.Seq > reached.Seq
                ? Invariant(
                    $"The audit goes on from entry {reached.Seq}; entries up to {last.Seq} at least are lost, and the checkpoint file says so."
                )
                : Invariant($"The audit goes on from entry {reached.Seq}.")
        );

    // No word stands beside it for how: it was neither their owner nor anything that happened to the account.
    private Task<int> EndSessions(DateTimeOffset now) =>
        db.Execute("update account_session set ended_at = @now where ended_at is null and ends_at > @now", new { now });

    // What was sent after the backup looks unsent; sent twice is worse than read here.
    private Task<int> HoldNotices() =>
        db.Execute("update notice set hook_next_at = null where delivered_at is null and hook_next_at is not null");

    // Another cluster counts its transactions from elsewhere: what came from the former one would lie in its future.
    private async Task CountAnew()
    {
        if (!db.ShowsChangesInOrder)
        {
            await db.Execute("update team set changed = 0");
            await db.Execute("update team_load set changed = 0");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

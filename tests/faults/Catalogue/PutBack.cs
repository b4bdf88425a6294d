using System.Globalization;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The database is lost under load and a backup of a while ago is put back: it is whole, what was acknowledged before the backup is there, who was
/// erased stays erased, nothing goes to the hook twice, and a key used since has its effect again.</summary>
internal sealed class PutBack : Fault
{
    private const string Erased = "***";
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UntilSent = TimeSpan.FromSeconds(10);

    public override string Name => "F33-put-back";

    public override string Means => "the database is lost under load, and a backup put back";

    public override string Defect => "the file of the erasures is lost with it";

    public override int Rounds => 5;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        await using var hook = new NoticeSink();
        var launch = Launch.With($"--Dispatch:NoticeHook={hook.Address}", "--Dispatch:Audit:CheckpointSeconds=1");
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            // Each round keeps its own word: what came after its backup is lost, and is meant to be.
            var journalFile = Path.Combine(site.Data, $"journal-{round}.ndjson");
            var kept = Path.Combine(site.Data, $"kept-{round}.db");
            var node = await site.Start(launch);
            Attempt earlier,
                later;
            IReadOnlyList<Attempt> known,
                lost;
            string said;
            using (var journal = new Journal(journalFile))
            {
                var load = new Load.Load([node], round, journal);
                await load.Run(Work);
                earlier = await node.Person(round * 2);
                later = await node.Person((round * 2) + 1);
                await Erase(node, earlier);
                // A call of the load is about its own requests: those of before the backup are told apart from those after it.
                known = [.. load.Attempts.Where(attempt => attempt.IsAcknowledged)];
                using var over = new CancellationTokenSource();
                using var after = new Journal(journalFile + ".after");
                var more = new Load.Load([node], round + 1000, after);
                var work = more.Run(over.Token);
                said = await Copies.BackUp(site, kept);
                await Erase(node, later);
                await more.Run(Work);
                await over.CancelAsync();
                await work;
                lost = [.. more.Attempts.Where(attempt => attempt.IsAcknowledged)];
            }

            await hook.Quiet(UntilSent);
            node.Kill();
            await node.Ended();
            var from = TimeProvider.System.GetTimestamp();
            foreach (
                var file in Directory
                    .GetFiles(site.Data, Copies.Database + "*")
                    .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            )
            {
                File.Delete(file);
            }

            if (site.IsPlanted)
            {
                File.Delete(Path.Combine(site.Data, "erasures.txt"));
            }

            File.Move(kept, Path.Combine(site.Data, Copies.Database));
            var (exit, why) = await ServiceProcess.TryStart(site.Data, site.Database, Launch.Plain, TimeSpan.FromMinutes(1));
            if (exit is null or 0 || !why.Contains("restored --at", StringComparison.Ordinal))
            {
                tally.Break($"it serves an older database before anybody has said that it is one: {why}");
            }

            await Copies.Declare(site, Copies.MomentOf(said));
            node = await site.Start(launch);
            var took = TimeProvider.System.GetElapsedTime(from);
            tally.Break(await site.Checker().Broken(journalFile));
            await Replay.Repeat(node, known, known, tally);
            await Replay.MustBeThere(node, known, tally);
            await MustBeErased(node, earlier, "before the backup", tally);
            await MustBeErased(node, later, "after the backup", tally);
            var gone = await Anew(site, node, lost, tally);
            await hook.Quiet(UntilSent);
            tally.Demand(hook.Count > 0, "nothing went to the hook");
            tally.Break(hook.Twice().Select(notice => $"a notice was sent twice: {notice}"));
            tally.Break(await site.Checker().BrokenAudit());
            tally.Rounds++;
            tally.Acknowledged += known.Count;
            tally.Notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"back after {took.TotalSeconds:F1} s; of the calls acknowledged after the backup began {gone} were lost with the disk and made anew"
                )
            );
            node.Kill();
            await node.Ended();
            if (site.IsPlanted && tally.Violations.Count > 0)
            {
                return;
            }
        }
    }

    /// <summary>A call whose effect was lost has it again under the same key; one that was in the backup is answered as before.</summary>
    private static async Task<int> Anew(Site site, ServiceProcess node, IReadOnlyList<Attempt> lost, Tally tally)
    {
        var gone = 0;
        foreach (var call in lost.Where(attempt => attempt.Path == "/v1/requests"))
        {
            var again = await call.Send(node.Client);
            if (!again.IsAcknowledged)
            {
                tally.Break($"a key used after the backup is refused: {again.Answer}");
            }
            else if (again.Replayed && again.Answer != call.Answer)
            {
                tally.Break("a key used after the backup has another answer");
            }

            gone += again.Replayed ? 0 : 1;
        }

        tally.Demand(gone > 0, "nothing was lost with the disk");
        tally.Break(await site.Checker().Broken());
        return gone;
    }

    private static async Task Erase(ServiceProcess node, Attempt person)
    {
        var erased = await (await node.Erasure(person)).Send(node.Client);
        if (!erased.IsAcknowledged)
        {
            throw new InvalidOperationException($"The erasure was answered {erased.Status}: {erased.Answer}");
        }
    }

    private static async Task MustBeErased(ServiceProcess node, Attempt person, string when, Tally tally)
    {
        var found = await node.Read($"/v1/requests/{person.Request}");
        if (found["requester"]?["name"]?.GetValue<string>() != Erased)
        {
            tally.Break($"who was erased {when} is back");
        }
    }
}

using System.Net;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The disk is full, and then it is not: reads go on, writes are refused and leave nothing, and when there is room again the same process works
/// again.</summary>
internal sealed class DiskFull : Fault
{
    private const string Size = "512m";

    // Of what is written in all rounds nothing is deleted.
    private const long RoomForARound = 64L * 1024 * 1024;
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public override string Name => "F06-disk-full";

    public override string Means => "the disk of the data folder fills up, and is freed";

    public override string Defect => DefectiveService.SaysYes;

    public override int Rounds => 10;

    public override string? Obstacle(Engine engine) =>
        Environment.UserName == "root" && Site.Has("mount") ? null : "it takes root to mount a small disk";

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        await Site.Shell("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", site.Data);
        try
        {
            var journalFile = Path.Combine(Path.GetDirectoryName(site.Data)!, "journal.ndjson");
            using var journal = new Journal(journalFile);
            var node = await site.Start(Launch.With("--Dispatch:LeastFreeMegabytes=1"));
            for (var round = 1; site.Goes(round, rounds); round++)
            {
                var load = new Load.Load([node], round, journal);
                await load.Run(Work);
                var roomy = load.Acknowledged;
                Fill(Path.Combine(site.Data, "ballast"));
                await load.Run(Work);
                tally.Demand(load.Attempts.Any(attempt => attempt.IsTurnedAway) || site.IsPlanted, "the disk was never full");
                await MustRead(node, tally);
                File.Delete(Path.Combine(site.Data, "ballast"));
                var room = new DriveInfo(site.Data).AvailableFreeSpace;
                tally.Demand(room > RoomForARound, $"the disk is too small for so many rounds: {room >> 20} MB are free");
                var (full, from) = (load.Acknowledged, DateTime.UtcNow);
                while (load.Acknowledged == full && DateTime.UtcNow - from < Longest)
                {
                    await load.Run(TimeSpan.FromMilliseconds(500));
                }

                if (load.Acknowledged == full)
                {
                    tally.Break("there is room again and nothing is written");
                }

                if (await node.Readiness(TimeSpan.FromSeconds(5)) != HttpStatusCode.OK)
                {
                    tally.Break("there is room again and the node is not ready");
                }

                tally.Break(await site.Checker().Broken(journalFile));
                var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
                await Replay.Repeat(node, known, [.. load.Attempts], tally);
                await Replay.MustBeThere(node, known, tally);
                tally.Rounds++;
                tally.Acknowledged += known.Count;
                tally.Refused += load.Attempts.Count(attempt => attempt.IsTurnedAway);
                tally.Demand(roomy > 0, "nothing was written before");
                foreach (var odd in load.Attempts.Where(attempt => (int?)attempt.Status is >= 500 and not (503 or 507)).Take(3))
                {
                    tally.Break($"{odd.Path} was answered {(int)odd.Status!}: {odd.Answer}");
                }

                if (site.IsPlanted && tally.Violations.Count > 0)
                {
                    break;
                }
            }

            node.Kill();
            await node.Ended();
        }
        finally
        {
            await Site.Shell("umount", "--lazy", site.Data);
        }
    }

    private static void Fill(string path)
    {
        var block = new byte[64 * 1024];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task MustRead(ServiceProcess node, Tally tally)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/skills");
        message.Headers.Authorization = new("Bearer", node.Officer);
        using var answer = await node.Client.SendAsync(message);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            tally.Break($"nothing can be read while the disk is full: {(int)answer.StatusCode}");
        }
    }
}

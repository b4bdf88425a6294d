using System.Diagnostics;
using System.Net;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The synchronous standby is gone. A commit waits for it: nobody is told that it succeeded, not after a while and not when an administrator cancels
/// the wait, which the server itself reports as a success with a warning. When the standby is no longer asked for, the repeat finds what was done.</summary>
internal sealed class WaitCancelled : Fault
{
    private const double LongestAnswer = 15;
    private static readonly TimeSpan BeforeTheCancel = TimeSpan.FromSeconds(2);

    public override string Name => "F21-wait-cancelled";

    public override string Means => "the synchronous standby is missing; the wait for it is cancelled (odd rounds) or goes on";

    public override string Defect => DefectiveService.SaysYes;

    public override IReadOnlyList<Engine> Engines => [Engine.Postgres];

    public override int Rounds => 4;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var node = await site.Start();
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var before = await Submit(node, $"with-standby-{round}");
            if (!before.IsAcknowledged)
            {
                tally.Break($"nothing is written while nothing is wrong: {before.Answer}");
            }

            await site.Tell("alter system set synchronous_standby_names = 'nobody'");
            await site.Tell("select pg_reload_conf()");
            await Task.Delay(BeforeTheCancel);
            var clock = Stopwatch.StartNew();
            var sent = Submit(node, $"without-standby-{round}");
            if (round % 2 == 1)
            {
                await Task.Delay(BeforeTheCancel);
                await site.Tell(
                    "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and pid <> pg_backend_pid()"
                );
            }

            var answer = await sent;
            if (answer.IsAcknowledged)
            {
                tally.Lose("a write that no standby has was acknowledged");
            }
            else if (answer.Status != HttpStatusCode.ServiceUnavailable)
            {
                tally.Break($"it was answered {(int?)answer.Status}: {answer.Answer}");
            }

            if (clock.Elapsed.TotalSeconds > LongestAnswer)
            {
                tally.Break($"it was answered after {clock.Elapsed.TotalSeconds:F0} s");
            }

            await site.Tell("alter system reset synchronous_standby_names");
            await site.Tell("select pg_reload_conf()");
            await Task.Delay(BeforeTheCancel);
            var again = await Submit(node, $"without-standby-{round}");
            if (!again.IsAcknowledged)
            {
                tally.Break($"what became of it cannot be found out: {again.Answer}");
            }

            tally.Happened += again.Replayed ? 1 : 0;
            tally.Refused++;
            tally.Acknowledged += 2;
            tally.Rounds++;
        }

        var made = await site.Checker().Count("select count(*) from help_request");
        if (made != rounds * 2)
        {
            tally.Double($"{made} requests of {rounds * 2}");
        }

        tally.Break(await site.Checker().Broken());
    }

    private static Task<Attempt> Submit(ServiceProcess node, string key) =>
        new Attempt("/v1/requests", System.Text.Json.JsonSerializer.Serialize(Load.Load.Call(new Random(1))), node.Officer, key, true).Send(
            node.Client
        );
}

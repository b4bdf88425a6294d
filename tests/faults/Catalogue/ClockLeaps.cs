using System.Diagnostics;
using System.Net;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The clock of the machine leaps under load, a day ahead, a day back, to 1970, to 2038: what has a day to answer keeps it, what has a minute has a
/// minute, nobody is locked out, and nothing ends before it began. A start with such a clock is refused.</summary>
internal sealed class ClockLeaps : Fault
{
    private const int Patient = 10;
    private const int Urgent = 3;
    private static readonly TimeSpan InTheLeap = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ToAnswer = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private static readonly DateTimeOffset Origin = DateTimeOffset.UnixEpoch.AddHours(1);
    private static readonly DateTimeOffset PastThirtyTwoBits = new(2038, 1, 19, 3, 14, 9, TimeSpan.Zero);

    private static readonly (string Name, Func<DateTimeOffset, DateTimeOffset> To)[] Leaps =
    [
        ("a day ahead", now => now.AddDays(1)),
        ("a day back", now => now.AddDays(-1)),
        ("an hour ahead", now => now.AddHours(1)),
        ("1970", _ => Origin),
        ("2038", _ => PastThirtyTwoBits),
    ];

    private static readonly (string Broken, string Sql)[] Times =
    [
        (
            "steps of a history that go back in time",
            "select count(*) from (select at < lag(at) over (partition by request_id order by seq) as back from timeline) step where back"
        ),
        (
            "entries of the audit that go back in time",
            "select count(*) from (select at < lag(at) over (order by entry_id) as back from audit_entry) entry where back"
        ),
        ("steps at a time that was not", "select count(*) from timeline where abs(julianday(at) - julianday('now')) > 0.5"),
        (
            "requests that ended before they began",
            "select count(*) from help_request where accepted_at < created_at or resolved_at < created_at or closed_at < created_at"
        ),
        (
            "rows made later than they ended",
            "select count(*) from offer where ended_at < offered_at or delivered_at < offered_at or answer_due_at < offered_at"
        ),
    ];

    public override string Name => "F09-clock-leaps";

    public override string Means => "the wall clock leaps by a day, by an hour, to 1970 and to 2038, under load";

    public override string Defect => DefectiveService.BelievesTheClock;

    public override int Rounds => 2;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var journalFile = Path.Combine(site.Data, "journal.ndjson");
        using var journal = new Journal(journalFile);
        using var clock = new ShiftedClock(Path.Combine(site.Data, "clock"));
        var launch = Launch.With("--Dispatch:Deadlines:answer_high=1 minutes") with { MachineClock = clock };
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            var node = await site.Start(launch);
            var patient = await Offers(node, "normal", Patient);
            var urgent = await Offers(node, "high", Urgent);
            tally.Demand(patient.Count > 0 && urgent.Count > 0, "nobody was asked");
            await Deliver(node, urgent);
            var since = Stopwatch.StartNew();
            var load = new Load.Load([node], round, journal);
            foreach (var (leap, to) in Leaps)
            {
                var before = load.Acknowledged;
                clock.Set(to(DateTimeOffset.UtcNow));
                await load.Run(InTheLeap);
                tally.Demand(load.Acknowledged > before || site.IsPlanted, $"nothing was written with the clock at {leap}");
                await MustBe("pending", patient, $"with the clock at {leap}");
                if (since.Elapsed < ToAnswer - Between)
                {
                    await MustBe("pending", urgent, $"with the clock at {leap}, before their minute was over,");
                }

                if (await node.Readiness(TimeSpan.FromSeconds(5)) != HttpStatusCode.OK)
                {
                    tally.Break($"the node is not ready with the clock at {leap}");
                }

                clock.Set(DateTimeOffset.UtcNow);
                await load.Run(Between);
            }

            // By the time that passes, not by any clock.
            clock.Set(DateTimeOffset.UtcNow.AddDays(-1));
            if (ToAnswer + Late - since.Elapsed is { Ticks: > 0 } left)
            {
                await load.Run(left);
            }

            await MustBe("expired", urgent, "after their minute");
            await MustBe("pending", patient, "at the end");
            tally.Rounds++;
            tally.Acknowledged += load.Acknowledged;
            tally.Refused += load.Attempts.Count(attempt => attempt.IsTurnedAway);
            tally.Break(
                load.Attempts.Where(attempt => (int?)attempt.Status is 401 or >= 500)
                    .Take(3)
                    .Select(odd => $"{odd.Path} was answered {(int?)odd.Status}: {odd.Answer}")
            );
            foreach (var (broken, sql) in Times)
            {
                var found = await site.Checker().Count(sql);
                if (found > 0)
                {
                    tally.Break($"{found} {broken}");
                }
            }

            tally.Break(await site.Checker().Broken());
            node.Kill();
            await node.Ended();
            if (!site.IsPlanted)
            {
                await MustRefuse(site, launch, clock, DateTimeOffset.UtcNow.AddDays(-1), tally);
                await MustRefuse(site, launch, clock, Origin, tally);
            }

            clock.Set(DateTimeOffset.UtcNow);

            async Task MustBe(string state, List<Asked> offers, string when)
            {
                foreach (var offer in offers)
                {
                    var now = (await node.Look($"/v1/offers/{offer.Id}"))?["state"]?.GetValue<string>() ?? "not told";
                    if (now != state)
                    {
                        tally.Break($"{when} an offer is {now}, not {state}");
                    }
                }
            }
        }

        await using (await site.Start(launch))
        {
            tally.Break(await site.Checker().BrokenAudit());
        }
    }

    private static async Task<List<Asked>> Offers(ServiceProcess node, string urgency, int count)
    {
        var asked = new List<Asked>();
        for (var number = 0; number < count; number++)
        {
            var made = await node.Office("/v1/requests", Calls.Call(new Random(number), urgency).ToJsonString());
            await node.Office($"/v1/requests/{made.Request}/dispatch", "{}");
            var found = await node.Offers(made.Request);
            asked.AddRange(found.Select(offer => new Asked(offer!.Id(), offer!.Id("teamId"))));
        }

        return asked;
    }

    // Its clock starts when the team has heard of it.
    private static async Task Deliver(ServiceProcess node, List<Asked> offers)
    {
        foreach (var team in offers.Select(offer => offer.Team).Distinct())
        {
            await node.Look("/v1/notices", node.LeaderByTeam[team]);
        }
    }

    private static async Task MustRefuse(Site site, Launch launch, ShiftedClock clock, DateTimeOffset at, Tally tally)
    {
        clock.Set(at);
        var (exit, said) = await ServiceProcess.TryStart(site.Data, site.Database, launch, LongestStart);
        if (exit is null or 0)
        {
            tally.Break($"it serves with a clock of {at:u}");
        }
        else if (!said.Contains("The clock of this machine says", StringComparison.Ordinal))
        {
            tally.Break($"it does not say what is wrong with a clock of {at:u}: {said}");
        }
    }

    private sealed record Asked(Guid Id, Guid Team);
}

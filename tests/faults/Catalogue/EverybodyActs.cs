using Dapper;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Leaders accept, decline and give back while the office withdraws, escalates, reassigns and cancels, all at once, as a seed says. A model of one
/// page reads each history afterwards: it is one that people could have made one after another, and each was told what it says.</summary>
internal sealed class EverybodyActs : Fault
{
    private const int Waves = 4;
    private const int AtOnce = 4;

    public override string Name => "F17-everybody-acts";

    public override string Means => "withdraw, reassign, escalate, cancel, give back and decline race acceptances";

    public override string Defect => DefectiveService.EverybodyFirst;

    public override IReadOnlyList<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    public override int Rounds => 300;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        List<ServiceProcess> nodes = [await site.Start()];
        if (site.Engine == Engine.Postgres)
        {
            nodes.Add(await site.Start());
        }

        var (told, next, gate) = (new List<(Guid Request, Attempt Answer)>(), 0, new Lock());
        await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var round = Interlocked.Increment(ref next); site.Goes(round, rounds); round = Interlocked.Increment(ref next))
                        {
                            var answers = await One(nodes, new Random(round));
                            lock (gate)
                            {
                                told.AddRange(answers);
                                tally.Rounds++;
                            }
                        }
                    })
                )
        );
        tally.Acknowledged = told.Count(one => one.Answer.IsAcknowledged);
        tally.Refused = told.Count(one => !one.Answer.IsAcknowledged);
        tally.Break(
            told.Where(one => !one.Answer.IsAcknowledged && (int?)one.Answer.Status is < 400 or >= 500)
                .Take(3)
                .Select(one => $"{one.Answer.Path} was answered {(int?)one.Answer.Status}: {one.Answer.Answer}")
        );
        foreach (var action in new[] { "accept", "decline", "withdraw", "cancel", "reassign", "release", "escalate" })
        {
            var (done, refused) = (told.Count(Is(action, true)), told.Count(Is(action, false)));
            tally.Demand(done > 0 && refused > 0, $"{action} was done {done} times and refused {refused} times");
            tally.Notes.Add($"{action}: {done} done, {refused} refused");
        }

        await Compare(site, told, tally);
        tally.Break(await site.Checker().Broken());

        static Func<(Guid Request, Attempt Answer), bool> Is(string action, bool done) =>
            one => one.Answer.Path.EndsWith("/" + action, StringComparison.Ordinal) && one.Answer.IsAcknowledged == done;
    }

    private static async Task<List<(Guid, Attempt)>> One(List<ServiceProcess> nodes, Random random)
    {
        var office = nodes[random.Next(nodes.Count)];
        var made = await office.Office("/v1/requests", Calls.Call(random, "emergency").ToJsonString());
        var (id, path, answers) = (made.Request!.Value, $"/v1/requests/{made.Request}", new List<(Guid, Attempt)>());
        for (var wave = 0; wave < Waves; wave++)
        {
            await office.Office($"{path}/dispatch", "{}");
            var offers = await office.Offers(id, and: "");
            var acts = new List<(double Chance, Func<ServiceProcess, Task<Attempt>> Act)>();
            foreach (var offer in offers)
            {
                var (at, team) = ($"/v1/offers/{offer!.Id()}", offer!.Id("teamId"));
                // What has ended is tried again now and then.
                var live = offer!.Text("state") == "pending" ? 1 : 0.1;
                acts.Add((0.7 * live, node => node.Attempt($"{at}/accept", "{}", node.LeaderByTeam[team]).Send(node.Client)));
                acts.Add(
                    (
                        0.2 * live,
                        node => node.Attempt($"{at}/decline", """{"reason":"too_busy"}""", node.LeaderByTeam[team]).Send(node.Client)
                    )
                );
                acts.Add((0.2 * live, node => node.Attempt($"{at}/withdraw", "{}", node.Officer).Send(node.Client)));
                acts.Add(
                    (0.3, node => node.Attempt($"{path}/release", """{"reason":"队员生病"}""", node.LeaderByTeam[team]).Send(node.Client))
                );
            }

            acts.Add((0.4, node => node.Attempt($"{path}/escalate", "{}", node.Officer).Send(node.Client)));
            acts.Add((0.5, node => node.Attempt($"{path}/reassign", "{}", node.Officer).Send(node.Client)));
            acts.Add(
                (
                    wave == Waves - 1 ? 0.5 : 0.1,
                    node => node.Attempt($"{path}/cancel", """{"reason":"rejected"}""", node.Officer).Send(node.Client)
                )
            );
            var chosen = acts.Where(act => random.NextDouble() < act.Chance).Select(act => act.Act).ToArray();
            random.Shuffle(chosen);
            answers.AddRange(
                (await Task.WhenAll(chosen.Select((act, place) => act(nodes[place % nodes.Count])))).Select(answer => (id, answer))
            );
        }

        // The teams are needed again.
        answers.Add((id, await office.Office($"{path}/cancel", """{"reason":"rejected"}""")));
        return answers;
    }

    private static async Task Compare(Site site, List<(Guid Request, Attempt Answer)> told, Tally tally)
    {
        await using var connection = new StoredTruth(site.Data, site.Database).Open();
        await connection.OpenAsync();
        var steps = (
            await connection.QueryAsync<Step>(
                """
                select cast(request_id as text) as request, subject, cast(subject_id as text) as subjectId, action, to_state as toState
                from timeline where subject in ('request', 'offer', 'assignment') order by request_id, seq
                """
            )
        ).ToLookup(step => Guid.Parse(step.Request));
        foreach (var request in told.GroupBy(one => one.Request, one => one.Answer))
        {
            var history = steps[request.Key].ToList();
            tally.Break(Impossible(history).Select(what => $"{request.Key}: {what}"));
            foreach (
                var (subject, action) in new[]
                {
                    ("offer", "accept"),
                    ("offer", "decline"),
                    ("request", "cancel"),
                    ("request", "reassign"),
                    ("request", "release"),
                }
            )
            {
                var done = history.Count(step => step.Subject == subject && step.Action == action);
                var said = request.Count(answer => answer.IsAcknowledged && answer.Path.EndsWith("/" + action, StringComparison.Ordinal));
                if (said > done)
                {
                    tally.Lose($"{request.Key}: {said} were told that they did {action}, and it was done {done} times");
                }
                else if (said < done)
                {
                    tally.Break($"{request.Key}: {action} was done {done} times, and {said} were told so");
                }
            }

            foreach (
                var answer in request.Where(answer =>
                    answer.IsAcknowledged && answer.Path.StartsWith("/v1/offers/", StringComparison.Ordinal)
                )
            )
            {
                var parts = answer.Path.Split('/');
                if (!history.Exists(step => Guid.Parse(step.SubjectId) == Guid.Parse(parts[3]) && step.Action == parts[4]))
                {
                    tally.Lose($"{request.Key}: {answer.Path} was acknowledged and is not in the history");
                }
            }
        }
    }

    /// <summary>The whole model: who leads, which offers wait, and whether it is over.</summary>
    private static IEnumerable<string> Impossible(List<Step> history)
    {
        var (leading, waiting, over) = (new HashSet<string>(), new HashSet<string>(), false);
        foreach (var step in history)
        {
            if (over && step.ToState is ("pending" or "active"))
            {
                yield return $"{step.Subject} {step.Action} after the end";
            }

            switch (step.Subject, step.ToState)
            {
                case ("offer", "pending"):
                    waiting.Add(step.SubjectId);
                    break;
                case ("offer", _):
                    if (!waiting.Remove(step.SubjectId))
                    {
                        yield return $"an offer ended twice: {step.Action}";
                    }

                    break;
                case ("assignment", "active"):
                    leading.Add(step.SubjectId);
                    if (leading.Count > 1)
                    {
                        yield return "two teams lead at once";
                    }

                    break;
                case ("assignment", _):
                    leading.Remove(step.SubjectId);
                    break;
                default:
                    over |= step is { Subject: "request", ToState: "cancelled" };
                    break;
            }
        }

        if (leading.Count + waiting.Count > 0)
        {
            yield return "somebody leads or is asked after the end";
        }
    }

    private sealed record Step
    {
        public string Request { get; init; } = "";
        public string Subject { get; init; } = "";
        public string SubjectId { get; init; } = "";
        public string Action { get; init; } = "";
        public string? ToState { get; init; }
    }
}

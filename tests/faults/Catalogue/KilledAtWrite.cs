using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>The process dies at one write or flush of one acceptance, one report and one erasure, at each in turn: it is done or it is not, never half, and
/// the same call again settles it.</summary>
internal sealed class KilledAtWrite : Fault
{
    private const string Erased = "***";

    // One more than the calls that were counted: a command is let through, too.
    private const int Beyond = 1;
    private const int Looks = 60;
    private static readonly TimeSpan UntilSealed = TimeSpan.FromSeconds(10);

    public override string Name => "F02-killed-at-write";

    public override string Means => "kill at every k-th write or flush of one acceptance, one report, one erasure";

    public override string Defect => DefectiveService.AnswersEarly;

    public override int Rounds => 36;

    public override string? Obstacle(Engine engine) => Launch.ObstacleToTracing;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var node = await site.Start();
        (string Name, Func<ServiceProcess, int, Task<Case>> Prepare)[] kinds =
        [
            ("acceptance", Acceptance),
            ("report", Report),
            ("erasure", Erasure),
        ];
        foreach (var (place, (name, prepare)) in kinds.Index())
        {
            // Twice: the first of its kind in a process does what later ones need not.
            var calls = 0;
            for (var time = 0; time < 2; time++)
            {
                var whole = await prepare(node, -1 - place * 2 - time);
                await Rest(site);
                await using var counting = await Tracer.Count(node);
                whole = whole with { Sent = await whole.Sent.Send(node.Client) };
                calls = await counting.Stop();
                tally.Demand(whole.Sent.IsAcknowledged, $"the {name} is refused: {whole.Sent.Answer}");
            }

            tally.Demand(calls > 0, $"the {name} writes nothing");
            var (chosen, killed) = (Chosen(calls + Beyond, (rounds - place + kinds.Length - 1) / kinds.Length), 0);
            foreach (var call in chosen)
            {
                var subject = await prepare(node, place * 10_000 + call);
                await Rest(site);
                var tracer = await Tracer.KillAt(node, call);
                var sent = await Send(subject.Sent, node);
                // Let through, or killed when the audit was sealed: it ends here in any case.
                node.Kill();
                await node.Ended();
                await tracer.DisposeAsync();
                node = await site.Start();
                killed += sent.Status is null ? 1 : 0;
                await Judge(site, node, subject with { Sent = sent }, $"{name} killed at call {call}", tally);
                tally.Rounds++;
                if (site.IsPlanted && tally.Violations.Count > 0)
                {
                    return;
                }
            }

            tally.Demand(killed > 0, $"no {name} was cut off");
            tally.Notes.Add($"{name}: {calls} calls to the disk, killed at {string.Join(", ", chosen)}; {killed} were cut off");
        }

        tally.Break(await site.Checker().BrokenAudit());
    }

    private static List<int> Chosen(int calls, int rounds) =>
        [.. Enumerable.Range(0, rounds).Select(number => 1 + (int)((long)number * (calls - 1) / Math.Max(1, rounds - 1))).Distinct()];

    // Nothing but the command is to write: what was done before is sealed first.
    private static async Task Rest(Site site)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (await site.Checker().Count("select count(*) from audit_waiting") > 0 && TimeProvider.System.GetElapsedTime(from) < UntilSealed)
        {
            await Task.Delay(20);
        }
    }

    private static async Task<Attempt> Send(Attempt attempt, ServiceProcess node)
    {
        try
        {
            return await attempt.Send(node.Client);
        }
        catch (HttpRequestException)
        {
            return attempt;
        }
    }

    private static async Task Judge(Site site, ServiceProcess node, Case subject, string what, Tally tally)
    {
        tally.Break((await site.Checker().Broken()).Select(broken => $"{what}: {broken}"));
        await Replay.Repeat(node, [.. subject.Before], [.. subject.Before], tally);
        if (subject.Sent.IsAcknowledged)
        {
            tally.Acknowledged++;
            await MustBeDone(node, subject, what, tally);
        }
        else
        {
            tally.Unknown++;
        }

        var again = await subject.Sent.Send(node.Client);
        if (!again.IsAcknowledged)
        {
            tally.Break($"{what}: the same call again does not settle it: {again.Status} {again.Answer}");
        }
        else if (subject.Sent.IsAcknowledged && !again.Replayed)
        {
            tally.Lose($"{what}: it was acknowledged, and done anew under its key");
        }

        tally.Happened += !subject.Sent.IsAcknowledged && again.Replayed ? 1 : 0;
        await MustBeDone(node, subject, what, tally);
        tally.Break((await site.Checker().Broken()).Select(broken => $"{what}, after the repeat: {broken}"));
    }

    private static async Task MustBeDone(ServiceProcess node, Case subject, string what, Tally tally)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, subject.Place);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.Officer);
        using var answer = await node.Client.SendAsync(message);
        var found = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || !subject.IsDone(JsonNode.Parse(found)!))
        {
            tally.Lose($"{what}: {found}");
        }
    }

    private static async Task<Case> Acceptance(ServiceProcess node, int number)
    {
        var (before, offer, leader) = await Offered(node, number);
        return new Case(before, Attempt($"{offer}/accept", "{}", leader), offer, found => found.Text("state") == "accepted");
    }

    private static async Task<Case> Report(ServiceProcess node, int number)
    {
        var (before, offer, leader) = await Offered(node, number);
        before.Add(await Done(node, Attempt($"{offer}/accept", "{}", leader)));
        var start = DateTimeOffset.UtcNow.AddHours(1);
        var window = JsonSerializer.Serialize(new { start, end = start.AddHours(2) });
        var booked = await Done(node, Attempt($"/v1/requests/{before[^1].Request}/visits", window, leader));
        var visit = $"/v1/visits/{JsonNode.Parse(booked.Answer!)!.Id()}";
        before.Add(booked);
        before.Add(await Done(node, Attempt($"{visit}/begin", "{}", leader)));
        const string result = """{"findings":"根系积水，缺镁。","minutes":50,"problems":[{"title":"积水","result":"solved"},{"title":"缺镁","result":"partly"}]}""";
        return new Case(before, Attempt($"{visit}/complete", result, leader), visit, found => found.Text("state") == "completed");
    }

    private static async Task<Case> Erasure(ServiceProcess node, int number)
    {
        var call = Call(number);
        call["requester"]!["phone"] = string.Create(CultureInfo.InvariantCulture, $"139{20_000_000 + number}");
        var made = await Done(node, Attempt("/v1/requests", call.ToJsonString(), node.Officer));
        var asked = await Done(
            node,
            Attempt("/v1/erasures", JsonSerializer.Serialize(new { requestId = made.Request, reason = "本人来电要求" }), node.Officer)
        );
        var approval = $"/v1/approvals/{JsonNode.Parse(asked.Answer!)!.Id()}/approve";
        return new Case(
            [],
            Attempt(approval, "{}", node.Admin),
            $"/v1/requests/{made.Request}",
            found => found["requester"]!.Text("name") == Erased
        );
    }

    private static async Task<(List<Attempt> Before, string Offer, string Leader)> Offered(ServiceProcess node, int number)
    {
        var made = await Done(node, Attempt("/v1/requests", Call(number).ToJsonString(), node.Officer));
        var asked = await Done(node, Attempt($"/v1/requests/{made.Request}/dispatch", "{}", node.Officer));
        JsonArray offers;
        // Whoever answers early is not yet where he says he is.
        for (var look = 0; (offers = await Offers(node, made.Request)).Count == 0 && look < Looks; look++)
        {
            await Task.Delay(50);
        }

        var offer = offers[0]!;
        return ([made, asked], $"/v1/offers/{offer.Id()}", node.LeaderByTeam[offer.Id("teamId")]);
    }

    private static async Task<JsonArray> Offers(ServiceProcess node, Guid? request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/v1/offers?request={request}&state=pending");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.Officer);
        using var listed = await node.Client.SendAsync(message);
        return JsonNode.Parse(await listed.Content.ReadAsStringAsync())!["items"]!.AsArray();
    }

    private static JsonNode Call(int number)
    {
        var call = JsonSerializer.SerializeToNode(Load.Load.Call(new Random(number)))!;
        // Beyond their capacity teams take emergencies only.
        call["urgency"] = "emergency";
        return call;
    }

    private static Attempt Attempt(string path, string body, string token) =>
        new(path, body, token, Guid.NewGuid().ToString(), ByTheOffice: true);

    private static async Task<Attempt> Done(ServiceProcess node, Attempt attempt)
    {
        var done = await attempt.Send(node.Client);
        return done.IsAcknowledged ? done : throw new InvalidOperationException($"{done.Path} was answered {done.Status}: {done.Answer}");
    }

    /// <param name="Before">What led there; it can be repeated.</param>
    /// <param name="Place">Where its effect is read.</param>
    private sealed record Case(List<Attempt> Before, Attempt Sent, string Place, Func<JsonNode, bool> IsDone);
}

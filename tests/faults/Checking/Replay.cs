using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Checking;

/// <summary>What clients find after a fault: each acknowledged write again by its key and by its resource, and each lost answer settled by sending it again.</summary>
internal static class Replay
{
    /// <summary>The same key again: the same answer, and no second effect. A team that gave a request back is not told again what it was told of it;
    /// where nobody knows whether it did, either may be.</summary>
    public static Task Repeat(ServiceProcess service, IReadOnlyList<Attempt> known, IReadOnlyList<Attempt> all, Tally tally)
    {
        var returns = all.Where(attempt => attempt.GivesBack).ToLookup(attempt => (attempt.Token, attempt.Request), attempt => attempt);
        return Parallel.ForEachAsync(
            known,
            async (attempt, ct) =>
            {
                var given = attempt.GivesBack ? [] : returns[(attempt.Token, attempt.Request)].ToList();
                var again = await attempt.Send(service.Client, ct);
                if (given.Count > 0 && again.Status == HttpStatusCode.Conflict)
                {
                    if (again.Replayed || again.Answer!.Contains(Load.Load.Phone, StringComparison.Ordinal))
                    {
                        tally.Break($"a team that gave it back is told again: {attempt.Path}");
                    }
                }
                else if (given.Exists(back => back.IsAcknowledged))
                {
                    tally.Break($"a team that gave it back is told again: {attempt.Path}");
                }
                else if (!again.IsAcknowledged)
                {
                    tally.Lose($"{attempt.Path} by its key: {again.Answer}");
                }
                else if (!again.Replayed)
                {
                    tally.Double($"{attempt.Path} was done anew under its key");
                }
                else if (again.Status != attempt.Status || again.Answer != attempt.Answer)
                {
                    tally.Break($"another answer under the same key: {attempt.Path}");
                }
            }
        );
    }

    /// <summary>What an answer said is what a reader finds, or an older version of it.</summary>
    public static Task MustBeThere(ServiceProcess service, IReadOnlyList<Attempt> known, Tally tally) =>
        Parallel.ForEachAsync(
            known,
            async (attempt, ct) =>
            {
                var then = JsonNode.Parse(attempt.Answer!)!;
                var kind =
                    then["requestId"] is null ? "requests"
                    : then["requestReference"] is null ? "visits"
                    : "offers";
                using var message = new HttpRequestMessage(HttpMethod.Get, $"/v1/{kind}/{then.Id()}");
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", service.Officer);
                using var response = await service.Client.SendAsync(message, ct);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    tally.Lose($"{attempt.Path}: /v1/{kind}/{then.Id()} is {(int)response.StatusCode}");
                    return;
                }

                var now = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
                var (before, after) = (then["version"]!.GetValue<long>(), now["version"]!.GetValue<long>());
                if (after < before)
                {
                    tally.Lose($"{attempt.Path}: version {before} was acknowledged, {after} is there");
                    return;
                }

                var compared =
                    after == before ? [.. Lasting(attempt.ByTheOffice), "state", "findings", "problems"] : Lasting(attempt.ByTheOffice);
                foreach (var member in compared.Where(member => then[member]?.ToJsonString() != now[member]?.ToJsonString()))
                {
                    tally.Lose($"{attempt.Path}: {member} is another");
                }
            }
        );

    /// <summary>Whose answer was lost sends it again with its key, and then knows.</summary>
    public static async Task<IReadOnlyCollection<Attempt>> Settle(ServiceProcess service, IReadOnlyList<Attempt> unknown, Tally tally)
    {
        var settled = new ConcurrentBag<Attempt>();
        await Parallel.ForEachAsync(
            unknown,
            async (attempt, ct) =>
            {
                var again = await attempt.Send(service.Client, ct);
                // What a team gave back in the meantime it does not find any more: it knows, too.
                if (!again.IsAcknowledged && again.Status is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound))
                {
                    tally.Break($"a lost answer cannot be settled: {again.Path}: {again.Answer}");
                }

                settled.Add(again);
            }
        );
        return settled;
    }

    // What a team sees of persons depends on the state; what the office sees does not.
    private static string[] Lasting(bool seenByTheOffice)
    {
        string[] always = ["reference", "skills", "urgency", "teamId", "start", "requestId"];
        return seenByTheOffice ? [.. always, "text", "requester", "location"] : always;
    }
}

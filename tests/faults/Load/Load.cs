using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Faults.Ground;

namespace Dispatch.Faults.Load;

/// <summary>Several people at work at once, on one node or many, until they are told to stop or the service is gone; every answer they got is noted.</summary>
internal sealed class Load(IReadOnlyList<ServiceProcess> nodes, int seed, Journal journal)
{
    public const string Phone = "13800138000";
    private const int Clients = 8;
    private const int MostTurns = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<Attempt> attempts = [];
    private readonly Dictionary<string, Attempt> underway = new(StringComparer.Ordinal);
    private int acknowledged;

    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (gate)
            {
                return [.. attempts];
            }
        }
    }

    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>Called with the number of each write that was acknowledged, from the first.</summary>
    public Action<int>? OnAcknowledged { get; init; }

    /// <summary>How long a person rests who was told to come back later.</summary>
    public TimeSpan RestAfterRefusal { get; init; }

    /// <summary>What was sent and not answered yet.</summary>
    public IReadOnlyList<Attempt> Underway
    {
        get
        {
            lock (gate)
            {
                return [.. underway.Values];
            }
        }
    }

    public Task Run(CancellationToken stop, int clients = Clients) =>
        Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(number =>
                    Task.Run(() => Work(nodes[number % nodes.Count], new Random((seed * 1000) + number), stop), CancellationToken.None)
                )
        );

    /// <summary>Works so long.</summary>
    public async Task Run(TimeSpan time, int clients = Clients)
    {
        using var over = new CancellationTokenSource(time);
        await Run(over.Token, clients);
    }

    private async Task Work(ServiceProcess node, Random random, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await OneCall(node, random);
            }
        }
        catch (HttpRequestException)
        {
            // The node is gone.
        }
    }

    private async Task OneCall(ServiceProcess node, Random random)
    {
        if (await Write(node, node.Officer, "/v1/requests", Call(random)) is not { } call)
        {
            return;
        }

        var request = $"/v1/requests/{call.Id()}";
        if (random.Next(10) == 0)
        {
            await Write(node, node.Officer, $"{request}/cancel", new { reason = "rejected" });
            return;
        }

        await Write(node, node.Officer, $"{request}/dispatch", new { });
        if (await Accepted(node, random, call.Id()) is not { } leader)
        {
            return;
        }

        var start = DateTimeOffset.UtcNow.AddHours(1);
        var visit = await Write(node, leader, $"{request}/visits", new { start, end = start.AddHours(2) });
        if (visit is null || random.Next(8) == 0)
        {
            await Write(node, leader, $"{request}/release", new { reason = "队员生病" });
            return;
        }

        await Write(node, leader, $"/v1/visits/{visit.Id()}/begin", new { });
        await Write(
            node,
            leader,
            $"/v1/visits/{visit.Id()}/complete",
            new
            {
                findings = $"根系积水，缺镁（{random.Next(1000)}）。",
                minutes = random.Next(10, 200),
                problems = new[] { new { title = "积水", result = "solved" }, new { title = "缺镁", result = "partly" } },
            }
        );
        await Write(node, leader, $"{request}/resolve", new { result = "solved", summary = "开沟排水，补镁。" });
        if (random.Next(2) == 0)
        {
            await Write(node, node.Officer, $"{request}/confirm", new { solved = true, rating = 5 });
        }
    }

    /// <summary>The token of the leader who has it now. All who were asked answer at once; one in four declines.</summary>
    private async Task<string?> Accepted(ServiceProcess node, Random random, Guid request)
    {
        var offers = (await Read(node, $"/v1/offers?request={request}&state=pending"))["items"]?.AsArray() ?? [];
        var leaders = offers.Select(offer => (Id: offer!.Id(), Token: node.LeaderByTeam[offer!.Id("teamId")])).ToList();
        var answers = await Task.WhenAll(
            leaders.Select(offer =>
                random.Next(4) == 0
                    ? Write(node, offer.Token, $"/v1/offers/{offer.Id}/decline", new { reason = "too_busy" })
                    : Write(node, offer.Token, $"/v1/offers/{offer.Id}/accept", new { })
            )
        );
        var index = Array.FindIndex(answers, answer => answer?.Text("state") == "accepted");
        return index < 0 ? null : leaders[index].Token;
    }

    /// <summary>A call for help; without emergencies the teams would soon be full.</summary>
    public static object Call(Random random) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = $"种植户{random.Next(1000)}",
                phone = Phone,
            },
            text = $"文旦叶子发黄，第{random.Next(100_000)}棵。",
            skills = new[] { new { code = "agr-citrus" }, new { code = "agr-soil" } },
            location = new { regionCode = "331083" },
            urgency = random.Next(3) == 0 ? "normal" : "emergency",
        };

    private async Task<JsonNode?> Write(ServiceProcess node, string token, string path, object body)
    {
        var attempt = new Attempt(path, JsonSerializer.Serialize(body), token, Guid.NewGuid().ToString(), token == node.Officer);
        lock (gate)
        {
            underway[attempt.Key] = attempt;
        }

        try
        {
            attempt = await attempt.Send(node.Client);
        }
        finally
        {
            lock (gate)
            {
                underway.Remove(attempt.Key);
                attempts.Add(attempt);
            }
        }

        if (!attempt.IsAcknowledged)
        {
            if (attempt.IsTurnedAway)
            {
                await Task.Delay(RestAfterRefusal);
            }

            return null;
        }

        journal.Note(attempt);
        var number = Interlocked.Increment(ref acknowledged);
        OnAcknowledged?.Invoke(number);
        return JsonNode.Parse(attempt.Answer!);
    }

    /// <summary>Whoever is told to come back does.</summary>
    private static async Task<JsonNode> Read(ServiceProcess node, string path)
    {
        for (var turn = 1; ; turn++)
        {
            var (status, answer) = await ReadOnce(node, path);
            if (status != HttpStatusCode.ServiceUnavailable || turn == MostTurns)
            {
                return answer;
            }

            await Task.Delay(Patience);
        }
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> ReadOnce(ServiceProcess node, string path)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.Officer);
        using var response = await node.Client.SendAsync(message);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}

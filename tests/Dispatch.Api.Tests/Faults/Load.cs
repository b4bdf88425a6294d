using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests.Faults;

/// <summary>A write that was sent; without an answer nobody knows whether it happened.</summary>
internal sealed record Attempt(string Path, string Body, string Token, string Key, bool ByTheOffice)
{
    public HttpStatusCode? Status { get; init; }

    public string? Answer { get; init; }

    public bool Replayed { get; init; }

    public bool IsAcknowledged => Status is HttpStatusCode.OK or HttpStatusCode.Created;

    public bool GivesBack => Path.EndsWith("/release", StringComparison.Ordinal);

    /// <summary>The request it is about, as its path or its answer says.</summary>
    public Guid? Request =>
        Path.Split('/') is [_, _, "requests", var id, ..] ? Guid.Parse(id)
        : Answer is { Length: > 0 } answer && JsonNode.Parse(answer) is { } said ? said.Id(said["requestId"] is null ? "id" : "requestId")
        : null;

    public async Task<Attempt> Send(HttpClient client)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Api.Raw(Body) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        message.Headers.Add("Idempotency-Key", Key);
        using var response = await client.SendAsync(message);
        return this with
        {
            Status = response.StatusCode,
            Answer = await response.Content.ReadAsStringAsync(),
            Replayed = response.Headers.Contains("Idempotent-Replayed"),
        };
    }
}

/// <summary>Several people at work at once, until the service is gone; every answer they got is noted.</summary>
internal sealed class Load(ServiceProcess service, int seed, int killAfter)
{
    public const string Phone = "13800138000";
    private const int Clients = 8;

    private readonly Lock gate = new();
    private readonly List<Attempt> attempts = [];
    private int acknowledged;

    public IReadOnlyList<Attempt> Attempts => attempts;

    /// <summary>Works until so many writes were acknowledged, then kills the service a seeded moment later, in the middle of the others.</summary>
    public async Task Run()
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(() => Work(new Random(seed * Clients + number)))));
        await service.Ended();
    }

    private async Task Work(Random random)
    {
        try
        {
            while (true)
            {
                await OneCall(random);
            }
        }
        catch (HttpRequestException)
        {
            // The service is gone.
        }
    }

    private async Task OneCall(Random random)
    {
        var call = await Write(service.Officer, "/v1/requests", Call(random));
        var request = $"/v1/requests/{call!.Id()}";
        if (random.Next(10) == 0)
        {
            await Write(service.Officer, $"{request}/cancel", new { reason = "rejected" });
            return;
        }

        await Write(service.Officer, $"{request}/dispatch", new { });
        if (await Accepted(random, call!.Id()) is not { } leader)
        {
            return;
        }

        var start = DateTimeOffset.UtcNow.AddHours(1);
        var visit = await Write(leader, $"{request}/visits", new { start, end = start.AddHours(2) });
        if (visit is null || random.Next(8) == 0)
        {
            await Write(leader, $"{request}/release", new { reason = "队员生病" });
            return;
        }

        await Write(leader, $"/v1/visits/{visit.Id()}/begin", new { });
        await Write(
            leader,
            $"/v1/visits/{visit.Id()}/complete",
            new
            {
                findings = $"根系积水，缺镁（{random.Next(1000)}）。",
                minutes = random.Next(10, 200),
                problems = new[] { new { title = "积水", result = "solved" }, new { title = "缺镁", result = "partly" } },
            }
        );
        await Write(leader, $"{request}/resolve", new { result = "solved", summary = "开沟排水，补镁。" });
        if (random.Next(2) == 0)
        {
            await Write(service.Officer, $"{request}/confirm", new { solved = true, rating = 5 });
        }
    }

    /// <summary>The token of the leader who has it now. All who were asked answer at once; one in four declines.</summary>
    private async Task<string?> Accepted(Random random, Guid request)
    {
        var offers = (await Read($"/v1/offers?request={request}&state=pending"))["items"]!.AsArray();
        var leaders = offers.Select(offer => (Id: offer!.Id(), Token: service.LeaderByTeam[offer!.Id("teamId")])).ToList();
        var answers = await Task.WhenAll(
            leaders.Select(offer =>
                random.Next(4) == 0
                    ? Write(offer.Token, $"/v1/offers/{offer.Id}/decline", new { reason = "too_busy" })
                    : Write(offer.Token, $"/v1/offers/{offer.Id}/accept", new { })
            )
        );
        var index = Array.FindIndex(answers, answer => answer?.Text("state") == "accepted");
        return index < 0 ? null : leaders[index].Token;
    }

    private static object Call(Random random) =>
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
            // Without emergencies the teams would soon be full.
            urgency = random.Next(3) == 0 ? "normal" : "emergency",
        };

    private async Task<JsonNode?> Write(string token, string path, object body)
    {
        var attempt = new Attempt(path, JsonSerializer.Serialize(body), token, Guid.NewGuid().ToString(), token == service.Officer);
        try
        {
            attempt = await attempt.Send(service.Client);
        }
        finally
        {
            lock (gate)
            {
                attempts.Add(attempt);
            }
        }

        if (!attempt.IsAcknowledged)
        {
            return null;
        }

        if (Interlocked.Increment(ref acknowledged) == killAfter)
        {
            KillSoon();
        }

        return JsonNode.Parse(attempt.Answer!);
    }

    private void KillSoon()
    {
        var moment = TimeSpan.FromMicroseconds(new Random(seed).Next(5000));
        new Thread(() =>
        {
            var from = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(from) < moment)
            {
                Thread.SpinWait(20);
            }

            service.Kill();
        }).Start();
    }

    private async Task<JsonNode> Read(string path)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", service.Officer);
        using var response = await service.Client.SendAsync(message);
        return await response.Json();
    }
}

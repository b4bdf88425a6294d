using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Dispatch.Api.Tests.Faults;

/// <summary>kill -9 in the middle of work. <c>DISPATCH_KILL_ROUNDS</c> asks for more rounds than the gate has time for.</summary>
public sealed class KillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int RoundsOnSqlite = 20;
    private const int RoundsOnPostgres = 5;
    private const int FewestBeforeTheKill = 20;
    private const int MostBeforeTheKill = 140;

    private readonly string data = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.Create();

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_there_after_it_and_nothing_is_half_there()
    {
        var rounds = Rounds();
        output.WriteLine(
            $"{rounds} rounds on {(TestDatabase.IsPostgres ? "PostgreSQL" : "SQLite")}; DISPATCH_KILL_ROUNDS sets another number."
        );
        var truth = new StoredTruth(data, database.Setting);
        var acknowledged = new List<Attempt>();
        var (lost, happened) = (0, 0);
        var service = await ServiceProcess.Start(data, database.Setting);
        try
        {
            for (var round = 1; round <= rounds; round++)
            {
                var load = new Load(service, round, new Random(round).Next(FewestBeforeTheKill, MostBeforeTheKill));
                await load.Run();
                await service.DisposeAsync();
                service = await ServiceProcess.Start(data, database.Setting);

                Assert.Empty(await truth.Broken());
                Assert.All(
                    load.Attempts,
                    attempt => Assert.True(attempt.IsAcknowledged || attempt.Status is null or HttpStatusCode.Conflict, attempt.Answer)
                );
                var known = load.Attempts.Where(attempt => attempt.IsAcknowledged).ToList();
                await MustReplay(service, known, [.. load.Attempts]);
                await MustBeThere(service, known);
                var unknown = load.Attempts.Where(attempt => attempt.Status is null).ToList();
                var settled = await Settle(service, unknown);
                (lost, happened) = (lost + unknown.Count, happened + settled.Count(attempt => attempt.Replayed));
                Assert.Empty(await truth.Broken());
                acknowledged.AddRange(known.Concat(settled.Where(attempt => attempt.IsAcknowledged)));
            }

            await MustReplay(service, acknowledged, acknowledged);
            var size = await truth.Size();
            output.WriteLine(
                $"{acknowledged.Count} writes acknowledged, {lost} answers lost, {happened} of those had happened; {size.Requests} requests, {size.Offers} offers."
            );
            Assert.True(size.Requests >= rounds && size.Offers >= rounds && size.Kept >= acknowledged.Count);
            // A kill that cuts nobody off tests nothing.
            Assert.True(lost >= rounds);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private static int Rounds() =>
        int.TryParse(Environment.GetEnvironmentVariable("DISPATCH_KILL_ROUNDS"), out var rounds) ? rounds
        : TestDatabase.IsPostgres ? RoundsOnPostgres
        : RoundsOnSqlite;

    /// <summary>The same key again: the same answer, and no second effect. A team that gave a request back is not told again what it was told of it;
    /// where nobody knows whether it did, either may be.</summary>
    private static Task MustReplay(ServiceProcess service, IReadOnlyList<Attempt> known, IReadOnlyList<Attempt> all)
    {
        var returns = all.Where(attempt => attempt.GivesBack).ToLookup(attempt => (attempt.Token, attempt.Request), attempt => attempt);
        return Parallel.ForEachAsync(
            known,
            async (attempt, _) =>
            {
                var given = attempt.GivesBack ? [] : returns[(attempt.Token, attempt.Request)].ToList();
                var again = await attempt.Send(service.Client);
                if (given.Count > 0 && again.Status == HttpStatusCode.Conflict)
                {
                    Assert.False(again.Replayed, attempt.Path);
                    Assert.DoesNotContain(Load.Phone, again.Answer, StringComparison.Ordinal);
                    return;
                }

                Assert.DoesNotContain(given, back => back.IsAcknowledged);
                Assert.Equal(attempt.Status, again.Status);
                Assert.Equal(attempt.Answer, again.Answer);
                Assert.True(again.Replayed, attempt.Path);
            }
        );
    }

    /// <summary>What an answer said is what a reader finds, or an older version of it.</summary>
    private static Task MustBeThere(ServiceProcess service, IReadOnlyList<Attempt> known) =>
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
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                var now = await response.Json();
                var (before, after) = (then["version"]!.GetValue<long>(), now["version"]!.GetValue<long>());
                Assert.True(after >= before, $"{attempt.Path}: version {before} was acknowledged, {after} is there.");
                foreach (var member in Lasting(attempt.ByTheOffice))
                {
                    Assert.Equal(then[member]?.ToJsonString(), now[member]?.ToJsonString());
                }

                if (after == before)
                {
                    Assert.Equal(then.Text("state"), now.Text("state"));
                    Assert.Equal(then["findings"]?.ToJsonString(), now["findings"]?.ToJsonString());
                    Assert.Equal(then["problems"]?.ToJsonString(), now["problems"]?.ToJsonString());
                }
            }
        );

    // What a team sees of persons depends on the state; what the office sees does not.
    private static IEnumerable<string> Lasting(bool seenByTheOffice)
    {
        string[] always = ["reference", "skills", "urgency", "teamId", "start", "requestId"];
        return seenByTheOffice ? [.. always, "text", "requester", "location"] : always;
    }

    /// <summary>Whose answer was lost sends it again with its key, and then knows.</summary>
    private static async Task<IReadOnlyCollection<Attempt>> Settle(ServiceProcess service, IReadOnlyList<Attempt> unknown)
    {
        var settled = new ConcurrentBag<Attempt>();
        await Parallel.ForEachAsync(
            unknown,
            async (attempt, _) =>
            {
                var again = await attempt.Send(service.Client);
                Assert.True(again.IsAcknowledged || again.Status == HttpStatusCode.Conflict, $"{again.Path}: {again.Answer}");
                settled.Add(again);
            }
        );
        return settled;
    }
}

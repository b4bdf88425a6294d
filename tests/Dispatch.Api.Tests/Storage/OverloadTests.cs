using System.Net;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>The service on its default store, whatever the other tests run on: only that store has a queue.</summary>
public sealed class ServiceOnSqlite : RunningService
{
    protected override IEnumerable<string> Settings => ["--Dispatch:Database=sqlite"];
}

public sealed class OverloadTests(ServiceOnSqlite service) : IClassFixture<ServiceOnSqlite>
{
    private const int QueueLength = 4096;

    [Fact]
    public async Task More_than_the_queue_holds_is_answered_503_and_the_same_key_succeeds_later()
    {
        var database = service.Services.GetRequiredService<Database>();
        using var inside = new ManualResetEventSlim();
        using var open = new ManualResetEventSlim();
        var waiting = new List<Task>
        {
            Write(() =>
            {
                inside.Set();
                open.Wait();
            }),
        };
        inside.Wait();
        waiting.AddRange(Enumerable.Range(0, QueueLength).Select(_ => Write(() => { })));

        using var refused = await service.Officer().Post("/v1/requests", Given.PomeloCall(), "crowded");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("service.overloaded", (await refused.Json()).Text("code"));
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());

        Assert.Equal(1, (await service.Metrics()).Value("dispatch_commands_refused_total"));
        open.Set();
        await Task.WhenAll(waiting);
        await service.Officer().Post("/v1/requests", Given.PomeloCall(), "crowded").Must(HttpStatusCode.Created);

        Task Write(Action work) =>
            database.Write(
                new Session(database),
                () =>
                {
                    work();
                    return Task.CompletedTask;
                },
                CancellationToken.None
            );
    }
}

using System.Net;
using Dispatch.Api.Tests.Storage;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Dispatch.Api.Tests.Features.Health;

/// <summary>When work may be sent here, and when not.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_service_that_is_still_starting_is_alive_and_not_ready()
    {
        var data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
        await using (var database = await TestDatabase.Create())
        {
            await using var app = Service.Build(
                [
                    "--environment=Development",
                    $"--Dispatch:Data={data}",
                    $"--Dispatch:Database={database.Setting}",
                    "--Dispatch:DemoRequests=false",
                    "--Logging:LogLevel:Default=Error",
                ],
                builder => builder.WebHost.UseTestServer()
            );
            await app.StartAsync();
            var client = app.GetTestClient();
            Assert.Equal("live", (await client.Read("/health/live")).Text("status"));
            foreach (var path in new[] { "/health/ready", "/v1/skills", "/v1/requests", "/openapi/v1.json", "/v1/nothing" })
            {
                using var refused = await client.GetAsync(path);
                Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
                await Task.FromResult(refused).MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
            }

            await Service.Start(app);
            Assert.Equal("ready", (await client.Read("/health/ready")).Text("status"));
            await client.Read("/v1/skills");
            await app.StopAsync();
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public Task A_service_whose_disk_is_nearly_full_is_not_ready_and_works_on() =>
        With(
            new Prepared("--Dispatch:LeastFreeMegabytes=1000000000"),
            async service =>
            {
                await NotReady(service);
                Assert.Equal(0, (await service.Metrics()).Value("dispatch_ready"));
                await service.Given.AnOpenRequest();
            }
        );

    [Fact]
    public Task A_service_that_is_stopping_is_not_ready() =>
        With(
            new Prepared(),
            async service =>
            {
                Assert.Equal("ready", (await service.Anonymous().Read("/health/ready")).Text("status"));
                service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                await NotReady(service);
            }
        );

    [Fact]
    public Task A_service_that_could_not_flush_a_commit_is_not_ready_any_more() =>
        With(
            new Prepared("--Dispatch:Database=sqlite"),
            async service =>
            {
                await service.Given.AnOpenRequest();
                LostLog.Of(Path.Combine(service.Data, "dispatch.db"));
                await service
                    .Officer()
                    .Post("/v1/requests", Given.PomeloCall())
                    .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.outcome_unknown");
                await NotReady(service);
                var metrics = await service.Metrics();
                Assert.Equal((1, 0), (metrics.Value("dispatch_commits_failed_total"), metrics.Value("dispatch_ready")));
            }
        );

    private static async Task NotReady(RunningService service)
    {
        var problem = await service
            .Anonymous()
            .GetAsync("/health/ready")
            .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
        Assert.DoesNotContain(service.Data, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("live", (await service.Anonymous().Read("/health/live")).Text("status"));
    }

    private static async Task With(RunningService service, Func<RunningService, Task> play)
    {
        await service.InitializeAsync();
        try
        {
            await play(service);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private sealed class Prepared(params string[] settings) : RunningService
    {
        protected override IEnumerable<string> Settings => settings;
    }
}

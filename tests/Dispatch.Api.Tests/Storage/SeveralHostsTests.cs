using System.Net;
using Dispatch.Api.Storage;
using Dispatch.Faults.Ground;
using Npgsql;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>PostgreSQL on several hosts, of which not all can be reached, and sometimes none.</summary>
public sealed class SeveralHostsTests(SeveralHostsTests.FarService service) : IClassFixture<SeveralHostsTests.FarService>
{
    [PostgresFact]
    public async Task Where_the_first_host_is_dead_the_other_serves()
    {
        var request = await service.Given.AResolvedRequest();
        Assert.Equal("resolved", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
    }

    [PostgresFact]
    public async Task While_no_primary_is_there_the_answer_is_503_with_retry_after_and_afterwards_all_is_well()
    {
        await service.Given.AnOffer();
        service.Strait.Refuse();
        using var ready = await service.Anonymous().GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.NotNull(ready.Headers.RetryAfter);
        for (var call = 0; call < 30; call++)
        {
            // Whatever is left in the pool of what is broken.
            using var refused = await service.Officer().Post("/v1/requests", Given.PomeloCall(), $"no-primary-{call}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            await service.Officer().GetAsync("/v1/requests").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable");
        }

        await Back();
        for (var call = 0; call < 30; call++)
        {
            await service.Officer().Post("/v1/requests", Given.PomeloCall(), $"no-primary-{call}").Must(HttpStatusCode.Created);
        }
    }

    [PostgresFact]
    public async Task A_database_that_takes_connections_and_says_nothing_holds_nobody_for_long()
    {
        await service.Given.AnOffer();
        service.Strait.Stall(node: true, database: true);
        var calls = Enumerable
            .Range(0, 8)
            .Select(call =>
                call % 2 == 0
                    ? service.Officer().GetAsync("/v1/requests").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable")
                    : service
                        .Officer()
                        .Post("/v1/requests", Given.PomeloCall(), $"silent-{call}")
                        .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.unavailable")
            );
        await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(30));
        service.Strait.Drop();
        await Back();
        for (var call = 1; call < 8; call += 2)
        {
            await service.Officer().Post("/v1/requests", Given.PomeloCall(), $"silent-{call}").Must(HttpStatusCode.Created);
        }
    }

    [Fact]
    public void What_a_site_says_itself_stands()
    {
        var settings = PostgresSettings.Of("Host=db;Command Timeout=40;Options=-c geqo=off");
        Assert.Equal((5, 40, "-c geqo=off"), (settings.Timeout, settings.CommandTimeout, settings.Options));
    }

    [Fact]
    public void Of_several_hosts_the_primary_is_meant_whatever_was_said()
    {
        Assert.Equal("primary", PostgresSettings.Of("Host=a:1,b:2;Target Session Attributes=any").TargetSessionAttributes);
        Assert.Null(PostgresSettings.Of("Host=a").TargetSessionAttributes);
    }

    [Fact]
    public void A_server_lets_go_of_what_a_silent_node_holds() =>
        Assert.Contains("idle_in_transaction_session_timeout=30s", PostgresSettings.Of("Host=a").Options, StringComparison.Ordinal);

    private async Task Back()
    {
        service.Strait.Open();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await service.Anonymous().GetAsync("/health/ready", late.Token)).StatusCode != HttpStatusCode.OK)
        {
            late.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Behind a strait, and in front of it a host that is none.</summary>
    public sealed class FarService : RunningService
    {
        private Strait? strait;

        internal Strait Strait => strait!;

        protected override IEnumerable<string> Settings
        {
            get
            {
                if (strait is null)
                {
                    return [];
                }

                var far = new NpgsqlConnectionStringBuilder(strait.Database);
                return
                [
                    $"--Dispatch:Database={new NpgsqlConnectionStringBuilder(strait.Database) { Host = $"127.0.0.1:1,127.0.0.1:{far.Port}", CommandTimeout = 3 }}",
                ];
            }
        }

        protected override async Task<TestDatabase> MakeDatabase()
        {
            var database = await TestDatabase.Create();
            strait = TestDatabase.IsPostgres ? new Strait(database.Setting) : null;
            return database;
        }

        protected override void Ended() => strait?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

using Dispatch.Api.Features.Rights;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>Nothing is kept longer than its class allows.</summary>
public sealed class RetentionTests(RetentionTests.TwoYears service) : IClassFixture<RetentionTests.TwoYears>
{
    [Fact]
    public async Task A_person_is_erased_when_the_years_are_over_and_not_before()
    {
        var old = await service.AClosedRequest("严旧册", "13966660001");
        var (under, _) = await service.Given.AnAcceptedRequest(call: World.Call("严未办", "13966660002"));
        service.Clock.Advance(TimeSpan.FromDays(729));
        var young = await service.Given.ACancelledRequest();
        await Look();
        Assert.NotEmpty(await service.Find("严旧册"));
        service.Clock.Advance(TimeSpan.FromDays(3));
        await Look();

        Assert.Empty(await service.Find("严旧册", "13966660001"));
        Assert.Equal("***", (await service.Request(old)).Text("text"));
        Assert.Equal("严未办", (await service.Request(under))["requester"]!.Text("name"));
        Assert.NotEqual("***", (await service.Request(young)).Text("text"));
        Assert.Equal(
            1,
            await service.Stored<long>("select count(*) from erasure where cause = 'retention' and subject_id = @old", new { old })
        );
        Assert.Contains(old.ToString(), await File.ReadAllTextAsync(Path.Combine(service.Data, "erasures.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_are_deleted_after_their_days()
    {
        await using var own = new TwoYears();
        await own.InitializeAsync();
        await own.Given.AnOffer();
        own.Clock.Advance(TimeSpan.FromDays(30));
        await own.Services.GetRequiredService<Retention>().Look(CancellationToken.None);
        Assert.NotEqual(0, await own.Stored<long>("select count(*) from notice", new { }));
        own.Clock.Advance(TimeSpan.FromSeconds(1));
        await own.Services.GetRequiredService<Retention>().Look(CancellationToken.None);
        Assert.Equal(0, await own.Stored<long>("select count(*) from notice", new { }));
    }

    private Task Look() => service.Services.GetRequiredService<Retention>().Look(CancellationToken.None);

    /// <summary>Requests for two years, notices for thirty days.</summary>
    public sealed class TwoYears : RunningService, IAsyncDisposable
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:Retention:RequestYears=2", "--Dispatch:Retention:NoticeDays=30"];

        ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
    }
}

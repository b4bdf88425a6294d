using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>What an operator reads.</summary>
internal static class Watching
{
    public static async Task<Exposition> Metrics(this RunningService service)
    {
        using var answer = await service.As("admin").GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return Exposition.Read(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>By how much something grew while the work was done.</summary>
    public static async Task<double> Growth(
        this RunningService service,
        Func<Task> work,
        string name,
        params (string Label, string Value)[] labels
    )
    {
        var before = (await service.Metrics()).Sum(name, labels);
        await work();
        return (await service.Metrics()).Sum(name, labels) - before;
    }
}

using System.Net;
using Xunit;

namespace Dispatch.Api.Tests;

public sealed class MainJobTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_call_for_help_ends_as_a_confirmed_result_in_the_summary()
    {
        var request = await service.Given.AResolvedRequest();
        await service.Officer().Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        var closed = await service.Officer().Read($"/v1/requests/{request}");
        Assert.Equal("closed", closed.Text("state"));
        Assert.Equal("confirmed", closed.Text("outcome"));
        var summary = await service.Officer().Read("/v1/reports/summary?region=331083");
        Assert.Contains(
            summary["figures"]!.AsArray(),
            figure => figure!.Text("indicator") == "services" && figure!["value"]!.GetValue<decimal>() == 1
        );
    }
}

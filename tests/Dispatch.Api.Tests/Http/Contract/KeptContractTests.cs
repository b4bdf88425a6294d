using Dispatch.Api.Http.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Dispatch.Api.Tests.Http.Contract;

/// <summary>The contract takes a second to write: nobody may make the service write it twice.</summary>
public sealed class KeptContractTests
{
    [Fact]
    public async Task It_is_written_once_however_many_ask_at_once_and_however_they_spell_its_address()
    {
        var written = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        await using var app = builder.Build();
        app.MapGet(
                "/contract/{name}.json",
                async (HttpContext context) =>
                {
                    Interlocked.Increment(ref written);
                    await Task.Yield();
                    await context.Response.WriteAsync("all of it");
                }
            )
            .KeepContract();
        await app.StartAsync();
        using var client = app.GetTestClient();
        var spellings = new[] { "/contract/v1.json", "/CONTRACT/v1.json", "/contract/V1.JSON", "/Contract/v1.Json" };
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(number => client.GetStringAsync(spellings[number % spellings.Length]))
        );
        Assert.All(answers, answer => Assert.Equal("all of it", answer));
        Assert.Equal(1, written);
        await app.StopAsync();
    }
}

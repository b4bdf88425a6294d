using System.Net;
using Dispatch.Api.Http;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Addresses and headers beyond what anybody needs.</summary>
public sealed class RequestSizesTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("/v1/requests?sort=", "")]
    [InlineData("/v1/track/", "")]
    [InlineData("/v1/requests?", "p=1&")]
    public async Task An_address_that_is_too_long_is_refused_unread(string start, string part)
    {
        var repeated = part.Length == 0 ? new string('a', RequestSizes.LongestUrl) : string.Concat(Enumerable.Repeat(part, 3000));
        await service.Officer().GetAsync(start + repeated).MustRefuse(HttpStatusCode.RequestUriTooLong, "url.too_long");
    }

    [Fact]
    public async Task The_longest_address_is_read()
    {
        const string start = "/v1/requests?sort=";
        await service
            .Officer()
            .GetAsync(start + new string('a', RequestSizes.LongestUrl - start.Length))
            .MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
    }

    [Theory]
    [InlineData(1, 40_000)]
    [InlineData(20, 2_000)]
    public async Task Headers_that_are_too_large_are_refused_unread(int count, int length)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/skills");
        for (var number = 0; number < count; number++)
        {
            asked.Headers.Add("X-Filler-" + number, new string('a', length));
        }

        await service.Officer().SendAsync(asked).MustRefuse(HttpStatusCode.RequestHeaderFieldsTooLarge, "headers.too_large");
    }
}

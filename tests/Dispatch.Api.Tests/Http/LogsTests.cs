using System.Text;
using Dispatch.Api.Tests.Storage.Sealing;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What a caller writes does not get into the log: no line of his making, no token, nothing he sent in the wrong place.</summary>
public sealed class LogsTests(CanaryTests.Heard service) : IClassFixture<CanaryTests.Heard>
{
    private const string Canary = "kanarienvogel";
    private const string Forged = "\r\ncrit: Dispatch[0]\r\n      " + Canary;

    [Fact]
    public async Task Nothing_a_caller_writes_makes_a_line_of_its_own_or_stands_in_one()
    {
        var (officer, anyone) = (service.Officer(), service.Anonymous());
        var path = Uri.EscapeDataString(Forged);
        var calls = new List<Task<HttpResponseMessage>>
        {
            anyone.GetAsync($"/v1/{path}"),
            anyone.GetAsync($"/v1/track/{path}"),
            officer.GetAsync($"/v1/requests?sort={path}"),
            officer.GetAsync($"/v1/requests?{path}=1"),
            officer.GetAsync($"/v1/requests?cursor={path}"),
            officer.Post("/v1/requests", new { text = Forged }),
            officer.Post("/v1/requests", Api.Raw("{\"" + Canary)),
            officer.Post("/v1/requests", new Dictionary<string, string> { [Forged] = Forged }),
            anyone.Post("/v1/sessions", new { login = Forged, password = Canary }),
            anyone.Post("/v1/sessions/refresh", new { refreshToken = "dr_" + Canary }),
            anyone.Post("/v1/accounts/first", new { secret = Canary, login = Canary }),
            service.Bearer("dk_" + Canary).GetAsync("/v1/requests"),
            service
                .Bearer($"{Base64($"{{\"alg\":\"{Canary}\"}}")}.{Base64($"{{\"sub\":\"{Canary}\"}}")}.{Canary}")
                .GetAsync("/v1/requests"),
        };
        foreach (
            var name in new[] { "X-Request-Id", "traceparent", "If-Match", "Idempotency-Key", "Accept-Language", "Origin", "User-Agent" }
        )
        {
            var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
            asked.Headers.TryAddWithoutValidation(name, Canary + "\t[2J");
            calls.Add(service.Officer().SendAsync(asked));
        }

        foreach (var call in calls)
        {
            using var answer = await call;
            Assert.True((int)answer.StatusCode < 500, answer.RequestMessage!.RequestUri!.ToString());
        }

        Assert.NotEmpty(service.Logged);
        Assert.All(service.Logged, line => Assert.DoesNotContain(Canary, line, StringComparison.Ordinal));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');
}

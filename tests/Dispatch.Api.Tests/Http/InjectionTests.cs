using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dispatch.Api.Http.Contract;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Every parameter of the contract (path, query, each member of each body) with what attackers send: never a fault, never a word about the
/// insides, and what is true for SQL answers like what is false for it.</summary>
public sealed partial class InjectionTests(RunningService service) : IClassFixture<RunningService>
{
    private const string True = "x' or '1'='1";
    private const string False = "x' and '1'='2";

    private static readonly string[] Attacks =
    [
        "'",
        "\"",
        "\\",
        "x'; drop table team; --",
        "1 union select 1, 2, 3 --",
        "(select case when 1=1 then 1/0 else 1 end)",
        "%27%20or%201=1",
        "../../../../etc/passwd",
        "${jndi:ldap://127.0.0.1/a}",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "a\r\nSet-Cookie: a=b",
        "\u202e\u200b\ufeff",
        "𠮷😀\ud83d\udc68\u200d\ud83c\udf3e",
        "ﾏ',“”＇",
        "-1",
        "9223372036854775808",
        "1e308",
        "NaN",
        "0x10",
        "true",
        "null",
        "2026-13-45T99:99:99Z",
        "99999-01-01T00:00:00+99:99",
        "00000000-0000-0000-0000-000000000000",
    ];

    [Fact]
    public async Task No_parameter_takes_what_it_is_sent_for_anything_but_a_value()
    {
        var (calls, parameters) = (0, 0);
        foreach (var (name, method, path, inQuery, body) in await Operations())
        {
            var client = service.As("admin");
            foreach (var attack in Attacks)
            {
                foreach (var (target, sent) in Aimed(path, inQuery, body, attack))
                {
                    using var answer = await Send(client, method, target, sent);
                    var text = await answer.Content.ReadAsStringAsync();
                    Assert.True(
                        (int)answer.StatusCode < 500,
                        $"{name} {target} {attack}: {(int)answer.StatusCode} {text} for {sent?.ToJsonString()}"
                    );
                    Assert.DoesNotMatch(Insides(), text);
                    Assert.False(answer.Headers.Contains("Set-Cookie"), name);
                    calls++;
                }
            }

            foreach (var (one, other) in Aimed(path, inQuery, body, True).Zip(Aimed(path, inQuery, body, False)))
            {
                using var truth = await Send(client, method, one.Target, one.Sent);
                using var lie = await Send(client, method, other.Target, other.Sent);
                Assert.True(truth.StatusCode == lie.StatusCode, $"{name} {one.Target} tells true from false");
                parameters++;
            }
        }

        Assert.True(parameters > 300 && calls > parameters * Attacks.Length / 2, $"Only {parameters} parameters and {calls} calls.");
    }

    private async Task<List<(string Name, HttpMethod Method, string Path, IReadOnlyList<string> Query, JsonNode? Body)>> Operations()
    {
        var document = await service.Officer().Read("/openapi/v1.json");
        var operations = new List<(string, HttpMethod, string, IReadOnlyList<string>, JsonNode?)>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                var name = operation!.Text("operationId");
                var query = (operation!["parameters"]?.AsArray() ?? [])
                    .Where(parameter => parameter!["in"]?.GetValue<string>() == "query")
                    .Select(parameter => parameter!.Text("name"))
                    .ToList();
                var body = operation!["requestBody"] is null
                    ? null
                    : JsonNode.Parse(ContractExamples.Request(name)?.ToJsonString() ?? "{}");
                operations.Add((name, new HttpMethod(method.ToUpperInvariant()), path, query, body));
            }
        }

        return operations;
    }

    // Each call carries the attack in one place.
    private static IEnumerable<(string Target, JsonNode? Sent)> Aimed(
        string path,
        IReadOnlyList<string> query,
        JsonNode? body,
        string attack
    )
    {
        var escaped = Uri.EscapeDataString(attack);
        foreach (var place in InPath().Matches(path).Cast<Match>())
        {
            yield return (Filled(path[..place.Index]) + escaped + Filled(path[(place.Index + place.Length)..]), body);
        }

        foreach (var name in query)
        {
            yield return ($"{Filled(path)}?{name}={escaped}", body);
        }

        for (var leaf = 0; leaf < Leaves(body).Count(); leaf++)
        {
            var sent = body!.DeepClone();
            Leaves(sent).ElementAt(leaf).ReplaceWith(attack);
            yield return (Filled(path), sent);
        }
    }

    private static string Filled(string path) =>
        InPath().Replace(path, place => place.Value == "{code}" ? "331083" : RunningService.TeamId(Given.Expert).ToString());

    private static IEnumerable<JsonValue> Leaves(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Leaves(member.Value)),
            JsonArray items => items.SelectMany(Leaves),
            JsonValue value => [value],
            _ => [],
        };

    private static Task<HttpResponseMessage> Send(HttpClient client, HttpMethod method, string target, JsonNode? body)
    {
        var asked = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            asked.Content = Api.Raw(body.ToJsonString());
            if (method == HttpMethod.Patch)
            {
                asked.Content.Headers.ContentType = new("application/merge-patch+json");
            }
        }

        asked.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        asked.Headers.TryAddWithoutValidation("If-Match", "*");
        return client.SendAsync(asked);
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 10_000)]
    private static partial Regex InPath();

    [GeneratedRegex(
        @"   at [A-Z]\w+\.|\w+Exception\b|SQLite|Npgsql|syntax error|no such table|\.cs:line|\bselect\b.+\bfrom\b.+\bwhere\b",
        RegexOptions.None,
        10_000
    )]
    private static partial Regex Insides();
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Features.Auditing;

/// <summary>The audit read by those who may: found by object, actor, action and time, and taken away as lines that prove themselves.</summary>
public sealed class AuditTests(RunningService service) : IClassFixture<RunningService>
{
    // Sorted names, nothing between them, no character escaped that need not be: what any JSON library of a third party can be told to write.
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task Who_saw_which_rows_when_is_told_from_the_log_alone()
    {
        // The drill: the token of one officer was stolen on a Tuesday.
        var requests = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            requests.Add((await service.Given.AnOpenRequest()).Id());
        }

        var stolen = service.As("officer", "331083", subject: "officer-whose-token-was-stolen");
        await stolen.Read($"/v1/requests/{requests[0]}");
        service.Clock.Advance(TimeSpan.FromDays(1));
        var from = service.Clock.GetUtcNow();
        await stolen.Read($"/v1/requests/{requests[1]}");
        service.Clock.Advance(TimeSpan.FromMinutes(5));
        await stolen.Read($"/v1/requests/{requests[2]}/timeline");
        await stolen.Read("/v1/requests?page_size=1");
        var to = service.Clock.GetUtcNow().AddMinutes(1);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await stolen.Read($"/v1/requests/{requests[0]}");

        var auditor = service.As("auditor", "331083", subject: "the-auditor");
        var page = await auditor.Read($"/v1/audit?actor=officer-whose-token-was-stolen&from={Time(from)}&to={Time(to)}");
        var seen = page["items"]!.AsArray().SelectMany(entry => entry!["seen"]!.AsArray()).ToList();
        Assert.Equal(
            [requests[1].ToString(), requests[2].ToString(), requests[3].ToString()],
            seen.Select(sight => sight!.Text("id")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            "address name phone point text",
            string.Join(' ', seen.Single(sight => sight!.Text("id") == requests[1].ToString())!["classes"]!.AsArray())
        );
        // And the other way round: whose data it was is told who has seen it.
        var who = (await auditor.Read($"/v1/audit?object={requests[3]}"))["items"]!.AsArray();
        Assert.Contains(who, entry => entry!.Text("actor") == "officer-whose-token-was-stolen" && entry!.Text("action") == "ListRequests");
    }

    [Fact]
    public async Task An_auditor_of_a_region_sees_what_was_done_there_and_nothing_else()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        Assert.NotEmpty(Items(await service.As("auditor", "331083").Read($"/v1/audit?object={request}")));
        Assert.NotEmpty(Items(await service.As("auditor", "331000").Read($"/v1/audit?object={request}")));
        Assert.NotEmpty(Items(await service.As("auditor").Read($"/v1/audit?object={request}")));
        Assert.Empty(Items(await service.As("auditor", "331102").Read($"/v1/audit?object={request}")));
        await service.Officer().GetAsync("/v1/audit").MustRefuse(HttpStatusCode.Forbidden, "access.forbidden");
    }

    [Fact]
    public async Task Pages_go_back_in_time_without_a_gap_and_a_cursor_is_good_for_its_filter_only()
    {
        var reader = service.As("officer", subject: "officer-of-many-pages");
        var request = (await service.Given.AnOpenRequest()).Id();
        for (var i = 0; i < 5; i++)
        {
            await reader.Read($"/v1/requests/{request}");
            service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var auditor = service.As("auditor");
        List<string> ids = [];
        string? next = "/v1/audit?actor=officer-of-many-pages&action=ShowRequest&page_size=2";
        string? cursor = null;
        while (next is not null)
        {
            var page = await auditor.Read(next);
            ids.AddRange(Items(page).Select(item => item!.Text("id")));
            next = page["next"]?.GetValue<string>();
            cursor ??= next?.Split("cursor=")[1];
        }

        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
        await auditor.GetAsync($"/v1/audit?actor=nobody&cursor={cursor}").MustRefuse(HttpStatusCode.BadRequest, "cursor.invalid");
        await auditor.GetAsync($"/v1/audit?actor={new string('a', 501)}").MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        Assert.Empty(Items(await auditor.Read("/v1/audit?object=%25")));
    }

    [Fact]
    public async Task A_third_party_verifies_exported_lines_with_nothing_but_a_hash_function()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        await service.Officer().Read($"/v1/requests/{request}");
        await service.Sealer().SealWaiting();
        using var answer = await service.As("auditor").GetAsync($"/v1/audit/export?object={request}");
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        foreach (var line in lines.Select(line => JsonNode.Parse(line)!))
        {
            var text = $"{line.Text("previous")}\n{line["seq"]!.GetValue<long>()}\n{Sorted(line["entry"]).ToJsonString(Plain)}";
            Assert.Equal(line.Text("hash"), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        }

        Assert.Contains(await service.Audit("action=ExportAudit"), entry => entry.Text("actor") == "test-auditor");
    }

    [Fact]
    public async Task An_export_goes_on_where_its_page_ended()
    {
        await service.Given.AnOpenRequest();
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        var auditor = service.As("auditor");
        using var first = await auditor.GetAsync("/v1/audit/export?page_size=2");
        var next = first.Headers.GetValues("Link").Single().Split('<', '>')[1];
        using var second = await auditor.GetAsync(next);
        Assert.Equal([1, 2], Seqs(await first.Content.ReadAsStringAsync()));
        Assert.Equal([3, 4], Seqs(await second.Content.ReadAsStringAsync()));
    }

    private static IEnumerable<long> Seqs(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["seq"]!.GetValue<long>());

    private static JsonArray Items(JsonNode page) => page["items"]!.AsArray();

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonNode Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Sorted(member.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(item => Sorted(item))]),
            _ => node!.DeepClone(),
        };
}

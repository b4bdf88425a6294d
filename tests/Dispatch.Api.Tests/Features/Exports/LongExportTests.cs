using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Tests.Http;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>What is too long to wait for is written in the background, and fetched by whoever asked.</summary>
public sealed class LongExportTests(LongExportTests.FewAtOnce service) : IClassFixture<LongExportTests.FewAtOnce>
{
    private const string Yuhuan = "331083";

    /// <summary>Two rows are many here.</summary>
    public sealed class FewAtOnce : RunningService
    {
        protected override Task Begin() => this.MakeRoom();

        protected override void Replace(IServiceCollection services) =>
            services.Replace(ServiceDescriptor.Singleton(new ExportLimits(MostRowsAtOnce: 2, MostOfOne: 2)));
    }

    [Fact]
    public async Task Many_rows_are_not_waited_for()
    {
        for (var at = 0; at < 3; at++)
        {
            await service.Given.ACompletedVisit();
        }

        using var accepted = await Asker().GetAsync("/v1/exports/records/visits?format=json");
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var place = accepted.Headers.Location!.ToString();
        var waiting = await Asker().Read(place);
        Assert.Equal("making", waiting.Text("state"));
        Assert.Null(waiting["file"]);
        await Asker().GetAsync(place + "/file").MustRefuse(HttpStatusCode.Conflict, "export.not_ready");

        await Work();
        var ready = await Asker().Read(place);
        Assert.Equal("ready", ready.Text("state"));
        Assert.Equal(ready["progress"]!["done"]!.GetValue<long>(), ready["progress"]!["ofAll"]!.GetValue<long>());
        using var file = await Asker().GetAsync(ready.Text("file"));
        var bytes = await file.Content.ReadAsByteArrayAsync();
        Assert.Equal(ready["bytes"]!.GetValue<long>(), bytes.Length);
        Assert.Equal(bytes.Length, file.Content.Headers.ContentLength);
        Assert.Equal("application/json", file.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith(".json", file.Content.Headers.ContentDisposition?.FileName, StringComparison.Ordinal);
        var rows = JsonNode.Parse(Encoding.UTF8.GetString(bytes))!.AsArray();
        Assert.True(rows.Count >= 3);
        Assert.Equal(rows.Count, ready["progress"]!["done"]!.GetValue<long>());
    }

    [Fact]
    public async Task Whoever_prefers_not_to_wait_is_told_where_it_will_be()
    {
        var place = await Begun("prefers", "benefits");
        Assert.StartsWith("/v1/exports/", place, StringComparison.Ordinal);
        await Work();
        using var file = await As("prefers").GetAsync(place + "/file");
        Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Nobody_else_sees_it()
    {
        var place = await Begun("owner", "visits");
        await Work();
        foreach (var other in new[] { service.Officer(), service.As("admin"), service.As("officer", "331102", subject: "owner") })
        {
            await other.GetAsync(place).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
            await other.GetAsync(place + "/file").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }

        Assert.Equal("ready", (await As("owner").Read(place)).Text("state"));
    }

    [Fact]
    public async Task The_same_asked_again_while_it_is_made_is_the_same_and_nobody_fills_the_queue()
    {
        var place = await Begun("eager", "visits");
        Assert.Equal(place, await Begun("eager", "visits"));
        Assert.NotEqual(place, await Begun("eager", "requests"));
        using var third = await Ask("eager", "problems");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        await Work();
        Assert.NotEqual(place, await Begun("eager", "visits"));
        await Work();
    }

    [Fact]
    public async Task One_whose_worker_was_killed_is_begun_anew_and_what_he_still_writes_counts_for_nothing()
    {
        await service.Given.ACompletedVisit();
        var place = await Begun("killed", "visits");
        var dead = await Claimed("dead");
        Assert.True(await Advance(dead, "dead", "half a file"));
        Assert.Equal(0, await WorkOnce());
        service.Clock.Advance(ExportLoop.LongestSilence + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await WorkOnce());
        Assert.False(await Advance(dead, "dead", "the rest of it"));
        Assert.Null(await InTurn((exports, _) => exports.Finish(dead, "dead", 1, 1)));
        var ready = await As("killed").Read(place);
        Assert.Equal("ready", ready.Text("state"));
        using var file = await As("killed").GetAsync(place + "/file");
        var text = await file.Content.ReadAsStringAsync();
        Assert.StartsWith("\uFEFFvisit_id,", "\uFEFF" + text.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.DoesNotContain("half a file", text, StringComparison.Ordinal);
        Assert.Equal(ready["bytes"]!.GetValue<long>(), file.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Several_nodes_write_each_of_them_once()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 6).Select(at => Begun("node-" + at, "requests")));
        var worked = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(WorkOnce)));
        Assert.Equal(places.Length, worked.Sum());
        for (var at = 0; at < places.Length; at++)
        {
            Assert.Equal("ready", (await As("node-" + at).Read(places[at])).Text("state"));
        }

        await using var connection = service.Connection();
        await connection.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText = "select count(*) from export where attempt > 1 and asked_by like 'node-%'";
        Assert.Equal(0L, Convert.ToInt64(await count.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on()
    {
        var place = await Begun("restarted", "trainings");
        await service.Restart();
        await Work();
        Assert.Equal("ready", (await As("restarted").Read(place)).Text("state"));
    }

    [Fact]
    public async Task After_its_term_it_is_gone()
    {
        var place = await Begun("late", "achievements");
        await Work();
        service.Clock.Advance(ExportStore.Term);
        await As("late").GetAsync(place).MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await As("late").GetAsync(place + "/file").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        await using (var db = new Session(service.Services.GetRequiredService<Database>()))
        {
            var now = service.Clock.GetUtcNow();
            await service
                .Services.GetRequiredService<Database>()
                .Write(db, Chore.Forgetting, () => ExportStore.Forget(db, now), CancellationToken.None);
        }

        await using var connection = service.Connection();
        await connection.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText =
            "select (select count(*) from export where asked_by = 'late') + (select count(*) from export_part where export_id not in (select export_id from export))";
        Assert.Equal(0L, Convert.ToInt64(await count.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Its_pieces_are_sealed_and_its_steps_audited()
    {
        var (request, _) = await service.Given.ACompletedVisit();
        var place = await Begun("audited", "visits");
        await Work();
        await As("audited").GetStringAsync(place + "/file");
        await using var connection = service.Connection();
        await connection.OpenAsync();
        await using var stored = connection.CreateCommand();
        stored.CommandText = $"select content from export_part where export_id = '{place.Split('/')[^1]}'";
        var content = (string)(await stored.ExecuteScalarAsync())!;
        Assert.DoesNotContain(request.ToString(), content, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("visit_id")), content, StringComparison.Ordinal);
        var id = place.Split('/')[^1];
        var actions = (await service.Audit(Guid.Parse(id))).Select(line => line.Text("action"));
        Assert.Equal(["BeginExport", "FetchExport", "FinishExport"], actions.Order(StringComparer.Ordinal));
    }

    private HttpClient Asker() => As("asker");

    private HttpClient As(string subject) => service.As("officer", Yuhuan, subject: subject);

    private Task<HttpResponseMessage> Ask(string subject, string kind) => As(subject).AskForExport(kind);

    private async Task<string> Begun(string subject, string kind)
    {
        using var answer = await Ask(subject, kind);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    private Task<int> WorkOnce() => service.WorkExports();

    private async Task Work() => Assert.True(await WorkOnce() > 0);

    private Task<ExportRow> Claimed(string worker) =>
        InTurn(async (exports, now) => (await exports.Claim(worker, now - ExportLoop.LongestSilence))!);

    private Task<bool> Advance(ExportRow row, string worker, string content) =>
        InTurn((exports, _) => exports.Advance(row, worker, 1, 2, (0, content)));

    private async Task<T> InTurn<T>(Func<ExportStore, DateTimeOffset, Task<T>> work)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var (database, db) = (scope.ServiceProvider.GetRequiredService<Database>(), scope.ServiceProvider.GetRequiredService<Session>());
        T result = default!;
        await database.Write(
            db,
            Chore.SignOfLife,
            async () => result = await work(scope.ServiceProvider.GetRequiredService<ExportStore>(), service.Clock.GetUtcNow()),
            CancellationToken.None
        );
        return result;
    }
}

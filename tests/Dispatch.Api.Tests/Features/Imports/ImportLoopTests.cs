using System.Text;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Imports;

public sealed class ImportLoopTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Whoever_goes_on_after_a_kill_takes_no_row_twice_and_leaves_none_out()
    {
        var import = (await service.AnImport(Files.Requests(120, "K"), "requests")).Id();
        await service.WorkImports(pieces: 1);
        var half = await service.Officer().Read($"/v1/imports/{import}");
        Assert.Equal("waiting", half.Text("state"));
        Assert.Equal(50, half["rows"]!["done"]!.GetValue<int>());
        Assert.Equal(50, await Requests("K"));

        // Nobody touches it while its worker may still live.
        Assert.Equal(0, await service.WorkImports());
        await service.Restart();
        service.Clock.Advance(ImportLoop.LongestSilence + TimeSpan.FromSeconds(1));
        await service.WorkImports();
        var done = await service.Officer().Read($"/v1/imports/{import}");
        Assert.Equal("done", done.Text("state"));
        Assert.Equal((120, 0, 0), done.Counts());
        Assert.Equal(120, await Requests("K"));
        Assert.Equal(0, await Pieces(import));
    }

    [Fact]
    public async Task Whoever_goes_on_within_a_piece_begins_at_the_row_that_was_not_read()
    {
        var import = (await service.AnImport(Files.Requests(3, "P"), "requests")).Id();
        await service.Write("update import_run set done = 1, taken = 1 where import_id = @import", new { import });
        await service.WorkImports();
        var done = await service.Officer().Read($"/v1/imports/{import}");
        Assert.Equal((3, 0, 0), done.Counts());
        Assert.Equal(3, done["rows"]!["done"]!.GetValue<int>());
        Assert.Equal(2, await Requests("P"));
    }

    [Fact]
    public async Task Several_workers_never_read_one_import_twice()
    {
        var imports = new List<Guid>();
        foreach (var prefix in new[] { "A", "B", "C" })
        {
            imports.Add((await service.AnImport(Files.Requests(60, prefix), "requests")).Id());
        }

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => service.WorkImports()));
        foreach (var import in imports)
        {
            Assert.Equal((60, 0, 0), (await service.Officer().Read($"/v1/imports/{import}")).Counts());
        }

        Assert.Equal(60, await Requests("A"));
    }

    [Fact]
    public async Task Nobody_notes_a_place_but_the_worker_that_has_the_import_and_none_twice()
    {
        var import = (await service.AnImport(Files.Requests(120, "S"), "requests")).Id();
        await service.WorkImports(pieces: 1);
        var before = (await service.Stored<string>("select worker from import_run where import_id = @import", new { import }))!;
        service.Clock.Advance(ImportLoop.LongestSilence + TimeSpan.FromSeconds(1));
        await service.WorkImports(pieces: 1);
        var now = (await service.Stored<string>("select worker from import_run where import_id = @import", new { import }))!;
        Assert.NotEqual(before, now);
        // Replaced; at a place that is behind; and when all is over.
        Assert.False(await Advances(import, before, done: 100));
        Assert.False(await Advances(import, now, done: 50));
        Assert.True(await Advances(import, now, done: 100));
        service.Clock.Advance(ImportLoop.LongestSilence + TimeSpan.FromSeconds(1));
        await service.WorkImports();
        Assert.False(await Advances(import, now, done: 120));
    }

    [Fact]
    public async Task What_waits_to_be_read_is_sealed_and_gone_when_it_was_read()
    {
        var import = (await service.AnImport(Files.Requests(2, "秘"), "requests")).Id();
        Assert.Equal(1, await Pieces(import));
        Assert.Empty(await service.Find("种植户秘1", "13900130001"));
        await service.WorkImports();
        Assert.Equal(0, await Pieces(import));
    }

    [Fact]
    public async Task An_import_that_cannot_get_on_fails_and_keeps_nothing_of_its_file()
    {
        var import = (await service.AnImport(Files.Requests(1, "F"), "requests")).Id();
        await using (var raw = service.Raw())
        {
            await raw.OpenAsync();
            await using var command = raw.CreateCommand();
            command.CommandText = "update import_piece set content = 'broken'";
            await command.ExecuteNonQueryAsync();
        }

        await service.WorkImports();
        var failed = await service.Officer().Read($"/v1/imports/{import}");
        Assert.Equal("failed", failed.Text("state"));
        Assert.Equal(0, await Pieces(import));
    }

    [Fact]
    public async Task One_bad_row_among_many_is_the_only_one_that_is_left_out()
    {
        var file =
            Files.Requests(3, "G") + "12345;G4;farmer;种植户;1;文旦;331083;agr-citrus\n" + Files.Requests(1, "H").Split('\n')[1] + "\n";
        var import = await service.AReadImport(file, "requests");
        Assert.Equal((4, 0, 1), import.Counts());
        Assert.Equal(["4 phone phone"], await service.Problems(import));
        Assert.Equal((0, 4, 1), (await service.AReadImport(Encoding.UTF8.GetBytes(file), "requests")).Counts());
    }

    [Fact]
    public async Task Rows_are_counted_by_what_became_of_them_and_a_dry_run_is_none()
    {
        var file = Files.Requests(3, "M") + "12345;M4;farmer;种植户;1;文旦;331083;agr-citrus\n";
        const string Rows = "dispatch_import_rows_total";
        Assert.Equal(0, await service.Growth(() => service.AReadImport(file, "requests", dryRun: true), Rows, ("kind", "requests")));
        Assert.Equal(
            3,
            await service.Growth(() => service.AReadImport(file, "requests"), Rows, ("kind", "requests"), ("outcome", "taken"))
        );
        Assert.Equal(
            3,
            await service.Growth(() => service.AReadImport(file, "requests"), Rows, ("kind", "requests"), ("outcome", "there_already"))
        );
        Assert.Equal(
            1,
            await service.Growth(() => service.AReadImport(file, "requests"), Rows, ("kind", "requests"), ("outcome", "refused"))
        );
        const string Took = "dispatch_import_duration_seconds_count";
        Assert.Equal(1, await service.Growth(() => service.AReadImport(file, "requests"), Took, ("kind", "requests"), ("state", "done")));
    }

    private async Task<bool> Advances(Guid import, string worker, int done)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<ImportStore>();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var row = (await store.FindUnseen(import))!;
        await db.CloseReading();
        var advanced = true;
        await service
            .Services.GetRequiredService<Database>()
            .Write(
                db,
                Chore.SignOfLife,
                async () => advanced = await store.Advance(row with { Done = done }, worker, new RowsDone(1, 1, 0, 0, [])),
                CancellationToken.None
            );
        return advanced;
    }

    private async Task<long> Requests(string prefix) =>
        await service.Stored<long>("select count(*) from help_request where external_number like @like", new { like = prefix + "%" });

    private async Task<long> Pieces(Guid import) =>
        await service.Stored<long>("select count(*) from import_piece where import_id = @import", new { import });
}

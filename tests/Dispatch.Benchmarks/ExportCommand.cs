using System.Diagnostics;
using System.Globalization;
using Dispatch.Api;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Benchmarks;

/// <summary>Exports of ten thousand rows, of a hundred thousand and of all: how long each takes, how large its file is, and how much memory it holds.</summary>
internal static class ExportCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    public static async Task<int> Run(Options options)
    {
        options.Allow("requests", "postgres");
        var count = options.Number("requests") ?? 1_000_000;
        using var folder = new TemporaryFolder();
        await using var store = await ManyRequests.Prepare(options.Text("postgres"), folder);
        await using var service = Service.Build([
            "--environment=Production",
            $"--Dispatch:Data={folder.Path}",
            $"--Dispatch:TokenKey={folder.NewKey()}",
            .. Site.Settings,
            $"--Dispatch:DataKeys={folder.DataKeys()}",
            $"--Dispatch:Audit:Key={folder.AuditKeyFile()}",
            $"--Dispatch:Database={store.Setting}",
            "--Dispatch:Timers=false",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await Service.Start(service);
        await store.Fill(count, service.Services.GetRequiredService<Catalogue>(), service.Services.GetRequiredService<Persons>());
        Console.WriteLine($"{Machine.Described()}; {store.Engine}; {count:N0} requests");
        Console.WriteLine($"{"format", -8}{"rows", 12}{"file, MB", 12}{"seconds", 10}{"rows/s", 12}{"memory held at most, MB", 26}");
        // Compiled, and its buffers taken, before anything is compared.
        await Measure(service, 1000, SheetFormat.Xlsx, isShown: false);
        foreach (var format in Enum.GetValues<SheetFormat>())
        {
            foreach (var rows in new[] { 10_000, 100_000, count }.Where(rows => rows <= count).Distinct())
            {
                await Measure(service, rows, format, isShown: true);
            }
        }

        return 0;
    }

    private static async Task Measure(WebApplication service, int rows, SheetFormat format, bool isShown)
    {
        var id = await Begin(service, await Asked(service, rows), format);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = before;
        using var over = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
                await Task.Delay(BetweenLooks, CancellationToken.None);
            }
        });
        var clock = Stopwatch.StartNew();
        await service.Services.GetRequiredService<ExportLoop>().WorkDue();
        var took = clock.Elapsed.TotalSeconds;
        await over.CancelAsync();
        await watching;
        await using var scope = service.Services.CreateAsyncScope();
        var made = (
            await scope
                .ServiceProvider.GetRequiredService<Session>()
                .Find<ExportRow>($"select {ExportRow.Columns} from export where export_id = @id", new { id })
        )!;
        if (made.StateNow != ExportState.Ready)
        {
            throw new InvalidOperationException($"The export is {made.State}: {made.Failure}.");
        }

        if (isShown)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{format, -8}{made.Done, 12:N0}{made.Bytes / 1e6, 12:F1}{took, 10:F2}{made.Done / took, 12:N0}{(most - before) / 1e6, 26:F1}"
                )
            );
        }
    }

    /// <summary>A period in which so many requests came in, or a few more.</summary>
    private static async Task<RecordsAsked> Asked(WebApplication service, int rows)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var last = await db.Find<MomentRow>(
            "select created_at as at from help_request order by created_at limit 1 offset @skipped",
            new { skipped = rows - 1 }
        );
        var first = await db.Find<MomentRow>("select min(created_at) as at from help_request");
        return new RecordsAsked(RecordKind.Requests, ShanghaiTime.DayOf(first!.At), ShanghaiTime.DayOf(last!.At), null);
    }

    private static async Task<Guid> Begin(WebApplication service, RecordsAsked asked, SheetFormat format)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        services.GetRequiredService<Acting>().Caller = new Caller("measured", Role.Officer);
        var (db, exports) = (services.GetRequiredService<Session>(), services.GetRequiredService<ExportStore>());
        ExportRow? begun = null;
        await services
            .GetRequiredService<Database>()
            .Write(
                db,
                Chore.SignOfLife,
                async () => begun = await exports.Begin(asked, format, Language.Chinese, "measured"),
                CancellationToken.None
            );
        return begun!.ExportId;
    }

    private sealed record MomentRow
    {
        public DateTimeOffset At { get; init; }
    }
}

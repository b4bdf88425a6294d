using System.Diagnostics;
using Dispatch.Api;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Benchmarks;

/// <summary>Duplicates, similar requests and solved cases among a million requests: times at the median and at the 99th of a hundred.</summary>
internal static class LookAlikesCommand
{
    private const int Questions = 2000;
    private const int JudgedByHand = 100;
    private const int NewestOfSkill = 200;

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
        var catalogue = service.Services.GetRequiredService<Catalogue>();
        var filling = Stopwatch.StartNew();
        await store.Fill(count, catalogue, service.Services.GetRequiredService<Persons>());
        Console.WriteLine($"{Machine.Described()}; {store.Engine}; {count:N0} requests written in {filling.Elapsed.TotalSeconds:F0} s");

        var cases = service.Services.GetRequiredService<CaseIndex>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var loading = Stopwatch.StartNew();
        await cases.LoadOlder(int.MaxValue);
        var took = loading.Elapsed.TotalSeconds;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"{cases.Count:N0} solved cases in memory after {took:F1} s, {(double)bytes / cases.Count:F0} bytes each");
        Console.WriteLine($"{"microseconds of " + Questions + " questions", -62}{"median", 10}{"p99", 10}{"most", 10}");
        await Measure(service, store, cases, catalogue);
        return 0;
    }

    private static async Task Measure(WebApplication service, ManyRequests store, CaseIndex cases, Catalogue catalogue)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var (db, lookAlikes) = (
            scope.ServiceProvider.GetRequiredService<Session>(),
            scope.ServiceProvider.GetRequiredService<LookAlikes>()
        );
        var reader = scope.ServiceProvider.GetRequiredService<SolvedCaseReader>();
        async Task<IReadOnlyList<RequestRow>> Rows(string condition) =>
            await db.List<RequestRow>(
                $"select {RequestStore.Columns} from help_request where {condition} order by track_hash limit {Questions}"
            );
        var (anywhere, hot) = (
            await Rows("state = 'open' and county_code is not null"),
            await Rows($"county_code = '{ManyRequests.Hot}' and state = 'open'")
        );
        var city = await Rows("county_code is null and state = 'open'");
        await db.CloseReading();

        await service
            .Services.GetRequiredService<Database>()
            .Write(
                db,
                async () =>
                    await Time("likely duplicate (in the turn to write)", anywhere, async row => await lookAlikes.LikelyOriginal(row)),
                CancellationToken.None
            );
        await Time("similar requests", anywhere, lookAlikes.Similar);
        await Time($"  in a county with {ManyRequests.HotRequests:N0} of one skill within 14 days", hot, lookAlikes.Similar);
        await Time("  in a city without a county", city, lookAlikes.Similar);
        var now = DateTimeOffset.UtcNow;
        await Time(
            "solved cases: found in memory",
            anywhere,
            row => Task.FromResult(cases.Like(row.Text, row.MainSkill!, PlaceOf(row), now, 8))
        );
        await Time(
            "solved cases: found, read, ranked, masked",
            anywhere,
            row => reader.Like(db, row.Text, row.MainSkill!, PlaceOf(row), row.RequestId)
        );
        await store.IndexBySkill();
        await Time(
            $"  beside: SQL, the newest {NewestOfSkill} of the skill ranked by text",
            anywhere,
            row => BySql(db, catalogue, row, NewestOfSkill)
        );
        await Judge(db, catalogue, cases, reader, anywhere);
    }

    /// <summary>How much of the best three there are, by a look at every case of the skill, each way finds.</summary>
    private static async Task Judge(
        Session db,
        Catalogue catalogue,
        CaseIndex cases,
        SolvedCaseReader reader,
        IReadOnlyList<RequestRow> rows
    )
    {
        var (best, inMemory, bySql) = (0.0, 0.0, 0.0);
        foreach (var row in rows.Take(JudgedByHand))
        {
            var all = await BySql(db, catalogue, row, int.MaxValue);
            best += all.Sum(one => one.Likeness);
            bySql += (await BySql(db, catalogue, row, NewestOfSkill)).Sum(one => one.Likeness);
            inMemory += (await reader.Ranked(db, row.Text, row.MainSkill!, PlaceOf(row), row.RequestId)).Sum(one => one.Likeness);
        }

        Console.WriteLine(
            $"likeness of the three found, of that of the best three there are ({JudgedByHand} questions): in memory {inMemory / best:P0}, newest {NewestOfSkill} by SQL {bySql / best:P0}"
        );
    }

    private static async Task<IReadOnlyList<(Guid Id, double Likeness)>> BySql(Session db, Catalogue catalogue, RequestRow row, int newest)
    {
        var rows = await db.List<RequestRow>(
            """
            select request_id, text from help_request where main_skill = @MainSkill and outcome = 'confirmed' and request_id <> @RequestId
            order by closed_at desc limit @newest
            """,
            new
            {
                row.MainSkill,
                row.RequestId,
                newest,
            }
        );
        var likeness = catalogue.Delivered.Likeness;
        return [.. rows.Select(one => (one.RequestId, likeness.Of(row.Text, one.Text))).OrderByDescending(one => one.Item2).Take(3)];
    }

    private static CasePlace PlaceOf(RequestRow row) => new(row.CountyCode, row.CityCode, row.ProvinceCode);

    private static async Task Time<T>(string what, IReadOnlyList<RequestRow> rows, Func<RequestRow, Task<T>> ask)
    {
        foreach (var row in rows.Take(Questions / 10))
        {
            await ask(row);
        }

        var times = new List<double>(rows.Count);
        foreach (var row in rows)
        {
            var start = Stopwatch.GetTimestamp();
            await ask(row);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        Console.WriteLine($"{what, -62}{Quantile.Of(times, 0.5), 10:F0}{Quantile.Of(times, 0.99), 10:F0}{times[^1], 10:F0}");
    }
}

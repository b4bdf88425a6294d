using System.Collections.Concurrent;
using System.Globalization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Generating;

/// <summary>Plays a planned year batch by batch. How far it is stands in the transaction of each batch: cut off anywhere, it goes on with the next request,
/// and none is there twice.</summary>
internal sealed class YearWriter(
    IServiceProvider services,
    ScenarioClock clock,
    PlacedScenario scenario,
    ScenarioTeams teams,
    TextWriter said,
    TimeSpan betweenLines,
    Action<long>? afterBatch
)
{
    private const int Months = 12;
    private const int BookedAtOnce = 200;
    private const int Megabyte = 1024 * 1024;

    private readonly IServiceScopeFactory scopes = services.GetRequiredService<IServiceScopeFactory>();
    private readonly Database database = services.GetRequiredService<Database>();
    private readonly Catalogue catalogue = services.GetRequiredService<Catalogue>();

    public async Task Write(SyntheticYearRow year, YearTotals totals, int batch)
    {
        var calendar = catalogue.Calendar;
        var readings = new ConcurrentDictionary<string, ReadText>(StringComparer.Ordinal);
        var stage = new YearStage(
            scenario,
            teams,
            calendar,
            [.. Enumerable.Range(1, Months).SelectMany(month => YearPlan.WorkingDays(scenario.Year, month, calendar))],
            text => readings.GetOrAdd(text, unread => ReadText.Of(unread, catalogue))
        );
        var plan = YearPlan.Of(scenario, totals, year.Seed, calendar);
        var (done, served) = (year.RequestsDone, year.ServicesDone);
        var (begun, last, servedBefore) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp(), served);
        foreach (var requests in plan.Requests().Skip((int)done).Chunk(batch))
        {
            var now = served + requests.Sum(request => request.Services.Count);
            await Commit(year, stage, plan, requests, done, now);
            (done, served) = (done + requests.Length, now);
            afterBatch?.Invoke(done);
            if (TimeProvider.System.GetElapsedTime(last) >= betweenLines)
            {
                last = TimeProvider.System.GetTimestamp();
                var rate = (served - servedBefore) / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                await said.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{served} of {year.Services} services, {rate:0} a second, {Environment.WorkingSet / Megabyte} MB"
                    )
                );
            }
        }

        await Finish(year);
    }

    private async Task Commit(SyntheticYearRow year, YearStage stage, YearPlan plan, PlannedRequest[] requests, long from, long served)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var (db, trail) = GenerateCommand.Operator(scope.ServiceProvider);
            var book = scope.ServiceProvider.GetRequiredService<FigureBook>();
            await database.Write(
                db,
                async () =>
                {
                    await db.HoldKey("synthetic year");
                    if (!await SyntheticYear.GoOn(db, from, from + requests.Length, served))
                    {
                        throw new InvalidOperationException("Another process fills this database.");
                    }

                    foreach (var request in requests)
                    {
                        await new RequestLife(stage, new Stage(scopes, db, clock), request, plan.ChancesOf(request)).Play();
                    }

                    await Told(db);
                    clock.PutToNow();
                    while (await book.BookSome(BookedAtOnce) > 0) { }

                    await trail.Did(GenerateCommand.Action, GenerateCommand.Object(year));
                },
                CancellationToken.None
            );
        }

        // The teams as they are now: what a batch changes, the next would search again and again.
        await using var reading = scopes.CreateAsyncScope();
        await services.GetRequiredService<TeamDirectory>().Read(reading.ServiceProvider.GetRequiredService<Session>());
    }

    // Nobody is told today of what never happened.
    private Task<int> Told(Session db) =>
        db.Execute(
            "update notice set delivered_at = created_at, read_at = created_at where delivered_at is null and created_at < @over",
            new { over = ShanghaiTime.At(new DateOnly(scenario.Year + 1, 4, 1), TimeOnly.MinValue) }
        );

    private async Task Finish(SyntheticYearRow year)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, trail) = GenerateCommand.Operator(scope.ServiceProvider);
        await database.Write(
            db,
            async () =>
            {
                clock.PutToNow();
                await SyntheticYear.Finish(db, clock.GetUtcNow());
                await trail.Did(GenerateCommand.Action, GenerateCommand.Object(year));
            },
            CancellationToken.None
        );
    }
}

using System.Globalization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Outcomes;
using FluentValidation;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Dispatch.Api.Generating;

/// <summary><c>generate --scenario name --scale N [--seed n]</c>, with the settings of the service: a made-up year that adds up exactly to N times what was
/// published, by the rules of real work. Only in a database without records; cut off, the next call goes on.</summary>
internal static class GenerateCommand
{
    private const string Name = "generate";
    private const string ScenarioWord = "scenario";
    private const string ScaleWord = "scale";
    private const string SeedWord = "seed";
    private const string BatchWord = "batch";
    private const int RequestsInOneCommit = 50;
    private const int DefaultSeed = 2024;
    private const decimal LargestScale = 1000;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when the year is there, 1 when it was cut off, 2 when nothing was tried.</summary>
    /// <param name="real">For tests: the clock of what is no part of the year.</param>
    /// <param name="adjust">For tests.</param>
    /// <param name="afterBatch">For tests: told of every commit.</param>
    public static async Task<int> Run(
        string[] args,
        TextWriter said,
        TimeProvider? real = null,
        Action<WebApplicationBuilder>? adjust = null,
        Action<long>? afterBatch = null
    )
    {
        var line = new CommandLine(args, [ScenarioWord, ScaleWord, SeedWord, BatchWord]);
        var batch = Number(line[BatchWord], RequestsInOneCommit);
        if (
            line[ScenarioWord] is not { } name
            || !Scenario.Known.TryGetValue(name, out var scenario)
            || !decimal.TryParse(line[ScaleWord] ?? "1", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var scale)
            || scale is <= 0 or > LargestScale
            || scenario.Totals.Times(scale) is not { Services: > 0 } totals
            || Number(line[SeedWord], DefaultSeed) is not { } seed
            || batch is null or 0
        )
        {
            await said.WriteLineAsync(
                $"{Name} --{ScenarioWord} <{string.Join(" | ", Scenario.Known.Keys)}> [--{ScaleWord} <above 0, up to {LargestScale:0}; 1 unless given>] [--{SeedWord} <whole number>] [--{BatchWord} <requests in one commit>], with the settings of the service: fills a database without records with a made-up year, and marks it as that for good."
            );
            return 2;
        }

        var clock = new ScenarioClock(real ?? TimeProvider.System);
        await using var app = Service.Build(
            line.Settings,
            builder =>
            {
                adjust?.Invoke(builder);
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
                // A batch is one transaction: the commands in it have none of their own.
                builder.Services.RemoveAll(typeof(IPipelineBehavior<,>));
                builder.Services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validated<,>));
            }
        );
        var year = new SyntheticYearRow
        {
            Scenario = name,
            Scale = scale.ToString("0.############", CultureInfo.InvariantCulture),
            Seed = seed,
            Services = totals.Services,
        };
        try
        {
            return await Generate(app, clock, scenario.In(Service.Seeds(app.Configuration)), totals, year, batch.Value, said, afterBatch);
        }
        catch (Exception cause)
            when (cause
                    is SqliteException
                        or NpgsqlException
                        or OutcomeUnknown
                        or Refused
                        or ValidationException
                        or InvalidOperationException
            )
        {
            await said.WriteLineAsync($"Not finished: {cause.Message} What was committed is there; the same call goes on from it.");
            return 1;
        }
    }

    private static async Task<int> Generate(
        WebApplication app,
        ScenarioClock clock,
        PlacedScenario scenario,
        YearTotals totals,
        SyntheticYearRow wanted,
        int batch,
        TextWriter said,
        Action<long>? afterBatch
    )
    {
        app.Services.GetRequiredService<DataKeys>();
        await CopyProgress.DemandNone(app.Configuration, app.Services.GetRequiredService<Database>());
        await Service.Migrate(app);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<SeedFiles>().Load(Service.Seeds(app.Configuration), withDemoTeams: false);
        }

        var teams = new ScenarioTeams(scenario);
        if (await Found(app) is { } found)
        {
            if ((found.Scenario, found.Scale, found.Seed) != (wanted.Scenario, wanted.Scale, wanted.Seed))
            {
                await said.WriteLineAsync(
                    $"Another year is here: {found.Scenario}, scale {found.Scale}, seed {found.Seed}. Give this one a database of its own."
                );
                return 2;
            }

            wanted = found;
        }
        else if (await HasRecords(app))
        {
            await said.WriteLineAsync(
                "There are requests or teams in this database. A made-up year is never put beside real records: give it a database of its own."
            );
            return 2;
        }
        else
        {
            await Begin(app, clock, teams, wanted);
        }

        if (wanted.FinishedAt is null)
        {
            await new YearWriter(app.Services, clock, scenario, teams, said, BetweenLines, afterBatch).Write(wanted, totals, batch);
        }

        var counted = await Counted(app, scenario);
        if (counted != totals)
        {
            await said.WriteLineAsync(
                $"The reports of this year do not come to what was planned ({totals}) but to {counted}: it is of no use."
            );
            return 1;
        }

        await said.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{wanted.Scenario}, scale {wanted.Scale}, is here: {totals.Services} services, {totals.PersonTimes} person-times, {totals.ProblemsSolved} problems solved, {totals.TrainedPersonTimes} trained person-times, {totals.EconomicBenefitFen / 100m} yuan. All of it is made up, and every report says so."
            )
        );
        return 0;
    }

    /// <summary>What its reports say: a plan is not what was done.</summary>
    private static async Task<YearTotals> Counted(WebApplication app, PlacedScenario scenario)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var year = new FigureQuestion(
            new DateOnly(scenario.Year, 1, 1),
            new DateOnly(scenario.Year, 12, 31),
            scenario.Province.Code,
            Enum.GetValues<Measure>()
        );
        var sums = await scope.ServiceProvider.GetRequiredService<FigureReader>().Sums(year);
        var all = sums.Count == 0 ? new Amounts() : sums[0].Amounts;
        return new YearTotals(
            all[Measure.Services],
            all[Measure.ServicePersonTimes],
            all[Measure.ProblemsSolved],
            all[Measure.TrainedPersonTimes],
            all[Measure.BenefitEstimatedFen] + all[Measure.BenefitConfirmedFen]
        );
    }

    private static async Task<SyntheticYearRow?> Found(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await SyntheticYear.Find(scope.ServiceProvider.GetRequiredService<Session>());
    }

    private static async Task<bool> HasRecords(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
                .ServiceProvider.GetRequiredService<Session>()
                .Value<long>(
                    "select (select count(*) from (select 1 from help_request limit 1) r) + (select count(*) from (select 1 from team limit 1) t)"
                ) > 0;
    }

    private static async Task Begin(WebApplication app, ScenarioClock clock, ScenarioTeams teams, SyntheticYearRow year)
    {
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var (db, trail) = Operator(scope.ServiceProvider);
            var catalogue = scope.ServiceProvider.GetRequiredService<Catalogue>();
            var store = scope.ServiceProvider.GetRequiredService<TeamStore>();
            await scope
                .ServiceProvider.GetRequiredService<Database>()
                .Write(
                    db,
                    async () =>
                    {
                        clock.PutToNow();
                        await db.HoldKey("synthetic year");
                        await teams.EnterPlaces(db);
                        await catalogue.Load(db);
                        await SyntheticYear.Begin(db, year, clock.GetUtcNow());
                        await teams.Enter(store);
                        await trail.Did(Action, Object(year));
                    },
                    CancellationToken.None
                );
        }
    }

    public const string Action = "GenerateYear";

    public static AuditObject Object(SyntheticYearRow year) => new("synthetic_year", year.Scenario);

    /// <summary>Whoever has the machine: what is made up is audited as that, and not as the work of those who never did it.</summary>
    public static (Session Db, AuditTrail Trail) Operator(IServiceProvider services)
    {
        services.GetRequiredService<Acting>().Caller = Caller.Clock with { Subject = Restoration.Operator };
        return (services.GetRequiredService<Session>(), services.GetRequiredService<AuditTrail>());
    }

    private static int? Number(string? given, int otherwise) =>
        given is null ? otherwise
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}

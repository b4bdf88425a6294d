using System.Data.Common;
using System.Reflection;
using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Auditing;
using Dispatch.Api.Features.Clients;
using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.DispatchRuns;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Features.Health;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Features.Lessons;
using Dispatch.Api.Features.MonthlyReport;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Permitting;
using Dispatch.Api.Features.Published;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Regions;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Features.ServiceRecords;
using Dispatch.Api.Features.Skills;
using Dispatch.Api.Features.SolvedCases;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration.Memory;

namespace Dispatch.Api;

/// <summary>The service put together: what it stands on, what it can do, what happens before it answers.</summary>
internal static class Service
{
    /// <summary>Where the contract is shown as a page.</summary>
    public const string DocsPath = "/docs";

    private const string DemoLeaderTeam = "E-331083-1";

    // Container engines kill after ten seconds; what is in hand then has long been answered.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(8);

    // Ports alone, as a container image names them, are an address too; a URL set in code would win over them.
    private static readonly string[] AddressSettings = ["urls", "http_ports", "https_ports"];

    // What the log says unless the configuration says otherwise. The framework's line for every call costs more than the call, and holds its URL,
    // where a track token is a secret; what a line belongs to stands in our own scope (request id, trace id).
    private static readonly Dictionary<string, string?> Logs = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
        ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
    };

    // The build runs this program to write the contract: it must describe itself without touching a database.
    private static bool IsWritingContract => Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    /// <param name="adjust">For tests: another clock, another server.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Logs });
        if (AddressSettings.All(name => builder.Configuration[name] is null))
        {
            builder.WebHost.UseUrls("http://localhost:5080");
        }

        builder.WebHost.ConfigureKestrel(kestrel => ServerLimits.Set(kestrel, builder.Configuration));
        AddServices(builder);
        adjust?.Invoke(builder);
        var app = builder.Build();
        UsePipeline(app);
        MapFeatures(app);
        Openings.RequireDecisions(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        return app;
    }

    /// <summary>Listens first, so that a long migration looks alive; answers with anything but liveness when everything is in place.</summary>
    public static async Task Run(WebApplication app)
    {
        await using (app)
        {
            await app.StartAsync();
            try
            {
                if (!IsWritingContract)
                {
                    await Start(app);
                }
            }
            catch
            {
                // What runs in the background ends as at any stop, and does not report a failure of its own above the reason.
                await app.StopAsync();
                throw;
            }

            await app.WaitForShutdownAsync();
        }
    }

    /// <summary>Schema, reference data, demo users; the first request finds everything in place.</summary>
    public static async Task Start(WebApplication app)
    {
        // Without a key nobody could be let in, and nothing opened: that is found out here, not by the first caller.
        app.Services.GetRequiredService<TokenKey>();
        app.Services.GetRequiredService<DataKeys>();
        app.Services.GetRequiredService<AuditKey>();
        var configuration = app.Configuration;
        var (outside, accounts) = (app.Services.GetRequiredService<OutsideIssuer>(), app.Services.GetRequiredService<LocalAccounts>());
        StartRules.Demand(app.Environment, outside, accounts, DataFolder(configuration));
        StartRules.DemandHiddenSecrets(app.Environment, configuration);
        NoticeHook.DemandAddress(app.Environment, configuration);
        TelemetrySetup.DemandAddress(configuration);
        await CopyProgress.DemandNone(configuration, app.Services.GetRequiredService<Database>());
        await Migrate(app);
        await app.Services.GetRequiredService<StoreTime>().Ask();
        await ClockRules.Demand(
            app.Services.GetRequiredService<TimeProvider>(),
            app.Services.GetRequiredService<Database>(),
            configuration
        );
        await app.Services.GetRequiredService<AuditSealer>().DemandWhatWasVouchedFor();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await StartRules.DemandAWayIn(app.Environment, outside, accounts, scope.ServiceProvider.GetRequiredService<Session>());
            await scope.ServiceProvider.GetRequiredService<SeedFiles>().Load(Seeds(configuration), WithDemo(app));
            await app.Services.GetRequiredService<TeamDirectory>().Read(scope.ServiceProvider.GetRequiredService<Session>());
        }

        // An older database may have been put back: who was erased stays so, before anything of it is read.
        await app.Services.GetRequiredService<ErasureFile>().Replay();
        await app.Services.GetRequiredService<KeepingUp>().Start(CancellationToken.None);
        await outside.Greet(CancellationToken.None);
        var tokens = app.Environment.IsDevelopment() ? await Demo.Prepare(app, DataFolder(configuration), DemoLeaderTeam) : null;
        app.Services.GetRequiredService<Readiness>().Start();
        if (tokens is not null)
        {
            app.Lifetime.ApplicationStarted.Register(() => Demo.Print(app, tokens));
        }
    }

    /// <summary>The schema as this program needs it.</summary>
    public static Task Migrate(WebApplication app) => app.Services.GetRequiredService<Database>().Migrate(MigrationSteps(app.Services));

    public static string DataFolder(IConfiguration configuration) => Path.GetFullPath(configuration["Dispatch:Data"] ?? "data");

    /// <summary>The folder of the reference data.</summary>
    public static string Seeds(IConfiguration configuration) =>
        configuration["Dispatch:Seeds"] ?? Path.Combine(AppContext.BaseDirectory, "seeds");

    public static string DatabaseFile(IConfiguration configuration) => Path.Combine(DataFolder(configuration), "dispatch.db");

    private static Dictionary<int, Action<DbConnection>> MigrationSteps(IServiceProvider services) =>
        new()
        {
            [PlainRows.Before] = services.GetRequiredService<PlainRows>().Close,
            [PhoneKeys.Before] = services.GetRequiredService<PhoneKeys>().Fill,
        };

    private static bool WithDemo(WebApplication app) => app.Configuration.GetValue("Dispatch:DemoTeams", app.Environment.IsDevelopment());

    private static void AddServices(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        ColumnTypes.Register();
        services.ConfigureHttpJsonOptions(json => JsonShape.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        services.AddSingleton<TimeProvider>(provider =>
            DatabaseSetting.IsFile(configuration)
                ? new EvenClock(TimeProvider.System, provider.GetRequiredService<ILogger<EvenClock>>())
                : new StoreClock(TimeProvider.System)
        );
        builder.AddTelemetry();
        services.AddSingleton(provider => OpenDatabase(configuration, provider.GetRequiredService<Instruments>()));
        services.AddScoped<Session>();
        services.AddMediation();
        services.AddContract();
        services.AddTrustedProxies(configuration);
        services.AddRateLimits();
        services.AddSingleton<Admission>();
        services.AddOrigins(configuration);
        AddAccess(builder);
        AddSealing(builder);
        AddAuditing(builder);
        AddFeatures(services, configuration);
    }

    private static Database OpenDatabase(IConfiguration configuration, Instruments instruments)
    {
        StartRules.DemandDatabase(DatabaseSetting.Of(configuration));
        return DatabaseSetting.IsFile(configuration)
            ? new SqliteDatabase(
                DatabaseFile(configuration),
                configuration.GetValue("Dispatch:CommandsPerCommit", CommitSize.Most),
                instruments
            )
            : new PostgresDatabase(DatabaseSetting.Of(configuration), instruments);
    }

    private static void AddAccess(WebApplicationBuilder builder)
    {
        var (services, configuration, environment) = (builder.Services, builder.Configuration, builder.Environment);
        services.AddHttpContextAccessor();
        services.AddSingleton(provider =>
            TokenKey.Load(configuration, environment, DataFolder(configuration), provider.GetRequiredService<TimeProvider>())
        );
        // The core alone: the whole would keep data-protection keys in the user's profile, and nothing is written outside the data folder.
        services.AddAuthenticationCore(options => options.DefaultScheme = BearerTokens.Scheme);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.Scheme, null);
        services.AddAuthorization();
        services.AddScoped<Acting>();
        services.AddScoped(provider =>
            provider.GetRequiredService<Acting>().Caller
            ?? provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.Caller()
            ?? Caller.Clock
        );
        services.AddSingleton<SeenTokens>();
        services.AddSingleton<OutsideIssuer>();
        services.AddSingleton<LocalAccounts>();
        services.AddSingleton<Standing>();
        services.AddScoped<SecurityEvents>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Passwords>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = Passwords.Iterations);
        services.AddScoped<Preconditions>();
        services.AddScoped<KeptAnswer>();
    }

    private static void AddSealing(WebApplicationBuilder builder)
    {
        var (services, configuration, environment) = (builder.Services, builder.Configuration, builder.Environment);
        services.AddSingleton(provider =>
            DataKeys.Load(configuration, environment, DataFolder(configuration), provider.GetRequiredService<TimeProvider>())
        );
        services.AddSingleton<Seal>();
        services.AddSingleton<BlindIndex>();
        services.AddSingleton<Resealing>();
        services.AddSingleton<Persons>();
        services.AddSingleton<MemberNames>();
        services.AddSingleton<PlainRows>();
        services.AddSingleton<PhoneKeys>();
    }

    private static void AddAuditing(WebApplicationBuilder builder)
    {
        var (services, configuration, environment) = (builder.Services, builder.Configuration, builder.Environment);
        services.AddSingleton(_ => AuditKey.Load(configuration, environment, DataFolder(configuration)));
        services.AddSingleton(provider => new CheckpointFile(
            CheckpointFile.PathOf(configuration, DataFolder(configuration)),
            provider.GetRequiredService<AuditKey>()
        ));
        services.AddSingleton<EntryIds>();
        services.AddScoped<AuditTrail>();
        services.AddSingleton<AuditSealer>();
        services.AddScoped<Restoration>();
    }

    private static void AddFeatures(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Catalogue>();
        services.AddSingleton<ReadingInUse>();
        services.AddSingleton<Teaching>();
        services.AddSingleton<CaseIndex>();
        services.AddSingleton<KeepingUp>();
        services.AddSingleton<TeamDirectory>();
        services.AddSingleton<Readiness>();
        services.AddScoped<FiguresReader>();
        services.AddSingleton<TimerSignal>();
        services.AddSingleton<NoticeSignal>();
        services.AddSingleton<ErasureFile>();
        services.AddSingleton<Retention>();
        foreach (
            var part in new[]
            {
                typeof(SeedFiles),
                typeof(TeamStore),
                typeof(TeamLoadStore),
                typeof(TeamReader),
                typeof(RequestStore),
                typeof(RequestContent),
                typeof(RequestReader),
                typeof(Intake),
                typeof(Submission),
                typeof(SubmissionQuota),
                typeof(LookAlikes),
                typeof(LessonStore),
                typeof(SolvedCaseReader),
                typeof(CasesAtIntake),
                typeof(Originals),
                typeof(Rethought),
                typeof(Veil),
                typeof(PersonSight),
                typeof(LaterWords),
                typeof(TimelineStore),
                typeof(Resumption),
                typeof(Return),
                typeof(Cancellation),
                typeof(Confirmations),
                typeof(Matching),
                typeof(DecisionStore),
                typeof(Dispatcher),
                typeof(JointStore),
                typeof(JointWay),
                typeof(JointChoice),
                typeof(Offering),
                typeof(Desks),
                typeof(OfferStore),
                typeof(OfferReader),
                typeof(AssignmentStore),
                typeof(Acceptance),
                typeof(VisitStore),
                typeof(VisitReader),
                typeof(Booking),
                typeof(Underway),
                typeof(OutcomeStore),
                typeof(DeadlineStore),
                typeof(MissedDeadlines),
                typeof(NoticeStore),
                typeof(TrackStore),
                typeof(TrackReader),
                typeof(DispatchRunStore),
                typeof(DispatchRunReader),
                typeof(RunItemCommitter),
                typeof(AccountStore),
                typeof(SessionStore),
                typeof(SignInThrottle),
                typeof(Entrance),
                typeof(BarredSubjectStore),
                typeof(ClientStore),
                typeof(RoleChanges),
                typeof(ApprovalStore),
                typeof(ExportReader),
                typeof(RecordSheets),
                typeof(ReportSheets),
                typeof(SheetsTaken),
                typeof(ExportStore),
                typeof(ConsentStore),
                typeof(PersonGroup),
                typeof(PersonalCopyReader),
                typeof(Erasure),
                typeof(ErasureWishes),
                typeof(Corrections),
                typeof(HumanRoute),
                typeof(DecisionWords),
                typeof(RequestFigures),
                typeof(FigureBook),
                typeof(FigureReader),
                typeof(CaseReader),
                typeof(ReportAxes),
                typeof(ReportQueries),
                typeof(ReportTable),
                typeof(ReportPeriods),
                typeof(ImportStore),
                typeof(RowTaking),
                typeof(NamedTeams),
                typeof(PastServices),
                typeof(PublishedFigureStore),
                typeof(ComputedFigures),
                typeof(PublishedQueries),
                typeof(RecordStore),
                typeof(RecordReader),
                typeof(CertificateStore),
            }
        )
        {
            services.AddScoped(part);
        }

        foreach (
            var taker in new[]
            {
                typeof(RequestRows),
                typeof(TeamRows),
                typeof(MemberRows),
                typeof(PastServiceRows),
                typeof(PublishedFigureRows),
            }
        )
        {
            services.AddScoped(typeof(IRowTaker), taker);
        }

        services.AddSingleton<ImportSignal>();
        services.AddSingleton<ImportLoop>();
        services.AddSingleton<StoreTime>();
        services.AddSingleton<TimerLoop>();
        services.AddSingleton<FigureRoller>();
        services.AddSingleton<RateExchange>();
        services.AddSingleton<RunSignal>();
        services.AddSingleton<KeptPlans>();
        services.AddSingleton(new RunLimits());
        services.AddSingleton<RunPlanner>();
        services.AddSingleton<RunCommitter>();
        services.AddSingleton<RunLoop>();
        services.AddSingleton<ExportSignal>();
        services.AddSingleton<ExportPieces>();
        services.AddSingleton(new ExportLimits());
        services.AddSingleton<ExportLoop>();
        services.AddSingleton<NoticeHook>();
        services.AddSingleton<NoticeWaits>();
        services.AddSingleton<Outbound>();
        services.AddSingleton(provider => provider.GetRequiredService<Outbound>().Client(NoticeHook.LongestWait));
        if (IsWritingContract)
        {
            return;
        }

        if (!DatabaseSetting.IsFile(configuration))
        {
            services.AddHostedService(provider => provider.GetRequiredService<StoreTime>());
        }

        if (configuration.GetValue("Dispatch:Timers", true))
        {
            services.AddHostedService(provider => provider.GetRequiredService<TimerLoop>());
            services.AddHostedService(provider => provider.GetRequiredService<KeepingUp>());
            services.AddHostedService(provider => provider.GetRequiredService<RunLoop>());
            services.AddHostedService(provider => provider.GetRequiredService<ExportLoop>());
            services.AddHostedService(provider => provider.GetRequiredService<FigureRoller>());
            services.AddHostedService(provider => provider.GetRequiredService<ImportLoop>());
            services.AddHostedService<KeyRotation>();
            services.AddHostedService(provider => provider.GetRequiredService<AuditSealer>());
            // One process alone serves a file.
            if (!DatabaseSetting.IsFile(configuration))
            {
                services.AddHostedService(provider => provider.GetRequiredService<RateExchange>());
            }
        }

        if (NoticeHook.IsConfigured(configuration))
        {
            services.AddHostedService(provider => provider.GetRequiredService<NoticeHook>());
        }
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseTrustedProxies();
        app.UseTracing();
        app.UseTelemetry();
        app.UseSecurityHeaders();
        app.UseRefusalNotes();
        app.UseCaching();
        app.UseExactMethods();
        app.UseHeads();
        app.UseProblems();
        app.UseRequestSizes();
        app.UseReadiness();
        app.UseRouting();
        app.UseCors();
        app.UseAddressLimits();
        app.UseAdmission();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseAuthorization();
        app.UseUtf8();
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = DocsPath.TrimStart('/');
            page.SwaggerEndpoint("/openapi/v1.json", "Dispatch v1");
        });
    }

    private static void MapFeatures(WebApplication app)
    {
        app.MapOpenApi().WithMetadata(new PublicCatalogue()).KeepContract().AllowAnonymous();
        app.MapHealth();
        app.MapMetrics();
        var v1 = app.MapGroup("/v1")
            .WithMetadata(new GoesBy(Precedence.Usual))
            .OpenByPermissions()
            .AddEndpointFilter<QueryNames>()
            .AddEndpointFilter<AnswerFilter>();
        v1.MapListPermissions();
        v1.MapRegions();
        v1.MapSkills();
        v1.MapTeams();
        v1.MapRequests();
        v1.MapLessons();
        v1.MapOffers();
        v1.MapDispatchRuns();
        v1.MapVisits();
        v1.MapTracking();
        v1.MapNotices();
        v1.MapReports();
        v1.MapShowMonthlyReport();
        v1.MapShowPublishedFigures();
        v1.MapImports();
        v1.MapServiceRecords();
        v1.MapAccounts();
        v1.MapAudit();
        v1.MapClients();
        v1.MapApprovals();
        v1.MapExports();
        v1.MapRights();
    }
}

using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.DispatchRuns;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Xunit;

namespace Dispatch.Api.Tests;

/// <summary>The real service in this process, on a database of its own, with a clock that stands still. Timers fire when a test says so.</summary>
public class RunningService : IAsyncLifetime
{
    /// <summary>Monday 2026-06-01, 09:00 in Shanghai: the first day of the demo.</summary>
    private static readonly DateTimeOffset FirstMorning = new(2026, 6, 1, 1, 0, 0, TimeSpan.Zero);

    private const string DatabaseArgument = "--Dispatch:Database=";

    private readonly string data = Path.Combine(Path.GetTempPath(), "dispatch-test-" + Guid.NewGuid().ToString("N"));
    private TestDatabase database = null!;
    private WebApplication app = null!;

    public FixedClock Clock { get; } = new(FirstMorning);

    public IServiceProvider Services => app.Services;

    /// <summary>The folder the service writes to.</summary>
    public string Data => data;

    public Given Given { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        database = await MakeDatabase();
        await Prepare();
        await Open();
        Given = new Given(this);
        await Begin();
    }

    public async Task DisposeAsync()
    {
        await Close();
        await database.DisposeAsync();
        Ended();
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Stops the service and starts it again on the same data, as a restart does.</summary>
    public async Task Restart()
    {
        await Close();
        await Open();
    }

    /// <summary>Stops the service, does something with its settings, and starts it again.</summary>
    public async Task WhileStopped(Func<string[], Task> work)
    {
        await Close();
        await work(Arguments());
        await Open();
    }

    /// <summary>Starts it after a start that was refused.</summary>
    public Task OpenAgain() => Open();

    /// <summary>A connection beside those of the service, with what the service may do; it only reads.</summary>
    public DbConnection Connection() => Connection(readOnly: true);

    /// <summary>A connection of whoever owns the tables; it writes.</summary>
    public DbConnection Raw() => Connection(readOnly: false);

    /// <summary>Fires every timer that is due by the clock.</summary>
    public Task<int> FireDue() => app.Services.GetRequiredService<TimerLoop>().FireDue();

    /// <summary>Works on every dispatch run that waits.</summary>
    public Task<int> WorkRuns() => app.Services.GetRequiredService<RunLoop>().WorkDue();

    /// <summary>Reads every import that waits, or some pieces of each as if the process had been killed then.</summary>
    public Task<int> WorkImports(int pieces = int.MaxValue) => app.Services.GetRequiredService<ImportLoop>().WorkDue(pieces);

    /// <summary>Moves the clock to a time in Shanghai and fires what became due.</summary>
    public Task<int> At(string shanghai)
    {
        Clock.SetShanghai(shanghai);
        return FireDue();
    }

    public HttpClient Anonymous() => app.GetTestClient();

    public HttpClient As(string role, string? region = null, Guid? team = null, string? subject = null)
    {
        var scopes = role == "partner" ? Enum.GetValues<Scope>() : [];
        var caller = new Caller(subject ?? "test-" + role, Words.To<Role>(role), region, team) { Scopes = scopes };
        return Bearer(app.Services.GetRequiredService<TokenKey>().Issue(caller, TimeSpan.FromDays(365)));
    }

    /// <summary>Whoever holds this token or key.</summary>
    public HttpClient Bearer(string token)
    {
        var client = app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public HttpClient Officer(string? region = null) => As("officer", region);

    /// <summary>The leader of a demo team, by its code.</summary>
    public HttpClient Leader(string teamCode) => As("leader", team: TeamId(teamCode), subject: "leader-" + teamCode);

    public HttpClient LeaderOf(Guid teamId) => As("leader", team: teamId, subject: "leader-" + teamId);

    public static Guid TeamId(string code) => SeedFiles.IdOf(code);

    /// <summary>Outside Development there are no demo users, and the service has a key of its own.</summary>
    protected virtual bool IsDevelopment => true;

    /// <summary>Where it keeps everything.</summary>
    protected virtual Task<TestDatabase> MakeDatabase() => TestDatabase.Served();

    /// <summary>From its next start on it works on another database.</summary>
    protected async Task MoveTo(TestDatabase other)
    {
        await database.DisposeAsync();
        database = other;
    }

    /// <summary>When everything is over.</summary>
    protected virtual void Ended() { }

    /// <summary>When it runs, before the first test.</summary>
    protected virtual Task Begin() => Task.CompletedTask;

    /// <summary>Before the service starts for the first time.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    protected DbConnection Connection(bool readOnly) =>
        database.Setting == "sqlite"
            ? new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = Path.Combine(data, "dispatch.db"),
                    Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
                    ForeignKeys = readOnly,
                    Pooling = false,
                }.ToString()
            )
            : new NpgsqlConnection(readOnly ? database.Setting : database.Owner);

    /// <summary>Settings beyond the defaults of a test.</summary>
    protected virtual IEnumerable<string> Settings => [];

    /// <summary>Replacements beyond the clock: only for what stands outside the service.</summary>
    protected virtual void Replace(IServiceCollection services) { }

    private string[] Arguments() =>
        [
            $"--environment={(IsDevelopment ? "Development" : "Production")}",
            $"--Dispatch:Data={data}",
            DatabaseArgument + database.Setting,
            "--Dispatch:DemoRequests=false",
            "--Dispatch:Timers=false",
            "--Dispatch:RateLimit:PerMinute=1000000",
            "--Dispatch:SubmissionLimit:PhonePerHour=1000000",
            "--Dispatch:SubmissionLimit:PhonePerDay=1000000",
            "--Dispatch:SubmissionLimit:AccountPerDay=1000000",
            "--Logging:LogLevel:Default=Warning",
            .. IsDevelopment ? [] : OwnKeys(),
            .. Settings,
        ];

    private async Task Open()
    {
        app = Service.Build(
            [.. Arguments().Where(argument => IsDevelopment || !argument.StartsWith(DatabaseArgument, StringComparison.Ordinal))],
            builder =>
            {
                if (!IsDevelopment)
                {
                    // With its password it has no place on a command line there.
                    builder.Configuration.AddInMemoryCollection([new("Dispatch:Database", database.Setting)]);
                }

                builder.WebHost.UseTestServer();
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                Replace(builder.Services);
                WatchedDatabase.Over(builder.Services);
            }
        );
        try
        {
            await Service.Start(app);
        }
        catch (InvalidOperationException)
        {
            // It holds the database file.
            await app.DisposeAsync();
            throw;
        }

        await app.StartAsync();
    }

    // Outside Development nothing is made in the data folder: a site brings its keys along.
    private IEnumerable<string> OwnKeys()
    {
        Directory.CreateDirectory(data);
        var (signing, sealing, auditing) = (
            Path.Combine(data, "site-key.pem"),
            Path.Combine(data, "site-data-keys.json"),
            Path.Combine(data, "site-audit-key.pem")
        );
        if (!File.Exists(signing))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(signing, key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(sealing, KeyRing.Fresh(Clock.GetUtcNow()).Write());
            File.WriteAllText(auditing, AuditKey.Fresh());
        }

        return [$"--Dispatch:TokenKey={signing}", $"--Dispatch:DataKeys={sealing}", $"--Dispatch:Audit:Key={auditing}"];
    }

    private async Task Close()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

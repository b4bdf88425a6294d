using Dispatch.Api.Storage;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Npgsql;

namespace Dispatch.Api.Http.Access;

/// <summary>What must be settled before anybody outside Development is served; each refusal says what to set.</summary>
internal static class StartRules
{
    // A hook of WeCom carries its key in the query.
    private static readonly (string Key, Func<string, bool> IsSecret)[] Secret =
    [
        ("Dispatch:Database", HasPassword),
        ("Dispatch:DataKeys", value => value.TrimStart().StartsWith('{')),
        ("Dispatch:FirstAdministratorSecret", _ => true),
        ("OTEL_EXPORTER_OTLP_HEADERS", _ => true),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", _ => true),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", _ => true),
        ("Dispatch:NoticeHook", value => value.Contains('?', StringComparison.Ordinal)),
    ];

    // What a connection string of SQLite has and one of PostgreSQL has not.
    private static readonly string[] OfSqlite =
    [
        "Data Source",
        "DataSource",
        "Filename",
        "Mode",
        "Cache",
        "Foreign Keys",
        "Recursive Triggers",
        "Synchronous",
        "Journal Mode",
        "Journal_Mode",
    ];

    /// <summary>Before the schema is touched.</summary>
    public static void Demand(IHostEnvironment environment, OutsideIssuer outside, LocalAccounts accounts, string dataFolder)
    {
        if (environment.IsDevelopment())
        {
            return;
        }

        if (!outside.IsConfigured && !accounts.AreOpen)
        {
            throw new InvalidOperationException(
                "Nobody could sign in: set Dispatch:Issuer and Dispatch:Audience to those of an OpenID Connect issuer, or Dispatch:LocalAccounts to true."
            );
        }

        if (File.Exists(Path.Combine(dataFolder, DemoUsers.FileName)))
        {
            throw new InvalidOperationException(
                $"The data folder holds the demo users of Development ({DemoUsers.FileName}). Set Dispatch:Data to another folder, or delete the file."
            );
        }
    }

    /// <summary>Everybody on the machine can read a command line, and a settings file lies in images and repositories: secrets come from the
    /// environment or from files of their own.</summary>
    public static void DemandHiddenSecrets(IHostEnvironment environment, IConfiguration configuration)
    {
        if (environment.IsDevelopment() || configuration is not IConfigurationRoot root)
        {
            return;
        }

        foreach (
            var provider in root.Providers.Where(provider => provider is CommandLineConfigurationProvider or JsonConfigurationProvider)
        )
        {
            foreach (var (key, isSecret) in Secret)
            {
                if (provider.TryGet(key, out var value) && value is { Length: > 0 } && isSecret(value))
                {
                    throw new InvalidOperationException(
                        $"{key} holds a secret: it belongs in the environment or in a file of its own, not on the command line or in appsettings.json."
                    );
                }
            }
        }
    }

    /// <summary>What SQLite is opened with is not for settings to say: what was answered would not survive a power cut.</summary>
    public static void DemandDatabase(string setting)
    {
        var isOneWord = !setting.Contains('=', StringComparison.Ordinal) && !setting.Contains("://", StringComparison.Ordinal);
        var words = setting.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (setting != "sqlite" && (isOneWord || words.Any(IsOfSqlite)))
        {
            throw new InvalidOperationException(
                "Dispatch:Database is the word sqlite, or a connection string of PostgreSQL. SQLite takes no options here: its file lies in the data folder (Dispatch:Data), and every commit is flushed (synchronous = full)."
            );
        }
    }

    private static bool IsOfSqlite(string option) =>
        option.StartsWith("sqlite", StringComparison.OrdinalIgnoreCase)
        || OfSqlite.Contains(option.Split('=')[0].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this connection string says one.</summary>
    public static bool HasPassword(string connection)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connection).Password is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            // No connection string at all: opening it says what is wrong.
            return false;
        }
    }

    /// <summary>When the accounts can be read: with none there must be a way to the first one.</summary>
    public static async Task DemandAWayIn(IHostEnvironment environment, OutsideIssuer outside, LocalAccounts accounts, Session db)
    {
        if (
            !environment.IsDevelopment()
            && !outside.IsConfigured
            && accounts.FirstSecret is null
            && await db.Value<long>("select count(*) from account") == 0
        )
        {
            throw new InvalidOperationException(
                "There is no account yet: set Dispatch:FirstAdministratorSecret (or Dispatch:FirstAdministratorSecretFile) to a secret of at least 20 characters, and make the first administrator with it (POST /v1/accounts/first)."
            );
        }
    }
}

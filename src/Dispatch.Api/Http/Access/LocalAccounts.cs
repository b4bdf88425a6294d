using Microsoft.Extensions.Configuration.CommandLine;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// Whether people sign in here (<c>Dispatch:LocalAccounts</c>): by default where no issuer is configured. The secret that makes the first
/// administrator is good while there is no account.
/// </summary>
internal sealed class LocalAccounts
{
    private const int ShortestSecret = 20;
    private const string SecretKey = "Dispatch:FirstAdministratorSecret";

    public LocalAccounts(IConfiguration configuration, IHostEnvironment environment)
    {
        AreForDemo = environment.IsDevelopment();
        AreOpen = configuration.GetValue("Dispatch:LocalAccounts", string.IsNullOrEmpty(configuration["Dispatch:Issuer"]));
        RefuseOnCommandLine(configuration);
        FirstSecret = SecretOf(configuration);
        if (FirstSecret is { Length: < ShortestSecret })
        {
            throw new InvalidOperationException(
                $"The secret for the first administrator must have at least {ShortestSecret} characters, and nobody may be able to guess it."
            );
        }
    }

    /// <summary>Local accounts sign in here.</summary>
    public bool AreOpen { get; }

    /// <summary>In Development the tokens of the demo users are good.</summary>
    public bool AreForDemo { get; }

    public string? FirstSecret { get; }

    // Everybody on the machine can read a command line.
    private static void RefuseOnCommandLine(IConfiguration configuration)
    {
        if (
            configuration is IConfigurationRoot root
            && root.Providers.OfType<CommandLineConfigurationProvider>().Any(words => words.TryGet(SecretKey, out _))
        )
        {
            throw new InvalidOperationException($"{SecretKey} belongs in the environment or in a file, not on the command line.");
        }
    }

    private static string? SecretOf(IConfiguration configuration)
    {
        var secret = configuration["Dispatch:FirstAdministratorSecretFile"] is { Length: > 0 } path
            ? File.ReadAllText(path).Trim()
            : configuration[SecretKey];
        return string.IsNullOrEmpty(secret) ? null : secret;
    }
}

using Dispatch.Api.Storage;

namespace Dispatch.Api.Http.Access;

/// <summary>What must be settled before anybody outside Development is served; each refusal says what to set.</summary>
internal static class StartRules
{
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

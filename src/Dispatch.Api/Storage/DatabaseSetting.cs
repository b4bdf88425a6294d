namespace Dispatch.Api.Storage;

/// <summary>The setting that says which engine stores, and where.</summary>
internal static class DatabaseSetting
{
    private const string File = "sqlite";

    /// <summary>True: one SQLite file in the data folder. False: the setting is the connection string of a PostgreSQL.</summary>
    public static bool IsFile(IConfiguration configuration) => Of(configuration) == File;

    public static string Of(IConfiguration configuration) => configuration["Dispatch:Database"] ?? File;
}

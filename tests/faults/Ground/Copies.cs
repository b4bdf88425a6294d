namespace Dispatch.Faults.Ground;

/// <summary>The commands of the program about copies of its database.</summary>
internal static class Copies
{
    public const string Database = "dispatch.db";

    /// <summary>A backup beside the running node; what it said.</summary>
    public static Task<string> BackUp(Site site, string to) => Command(site, "backup", $"--to={to}");

    /// <summary>The word of the operator that the database was put back.</summary>
    public static Task<string> Declare(Site site, string moment) => Command(site, "restored", $"--at={moment}");

    /// <summary>The moment that a backup says it is of.</summary>
    public static string MomentOf(string said)
    {
        const string before = "The state of ";
        var line = said.Split('\n').First(line => line.StartsWith(before, StringComparison.Ordinal));
        return line[before.Length..line.IndexOf("Z:", StringComparison.Ordinal)] + "Z";
    }

    private static Task<string> Command(Site site, string name, string option)
    {
        var parts = option.Split('=');
        return Site.Shell(
            "dotnet",
            "exec",
            Path.Combine(AppContext.BaseDirectory, "Dispatch.Api.dll"),
            name,
            parts[0],
            parts[1],
            "--environment=Development",
            $"--Dispatch:Data={site.Data}",
            $"--Dispatch:Database={site.Database}"
        );
    }
}

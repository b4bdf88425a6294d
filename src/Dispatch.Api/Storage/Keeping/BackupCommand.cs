using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage.Keeping;

/// <summary><c>backup --to file</c>, with the settings of the service: a checked copy of the SQLite database, beside the running service or without.</summary>
internal static class BackupCommand
{
    private const string Name = "backup";
    private const string To = "to";

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when the copy is there and was checked, 1 when there is none, 2 when nothing was tried.</summary>
    public static async Task<int> Run(string[] args, TextWriter said)
    {
        var line = new CommandLine(args, [To]);
        if (line[To] is not { } given)
        {
            await said.WriteLineAsync($"{Name} --{To} <file that does not exist yet>, with the settings of the service.");
            return 2;
        }

        var to = Path.GetFullPath(given);
        if (Path.Exists(to))
        {
            await said.WriteLineAsync($"{to} is there already. A backup is never written over another: give a new name.");
            return 2;
        }

        await using var app = Service.Build(line.Settings);
        if (!DatabaseSetting.IsFile(app.Configuration))
        {
            await said.WriteLineAsync(
                "The service is configured for PostgreSQL, which has its own tools: pg_basebackup and an archive of its log (guide: backup)."
            );
            return 2;
        }

        await using var source = KeyCommands.Reader(app.Configuration) as SqliteConnection;
        if (source is null)
        {
            await said.WriteLineAsync("There is no database here.");
            return 2;
        }

        try
        {
            await new SqliteBackup(source, said).Write(to);
        }
        catch (Exception cause) when (cause is SqliteException or IOException or UnauthorizedAccessException or CopyIsWrong)
        {
            await said.WriteLineAsync($"There is no backup: {cause.Message}");
            return 1;
        }

        await Remind(app.Configuration, said);
        return 0;
    }

    private static async Task Remind(IConfiguration configuration, TextWriter said)
    {
        var data = Service.DataFolder(configuration);
        await said.WriteLineAsync("Not in it, and needed to put it back:");
        await said.WriteLineAsync(
            $"  {Place("Dispatch:DataKeys", "data-keys.json")}: without these keys nothing sealed opens. Keep them where the backups are not: together they are the personal data."
        );
        await said.WriteLineAsync($"  {Place("Dispatch:Audit:Key", "audit-key.pem")}, {Place("Dispatch:TokenKey", "token-key.pem")}");
        await said.WriteLineAsync($"  {CheckpointFile.PathOf(configuration, data)}: its newest state, not that of today.");
        await said.WriteLineAsync(
            $"  {Place("Dispatch:Erasures", "erasures.txt")}: its newest state; without it, who is erased after this backup comes back with it."
        );

        string Place(string key, string file) =>
            configuration[key] is { Length: > 0 } set
                ? set.TrimStart().StartsWith('{')
                    ? key
                    : Path.GetFullPath(set)
                : Path.Combine(data, file);
    }
}

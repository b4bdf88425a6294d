using Dapper;
using Dispatch.Api.Storage.Sealing;
using Npgsql;

namespace Dispatch.Api.Storage.Keeping;

/// <summary><c>migrate [--for role]</c>, with the settings of the service and the connection of the role that owns the schema: brings it up and leaves the
/// service's own role with what it needs and no more. The service itself then has no way to change a table.</summary>
internal static class MigrateCommand
{
    private const string Name = "migrate";
    private const string For = "for";

    /// <summary>Of these rows are added, and none is changed or taken away.</summary>
    public static readonly string[] OnlyGrow = ["audit_entry", "audit_seal", "audit_checkpoint", "figure_entry", "report_period"];

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when the schema is what this program needs, 1 when it could not be made so, 2 when nothing was tried.</summary>
    /// <param name="adjust">For tests: a password that stands on no command line.</param>
    public static async Task<int> Run(string[] args, TextWriter said, Action<WebApplicationBuilder>? adjust = null)
    {
        var line = new CommandLine(args, [For]);
        await using var app = Service.Build(line.Settings, adjust);
        if (DatabaseSetting.IsFile(app.Configuration))
        {
            await said.WriteLineAsync(
                "Dispatch:Database names no PostgreSQL. A SQLite file is brought up by the service itself, at its start."
            );
            return 2;
        }

        try
        {
            await Service.Migrate(app);
            await using var owner = (NpgsqlConnection)KeyCommands.Reader(app.Configuration)!;
            await owner.OpenAsync();
            if (line[For] is { } role)
            {
                await Grant(owner, role);
            }

            await said.WriteLineAsync(
                $"The schema is at {await owner.ExecuteScalarAsync<string>("select max(name) from schema_migration")}."
                    + (line[For] is { } served ? $" {served} reads and writes its rows." : "")
            );
            return 0;
        }
        catch (Exception cause) when (cause is NpgsqlException or InvalidOperationException)
        {
            await said.WriteLineAsync($"Not migrated: {cause.Message}");
            return 1;
        }
    }

    /// <summary>Lets a role read and write rows, in tables that only grow add them, and no more.</summary>
    public static async Task Grant(NpgsqlConnection owner, string role)
    {
        await using var transaction = await owner.BeginTransactionAsync();
        var (schema, to) = (
            (await owner.ExecuteScalarAsync<string>("select quote_ident(current_schema())", transaction: transaction))!,
            (await owner.ExecuteScalarAsync<string>("select quote_ident(@role)", new { role }, transaction))!
        );
        var grown = string.Join(", ", OnlyGrow);
        await owner.ExecuteAsync(
            $"""
            grant usage on schema {schema} to {to};
            revoke all on all tables in schema {schema} from {to};
            grant select, insert, update, delete on all tables in schema {schema} to {to};
            grant usage on all sequences in schema {schema} to {to};
            revoke update, delete on {grown} from {to};
            revoke insert, update, delete on schema_migration from {to};
            """,
            transaction: transaction
        );
        await transaction.CommitAsync();
    }
}
